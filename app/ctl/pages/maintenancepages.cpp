// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/pages/pages.h"

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

constexpr CtlFlag timeoutFlag{"--timeout"_L1, {}, "TIME"_L1, "The longest wait for ready replicas. Default: 5m."_L1,
    readTime<&CtlOptions::timeout>};
constexpr CtlFlag statusFlag{"--output"_L1, "-o"_L1, "FORMAT"_L1, "table, json or yaml."_L1, readFormat};
constexpr CtlFlag reasonFlag{
    "--reason"_L1, {}, "TEXT"_L1, "Why; everybody who looks can read it."_L1, readText<&CtlOptions::reason>};
constexpr CtlFlag holdFlags[] = {
    reasonFlag,
    {"--for"_L1, {}, "TIME"_L1, "How long it is meant to last, like 2h: status then says when it is over."_L1,
        readTime<&CtlOptions::holdFor>},
    timeoutFlag,
    dryRunFlag,
    yesFlag,
    statusFlag,
};
constexpr CtlFlag backFlags[] = {timeoutFlag, dryRunFlag, yesFlag, statusFlag};
constexpr CtlFlag lookFlags[] = {statusFlag};

constexpr CtlPage pages[] = {
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
          "A HorizontalPodAutoscaler that would undo it is an error; Argo CD and Flux, a PodDisruptionBudget that lets "
          "no "
          "pod go at one replica, and objects that are being deleted are named. Permissions: get and patch "
          "deployments, "
          "patch deployments/scale in the operator's namespace.",
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
          "ready and one of them leads, and takes the record away. Whoever began it, and on whatever machine, anybody "
          "with the permissions "
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
};

} // namespace

std::span<const CtlPage> maintenancePages()
{
    return pages;
}

} // namespace patronus
