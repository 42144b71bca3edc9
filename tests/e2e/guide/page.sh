# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2086,SC2154 # set by ./run and ./world.sh; names without spaces
# Every command of docs/operations.md, read from the page: its indented lines, under their headings. A command that is
# added to the page is run by itself; a heading that is not known here is told.
PAGE=$ROOT/docs/operations.md
VISITED=()

# HEADING<TAB>COMMAND, a line each; a backslash goes on, what follows two spaces and a # is a comment.
commands_of_page() {
  awk '/^#+ / {sub(/^#+ /, ""); heading = $0} /^    / {sub(/^ +/, ""); sub(/  +# .*$/, ""); line = line $0
    if (sub(/\\$/, "", line)) next; print heading "\t" line; line = ""}' "$PAGE"
}
# page HEADING: its commands, in their order. Where it shows several ways to install, each begins without the other.
page() {
  local heading=$1 command
  VISITED+=("$heading")
  while IFS= read -r command; do
    [[ $command != "helm install"* ]] || helm uninstall patronus-operator -n $NS --ignore-not-found --wait > /dev/null
    case $command in
      *" -f" | *port-forward*) types "$command" ;;
      "kubectl logs"* | "kubectl get"*) types_soon "$command" ;; # what only looks may be asked again
      *) types "$command" ;;
    esac
  done < <(commands_of_page | awk -F'\t' -v heading="$heading" '$1 == heading {print $2}')
}

section "docs/operations.md"
METRICS=$(free_port) # the one before may be forwarded still
kubectl delete sites,policies -n $NS --all --timeout=60s > /dev/null 2>&1 || true
page Install
soon "3 are ready" ready 3
run "a Site, and a broken one" apply eval "site hq; site broken | sed 's/publicKey: \"[^\"]*/publicKey: \"broken/'"
soon "the log has an ERROR" says ERROR logs
page Look
page "Back up and restore"
run "the pods have had another revision" bash -c "kubectl rollout restart deployment/patronus-operator -n $NS && kubectl rollout status deployment/patronus-operator -n $NS --timeout=120s"
page "Upgrade, roll back"
run "the broken Site goes" kubectl delete site broken -n $NS --timeout=30s
page Maintain
soon "3 are ready" ready 3
soon "all is well" all_active sites 1

section "docs/operations.md: Uninstall"
page "Uninstall and leave the Patronus API as it is"
page Uninstall
run "the Patronus API still has the Site" remote sites/hq '"hq"'
soon "nothing is left here" says '^No resources' kubectl get all -n $NS -l app.kubernetes.io/name=patronus-operator
run "it comes back" bash -c "helm install patronus-operator ./helm/patronus-operator -n $NS --set patronus.apiUrl=http://patronus-api:8081 --wait --timeout=60s"
run "the Site again" apply site hq
soon "it is adopted" all_active sites 1
run "the operator goes first" helm uninstall patronus-operator -n $NS --wait
run "and then the Site: it stays Terminating" bash -c "! kubectl delete site hq -n $NS --timeout=3s"
page "Uninstall after the operator has gone"
soon "the Site is gone" says NotFound kubectl get site hq -n $NS
run "every heading with commands was visited" diff <(commands_of_page | cut -f1 | sort -u) <(printf '%s\n' "${VISITED[@]}" | sort -u)
