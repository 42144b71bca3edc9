// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/pages/pages.h"

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

FlagProblem readRevision(const QString &value, CtlOptions &into)
{
    bool isNumber = false;
    into.revision = value.toInt(&isNumber);
    if (!isNumber || into.revision < 1)
        return u"\"%1\" is no revision; allowed: 1 and more, as --list shows them"_s.arg(value);
    return std::nullopt;
}

FlagProblem addValuesFile(const QString &value, CtlOptions &into)
{
    into.valuesFiles.append(value);
    return std::nullopt;
}

FlagProblem readChart(const QString &value, CtlOptions &into)
{
    if (!into.files.isEmpty())
        return u"unexpected argument: one chart is upgraded to"_s;
    return addFile(value, into);
}

constexpr CtlFlag helmFlag{"--helm"_L1, {}, "PROGRAM"_L1,
    "The helm program, Helm 3 or newer. Default: what the variable HELM says, else helm in PATH."_L1,
    readText<&CtlOptions::helm>};
constexpr CtlFlag releaseFlag{"--release"_L1, {}, "NAME"_L1,
    "The Helm release. Default: that of the chart patronus-operator in the operator's namespace."_L1,
    readText<&CtlOptions::release>};
constexpr CtlFlag timeoutFlag{"--timeout"_L1, {}, "TIME"_L1, "The longest wait for ready replicas. Default: 5m."_L1,
    readTime<&CtlOptions::timeout>};

constexpr CtlFlag rollbackFlags[] = {
    {"--list"_L1, {}, {}, "Print the revisions that one can go back to, and end."_L1, readSwitch<&CtlOptions::list>},
    {"--deployment"_L1, {}, {}, "Without Helm: set the Deployment's pods back, as kubectl rollout undo does."_L1,
        readSwitch<&CtlOptions::deployment>},
    {"--to-revision"_L1, {}, "REVISION"_L1, "The same as the argument REVISION."_L1, readRevision},
    releaseFlag,
    helmFlag,
    timeoutFlag,
    dryRunFlag,
    yesFlag,
    {"--output"_L1, "-o"_L1, "FORMAT"_L1, "Of the list or the plan: table, wide, json or yaml."_L1, readFormat},
};

constexpr CtlFlag backupFolderFlag{"--backup-folder"_L1, {}, "FOLDER"_L1,
    "Where the backup goes that is made before anything is lost. Default: the current folder."_L1,
    readText<&CtlOptions::backupFolder>};

constexpr CtlFlag upgradeCrdsFlags[] = {
    {"--accept-loss"_L1, {}, {}, "Do it although objects lose fields, or could not be changed any more."_L1,
        readSwitch<&CtlOptions::acceptLoss>},
    backupFolderFlag,
    signKeyFlag,
    encryptValuesFlag,
    passphraseFlag,
    dryRunFlag,
    yesFlag,
    {"--output"_L1, "-o"_L1, "FORMAT"_L1, "Of the plan: table, json or yaml."_L1, readFormat},
};

constexpr CtlFlag uninstallFlags[] = {
    {"--orphan"_L1, {}, {}, "The Patronus API keeps what it holds: each object is marked so first."_L1,
        readSwitch<&CtlOptions::orphan>},
    {"--crds"_L1, {}, {}, "Delete the CRDs as well."_L1, readSwitch<&CtlOptions::crds>},
    {"--force-finalizers"_L1, {}, {},
        "The operator has gone already: take its finalizers away by hand. The Patronus API keeps what it holds."_L1,
        readSwitch<&CtlOptions::forceFinalizers>},
    backupFolderFlag,
    signKeyFlag,
    encryptValuesFlag,
    passphraseFlag,
    releaseFlag,
    helmFlag,
    {"--timeout"_L1, {}, "TIME"_L1, "The longest wait until all objects are gone. Default: 5m."_L1,
        readTime<&CtlOptions::timeout>},
    dryRunFlag,
    yesFlag,
    {"--output"_L1, "-o"_L1, "FORMAT"_L1, "Of the plan: table, json or yaml."_L1, readFormat},
};

constexpr CtlFlag upgradeFlags[] = {
    {"--values"_L1, "-f"_L1, "FILE"_L1, "Values that come over those that the release has; may be given again."_L1,
        addValuesFile},
    {"--reset-values"_L1, {}, {}, "Forget the values that the release has."_L1, readSwitch<&CtlOptions::resetValues>},
    releaseFlag,
    helmFlag,
    timeoutFlag,
    dryRunFlag,
    yesFlag,
    {"--output"_L1, "-o"_L1, "FORMAT"_L1, "Of the plan: table, json or yaml."_L1, readFormat},
};

FlagProblem readRecovered(const QString &value, CtlOptions &into)
{
    if (into.files.size() == 2)
        return u"unexpected argument: one backup and one chart are given"_s;
    return addFile(value, into);
}

