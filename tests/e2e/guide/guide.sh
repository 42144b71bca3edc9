# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# shellcheck disable=SC2016,SC2086,SC2154 # lines are for the shell of `types`; set by ./run and ./world.sh; names without spaces
# The operations guide that the product is built from, in its order: `types` and `types_soon` run its own lines.

section "Installation: Quick Start"
types 'helm install patronus-operator ./operator/helm/patronus-operator \
  --namespace patronus-system \
  --create-namespace \
  --set patronus.apiUrl=http://patronus-api:8081 \
  --set metrics.serviceMonitor.enabled=true' 'STATUS: deployed'
types_soon 'kubectl get pods -n patronus-system' '1/1 +Running'
types_soon 'kubectl logs -n patronus-system -l app.kubernetes.io/name=patronus-operator' 'INFO.*reconciling Sites and Policies'
types 'kubectl get deployment -n patronus-system patronus-operator' '1/1'
run "helm test: from inside, by names, both APIs are reached" helm test patronus-operator -n $NS

section "Installation: Production"
types 'helm uninstall patronus-operator -n patronus-system --wait'
types 'helm install patronus-operator ./operator/helm/patronus-operator \
  --namespace patronus-system \
  --create-namespace \
  --values production-values.yaml' 'STATUS: deployed'
types 'kubectl rollout status deployment/patronus-operator -n patronus-system' 'successfully rolled out'
run "three pods, on two nodes" said '^node-1 node-2$' bash -c "kubectl get pods -n $NS -l app.kubernetes.io/name=patronus-operator -o 'jsonpath={range .items[*]}{.spec.nodeName}{\"\n\"}{end}' | sort -u | xargs"
soon "one of them leads" leads_another
POD=$(leader)

section "Monitoring"
run "a Site and a Policy are applied" apply eval "site hq; policy voice hq 10"
soon "both are Active" kubectl wait sites/hq policies/voice -n $NS --for=condition=Ready --timeout=1s
run "the Patronus API has them" remote sites/hq '"hq"'
# The leader's own, since each pod counts for itself; the Service gives any.
forward() { kill "${FORWARD:-}" 2>/dev/null || true; kubectl port-forward -n $NS "$1" "$METRICS:8080" > /dev/null 2>&1 & FORWARD=$!; }
forward "pod/$POD"
types_soon 'curl http://localhost:8080/metrics' 'patronus_operator_reconcile_total\{controller="site",result="success"\} [1-9]'
for series in 'patronus_operator_reconcile_errors_total\{controller="site",error_type="api_error"\} 0' 'patronus_operator_reconcile_duration_seconds_bucket\{controller="site",le="0.1"\} [1-9]' 'patronus_operator_active_resources\{kind="site",phase="active"\} 1'; do
  types 'curl http://localhost:8080/metrics' "$series"
done
forward svc/patronus-operator-metrics # the guide's line
types_soon 'curl http://localhost:8080/metrics' 'patronus_operator_reconcile_total'
types 'kubectl get servicemonitor -n patronus-system' 'patronus-operator'
kubectl port-forward -n monitoring svc/prometheus-k8s "$PROMETHEUS:9090" > /dev/null 2>&1 & # the guide's line
prometheus() { curl -sfG "http://localhost:$PROMETHEUS/api/v1/query" --data-urlencode "query=$1"; }
soon "http://localhost:9090/targets: three, all up" says '"value":\[[0-9.]+,"3"\]' prometheus 'sum(up{job="patronus-operator"})'
for query in 'rate(patronus_operator_reconcile_total[5m])' 'rate(patronus_operator_reconcile_errors_total[5m])' \
  'histogram_quantile(0.95, rate(patronus_operator_reconcile_duration_seconds_bucket[5m]))' 'patronus_operator_active_resources'; do
  soon "PromQL: $query" says '"value":' prometheus "$query"
done
types_soon 'kubectl logs -n patronus-system -l app.kubernetes.io/name=patronus-operator -f' INFO
types '! kubectl logs -n patronus-system -l app.kubernetes.io/name=patronus-operator | grep ERROR'
types_soon 'kubectl logs -n patronus-system patronus-operator-xxxxx-yyyyy' INFO

