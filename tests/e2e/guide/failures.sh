# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# shellcheck disable=SC2086,SC2154 # set by ./run and ./world.sh; names without spaces
# What goes wrong on a real cluster, and what it does: the light tier's limits under load, a full memory, a killed leader, a
# drained node, an upgrade while Sites change. In the end the API server's audit log and the Patronus API's requests say
# who has written, and when.
COUNT=1000 # Sites, and as many Policies
CHART=./helm/patronus-operator
resource() { awk -v field="$2" '$1 == field ":" {print $2}' "/proc/$1/status"; } # PID FIELD: KiB
restarts() { pods -o 'jsonpath={range .items[*]}{.status.containerStatuses[0].restartCount} {.status.containerStatuses[0].lastState.terminated.reason} {.status.containerStatuses[0].lastState.terminated.exitCode}{"\n"}{end}'; }
throttled() { # PID: seconds in which its container had to wait for its share of the CPU
  local group; group=$(awk -F: '$2 ~ /(^|,)cpu(,|$)/ || $2 == "" {print $3; exit}' "/proc/$1/cgroup")
  cat "/sys/fs/cgroup/cpu$group/cpu.stat" "/sys/fs/cgroup$group/cpu.stat" 2> /dev/null | awk '$1 == "throttled_time" {printf "%.1f", $2 / 1e9} $1 == "throttled_usec" {printf "%.1f", $2 / 1e6}'
}

section "The light tier's limits: $COUNT Sites, $COUNT Policies"
helm uninstall patronus-operator -n $NS --ignore-not-found --wait > /dev/null
simulator _control/reset -X POST -d '{"data": true}' > /dev/null
run "the CRDs" kubectl apply -f crds/
for i in $(seq -w $COUNT); do site "site-$i"; policy "policy-$i" "site-$i" "$((10#$i))"; done > objects.yaml
run "the objects" kubectl create -f objects.yaml
run "helm install --values values-light.yaml" helm install patronus-operator $CHART -n $NS --values $CHART/values-light.yaml --set patronus.apiUrl=http://patronus-api:8081 --wait --timeout=60s
BEGAN=$SECONDS
soon "all Sites are Active" all_active sites $COUNT
soon "all Policies are Active" all_active policies $COUNT
PID=$(pid_of "$(leader)")
printf '          %d s to converge, %d MiB of memory at most, waited %s s for the CPU\n' $((SECONDS - BEGAN)) $(($(resource "$PID" VmHWM) / 1024)) "$(throttled "$PID")"
run "it was not restarted" says '^0 *$' restarts

section "Out of memory"
# Half of what it has of its own by now: libraries, and what else can be read from the disk again, give way.
LIMIT=$(($(resource "$PID" RssAnon) / 2))Ki
run "helm upgrade to a limit that is too small, $LIMIT" helm upgrade patronus-operator $CHART -n $NS --reuse-values --set resources.limits.memory=$LIMIT --set resources.requests.memory=$LIMIT
soon "the pod was killed for its memory" says '^[1-9][0-9]* OOMKilled 137' restarts
run "a Site is changed meanwhile" kubectl patch site "site-0001" -n $NS --type=merge -p '{"spec": {"location": "Vienna"}}'
run "helm rollback" helm rollback patronus-operator -n $NS
run "kubectl rollout status" kubectl rollout status deployment/patronus-operator -n $NS --timeout=90s
soon "the change was not lost" remote sites/site-0001 Vienna
soon "all is well" all_active sites $COUNT

section "Lost leaders"
run "three replicas, on two nodes" bash -c "helm upgrade patronus-operator $CHART -n $NS --values $CHART/values-production.yaml --set patronus.apiUrl=http://patronus-api:8081 && kubectl rollout status deployment/patronus-operator -n $NS --timeout=120s"
soon "one leads" leads_another
BEFORE=$(leader)
run "the leader's process is killed (SIGKILL)" kill -9 "$(pid_of "$BEFORE")"
soon "its container is started again" says '^1 Error 137' restarts
run "a Site is changed meanwhile" kubectl patch site "site-0002" -n $NS --type=merge -p '{"spec": {"location": "Prague"}}'
soon "somebody leads, and the change was not lost" remote sites/site-0002 Prague
BEFORE=$(leader) NODE=$(kubectl get pod -n $NS "$(leader)" -o 'jsonpath={.spec.nodeName}')
run "the leader's node is drained" kubectl drain "$NODE" --ignore-daemonsets --delete-emptydir-data --pod-selector=app.kubernetes.io/name=patronus-operator --timeout=120s
run "a Site is changed" kubectl patch site "site-0003" -n $NS --type=merge -p '{"spec": {"location": "Oslo"}}'
soon "another leads, and the change was not lost" remote sites/site-0003 Oslo
run "it is another" leads_another "$BEFORE"
soon "3 are ready, on the other node" ready 3
run "none is on the drained one" bash -c "! kubectl get pods -n $NS -l app.kubernetes.io/name=patronus-operator -o wide | grep -w $NODE"
run "kubectl uncordon" kubectl uncordon "$NODE"

