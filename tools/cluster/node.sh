# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# shellcheck disable=SC2154 # DIR, PROGRAMS, NODES and ADDRESS are set by the script that reads this
# The half of ./cluster that runs pods: containerd, kubelet, kube-proxy, DNS and images. Read by ./cluster.

node_check() {
  [ "$(id -u)" = 0 ] || fail "--node needs root: a kubelet mounts, and makes network namespaces"
  for p in containerd runc conntrack iptables ip; do command -v $p >/dev/null || fail "$p is missing: install the packages of tools/packages-node.txt"; done
  # One at a time on a machine: ports, bridges and control groups have names. Whoever runs pods holds the lock, to its end.
  exec 7> /tmp/patronus-node.lock
  flock -n 7 && return
  say "another node runs on this machine: waiting for its end (./dev cluster down ends one that was left)"
  flock -w 1200 7 || fail "the other node still runs"
}

nodes() { seq "$NODES"; }
kubectl() { "$PROGRAMS/kubectl" --kubeconfig "$DIR/admin.kubeconfig" "$@"; }

node_up() {
  local n
  for n in scheduler proxy $(nodes | sed 's/^/kubelet-/'); do kubeconfig "$n"; done
  launch scheduler "$PROGRAMS/kube-scheduler" --kubeconfig=scheduler.kubeconfig --authentication-kubeconfig=scheduler.kubeconfig --authorization-kubeconfig=scheduler.kubeconfig --leader-elect=false --secure-port=0
  pause_archive
  for n in $(nodes); do one_node "$n"; done
  cat > "$DIR/proxy.yaml" <<C
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
clientConnection: {kubeconfig: $DIR/proxy.kubeconfig}
mode: iptables
clusterCIDR: 10.244.0.0/16
hostnameOverride: node-1
conntrack: {maxPerCore: 0}
C
  launch proxy "$PROGRAMS/kube-proxy" --config="$DIR/proxy.yaml"
  dns_up
  for n in $(nodes); do
    kubectl wait --for=create "node/node-$n" --timeout=60s >/dev/null || fail "the kubelet does not run; see $DIR/log/kubelet-$n.log"
    kubectl wait --for=condition=Ready "node/node-$n" --timeout=60s >/dev/null || fail "the node does not become ready; see $DIR/log/kubelet-$n.log"
  done
}

# A node of its own: its containerd, its bridge, its control groups, its folder of logs. A kubelet removes pods and logs that
# it does not know, so two with one of these would each remove the other's. Nothing is masqueraded: all is on this machine, and servers see whose pod asks.
one_node() { # N
  local n=$1 group=
  mkdir -p "$DIR/cni-$n"
  cat > "$DIR/cni-$n/10-bridge.conflist" <<C
{"cniVersion":"0.4.0","name":"patronus-$n","plugins":[
 {"type":"bridge","bridge":"cni-patronus$n","isGateway":true,"hairpinMode":true,
  "ipam":{"type":"host-local","dataDir":"$DIR/ipam-$n","ranges":[[{"subnet":"10.244.$n.0/24"}]],"routes":[{"dst":"0.0.0.0/0"}]}},
 {"type":"portmap","capabilities":{"portMappings":true}}]}
C
  # restrict_oom_score_adj: where the machine lacks CAP_SYS_RESOURCE, runc cannot lower a sandbox's OOM score and every pod fails.
  cat > "$DIR/containerd-$n.toml" <<C
version = 2
root = "$DIR/containerd-$n"
state = "$DIR/containerd-$n-state"
[grpc]
  address = "$DIR/containerd-$n.sock"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "localhost/pause:1"
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "$DIR/cni-$n"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
      SystemdCgroup = false
C
  if [ "$n" -gt 1 ]; then
    group=/patronus-$n
    node_cgroups | while read -r controller; do mkdir -p "$controller$group"; done
  fi
  cat > "$DIR/kubelet-$n.yaml" <<C
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
port: $((10240 + 10 * n))
healthzPort: $((10238 + 10 * n))
authentication: {anonymous: {enabled: false}, webhook: {enabled: true}, x509: {clientCAFile: $DIR/pki/ca.crt}}
authorization: {mode: Webhook}
cgroupDriver: cgroupfs
cgroupRoot: ${group:-/}
podLogsDir: $DIR/log/pods-$n
enforceNodeAllocatable: []
failSwapOn: false
failCgroupV1: false
clusterDNS: [10.96.0.10]
clusterDomain: cluster.local
containerRuntimeEndpoint: unix://$DIR/containerd-$n.sock
tlsCertFile: $DIR/pki/kubelet-$n.crt
tlsPrivateKeyFile: $DIR/pki/kubelet-$n.key
evictionHard: {memory.available: "100Mi", nodefs.available: "1%", imagefs.available: "1%"}
imageGCHighThresholdPercent: 100
localStorageCapacityIsolation: false
C
  launch "containerd-$n" containerd -c "$DIR/containerd-$n.toml"
  for _ in $(seq 60); do ctr -a "$DIR/containerd-$n.sock" version >/dev/null 2>&1 && break; sleep .25; done
  ctr -a "$DIR/containerd-$n.sock" -n k8s.io images import "$DIR/pause/pause.tar" >/dev/null
  launch "kubelet-$n" "$PROGRAMS/kubelet" --config="$DIR/kubelet-$n.yaml" --kubeconfig="$DIR/kubelet-$n.kubeconfig" --hostname-override="node-$n" --node-ip="$ADDRESS" --root-dir="$DIR/kubelet-$n" --v=1
}

