// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/page.h"

#include "core/duration.h"

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

using Problem = std::optional<QString>;

template <QString CtlOptions::*member> Problem readText(const QString &value, CtlOptions &into)
{
    if (value.isEmpty())
        return u"needs a value that is not empty"_s;
    into.*member = value;
    return std::nullopt;
}

template <bool CtlOptions::*member> Problem readSwitch(const QString &value, CtlOptions &into)
{
    if (value != "true"_L1 && value != "false"_L1)
        return u"\"%1\" is neither; allowed: true, false"_s.arg(value);
    into.*member = value == "true"_L1;
    return std::nullopt;
}

Problem readFormat(const QString &value, CtlOptions &into)
{
    using enum CtlOptions::Format;
    for (const auto &[name, format] : {std::pair("table"_L1, Table), std::pair("wide"_L1, Wide),
             std::pair("json"_L1, Json), std::pair("yaml"_L1, Yaml)})
        if (value == name) {
            into.format = format;
            return std::nullopt;
        }
    return u"\"%1\" is none; allowed: table, wide, json, yaml"_s.arg(value);
}

Problem readExisting(const QString &value, CtlOptions &into)
{
    if (value != "skip"_L1 && value != "update"_L1)
        return u"\"%1\" is neither; allowed: skip, update"_s.arg(value);
    into.update = value == "update"_L1;
    return std::nullopt;
}

template <std::chrono::seconds CtlOptions::*member> Problem readTime(const QString &value, CtlOptions &into)
{
    const auto duration = parseDuration(value);
    if (!duration || *duration < std::chrono::seconds(1))
        return u"\"%1\" is no time; allowed: 1s and more, like 90s, 10m or 24h"_s.arg(value);
    into.*member = std::chrono::duration_cast<std::chrono::seconds>(*duration);
    return std::nullopt;
}

Problem readKeep(const QString &value, CtlOptions &into)
{
    bool isNumber = false;
    into.keep = value.toInt(&isNumber);
    if (!isNumber || into.keep < 0)
        return u"\"%1\" is no number of backups; allowed: 0 (all) and more"_s.arg(value);
    return std::nullopt;
}

Problem addFile(const QString &value, CtlOptions &into)
{
    into.files.append(value);
    return std::nullopt;
}

constexpr CtlFlag common[] = {
    {"--kubeconfig"_L1, {}, "FILE"_L1,
        "The kubeconfig. Default: KUBECONFIG, in a pod its service account, else ~/.kube/config."_L1,
        readText<&CtlOptions::kubeconfig>},
    {"--context"_L1, {}, "NAME"_L1, "The context of the kubeconfig. Default: the current one."_L1,
        readText<&CtlOptions::context>},
    {"--namespace"_L1, "-n"_L1, "NAME"_L1, "Only the Sites and Policies of this namespace. Default: all namespaces."_L1,
        readText<&CtlOptions::nameSpace>},
    {"--operator-namespace"_L1, {}, "NAME"_L1,
        "Where the operator and its Helm release are. Default: patronus-system."_L1,
        readText<&CtlOptions::operatorNamespace>},
};

constexpr CtlFlag backupFlags[] = {
    {"--output"_L1, "-o"_L1, "FOLDER"_L1, "In which the backup's own folder is made. Default: the current folder."_L1,
        readText<&CtlOptions::folder>},
    {"--keep"_L1, {}, "NUMBER"_L1,
        "When the backup is whole, remove the oldest ones of the same cluster in that folder until so many are left. "
        "Default: 0, all stay."_L1,
        readKeep},
};

constexpr CtlFlag restoreFlags[] = {
    {"--dry-run"_L1, {}, {}, "Only the plan: read, try out, and end."_L1, readSwitch<&CtlOptions::dryRun>},
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
    {"--wait"_L1, {}, {}, "After that wait until every restored object is Ready."_L1, readSwitch<&CtlOptions::wait>},
    {"--timeout"_L1, {}, "TIME"_L1, "The longest wait. Default: 5m."_L1, readTime<&CtlOptions::timeout>},
    {"--yes"_L1, "-y"_L1, {}, "Do it without asking."_L1, readSwitch<&CtlOptions::yes>},
    {"--output"_L1, "-o"_L1, "FORMAT"_L1, "Of the plan: table, wide (each object), json or yaml."_L1, readFormat},
};

constexpr CtlFlag journalFlags[] = {
    {"--since"_L1, {}, "TIME"_L1, "Only what was done so long ago at most, like 24h. Default: all."_L1,
        readTime<&CtlOptions::since>},
    {"--output"_L1, "-o"_L1, "FORMAT"_L1, "table, wide (with server and cluster), json or yaml (with all contents)."_L1,
        readFormat},
};

constexpr CtlFlag timeoutFlag{"--timeout"_L1, {}, "TIME"_L1, "The longest wait for ready replicas. Default: 5m."_L1,
    readTime<&CtlOptions::timeout>};
