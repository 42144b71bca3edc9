# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# shellcheck disable=SC2086,SC2154 # set by ./run and ./world.sh; names without spaces
# What the pods may do, seen from the machine that runs them, and what a linter says to the chart. The account's permissions
# are compared with the guide's list by tst_chart.

section "Security"
soon "one leads" leads_another
PID=$(pid_of "$(leader)")
run "the namespace takes restricted pods only" said restricted kubectl get namespace $NS --show-labels
run "the process is user 1000, in no root group" said '^Uid:.1000.1000.1000.1000 Gid:.1000.1000.1000.1000$' bash -c "grep -E '^(Uid|Gid)' /proc/$PID/status | xargs -d '\n'"
run "it has no capability, and can get none" said '^0 0 0 0 0 1 2$' bash -c "awk '/^(Cap...|NoNewPrivs|Seccomp):/ {sub(\"0000000000000000\", \"0\", \$2); print \$2}' /proc/$PID/status | xargs"
run "its root is read-only" said ' / / ro,| / ro,' bash -c "awk '\$5 == \"/\"' /proc/$PID/mountinfo"
# The guide wants user 1000, IfNotPresent and by default one replica. A limit of storage would evict a pod for its log: it
# writes nothing else.
lint() { # HELM-ARGS…
  helm template patronus-operator ./helm/patronus-operator -n $NS --set networkPolicy.enabled=true "$@" 2> /dev/null | kube-score score --kubernetes-version v1.34 --output-format ci --ignore-test \
    container-security-context-user-group-id,container-image-pull-policy,container-ephemeral-storage-request-and-limit,deployment-replicas - > lint
  ! grep -vE '^\[(OK|SKIPPED)\]' lint
}
run "kube-score has nothing to say" lint
run "kube-score has nothing to say: production" lint --values ./helm/patronus-operator/values-production.yaml
complains() { ! lint --set securityContext.readOnlyRootFilesystem=false; }
run "kube-score says when a root is writable" complains