# The folders in which a control group is made: one per controller, or one for all.
node_cgroups() { if [ -e /sys/fs/cgroup/cgroup.controllers ]; then echo /sys/fs/cgroup; else find /sys/fs/cgroup -mindepth 1 -maxdepth 1 -type d; fi; }

# served NAME CLUSTER-IP PORT TARGET PROTOCOL…: a Service of kube-system whose endpoint is a process of this machine.
served() {
  local name=$1 ip=$2 port=$3 target=$4 protocol; shift 4
  printf '{"apiVersion":"v1","kind":"Service","metadata":{"name":"%s","namespace":"kube-system"},"spec":{"clusterIP":"%s","ports":[' "$name" "$ip"
  for protocol; do printf '{"name":"%s","port":%d,"targetPort":%d,"protocol":"%s"},' "${protocol,,}" "$port" "$target" "$protocol"; done | sed 's/,$//'
  printf ']}}\n---\n{"apiVersion":"discovery.k8s.io/v1","kind":"EndpointSlice","metadata":{"name":"%s","namespace":"kube-system","labels":{"kubernetes.io/service-name":"%s"}},"addressType":"IPv4","endpoints":[{"addresses":["%s"],"conditions":{"ready":true}}],"ports":[' "$name" "$name" "$ADDRESS"
  for protocol; do printf '{"name":"%s","port":%d,"protocol":"%s"},' "${protocol,,}" "$target" "$protocol"; done | sed 's/,$//'
  printf ']}\n---\n'
}

dns_up() {
  cat > "$DIR/Corefile" <<C
.:10053 {
  bind $ADDRESS
  errors
  kubernetes cluster.local in-addr.arpa ip6.arpa {
    kubeconfig $DIR/admin.kubeconfig
  }
}
C
  launch dns "$PROGRAMS/coredns" -conf "$DIR/Corefile"
  served kube-dns 10.96.0.10 53 10053 UDP TCP | kubectl apply -f - >/dev/null
}

node_down() {
  local n socket
  kubectl delete deployments,daemonsets,statefulsets,jobs,pods -A --all --grace-period=1 --timeout=30s >/dev/null 2>&1 || true
  for n in $(nodes); do stop "kubelet-$n"; done
  stop proxy; stop dns
  "$PROGRAMS/kube-proxy" --cleanup >/dev/null 2>&1 || true
  for n in $(nodes); do
    socket=$DIR/containerd-$n.sock
    local netns; netns=$(for c in $(ctr -a "$socket" -n k8s.io containers ls -q 2>/dev/null); do ctr -a "$socket" -n k8s.io containers info "$c" | grep -o 'cni-[0-9a-f-]*' || true; done | sort -u)
    for t in $(ctr -a "$socket" -n k8s.io tasks ls -q 2>/dev/null); do ctr -a "$socket" -n k8s.io tasks kill -s KILL "$t" >/dev/null 2>&1 || true; done
    stop "containerd-$n"
    # The shims outlive containerd by design; this state directory's own are the ones to end.
    for s in $(pgrep -f "containerd-shim.* -address $socket" || true); do kill -9 "$s" 2>/dev/null || true; done
    for s in $netns; do ip netns del "$s" 2>/dev/null || true; done
    ip link del "cni-patronus$n" 2>/dev/null || true
    node_cgroups | while read -r controller; do find "$controller/patronus-$n" -depth -type d -exec rmdir {} \; 2>/dev/null || true; done
  done
  stop scheduler; stop kcm; stop apiserver; stop etcd
  awk -v d="$DIR/" 'index($2, d) == 1 {print $2}' /proc/mounts | sort -r | while read -r m; do umount -l "$m" 2>/dev/null || true; done
}

pause_archive() { # the sandbox image: one static program that waits, packed by hand as a docker-archive
  local d=$DIR/pause; mkdir -p "$d"; cd "$d" || return
  printf '#include <signal.h>\n#include <unistd.h>\nstatic void stop(int s){(void)s;_exit(0);}\nint main(void){signal(SIGINT,stop);signal(SIGTERM,stop);for(;;)pause();}\n' > pause.c
  gcc -static -O2 -o pause pause.c
  tar -cf layer.tar pause
  printf '{"architecture":"amd64","os":"linux","config":{"Entrypoint":["/pause"]},"rootfs":{"type":"layers","diff_ids":["sha256:%s"]}}' "$(sha256sum layer.tar | cut -d' ' -f1)" > config.json
  printf '[{"Config":"config.json","RepoTags":["localhost/pause:1"],"Layers":["layer.tar"]}]' > manifest.json
  tar -cf pause.tar manifest.json config.json layer.tar
  cd "$DIR" || return
}

import() { # ARCHIVE, into every node
  local n
  for n in $(nodes); do ctr -a "$DIR/containerd-$n.sock" -n k8s.io images import "$1"; done
}

base() { # a base image without a registry: mmdebstrap -> docker.io/library/debian:trixie-slim in buildah's store
  mmdebstrap --variant=minbase --include=ca-certificates trixie "$1"
  local c; c=$(STORAGE_DRIVER=vfs buildah from scratch)
  STORAGE_DRIVER=vfs buildah add "$c" "$1" / >/dev/null
  STORAGE_DRIVER=vfs buildah config --cmd /bin/sh "$c"
  STORAGE_DRIVER=vfs buildah commit -q "$c" docker.io/library/debian:trixie-slim
}
