# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# shellcheck disable=SC2086,SC2154 # set by ./run and ./world.sh; names without spaces
# The chart's scheduled backup, run now, into a folder of a node; and a restore of what it made.
section "Scheduled backup"
mkdir -p "$WORK/volume"; chown 1000:1000 "$WORK/volume"
kubectl apply -f - > /dev/null <<Y
apiVersion: v1
kind: PersistentVolume
metadata: {name: backups}
spec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], storageClassName: local, hostPath: {path: $WORK/volume}}
Y
helm uninstall patronus-operator -n $NS --ignore-not-found --wait > /dev/null
kubectl delete crd sites.sdwan.patronus.dev policies.sdwan.patronus.dev --ignore-not-found > /dev/null
run "helm install with backup.enabled" helm install patronus-operator ./helm/patronus-operator -n $NS --set patronus.apiUrl=http://patronus-api:8081 --set backup.enabled=true,backup.storageClass=local,backup.helmValues=true,backup.keep=2 --wait --timeout=60s
run "a Site and a Policy" apply eval "site hq; policy voice hq 10"
soon "the Policy is Active" all_active policies 1
for n in 1 2 3; do
  run "the CronJob's job $n" bash -c "kubectl create job backup-$n -n $NS --from=cronjob/patronus-operator-backup && kubectl wait job backup-$n -n $NS --for=condition=Complete --timeout=60s"
done
run "it says what it did" says '1 Site and 1 Policy are saved, read back and compared' kubectl logs -n $NS job/backup-3
run "two backups are kept" said '^2$' bash -c "ls -d $WORK/volume/patronus-backup-* | wc -l"
run "the release's values are in it" grep -q 'http://patronus-api:8081' "$WORK"/volume/patronus-backup-*/operator-values-backup.yaml
run "its account may change nothing" bash -c "! kubectl auth can-i --list -n $NS --as system:serviceaccount:$NS:patronus-operator-backup | grep -v selfsubject | grep -E 'create|update|patch|delete'"
run "the objects are deleted" kubectl delete sites,policies -n $NS --all --timeout=60s
run "kubectl patronus restore" bash -c "kubectl patronus restore \$(ls -d $WORK/volume/patronus-backup-* | tail -n 1) --yes --wait --timeout=60s"
run "all is back" all_active sites 1
run "all is lost" bash -c "kubectl delete sites,policies -n $NS --all --timeout=60s && helm uninstall patronus-operator -n $NS --wait && kubectl delete crd sites.sdwan.patronus.dev policies.sdwan.patronus.dev"
run "kubectl patronus recover" bash -c "kubectl patronus recover \$(ls -d $WORK/volume/patronus-backup-* | tail -n 1) ./helm/patronus-operator --yes --timeout=120s"
run "all is back, and its operator" all_active sites 1
run "with the backup's values" said 'keep: 2' helm get values patronus-operator -n $NS
run "they are deleted again" kubectl delete sites,policies -n $NS --all --timeout=60s
