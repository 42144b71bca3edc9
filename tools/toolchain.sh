# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# Where the toolchain is and how a command gets into it. Sourced by ./dev and tools/*.
#
# Every folder that makes a second run fast is named here and nowhere else.
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
CACHE=${PATRONUS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/patronus}
PACKAGES=$(sed 's/#.*//' "$ROOT/tools/packages.txt" | xargs)
NODE_PACKAGES=$(sed 's/#.*//' "$ROOT/tools/packages-node.txt" | xargs)
SYSTEM=$CACHE/toolchain-$(printf '%s' "$PACKAGES $NODE_PACKAGES" | sha256sum | cut -c1-12) # a Debian 13 chroot, where the machine is older
# shellcheck disable=SC2034 # read by those who source this
PROGRAMS=$CACHE/kubernetes-$(cat "$ROOT"/tools/cluster/{go.mod,programs.go} "$ROOT"/tools/cluster/{coredns/go.mod,coredns/main.go,kube-score/go.mod} | sha256sum | cut -c1-12) # etcd, kube-apiserver, …
export GOPATH=$CACHE/go GOCACHE=$CACHE/go-build                # Go's modules and compiled packages
export CCACHE_DIR=$CACHE/ccache CCACHE_MAXSIZE=${CCACHE_MAXSIZE:-5G} # compiled C++

say() { printf '\033[1m==> %s\033[0m\n' "$*" >&2; }
free_port() { # below the ports that the kernel gives out by itself
  local port=$((20000 + RANDOM % 10000))
  while (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do port=$((20000 + RANDOM % 10000)); done
  echo $port
}
fail() { printf '\033[1;31merror:\033[0m %s\n' "$*" >&2; exit 1; }

# Prints native or chroot: whether this machine's own packages can be the toolchain.
toolchain_kind() {
  if [ -n "${PATRONUS_INSIDE:-}" ]; then echo inside; return; fi
  local version
  version=$(. /etc/os-release && case $ID in debian) echo "${VERSION_ID:-99}" ;; ubuntu) echo "ubuntu" ;; *) echo 0 ;; esac)
  case $version in
    ubuntu) if apt-cache policy qt6-base-dev 2>/dev/null | grep -qE 'Candidate: 6\.([89]|[1-9][0-9])'; then echo native; else echo chroot; fi ;;
    *) if [ "${version%%.*}" -ge 13 ]; then echo native; else echo chroot; fi ;;
  esac
}

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; elif command -v sudo >/dev/null; then sudo "$@"; else fail "'$*' needs root: run ./dev once as root, or install sudo"; fi; }

# Makes sure that the toolchain stands; seconds when it does already.
toolchain_ensure() {
  case $(toolchain_kind) in
    inside) ;;
    native)
      local missing=() p
      for p in $PACKAGES; do dpkg-query -W -f='${Status}' "$p" 2>/dev/null | grep -q 'install ok installed' || missing+=("$p"); done
      [ ${#missing[@]} = 0 ] && return
      say "installing ${#missing[@]} packages (about a minute): ${missing[*]}"
      as_root apt-get update -qq
      as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null || fail "apt-get install failed; see above"
      ;;
    chroot)
      [ -e "$SYSTEM/.ready" ] && return
      [ "$(id -u)" = 0 ] || fail "this machine is older than Debian 13: a Debian 13 chroot is made in $CACHE, which needs root. Run: sudo ./dev ${COMMAND:-build}"
      mkdir -p "$CACHE"
      exec 9> "$CACHE/.toolchain-lock"; flock 9 # two ./dev at once: one makes it, the other waits
      [ -e "$SYSTEM/.ready" ] && { exec 9>&-; return; }
      chroot_make; exec 9>&- ;;
  esac
}

chroot_make() {
  local new=$SYSTEM.new
  if ! command -v mmdebstrap >/dev/null; then
    say "installing mmdebstrap"
    apt-get update -qq; DEBIAN_FRONTEND=noninteractive apt-get install -y -qq mmdebstrap >/dev/null || fail "cannot install mmdebstrap, which makes the Debian 13 chroot"
  fi
  rm -rf --one-file-system "$new"
  say "making a Debian 13 chroot in $SYSTEM (about 2 minutes, 3 GB, once)"
  mmdebstrap --quiet --variant=apt --include=ca-certificates trixie "$new" || { rm -rf --one-file-system "$new"; fail "mmdebstrap failed; see above"; }
  chroot_files "$new"
  say "installing the toolchain into it"
  # policy-rc.d: packages must not start their services (microsocks, tinyproxy) in a chroot.
  printf '#!/bin/sh\nexit 101\n' > "$new/usr/sbin/policy-rc.d"; chmod +x "$new/usr/sbin/policy-rc.d"
  chroot_run "$new" / env DEBIAN_FRONTEND=noninteractive sh -c "apt-get update -qq && apt-get install -y -qq --no-install-recommends $PACKAGES $NODE_PACKAGES >/var/log/toolchain-install.log 2>&1" \
    || { tail -n 20 "$new/var/log/toolchain-install.log" >&2; rm -rf --one-file-system "$new"; fail "installing the packages of tools/packages*.txt failed; see above"; }
  rm -f "$new"/var/cache/apt/archives/*.deb
  touch "$new/.ready"; mv "$new" "$SYSTEM"
  # Another checkout may be at work in another one: only those that nobody has used for a week go.
  local old; for old in "$CACHE"/toolchain-*; do [ -n "$(find "$old/.ready" -mtime -7 2>/dev/null)" ] || rm -rf --one-file-system "$old"; done
}

# The machine's own name service and certificates, which a new chroot does not have.
chroot_files() { # DIR
  cp -L /etc/resolv.conf "$1/etc/resolv.conf"
  cp -L /etc/hosts "$1/etc/hosts"
  local bundle=${SSL_CERT_FILE:-/etc/ssl/certs/ca-certificates.crt}
  if [ -r "$bundle" ]; then mkdir -p "$1/etc/ssl/certs"; cp -L "$bundle" "$1/etc/ssl/certs/machine-bundle.crt"; fi
}

# Replaces this process by CMD with DIR as its root, in folder CWD; the mounts end with it.
chroot_exec() { # DIR CWD CMD...
  local dir=$1 cwd=$2; shift 2
  local home=${HOME:-/root} paths=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
  export SSL_CERT_FILE=/etc/ssl/certs/machine-bundle.crt PATRONUS_INSIDE=1
  unset SSL_CERT_DIR
  # shellcheck disable=SC2016 # expanded by the inner shell
  exec unshare --mount --propagation private bash -c '
    dir=$1 root=$2 cache=$3 home=$4; shift 4
    mkdir -p "$dir$root" "$dir$cache" "$dir$home"
    mount --bind "$dir" "$dir"
    for m in /proc /dev /sys /tmp "$root" "$cache"; do mkdir -p "$dir$m"; mount --rbind "$m" "$dir$m"; done
    cd "$dir"; pivot_root . .; umount --lazy . # and not chroot: runc makes containers only where the root is a mount
    exec /usr/bin/env "$@"' chroot-exec "$dir" "$ROOT" "$CACHE" "$home" -C "$cwd" PATH="$paths" HOME="$home" "$@"
}
chroot_run() { (chroot_exec "$@"); }

# Replaces this process by CMD where the toolchain is.
toolchain_exec() {
  case $(toolchain_kind) in
    chroot) chroot_files "$SYSTEM"; touch "$SYSTEM/.ready"; mkdir -p "$CACHE"; chroot_exec "$SYSTEM" "$PWD" "$@" ;;
    *) exec "$@" ;;
  esac
}
