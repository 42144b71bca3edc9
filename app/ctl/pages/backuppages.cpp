// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/pages/pages.h"

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

FlagProblem readExisting(const QString &value, CtlOptions &into)
{
    if (value != "skip"_L1 && value != "update"_L1)
        return u"\"%1\" is neither; allowed: skip, update"_s.arg(value);
    into.update = value == "update"_L1;
    return std::nullopt;
}

FlagProblem readKeep(const QString &value, CtlOptions &into)
{
    bool isNumber = false;
    into.keep = value.toInt(&isNumber);
    if (!isNumber || into.keep < 0)
        return u"\"%1\" is no number of backups; allowed: 0 (all) and more"_s.arg(value);
    return std::nullopt;
}

constexpr CtlFlag backupFlags[] = {
    {"--output"_L1, "-o"_L1, "FOLDER"_L1, "In which the backup's own folder is made. Default: the current folder."_L1,
        readText<&CtlOptions::folder>},
    {"--keep"_L1, {}, "NUMBER"_L1,
        "When the backup is whole, remove the oldest ones of the same cluster in that folder until so many are left. "
        "Default: 0, all stay."_L1,
        readKeep},
    signKeyFlag,
    encryptValuesFlag,
    passphraseFlag,
};

constexpr CtlFlag restoreFlags[] = {
    dryRunFlag,
    verifyKeyFlag,
    {"--existing"_L1, {}, "skip|update"_L1, "What becomes of objects that are there and differ. Default: skip."_L1,
        readExisting},
    {"--create-namespaces"_L1, {}, {}, "Make the namespaces that are not there."_L1,
        readSwitch<&CtlOptions::createNamespaces>},
    {"--skip-conflicts"_L1, {}, {}, "Restore what can be restored, and leave the rest out."_L1,
        readSwitch<&CtlOptions::skipConflicts>},
    {"--accept-edited"_L1, {}, {}, "Files of the backup were edited by hand, and that is meant."_L1,
        readSwitch<&CtlOptions::acceptEdited>},
    {"--digest"_L1, {}, "SHA256"_L1, "The digest that was kept elsewhere: the backup has to have it."_L1,
        readText<&CtlOptions::digest>},
    {"--stop-operator"_L1, {}, {},
        "Stop the operator first (to 0 replicas, with a record of how many it had), and leave it stopped: maintenance "
        "resume --dry-run then shows what it would do, and maintenance resume brings it back."_L1,
        readSwitch<&CtlOptions::stopOperator>},
    {"--wait"_L1, {}, {}, "After that wait until every restored object is Ready."_L1, readSwitch<&CtlOptions::wait>},
    {"--timeout"_L1, {}, "TIME"_L1, "The longest wait. Default: 5m."_L1, readTime<&CtlOptions::timeout>},
    yesFlag,
    {"--output"_L1, "-o"_L1, "FORMAT"_L1, "Of the plan: table, wide (each object), json or yaml."_L1, readFormat},
};

constexpr CtlPage pages[] = {
    {
        .command = CtlOptions::Command::Backup,
        .name = "backup"_L1,
        .summary = "save Sites, Policies and the operator's values"_L1,
        .arguments = {},
        .description
        = u"Makes a folder patronus-backup-CONTEXT-TIME with sites-backup.yaml and policies-backup.yaml, as kubectl "
          "applies them; operator-values-backup.yaml, the values of the operator's Helm release, as helm takes them; "
          "operator-deployment.yaml; the CRDs in crds/; and bundle.json, which says when and of which cluster it is, "
          "with a SHA-256 of each object and file.\n"
          "Objects are saved as one would write them: without uid, resourceVersion, managedFields, owners, status and "
          "the operator's own finalizer, which it sets again by itself. Values that look like secrets are left out, "
          "and named; with --encrypt-values they come along for who has the key. What may not be read (CRDs, "
          "Deployment, Secrets) is noted, and the backup goes on; Sites and "
          "Policies have to be readable.\n"
          "The server tries each object out (dryRun=All) where this user may create it. The folder is written under "
          "another name, read back and compared, and gets its name only when it is whole. Nothing in the cluster is "
          "changed. The path is printed on standard output, the rest on standard error; keep the digest elsewhere.\n"
          "Permissions: list sites and policies; get customresourcedefinitions, deployments and the namespace "
          "kube-system, list secrets in the operator's namespace, create sites and policies (for trying out) are used "
          "where they are there.",
        .flags = backupFlags,
        .examples = "  kubectl patronus backup\n"
                    "  kubectl patronus backup --context prod-eu -o /srv/backups\n"
                    "  kubectl patronus backup --sign-key backup.key --encrypt-values admins.crt\n"
                    "  kubectl apply -f patronus-backup-prod-eu-20261126T120000Z/sites-backup.yaml\n"_L1,
    },
    {
        .command = CtlOptions::Command::Restore,
        .name = "restore"_L1,
        .summary = "make Sites and Policies again from a backup"_L1,
        .arguments = "BACKUP|FILE..."_L1,
        .description
        = u"Takes folders of kubectl patronus backup, whose hashes are checked, and YAML or JSON files as kubectl get "
          "-o yaml writes them. Looks at the cluster, has the server try each object out (dryRun=All), and shows what "
          "becomes of each: create, update, identical (is there already), skip (is there, differs, is left alone) or "
          "conflict. With a conflict nothing is written at all: the server refuses the object, its namespace is not "
          "there, or its name is taken in another namespace, which the Patronus API does not tell apart.\n"
          "CRDs that are not there are made first; those that are there stay as they are. Objects are changed only "
          "if they are still what was seen (UID and resourceVersion). The first write that fails ends it; what was "
          "done and what not is told, and the same command goes on from there. After that all is read again and "
          "compared. Neither status nor the operator is restored: helm install the operator with the backup's values.\n"
          "Before the first write it asks, in production and in contexts of which nobody knows what they are for the "
          "context's name. Permissions: list and create sites and policies; patch with --existing=update; create "
          "customresourcedefinitions and namespaces where they are missing.",
        .flags = restoreFlags,
        .examples = "  kubectl patronus restore patronus-backup-prod-eu-20261126T120000Z --dry-run\n"
                    "  kubectl patronus restore sites-backup.yaml policies-backup.yaml --wait\n"
                    "  kubectl patronus restore BACKUP --context dr --create-namespaces --yes\n"_L1,
        .readArgument = addFile,
    },
};

} // namespace

std::span<const CtlPage> backupPages()
{
    return pages;
}

} // namespace patronus
