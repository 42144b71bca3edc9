// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/pages/pages.h"

#include "core/duration.h"

#include <vector>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

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

} // namespace

FlagProblem readTimeInto(const QString &value, std::chrono::seconds &into)
{
    const auto duration = parseDuration(value);
    if (!duration || *duration < std::chrono::seconds(1))
        return u"\"%1\" is no time; allowed: 1s and more, like 90s, 10m or 24h"_s.arg(value);
    into = std::chrono::duration_cast<std::chrono::seconds>(*duration);
    return std::nullopt;
}

FlagProblem readFormat(const QString &value, CtlOptions &into)
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

FlagProblem addFile(const QString &value, CtlOptions &into)
{
    into.files.append(value);
    return std::nullopt;
}

std::span<const CtlPage> ctlPages()
{
    static const std::vector<CtlPage> all = [] {
        std::vector<CtlPage> pages;
        for (const std::span<const CtlPage> family :
            {backupPages(), maintenancePages(), releasePages(), journalPages(), lookPages(), completionPages()})
            pages.insert(pages.end(), family.begin(), family.end());
        return pages;
    }();
    return all;
}

std::span<const CtlFlag> commonFlags()
{
    return common;
}

} // namespace patronus
