// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/permissions.h"

using namespace Qt::StringLiterals;

namespace patronus {

QString permissionText(const AccessQuestion &question)
{
    const auto &[verb, type, nameSpace, subresource] = question;
    const QString resource = type.plural + (subresource.isEmpty() ? QString() : u'/' + subresource)
        + (type.group.isEmpty() ? QString() : u'.' + type.group);
    return verb + u' ' + resource
        + (!type.namespaced           ? QString()
                : nameSpace.isEmpty() ? u" in all namespaces"_s
                                      : u" in namespace "_s + nameSpace);
}

// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): who asks owns the client
Task<void> checkPermissions(KubeClient &client, QList<AccessQuestion> needed, std::stop_token stop)
{
    QStringList missing;
    for (qsizetype i = 0; i < needed.size(); ++i) {
        const AccessQuestion &question = needed[i];
        const auto may
            = co_await client.mayI(question.verb, question.type, question.nameSpace, question.subresource, stop);
        if (!may)
            co_return std::unexpected(may.error());
        if (!*may)
            missing.append(permissionText(question));
    }
    if (!missing.isEmpty())
        co_return std::unexpected(Error{.kind = Error::Kind::Forbidden,
            .message = u"this user may not %1; whoever grants roles in this cluster can change that"_s.arg(
                missing.join(u", "_s))});
    co_return Expected<void>();
}

} // namespace patronus
