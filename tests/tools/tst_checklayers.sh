#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# tools/check-layers finds what it is for: each row is a line that it has to refuse, or to let pass.
set -euo pipefail
CHECK=$1
WORK=$(mktemp -d); trap 'rm -rf "$WORK"' EXIT
failed=0

row() { # WANTED-EXIT FILE LINE
  rm -rf "${WORK:?}"/*; mkdir -p "$WORK/$(dirname "$2")"
  printf '// first line\n%s\n' "$3" > "$WORK/$2"
  local said code=0
  said=$("$CHECK" "$WORK") || code=$?
  if [ "$code" != "$1" ] || { [ "$1" = 1 ] && ! grep -q "^$2:2: " <<<"$said"; }; then
    echo "FAIL: $3 in $2: exit $code, wanted $1; it said: $said"; failed=1
  fi
}

row 0 controller/kube/client.cpp '#include "http/transport.h"'
row 1 controller/http/tls.cpp '#include "kube/client.h"'
row 1 controller/core/json.cpp '#include "http/request.h"'
row 1 controller/sdwan/site.cpp '#include "http/transport.h"'
row 1 controller/serving/probeserver.cpp '#include "sdwan/kind.h"'
row 0 models/storemodel.h '#include "kube/object.h"'
row 1 models/storemodel.h '#include "kube/client.h"'
row 1 ui/mainwindow.cpp '#include "runtime/store.h"'
row 0 ui/mainwindow.cpp '#include <QMainWindow>'
row 1 models/units.h '#include <QWidget>'
row 1 app/operator/main.cpp '#include "models/units.h"'
row 1 app/simulator/main.cpp '#include "patronusapi/client.h"'
row 0 app/simulator/main.cpp '#include "patronusapi/types.h"'
row 1 app/console/main.cpp '#include "serving/probeserver.h"'
row 1 controller/kube/client.cpp '#include <QTcpSocket>'
row 1 controller/core/log.cpp '#include <yaml-cpp/yaml.h>'
row 1 controller/http/tls.cpp '#include <QtNetwork/private/qhttp2connection_p.h>'
row 1 controller/runtime/store.cpp '  #  include <prometheus/counter.h>'
exit $failed
