# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2086,SC2154 # read by the other parts; set by ./run; names without spaces
# What has to be there before the guide begins: nodes, images, the Patronus API, a Prometheus.
say "two nodes, with this checkout's image and the simulated Patronus API"
"$ROOT/tools/cluster/cluster" up --node > "$WORK/out"
for image in patronus-operator patronus-sim curl prometheus; do
  "$ROOT/tools/cluster/cluster" import "$ROOT/build/image/$image.tar" > /dev/null
done
VERSION=$(awk '/^appVersion:/ {print $2}' "$ROOT/helm/patronus-operator/Chart.yaml")
for namespace in patronus-api monitoring $NS; do
  kubectl create namespace $namespace > /dev/null
  kubectl wait serviceaccount default -n $namespace --for=create --timeout=60s > /dev/null # pods are refused before
done
kubectl label namespace $NS pod-security.kubernetes.io/enforce=restricted > /dev/null

# To the node that is not drained: a bare pod does not come back.
kubectl apply -f - > /dev/null <<Y
apiVersion: v1
kind: Pod
metadata: {name: patronus-api, namespace: patronus-api, labels: {app: patronus-api}}
spec: {nodeName: node-1, containers: [{name: api, image: "patronus/simulator:$VERSION", imagePullPolicy: Never, args: [--listen, "0.0.0.0:8081"]}]}
---
apiVersion: v1
kind: Service
metadata: {name: patronus-api, namespace: patronus-api}
spec: {selector: {app: patronus-api}, ports: [{port: 8081}]}
---
apiVersion: v1
kind: Service
metadata: {name: patronus-api, namespace: $NS}
spec: {type: ExternalName, externalName: patronus-api.patronus-api.svc.cluster.local}
---
apiVersion: v1
kind: Service
metadata: {name: nobody, namespace: $NS}
spec: {selector: {app: nobody}, ports: [{port: 8081}]} # refuses every connection
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: servicemonitors.monitoring.coreos.com}
spec:
  group: monitoring.coreos.com
  names: {kind: ServiceMonitor, plural: servicemonitors}
  scope: Namespaced
  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: prometheus}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects: [{kind: ServiceAccount, name: default, namespace: monitoring}]
---
apiVersion: v1
kind: ConfigMap
metadata: {name: prometheus, namespace: monitoring}
data:
  prometheus.yml: |
    global: {scrape_interval: 2s}
    scrape_configs:
      - job_name: patronus-operator
        kubernetes_sd_configs: [{role: endpoints, namespaces: {names: [$NS]}}]
        relabel_configs: [{source_labels: [__meta_kubernetes_service_name], regex: patronus-operator-metrics, action: keep}]
---
apiVersion: v1
kind: Pod
metadata: {name: prometheus, namespace: monitoring, labels: {app: prometheus}}
spec:
  nodeName: node-1
  containers:
    - {name: prometheus, image: "prometheus:latest", imagePullPolicy: Never, args: [--config.file=/config/prometheus.yml, --storage.tsdb.path=/tmp/data],
       volumeMounts: [{name: config, mountPath: /config}, {name: tmp, mountPath: /tmp}]}
  volumes: [{name: config, configMap: {name: prometheus}}, {name: tmp, emptyDir: {}}]
---
apiVersion: v1
kind: Service
metadata: {name: prometheus-k8s, namespace: monitoring}
spec: {selector: {app: prometheus}, ports: [{port: 9090}]}
Y
kubectl wait -n patronus-api --for=condition=Ready pod/patronus-api --timeout=60s > /dev/null
kubectl wait -n monitoring --for=condition=Ready pod/prometheus --timeout=60s > /dev/null
API_ADDRESS=$(kubectl get service -n patronus-api patronus-api -o 'jsonpath={.spec.clusterIP}')
METRICS=$(free_port) PROMETHEUS=$(free_port) # local ones

# The guide's file of values, as it has it but for the API's address (the table of ./run).
substitute > production-values.yaml <<'Y'
replicaCount: 3

image:
  repository: patronus/operator
  tag: "0.1.0"
  pullPolicy: IfNotPresent

resources:
  limits:
    cpu: 1000m
    memory: 1Gi
  requests:
    cpu: 200m
    memory: 256Mi

patronus:
  apiUrl: "https://patronus-api.production.example.com"

metrics:
  enabled: true
  serviceMonitor:
    enabled: true
    interval: 30s

leaderElection:
  enabled: true
  leaseDuration: 15s
  renewDeadline: 10s
  retryPeriod: 2s

affinity:
  podAntiAffinity:
    preferredDuringSchedulingIgnoredDuringExecution:
    - weight: 100
      podAffinityTerm:
        labelSelector:
          matchLabels:
            app.kubernetes.io/name: patronus-operator
        topologyKey: kubernetes.io/hostname
Y
