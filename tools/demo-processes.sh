# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # read and set by the script that reads this
# The half of ./demo that differs where no pod can run: operator and Patronus API are processes of this machine.
CLUSTER_OPTIONS=()
CLUSTER_SECONDS="etcd, kube-apiserver and kube-controller-manager: about 4 s"

# launch NAME CMD…: in the background, with a log; it goes when this script goes, in whatever way.
launch() { local name=$1; shift; setpriv --pdeathsig TERM -- "$@" > "$WORK/$name.log" 2>&1 < /dev/null & STARTED+=($!); }

start_operator() {
  launch simulator "$BIN/patronus-sim" --listen 127.0.0.1:0 --interval 2s
  OPERATOR=${STARTED[-1]} # what await() looks at, until it is the operator itself
  await 20 "the simulated Patronus API" grep -q '^listening on ' "$WORK/simulator.log"
  PATRONUS_API_URL=$(sed -n 's/^listening on //p' "$WORK/simulator.log")
  METRICS_PORT=$(free_port) HEALTH_PORT=$(free_port)
  export PATRONUS_API_URL METRICS_PORT HEALTH_PORT
  METRICS_URL=http://127.0.0.1:$METRICS_PORT/metrics
  CONSOLE_OPTIONS=(--metrics-url "$METRICS_URL" --operator-log "$WORK/operator.log")
  kubectl apply -f crds > "$WORK/apply.log"
  kubectl wait --for=condition=Established -f crds --timeout=30s >> "$WORK/apply.log"
  launch operator "$BIN/patronus-operator"
  OPERATOR=${STARTED[-1]}
  await 30 "the operator's /readyz" curl -sf -o /dev/null "http://127.0.0.1:$HEALTH_PORT/readyz"
}

operator_runs() { kill -0 "$OPERATOR" 2>/dev/null; }
tail_of_operator() { tail -n 15 "$WORK/operator.log"; }

stop_operator() {
  local code=0
  kill -TERM "$OPERATOR"; wait "$OPERATOR" || code=$?
  [ "$code" = 0 ] || fail "the operator ended with exit code $code after SIGTERM"
}
