// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/completion.h"
#include "app/ctl/pages/pages.h"

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

FlagProblem readShell(const QString &value, CtlOptions &into)
{
    if (completionScript(value).isEmpty())
        return u"is none; allowed: bash, zsh, fish, kubectl"_s;
    into.shell = value;
    return std::nullopt;
}

constexpr CtlPage pages[] = {
    {
        .command = CtlOptions::Command::Completion,
        .name = "completion"_L1,
        .summary = "let the shell complete commands, flags, contexts"_L1,
        .arguments = "bash|zsh|fish|kubectl"_L1,
        .description
        = u"Prints a script. That of kubectl is to be an executable file kubectl_complete-patronus in the PATH: "
          u"kubectl's "
          "own completion, of whatever shell, then completes what follows kubectl patronus. The others are for "
          "kubectl-patronus by itself. Commands, flags and their values come from these help pages, contexts from the "
          "kubeconfig, namespaces from the cluster, which has two seconds to answer.",
        .flags = {},
        .examples = "  kubectl patronus completion kubectl > ~/bin/kubectl_complete-patronus\n"
                    "  chmod +x ~/bin/kubectl_complete-patronus\n"
                    "  . <(kubectl-patronus completion bash)\n"
                    "  kubectl-patronus completion fish | source\n"_L1,
        .readArgument = readShell,
    },
};

} // namespace

std::span<const CtlPage> completionPages()
{
    return pages;
}

} // namespace patronus
