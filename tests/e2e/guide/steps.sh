# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# shellcheck disable=SC2086,SC2154 # WORK and NS are set by ./run; names without spaces
# How a step is done, told and counted. Read by ./run.
FAILED=() DONE=0 # the steps that did not do what they should, and how many did

section() { printf '\n\033[1m%s\033[0m\n' "$*"; }

# run WHAT CMD…: has to succeed; its output is shown when it does not.
run() {
  local what=$1; shift
  if "$@" > "$WORK/out" 2>&1; then DONE=$((DONE + 1)); printf '  ok      %s\n' "$what"; else FAILED+=("$what"); printf '  FAILED  %s\n' "$what"; tail -n 30 "$WORK/out" | cut -c1-200 | sed 's/^/          /'; fi
}
# soon WHAT CMD…: true within 90 s.
soon() {
  local what=$1 deadline=$((SECONDS + 90)); shift
  until "$@" > "$WORK/out" 2>&1; do [ $SECONDS -lt $deadline ] || { run "$what" "$@"; return; }; sleep .5; done
  run "$what" true # not once more: what was true may pass
}
# types COMMAND [WANTED]: a line as a page has it, in the shell of a person; its output has a line like WANTED.
types() {
  local line; line=$(substitute <<< "$1")
  run "${1//$'\n'/ }" said "${2:-}" bash -c "$line"
}
# The same until it is so: what a cluster does takes a moment.
types_soon() {
  local line; line=$(substitute <<< "$1")
  soon "${1//$'\n'/ }" said "${2:-}" bash -c "$line"
}
said() { # WANTED CMD…
  local wanted=$1 code=0; shift
  timeout --foreground 180 "$@" > "$WORK/said" 2>&1 || code=$?
  if [ $code != 0 ] || { [ -n "$wanted" ] && ! grep -qE "$wanted" "$WORK/said"; }; then tail -n 30 "$WORK/said"; return 1; fi
}
says() { local wanted=$1; shift; "$@" > "$WORK/said" 2>&1 || true; grep -qE "$wanted" "$WORK/said" || { tail -n 30 "$WORK/said"; return 1; }; }

# A page's line -> the line that is run here.
substitute() {
  sed -E -e "s#https://patronus-api\.(production\.)?example\.com#http://patronus-api:8081#g" -e "s#<name>|\\bNAME\\b#hq#g" -e "s#<namespace>|\\bNAMESPACE\\b#$NS#g" \
    -e "s#patronus-operator-xxxxx-yyyyy#${POD:-}#g" -e "s#localhost:8080#localhost:${METRICS:-0}#g" -e "s#8080:8080#${METRICS:-0}:8080#g" \
    -e "s#/srv/backups#$WORK/backups#g" -e "s#\\bFOLDER\\b#$WORK/backups/patronus-backup-*#g" \
    -e "s#localhost:9090#localhost:${PROMETHEUS:-0}#g" -e "s#9090:9090#${PROMETHEUS:-0}:9090#g" -e 's#--image=curlimages/curl#& --image-pull-policy=IfNotPresent#' \
    -e 's#^(kubectl logs .* -f|kubectl port-forward .*)$#timeout 5 \1 || [ $? = 124 ]#' \
    -e 's#^kubectl patronus (maintenance (start|resume)|stop|start|rollback).*$#& --yes#'
}

logs() { kubectl logs -n "$NS" -l app.kubernetes.io/name=patronus-operator "${@:---tail=-1}"; }
pods() { kubectl get pods -n "$NS" -l app.kubernetes.io/name=patronus-operator "$@"; }
reason() { says "$3" kubectl get "$1" -n "$2" -o "jsonpath={.status.conditions[?(@.type=='Ready')].reason}"; }
ready() { says "^$1\$" kubectl get deployment -n "$NS" patronus-operator -o 'jsonpath={.status.readyReplicas}'; }
leader() { kubectl get lease patronus-operator -n "$NS" -o 'jsonpath={.spec.holderIdentity}' | sed 's/_.*//'; }
# A pod that is there and is to stay leads, and it is not BEFORE.
leads_another() { local now; now=$(leader); [ -n "$now" ] && [ "$now" != "${1:-}" ] && [ -z "$(kubectl get pod -n "$NS" "$now" -o 'jsonpath={.metadata.deletionTimestamp}' || echo gone)" ]; } # [BEFORE]
all_active() { [ "$(kubectl get "$1" -A -o 'jsonpath={range .items[*]}{.status.phase}{"\n"}{end}' | sort | uniq -c | xargs)" = "$2 Active" ]; } # KIND COUNT

pid_of() { # POD: the process in its container, as the machine has it
  local container node
  read -r container node < <(kubectl get pod -n "$NS" "$1" -o 'jsonpath={.status.containerStatuses[0].containerID} {.spec.nodeName}')
  ctr -a "$CLUSTER_DIR/containerd-${node#node-}.sock" -n k8s.io tasks ls | awk -v id="${container#containerd://}" '$1 == id {print $2}'
}

# simulator PATH [CURL-ARGS…]: what the simulated Patronus API says.
simulator() { curl -sf --max-time 20 "http://$API_ADDRESS:8081/$1" "${@:2}"; }
remote() { says "$2" simulator "api/v1/$1"; }
absent() { ! simulator "api/v1/$1"; }

site() { # NAME [LOCATION]
  printf -- '---\napiVersion: sdwan.patronus.dev/v1alpha1\nkind: Site\nmetadata: {name: %s, namespace: %s}\nspec: {location: "%s", wireguard: {publicKey: "%s", listenPort: 51820, endpoints: ["%s.example.com:51820"]}}\n' \
    "$1" "$NS" "${2:-Berlin}" "$(printf '%032d' 1 | base64 -w0)" "$1"
}
policy() { # NAME SITE PRIORITY
  printf -- '---\napiVersion: sdwan.patronus.dev/v1alpha1\nkind: Policy\nmetadata: {name: %s, namespace: %s}\nspec: {priority: %d, match: {dscp: 46}, action: {type: route, primaryPath: {siteRef: %s, pathId: wan-1}}}\n' "$1" "$NS" "$3" "$2"
}
apply() { "$@" | kubectl apply -f -; }
