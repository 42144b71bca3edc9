# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # read and set by the script that reads this
# The half of ./demo that differs where pods can run: the chart installs the operator, and the Patronus API is a pod, too.
CLUSTER_OPTIONS=(--node)
CLUSTER_SECONDS="with a node that runs pods: about 20 s"

start_operator() {
  local image
  for image in patronus-operator patronus-sim; do tools/cluster/cluster import build/image/$image.tar > /dev/null; done
  kubectl create namespace patronus-system > "$WORK/apply.log"
  kubectl wait serviceaccount default -n patronus-system --for=create --timeout=60s >> "$WORK/apply.log" # pods are refused before
  kubectl apply -n patronus-system -f - >> "$WORK/apply.log" <<Y
apiVersion: v1
kind: Pod
metadata: {name: patronus-api, labels: {app: patronus-api}}
spec: {containers: [{name: api, image: "patronus/simulator:$(awk '/^appVersion:/ {print $2}' helm/patronus-operator/Chart.yaml)", imagePullPolicy: Never, args: [--listen, "0.0.0.0:8081", --interval, 2s]}]}
---
apiVersion: v1
kind: Service
metadata: {name: patronus-api}
spec: {selector: {app: patronus-api}, ports: [{port: 8081}]}
Y
  HELM_CACHE_HOME=$WORK/helm HELM_CONFIG_HOME=$WORK/helm HELM_DATA_HOME=$WORK/helm "$PROGRAMS/helm" install patronus-operator helm/patronus-operator \
    --namespace patronus-system --set replicaCount=2 --wait --timeout=120s > "$WORK/helm.log" || fail "helm install failed; see above"
  address() { kubectl get service -n patronus-system "$1" -o 'jsonpath={.spec.clusterIP}'; }
  PATRONUS_API_URL=http://$(address patronus-api):8081
  # Each pod counts for itself: the leader's are asked for.
  await 30 "a leader" has_leader
  METRICS_URL=http://$(kubectl get pod -n patronus-system "$LEADER" -o 'jsonpath={.status.podIP}'):8080/metrics
  CONSOLE_OPTIONS=() # it finds the operator's pods by itself
}

has_leader() { LEADER=$(kubectl get lease patronus-operator -n patronus-system -o 'jsonpath={.spec.holderIdentity}' | sed 's/_.*//'); [ -n "$LEADER" ]; }
operator_runs() { [ -z "$(kubectl get pods -n patronus-system -o 'jsonpath={.items[*].status.containerStatuses[*].state.waiting.reason}')" ]; }
tail_of_operator() { kubectl get pods -n patronus-system; kubectl logs -n patronus-system -l app.kubernetes.io/name=patronus-operator --tail=15; }

stop_operator() {
  kubectl scale deployment patronus-operator -n patronus-system --replicas=0 >> "$WORK/apply.log"
  kubectl wait pods -n patronus-system -l app.kubernetes.io/name=patronus-operator --for=delete --timeout=40s >> "$WORK/apply.log"
}