section "Troubleshooting: Operator Not Starting"
types 'kubectl get pods -n patronus-system' Running
types 'kubectl describe pod -n patronus-system patronus-operator-xxxxx-yyyyy' 'Started'
PATRONUS_API_URL=http://patronus-api.patronus-system:8081 types 'kubectl run -it --rm debug --image=curlimages/curl --restart=Never -- curl $PATRONUS_API_URL/health' healthy
binding() { kubectl "$@" clusterrolebinding patronus-operator; }
binding get -o json > binding.json
run "cause 1: the permissions are taken" binding delete
types 'kubectl delete pod -n patronus-system -l app.kubernetes.io/name=patronus-operator --wait=false'
types_soon 'kubectl logs -n patronus-system -l app.kubernetes.io/name=patronus-operator --tail=-1 | grep ERROR' 'forbidden|may not'
run "the leader is not Ready, and nothing runs in circles" said '^False 0$' kubectl get pod -n $NS "$(leader)" -o 'jsonpath={.status.conditions[?(@.type=="Ready")].status} {.status.containerStatuses[0].restartCount}'
run "the permissions come back" bash -c "jq 'del(.metadata.resourceVersion, .metadata.uid, .metadata.creationTimestamp)' binding.json | kubectl create -f -"
types_soon 'kubectl rollout status deployment/patronus-operator -n patronus-system --timeout=5s' 'successfully rolled out'
run "cause 2: a Patronus API that is not there" helm upgrade patronus-operator ./helm/patronus-operator -n $NS --reuse-values --set patronus.apiUrl=http://nobody:8081
types 'kubectl rollout status deployment/patronus-operator -n patronus-system' 'successfully rolled out' # the pods are Ready all the same
run "a Site that cannot be sent" apply site later
soon "its condition says APIUnreachable" reason site/later $NS APIUnreachable
types_soon 'kubectl logs -n patronus-system -l app.kubernetes.io/name=patronus-operator | grep ERROR' 'nobody:8081'
run "helm test says which check failed" says "FAILED .*Patronus API" helm test patronus-operator -n $NS --logs
types 'helm rollback patronus-operator -n patronus-system' 'Rollback was a success'
types_soon 'kubectl get sites -n patronus-system' 'later.*Active'
run "cause 3: an image that is not there" helm upgrade patronus-operator ./helm/patronus-operator -n $NS --reuse-values --set image.tag=no-such --set image.pullPolicy=Never
types_soon 'kubectl get pods -n patronus-system' ErrImageNeverPull
run "the old pods still serve" ready '[23]'
types 'helm rollback patronus-operator -n patronus-system' 'Rollback was a success'
types 'kubectl rollout status deployment/patronus-operator -n patronus-system' 'successfully rolled out'
soon "one leads" leads_another

section "Troubleshooting: Resources Not Reconciling"
run "a Site with a broken key" bash -c "kubectl get site hq -n $NS -o json | jq '{apiVersion, kind, metadata: {name: \"broken\", namespace: \"$NS\"}, spec: (.spec | .wireguard.publicKey = \"not-a-key\")}' | kubectl apply -f -"
soon "its condition says InvalidSpec" reason site/broken $NS InvalidSpec
types 'kubectl get sites -n patronus-system' 'broken.*Failed'
types 'kubectl describe site broken -n patronus-system' '44 characters of base64'
types_soon 'kubectl logs -n patronus-system -l app.kubernetes.io/name=patronus-operator | grep ERROR' 'broken'
types_soon "kubectl get events -n patronus-system --sort-by='.lastTimestamp'" 'InvalidSpec'
types 'kubectl delete site broken -n patronus-system --timeout=30s'

section "Troubleshooting: High Reconciliation Errors, Slow Reconciliation"
fault() { simulator _control/faults -X PUT -d "$1"; }
forward "pod/$(leader)"
run "the API answers 500 to each change" fault '{"error_rate": 1, "method": "PUT"}'
run "a Site is changed" kubectl patch site hq -n $NS --type=merge -p '{"spec": {"location": "Bonn"}}'
types_soon 'curl http://localhost:8080/metrics | grep reconcile_errors' 'controller="site",error_type="api_error"\} [1-9]'
types_soon 'kubectl logs -n patronus-system -l app.kubernetes.io/name=patronus-operator --tail=100 | grep ERROR' 'hq'
run "the API is slow: 2 s an answer" fault '{"latency_ms": 2000, "method": "PUT"}'
soon "the Site is sent all the same" remote sites/hq Bonn
types_soon 'curl http://localhost:8080/metrics | grep reconcile_duration' 'controller="site",le="1"\} '
types_soon 'curl http://localhost:8080/metrics | grep api_request_duration_seconds_sum' 'method="PUT".*\} (1\.[5-9]|[2-9]|[1-9][0-9])'
run "the API is well again" fault '{}'