constexpr CtlFlag yesFlag{"--yes"_L1, "-y"_L1, {}, "Do it without asking."_L1, readSwitch<&CtlOptions::yes>};
constexpr CtlFlag statusFlag{"--output"_L1, "-o"_L1, "FORMAT"_L1, "table, json or yaml."_L1, readFormat};
constexpr CtlFlag reasonFlag{
    "--reason"_L1, {}, "TEXT"_L1, "Why; everybody who looks can read it."_L1, readText<&CtlOptions::reason>};
constexpr CtlFlag holdFlags[] = {
    reasonFlag,
    {"--for"_L1, {}, "TIME"_L1, "How long it is meant to last, like 2h: status then says when it is over."_L1,
        readTime<&CtlOptions::holdFor>},
    timeoutFlag,
    yesFlag,
    statusFlag,
};
constexpr CtlFlag backFlags[] = {timeoutFlag, yesFlag, statusFlag};
constexpr CtlFlag lookFlags[] = {statusFlag};

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
          "and named. What may not be read (CRDs, Deployment, Secrets) is noted, and the backup goes on; Sites and "
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
    {
        .command = CtlOptions::Command::MaintenanceStart,
        .name = "maintenance start"_L1,
        .summary = "hold the operator at one replica"_L1,
        .arguments = {},
        .description
        = u"Writes down on the operator's Deployment (annotation sdwan.patronus.dev/maintenance) how many replicas it "
          "has, who holds it, why and until when, and only then scales it to 1 and waits until that is ready. Whatever "
          "happens to this program, everybody can see it and bring it back: kubectl patronus maintenance resume. A "
          "record that is there stays as it is.\n"
          "A HorizontalPodAutoscaler that would undo it is an error; Argo CD and Flux are named. Permissions: get and "
          "patch deployments, patch deployments/scale in the operator's namespace.",
        .flags = holdFlags,
        .examples = "  kubectl patronus maintenance start --reason 'node upgrade' --for 2h\n"_L1,
    },
    {
        .command = CtlOptions::Command::MaintenanceStatus,
        .name = "maintenance status"_L1,
        .summary = "whether the operator is held, and by whom"_L1,
        .arguments = {},
        .description
        = u"Prints how many replicas the operator has and what is recorded on its Deployment. Changes nothing.",
        .flags = lookFlags,
        .examples = "  kubectl patronus maintenance status -o json\n"_L1,
    },
    {
        .command = CtlOptions::Command::MaintenanceResume,
        .name = "maintenance resume"_L1,
        .summary = "bring the operator back as it was"_L1,
        .arguments = {},
        .description
        = u"Scales the operator to the number of replicas that was recorded, never to another, waits until so many are "
          "ready, and takes the record away. Whoever began it, and on whatever machine, anybody with the permissions "
          "can end it. When the time is over before all are ready the record stays, and the same command goes on.",
        .flags = backFlags,
        .examples = "  kubectl patronus maintenance resume\n"_L1,
    },
    {
        .command = CtlOptions::Command::Stop,
        .name = "stop"_L1,
        .summary = "emergency: stop the operator altogether"_L1,
        .arguments = {},
        .description
        = u"Records as maintenance start does, and scales the operator to 0. Until it runs again nothing reaches the "
          "Patronus API, statuses grow old, and deleted Sites and Policies wait for it; nothing is lost.",
        .flags = holdFlags,
        .examples = "  kubectl patronus stop --reason 'wrong policies roll out' --yes\n"_L1,
    },
    {
        .command = CtlOptions::Command::Start,
        .name = "start"_L1,
        .summary = "after stop: bring the operator back"_L1,
        .arguments = {},
        .description = u"The same as kubectl patronus maintenance resume.",
        .flags = backFlags,
        .examples = "  kubectl patronus start\n"_L1,
    },
    {
        .command = CtlOptions::Command::Journal,
        .name = "journal"_L1,
        .summary = "what this user has changed from this machine"_L1,
        .arguments = {},
        .description
        = u"Lists every write to a cluster that went through this program: when, as whom, where, what, and how it "
          "ended; as JSON or YAML also what the object was before and what was sent. --context and --namespace choose "
          "among them.\n"
          "The journal is the file patronus/journal.jsonl in XDG_STATE_HOME, or without that in ~/.local/state. It is "
          "only added to, nobody else may read it, and values that look like secrets are not in it. A write is on the "
          "disk before it is sent: where the journal cannot be written, nothing is changed. A write whose end is not "
          "known was on its way when the program ended.",
        .flags = journalFlags,
        .examples = "  kubectl patronus journal --since 24h\n"
                    "  kubectl patronus journal --context prod-eu -o json\n"_L1,
    },
};

} // namespace

std::span<const CtlPage> ctlPages()
{
    return pages;
}

std::span<const CtlFlag> commonFlags()
{
    return common;
}

} // namespace patronus
