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

constexpr CtlFlag helmFlag{"--helm"_L1, {}, "PROGRAM"_L1,
    "The helm program, Helm 3 or newer. Default: what the variable HELM says, else helm in PATH."_L1,
    readText<&CtlOptions::helm>};
constexpr CtlFlag releaseFlag{"--release"_L1, {}, "NAME"_L1,
    "The Helm release. Default: that of the chart patronus-operator in the operator's namespace."_L1,
    readText<&CtlOptions::release>};
constexpr CtlFlag timeoutFlag{"--timeout"_L1, {}, "TIME"_L1, "The longest wait for ready replicas. Default: 5m."_L1,
    readTime<&CtlOptions::timeout>};
constexpr CtlFlag dryRunFlag{
    "--dry-run"_L1, {}, {}, "Only the plan: read, try out, and end."_L1, readSwitch<&CtlOptions::dryRun>};

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

constexpr CtlPage pages[] = {
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
};

} // namespace

std::span<const CtlPage> releasePages()
{
    return pages;
}

} // namespace patronus