constexpr CtlFlag recoverFlags[] = {
    {"--namespace"_L1, "-n"_L1, "NAME"_L1,
        "Where the operator is installed, as with helm; it is made where it is not there. The same as "
        "--operator-namespace. All Sites and Policies of the backup are restored, each in its own namespace."_L1,
        readText<&CtlOptions::operatorNamespace>},
    {"--values"_L1, "-f"_L1, "FILE"_L1,
        "Values that come over those of the backup, such as what was left out of it as secret; may be given again."_L1,
        addValuesFile},
    {"--digest"_L1, {}, "SHA256"_L1, "The digest that was kept elsewhere: the backup has to have it."_L1,
        readText<&CtlOptions::digest>},
    verifyKeyFlag,
    {"--decrypt-key"_L1, {}, "FILE"_L1,
        "A private key (PEM): the values that were saved with --encrypt-values are taken, too. They are on no disk."_L1,
        readText<&CtlOptions::decryptKey>},
    passphraseFlag,
    releaseFlag,
    helmFlag,
    {"--timeout"_L1, {}, "TIME"_L1, "The longest wait for ready replicas, and then for Ready objects. Default: 5m."_L1,
        readTime<&CtlOptions::timeout>},
    dryRunFlag,
    yesFlag,
    {"--output"_L1, "-o"_L1, "FORMAT"_L1, "Of the plan: table, json or yaml."_L1, readFormat},
};