section "Backup & Recovery"
types 'kubectl get sites -A -o yaml > sites-backup.yaml'
types 'kubectl get policies -A -o yaml > policies-backup.yaml'
types 'helm get values patronus-operator -n patronus-system > operator-values-backup.yaml'
run "all is lost: the objects" kubectl delete sites,policies -n $NS --all --timeout=60s
run "the Patronus API has none" remote sites '"total":0'
types 'kubectl apply -f sites-backup.yaml' 'site.sdwan.patronus.dev/hq created'
types 'kubectl apply -f policies-backup.yaml' 'policy.sdwan.patronus.dev/voice created'
soon "all are Active again" all_active sites 2
run "all is lost: the objects, while the operator is gone, and its CRDs" bash -c "kubectl delete sites,policies -n $NS --all --timeout=60s && helm uninstall patronus-operator -n $NS --wait && kubectl delete -f crds/"
types 'helm install patronus-operator ./operator/helm/patronus-operator \
  --namespace patronus-system \
  --values operator-values-backup.yaml' 'STATUS: deployed'
types 'kubectl apply -f sites-backup.yaml'
types 'kubectl apply -f policies-backup.yaml'
types_soon 'kubectl get sites -A' 'hq .*Active'
soon "all are Active again" all_active sites 2
soon "the Policy too" all_active policies 1
types_soon 'kubectl logs -n patronus-system -l app.kubernetes.io/name=patronus-operator' INFO
run "the Patronus API has both" remote sites '"total":2'

section "Upgrades"
types 'helm upgrade patronus-operator ./operator/helm/patronus-operator \
  --namespace patronus-system \
  --values production-values.yaml' 'has been upgraded'
types 'kubectl rollout status deployment/patronus-operator -n patronus-system' 'successfully rolled out'
types_soon 'kubectl logs -n patronus-system -l app.kubernetes.io/name=patronus-operator' INFO
types 'kubectl apply -f operator/crds/' 'sites.sdwan.patronus.dev'
types 'kubectl get crds | grep sdwan.patronus.dev' 'policies.sdwan.patronus.dev'
types 'helm rollback patronus-operator -n patronus-system' 'Rollback was a success'
types 'kubectl get pods -n patronus-system' Running
run "the CRDs and the objects are still there" all_active sites 2

section "Maintenance"
types 'kubectl scale deployment patronus-operator -n patronus-system --replicas=3'
soon "3 are ready" ready 3
types 'kubectl scale deployment patronus-operator -n patronus-system --replicas=1'
soon "1 is left" says '^1$' bash -c "kubectl get pods -n $NS -l app.kubernetes.io/name=patronus-operator --no-headers | wc -l"
soon "it leads" bash -c "[ \"\$(kubectl get lease patronus-operator -n $NS -o 'jsonpath={.spec.holderIdentity}' | sed 's/_.*//')\" = \"\$(kubectl get pods -n $NS -l app.kubernetes.io/name=patronus-operator -o name | sed s,pod/,,)\" ]"
types 'kubectl scale deployment patronus-operator -n patronus-system --replicas=0'
soon "none is left" says '^No resources' pods
run "a Site is deleted meanwhile" kubectl delete site later -n $NS --wait=false
types 'kubectl scale deployment patronus-operator -n patronus-system --replicas=3'
soon "the delete was not lost" absent api/v1/sites/later
soon "and the Site is gone" says NotFound kubectl get site later -n $NS

section "Appendix: Common Commands"
types 'kubectl get sites -A' hq
types 'kubectl get policies -A' voice
types 'kubectl describe site <name> -n <namespace>' 'Type: +Ready'
types 'kubectl rollout restart deployment/patronus-operator -n patronus-system'
types 'kubectl rollout status deployment/patronus-operator -n patronus-system' 'successfully rolled out'
types "kubectl get deployment patronus-operator -n patronus-system -o jsonpath='{.spec.template.spec.containers[0].image}'" '^patronus/operator:0.1.0'
types 'kubectl get sites -A -o yaml > sites-backup-$(date +%Y%m%d).yaml'
types 'kubectl get policies -A -o yaml > policies-backup-$(date +%Y%m%d).yaml'
