// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/helmhistory.h"

#include "operations/listing.h"
#include "sdwan/names.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace patronus {

Expected<HelmHistory> helmHistoryOf(const QList<Object> &secrets, const QString &nameSpace, const QString &name)
{
    HelmHistory history;
    QStringList names;
    std::optional<Error> unreadable;
    for (const Object &secret : secrets) {
        const auto release = helmRevisionFrom(secret);
        if (!release) {
            unreadable = release.error();
        } else if (name.isEmpty() ? release->chart == names::operatorName : release->name == name) {
            history.append(*release);
            names.append(release->name);
        }
    }
    names.sort();
    names.removeDuplicates();
    if (names.size() > 1)
        return std::unexpected(Error{.kind = Error::Kind::Invalid,
            .message = u"there are several releases of the chart %1 in %2: %3. Name one with --release"_s.arg(
                names::operatorName, nameSpace, names.join(u", "_s))});
    if (history.isEmpty() && unreadable)
        return std::unexpected(*unreadable);
    if (history.isEmpty())
        return std::unexpected(Error{.kind = Error::Kind::NotFound,
            .message = u"no Helm release of %1 in the namespace %2: helm list -A names all; --operator-namespace and "
                       "--release choose one, and what was installed without Helm rolls back with --deployment"_s.arg(
                           name.isEmpty() ? u"the chart "_s + names::operatorName : u"the name "_s + name, nameSpace)});
    std::ranges::sort(history, {}, &HelmRelease::revision);
    return history;
}

// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): who asks owns the client
Task<HelmHistory> readHelmHistory(KubeClient &client, QString nameSpace, QString name, std::stop_token stop)
{
    QString selector = u"owner=helm"_s;
    if (!name.isEmpty())
        selector += u",name="_s + name;
    const auto secrets = co_await listAll(client, resources::secrets(),
        {.nameSpace = nameSpace, .labelSelector = selector, .fieldSelector = u"type=helm.sh/release.v1"_s}, stop);
    co_return secrets.and_then([&](const QList<Object> &all) { return helmHistoryOf(all, nameSpace, name); });
}

std::optional<HelmRelease> revisionBefore(const HelmHistory &history)
{
    for (qsizetype i = history.size() - 2; i >= 0; --i)
        if (history[i].status == "superseded"_L1 || history[i].status == "deployed"_L1)
            return history[i];
    return std::nullopt;
}

} // namespace patronus
