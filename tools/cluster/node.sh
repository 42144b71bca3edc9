# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# shellcheck disable=SC2154 # DIR, PROGRAMS and ADDRESS are set by the script that reads this
# The half of ./cluster that runs pods: containerd, kubelet, kube-proxy and images. Read by ./cluster.

node_check() {
  [ "$(id -u)" = 0 ] || fail "--node needs root: a kubelet mounts, and makes network namespaces"
  for p in containerd runc ip; do command -v $p >/dev/null || fail "$p is missing: apt-get install containerd runc containernetworking-plugins iptables conntrack iproute2"; done
}

node_up() {
  for user in scheduler kubelet proxy; do kubeconfig $user; done
  launch scheduler "$PROGRAMS/kube-scheduler" --kubeconfig=scheduler.kubeconfig --authentication-kubeconfig=scheduler.kubeconfig --authorization-kubeconfig=scheduler.kubeconfig --leader-elect=false --secure-port=0
  mkdir -p "$DIR/cni"
  cat > "$DIR/cni/10-bridge.conflist" <<'C'
{"cniVersion":"0.4.0","name":"patronus","plugins":[
 {"type":"bridge","bridge":"cni-patronus","isGateway":true,"ipMasq":true,"hairpinMode":true,
  "ipam":{"type":"host-local","ranges":[[{"subnet":"10.244.0.0/24"}]],"routes":[{"dst":"0.0.0.0/0"}]}},
 {"type":"portmap","capabilities":{"portMappings":true}}]}
C
  # restrict_oom_score_adj: where the machine lacks CAP_SYS_RESOURCE, runc cannot lower a sandbox's OOM score and every pod fails.
  cat > "$DIR/containerd.toml" <<C
version = 2
root = "$DIR/containerd"
state = "$DIR/containerd-state"
[grpc]
  address = "$DIR/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "localhost/pause:1"
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "$DIR/cni"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
      SystemdCgroup = false
C
  cat > "$DIR/kubelet.yaml" <<C
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authentication: {anonymous: {enabled: false}, webhook: {enabled: true}, x509: {clientCAFile: $DIR/pki/ca.crt}}
authorization: {mode: Webhook}
cgroupDriver: cgroupfs
enforceNodeAllocatable: []
failSwapOn: false
failCgroupV1: false
clusterDNS: [10.96.0.10]
clusterDomain: cluster.local
containerRuntimeEndpoint: unix://$DIR/containerd.sock
tlsCertFile: $DIR/pki/kubelet.crt
tlsPrivateKeyFile: $DIR/pki/kubelet.key
evictionHard: {memory.available: "100Mi", nodefs.available: "1%", imagefs.available: "1%"}
imageGCHighThresholdPercent: 100
localStorageCapacityIsolation: false
C
  cat > "$DIR/proxy.yaml" <<C
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
clientConnection: {kubeconfig: $DIR/proxy.kubeconfig}
mode: iptables
clusterCIDR: 10.244.0.0/16
hostnameOverride: node-1
conntrack: {maxPerCore: 0}
C
  launch containerd containerd -c "$DIR/containerd.toml"
  for _ in $(seq 60); do ctr -a "$DIR/containerd.sock" version >/dev/null 2>&1 && break; sleep .25; done
  pause_image
  launch kubelet "$PROGRAMS/kubelet" --config="$DIR/kubelet.yaml" --kubeconfig="$DIR/kubelet.kubeconfig" --hostname-override=node-1 --node-ip="$ADDRESS" --root-dir="$DIR/kubelet" --v=1
  launch proxy "$PROGRAMS/kube-proxy" --config="$DIR/proxy.yaml"
  "$PROGRAMS/kubectl" --kubeconfig "$DIR/admin.kubeconfig" wait --for=create node/node-1 --timeout=60s >/dev/null
  "$PROGRAMS/kubectl" --kubeconfig "$DIR/admin.kubeconfig" wait --for=condition=Ready node/node-1 --timeout=60s >/dev/null
}

node_down() {
  "$PROGRAMS/kubectl" --kubeconfig "$DIR/admin.kubeconfig" delete deployments,daemonsets,statefulsets,jobs,pods -A --all --grace-period=1 --timeout=30s >/dev/null 2>&1 || true
  stop kubelet; stop proxy
  "$PROGRAMS/kube-proxy" --cleanup >/dev/null 2>&1 || true
  local netns; netns=$(for c in $(ctr -a "$DIR/containerd.sock" -n k8s.io containers ls -q 2>/dev/null); do ctr -a "$DIR/containerd.sock" -n k8s.io containers info "$c" | grep -o 'cni-[0-9a-f-]*' || true; done | sort -u)
  for t in $(ctr -a "$DIR/containerd.sock" -n k8s.io tasks ls -q 2>/dev/null); do ctr -a "$DIR/containerd.sock" -n k8s.io tasks kill -s KILL "$t" >/dev/null 2>&1 || true; done
  stop containerd
  # The shims outlive containerd by design; this state directory's own are the ones to end.
  for s in $(pgrep -f "containerd-shim.* -address $DIR/containerd.sock" || true); do kill -9 "$s" 2>/dev/null || true; done
  for n in $netns; do ip netns del "$n" 2>/dev/null || true; done
  ip link del cni-patronus 2>/dev/null || true
  stop scheduler; stop kcm; stop apiserver; stop etcd
  awk -v d="$DIR/" 'index($2, d) == 1 {print $2}' /proc/mounts | sort -r | while read -r m; do umount -l "$m" 2>/dev/null || true; done
}

pause_image() { # the sandbox image: one static program that waits, packed by hand as a docker-archive
  local d=$DIR/pause; mkdir -p "$d"; cd "$d" || return
  printf '#include <signal.h>\n#include <unistd.h>\nstatic void stop(int s){(void)s;_exit(0);}\nint main(void){signal(SIGINT,stop);signal(SIGTERM,stop);for(;;)pause();}\n' > pause.c
  gcc -static -O2 -o pause pause.c
  tar -cf layer.tar pause
  printf '{"architecture":"amd64","os":"linux","config":{"Entrypoint":["/pause"]},"rootfs":{"type":"layers","diff_ids":["sha256:%s"]}}' "$(sha256sum layer.tar | cut -d' ' -f1)" > config.json
  printf '[{"Config":"config.json","RepoTags":["localhost/pause:1"],"Layers":["layer.tar"]}]' > manifest.json
  tar -cf pause.tar manifest.json config.json layer.tar
  import "$d/pause.tar" >/dev/null; cd "$DIR" || return
}

import() { ctr -a "$DIR/containerd.sock" -n k8s.io images import "$1"; }

base() { # a base image without a registry: mmdebstrap -> docker.io/library/debian:trixie-slim in buildah's store
  mmdebstrap --variant=minbase --include=ca-certificates trixie "$1"
  local c; c=$(STORAGE_DRIVER=vfs buildah from scratch)
  STORAGE_DRIVER=vfs buildah add "$c" "$1" / >/dev/null
  STORAGE_DRIVER=vfs buildah config --cmd /bin/sh "$c"
  STORAGE_DRIVER=vfs buildah commit -q "$c" docker.io/library/debian:trixie-slim
}