section "helm upgrade to a new image, while 20 Sites a second change"
for n in 1 2; do ctr -a "$CLUSTER_DIR/containerd-$n.sock" -n k8s.io images tag "docker.io/patronus/operator:$VERSION" docker.io/patronus/operator:next > /dev/null; done
SERVER=$(kubectl config view -o 'jsonpath={.clusters[0].cluster.server}') PKI=$CLUSTER_DIR/pki
changes() { # FIRST: ten a second to every second Site of 500, until the file "enough" is there
  local i=$1 name location next; next=$(date +%s%N)
  while [ ! -e enough ]; do
    name=site-$(printf '%04d' $((i % 500 + 1))) location="Place $i" i=$((i + 2)) next=$((next + 100000000))
    curl -sf --cacert "$PKI/ca.crt" --cert "$PKI/admin.crt" --key "$PKI/admin.key" -o /dev/null -X PATCH -H 'Content-Type: application/merge-patch+json' \
      -d "{\"spec\": {\"location\": \"$location\"}}" "$SERVER/apis/sdwan.patronus.dev/v1alpha1/namespaces/$NS/sites/$name" || echo "$name" >> refused
    printf '%s\t%s\n' "$name" "$location" >> "wanted-$1"
    sleep "$(awk -v ns=$((next - $(date +%s%N))) 'BEGIN {print (ns > 0) ? ns / 1e9 : 0}')"
  done
}
changes 0 & CHANGES=($!)
changes 1 & CHANGES+=($!)
sleep 3; UPGRADED=$(date -u +%FT%T.%3NZ)
run "helm upgrade --set image.tag=next" helm upgrade patronus-operator $CHART -n $NS --reuse-values --set image.tag=next
run "kubectl rollout status" kubectl rollout status deployment/patronus-operator -n $NS --timeout=120s
run "kubectl get deployment: the new image" said ':next$' kubectl get deployment patronus-operator -n $NS -o 'jsonpath={.spec.template.spec.containers[0].image}'
sleep 3; ENDED=$(date -u +%FT%T.%3NZ); touch enough; wait "${CHANGES[@]}" || true
run "no change was refused" test ! -e refused
cat wanted-0 wanted-1 | awk -F'\t' '{last[$1] = $2} END {for (name in last) print name "\t" last[name]}' | sort > wanted
lost() { simulator 'api/v1/sites?limit=1000' | jq -r '.sites[] | "\(.name)\t\(.location)"' | sort > remote; [ -z "$(comm -23 wanted remote | tee lost)" ]; }
soon "no change was lost" lost
simulator _control/requests > requests.json
GAP=$(jq -r --arg began "$UPGRADED" --arg ended "$ENDED" '[.changes[] | select(.method == "PUT" and .time >= $began and .time <= $ended) | .time | (.[0:19] + "Z" | fromdate) + (.[19:23] | tonumber)] | [., .[1:]] | transpose | map(select(.[1]) | .[1] - .[0]) | max // 999' requests.json)
printf '          %d changes, %d Sites, longest time without a PUT %.1f s\n' "$(cat wanted-0 wanted-1 | wc -l)" "$(wc -l < wanted)" "$GAP"
run "nobody waited for 5 s" awk -v gap="$GAP" 'BEGIN {exit !(gap < 5)}'

section "Who has written, in all of this"
jq -s -f "$HERE/onewriter.jq" --arg user "system:serviceaccount:$NS:patronus-operator" --slurpfile remote requests.json "$CLUSTER_DIR/log/audit.log" > writers.json
jq -r '"          \(.terms) terms of \(.pods) pods, \(.writes) writes here and \(.remote) to the Patronus API"' writers.json
run "nobody but the leader" jq -e '.stray == [] and .writes > 0 and .remote > 0' writers.json
