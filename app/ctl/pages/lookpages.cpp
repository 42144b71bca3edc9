// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/pages/pages.h"

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

FlagProblem addCheck(const QString &value, CtlOptions &into)
{
    into.checks.append(value);
    return std::nullopt;
}

constexpr CtlFlag diagnoseFlags[] = {
    {"--check"_L1, {}, "ID"_L1, "Only this check; may be given several times."_L1, addCheck},
    {"--output"_L1, "-o"_L1, "FORMAT"_L1, "table, wide (what was seen of all checks), json or yaml."_L1, readFormat},
};

constexpr CtlPage pages[] = {
    {
        .command = CtlOptions::Command::Diagnose,
        .name = "diagnose"_L1,
        .summary = "look for what is wrong, and what to do about it"_L1,
        .arguments = {},
        .description
        = u"Goes through the causes of trouble: the operator's Deployment, its pods, images, memory and Events; its "
          "service account, permissions and Lease; the CRDs, their language and age, and admission; the way to the "
          "Patronus API, with Service, endpoints and network policies; the conditions of Sites and Policies, specs "
          "that nobody looks at and deletions that do not end; maintenance that was forgotten; errors, speed and "
          "watches by the operator's own metrics. Each check is ok, a warning, a problem, or unknown, with what was "
          "seen and what to do.\n"
          "Nothing is changed: it reads, and has the server try one change of a Site and of a Policy out "
          "(dryRun=All). What this user may not read makes a check unknown, with verb and resource, and the rest goes "
          "on. Where a spec is found that nobody has looked at, it is looked at again five seconds later.\n"
          "Exit status: 0 no problem, 1 a problem was found, 3 none was found, but not all could be looked at.",
        .flags = diagnoseFlags,
        .examples = "  kubectl patronus diagnose\n"
                    "  kubectl patronus diagnose -o json --check pods-image --check api-url\n"_L1,
    },
};

} // namespace

std::span<const CtlPage> lookPages()
{
    return pages;
}

} // namespace patronus