constexpr CtlPage pages[] = {
    {
        .command = CtlOptions::Command::Recover,
        .name = "recover"_L1,
        .summary = "after a complete loss: the operator, then a backup"_L1,
        .arguments = "BACKUP CHART"_L1,
        .description
        = u"For a cluster that has lost the operator, or a new one. Takes a folder of kubectl patronus backup, whose "
          "hashes are checked, and the operator's chart (a folder or a .tgz). Has helm render the chart with the "
          "backup's values for this server, tries each object out, looks what becomes of each Site and Policy, and "
          "shows all of that as one plan.\n"
          "Then helm installs the operator, with its namespace (patronus-system, or that of -n) and CRDs; when its "
          "replicas are ready the Sites and "
          "Policies are made, with the namespaces that they need, read back and compared; and it ends when all of them "
          "are Ready. What the Patronus API still holds is recognised, and not sent again. Values that the backup left "
          "out as secret are named, and given with --values.\n"
          "What is there already stays as it is: an installed operator is not touched, objects that are there are "
          "skipped. Where it ends early, the same command goes on.\n"
          "Permissions: those of kubectl patronus restore; list, create and update secrets in the operator's "
          "namespace; "
          "and what the chart makes, which the plan names.",
        .flags = recoverFlags,
        .examples = "  kubectl patronus recover BACKUP ./helm/patronus-operator --dry-run\n"
                    "  kubectl patronus recover BACKUP CHART.tgz -n sdwan --values secrets.yaml\n"_L1,
        .readArgument = readRecovered,
    },
    {
        .command = CtlOptions::Command::Rollback,
        .name = "rollback"_L1,
        .summary = "go back to an earlier revision of the operator"_L1,
        .arguments = "[REVISION]"_L1,
        .description
        = u"Reads what Helm keeps of the operator's release (its Secrets in the operator's namespace), and shows what "
          "would change: the values, and each object, tried out by the server; what is made, deleted or left; how "
          "many replicas there are then; a maintenance record, a HorizontalPodAutoscaler, Argo CD and Flux, which may "
          "undo it. Without REVISION it is the last one that was deployed before. A revision in which a CRD, a "
          "namespace or a volume's claim would be deleted is refused. A release that is stuck in pending-upgrade or "
          "pending-rollback is mended by this; pending-install has nothing to go back to.\n"
          "The helm program does it. It gets a kubeconfig of this one server and user in memory, which is on no disk, "
          "and it is looked again whether the release is still what was shown. What helm says is shown; then all "
          "replicas have to be ready. CRDs, Sites and Policies stay as they are.\n"
          "With --deployment only the pods are set back, from the Deployment's ReplicaSets, with the same number of "
          "replicas; no helm is needed, and Helm does not know of it.\n"
          "Permissions: list, create and update secrets, and what Helm does to each object, which the plan names; "
          "with --deployment get and patch deployments and list replicasets.",
        .flags = rollbackFlags,
        .examples = "  kubectl patronus rollback --list\n"
                    "  kubectl patronus rollback --dry-run\n"
                    "  kubectl patronus rollback 12\n"
                    "  kubectl patronus rollback --deployment --to-revision 3\n"_L1,
        .readArgument = readRevision,
    },
    {
        .command = CtlOptions::Command::Upgrade,
        .name = "upgrade"_L1,
        .summary = "upgrade the operator to a chart or to other values"_L1,
        .arguments = "CHART"_L1,
        .description
        = u"Has helm render CHART (a folder or a .tgz) for this server, and shows what would change as kubectl "
          u"patronus "
          "rollback does: values, each object, replicas, who would undo it. The values that the release has are kept, "
          "under those of the files. CRDs are not touched: when those in the cluster are older than the chart's it "
          "says "
          "so, and kubectl patronus upgrade-crds replaces them.\n"
          "The helm program does it, as with rollback; before that it renders once more, and has to get the same. A "
          "release that is pending is refused: rollback mends it.",
        .flags = upgradeFlags,
        .examples = "  kubectl patronus upgrade ./helm/patronus-operator --dry-run\n"
                    "  kubectl patronus upgrade patronus-operator-0.2.0.tgz --values production.yaml\n"_L1,
        .readArgument = readChart,
    },
    {
        .command = CtlOptions::Command::UpgradeCrds,
        .name = "upgrade-crds"_L1,
        .summary = "replace the CRDs, after a look at every object"_L1,
        .arguments = "[FOLDER|FILE...]"_L1,
        .description
        = u"Helm never upgrades CRDs; this does. Without arguments the CRDs are those of this program's version. Shows "
          "what becomes of the schema (fields, types, limits, required, columns, versions), and holds every Site and "
          "Policy in the cluster against the new one: fields that would be dropped, and values that would be refused "
          "at the next change. Then nothing is done, unless it is accepted with --accept-loss; in that case a backup "
          "is made first.\n"
          "CRDs of the replaced operator (public_key) are left alone: kubectl patronus migrate converts the objects.\n"
          "After that it waits until the CRDs are Established and served, and reads every object again. Permissions: "
          "get and patch (create, where they are not there) customresourcedefinitions, list sites and policies.",
        .flags = upgradeCrdsFlags,
        .examples = "  kubectl patronus upgrade-crds --dry-run\n"
                    "  kubectl patronus upgrade-crds\n"
                    "  kubectl patronus upgrade-crds crds/ --accept-loss --backup-folder /srv/backups\n"_L1,
        .readArgument = addFile,
    },
    {
        .command = CtlOptions::Command::Uninstall,
        .name = "uninstall"_L1,
        .summary = "delete Sites and Policies, then the operator"_L1,
        .arguments = {},
        .description
        = u"In this order: a backup; all Sites and Policies of all namespaces, while the operator runs, since it alone "
          "takes their finalizers away and with them what the Patronus API holds; when all are gone the Helm release, "
          "by helm; with --crds the CRDs, if no object has come meanwhile. With --orphan the Patronus API keeps what "
          "it holds, and the network goes on.\n"
          "What is gone already is left out of the plan: when it was ended, or did not end in time, the same command "
          "goes on. Where the operator has gone first, objects stay Terminating; --force-finalizers frees them, and "
          "the Patronus API keeps what it holds.\n"
          "Permissions: list, patch and delete sites and policies, those of kubectl patronus backup, and what Helm "
          "does to each object, which the plan names; delete customresourcedefinitions with --crds.",
        .flags = uninstallFlags,
        .examples = "  kubectl patronus uninstall --dry-run\n"
                    "  kubectl patronus uninstall --orphan --backup-folder /srv/backups\n"
                    "  kubectl patronus uninstall --sign-key backup.key --encrypt-values admins.crt\n"
                    "  kubectl patronus uninstall --crds\n"
                    "  kubectl patronus uninstall --force-finalizers\n"_L1,
    },
    {
        .command = CtlOptions::Command::Migrate,
        .name = "migrate"_L1,
        .summary = "convert what the replaced operator has left"_L1,
        .arguments = {},
        .description
        = u"For clusters whose CRDs are snake_case (public_key). Stops the old operator, after its number of replicas "
          "is written down; makes a backup; converts every Site and Policy (publicKey) and replaces the CRDs. What the "
          "new schema would refuse or drop is told first, by object, and stops it. UIDs, labels, annotations and "
          "finalizers stay; the Patronus API is not asked, and traffic goes on.\n"
          "For the time of the conversion the CRDs take specs of any form: each object is at any time wholly in the "
          "one language or in the other, and the same command goes on where it ended. Then comes helm upgrade to this "
          "operator's chart. The backup is the way back. Where nothing is to be converted, nothing is stopped.\n"
          "Permissions: get and patch deployments and customresourcedefinitions, patch deployments/scale, list and "
          "patch sites and policies, and those of kubectl patronus backup.",
        .flags = upgradeCrdsFlags,
        .examples = "  kubectl patronus migrate --dry-run\n"
                    "  kubectl patronus migrate --backup-folder /srv/backups\n"_L1,
    },
};

} // namespace

std::span<const CtlPage> releasePages()
{
    return pages;
}

} // namespace patronus
