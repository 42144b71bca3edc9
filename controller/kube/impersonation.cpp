// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/impersonation.h"

#include "kube/headervalue.h"

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

// RFC 7230's token characters but '%', which begins an escape. Names of headers are case-insensitive: the server makes
// them lower case, so that an escape's digits may be too.
QByteArray escapedKey(const QString &key)
{
    constexpr std::string_view others = "!#$&'*+-.^_`|~";
    QByteArray escaped;
    for (const char c : key.toLower().toUtf8()) {
        const bool isLetter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (isLetter || others.contains(c))
            escaped += c;
        else
            escaped += '%' + QByteArray(1, c).toHex();
    }
    return escaped;
}

} // namespace

Expected<HttpHeaders> impersonationHeaders(const Impersonation &as)
{
    HttpHeaders headers;
    QString problem;
    const auto add = [&](const QByteArray &name, const QString &field, const QString &value) {
        if (!isHeaderValue(value) && problem.isEmpty())
            problem = u"%1 is empty, or has control characters or a space at its ends"_s.arg(field);
        headers.append({name, value.toUtf8()});
    };
    if (as.user.isEmpty())
        return headers;
    add("impersonate-user"_ba, u"as"_s, as.user);
    if (!as.uid.isEmpty())
        add("impersonate-uid"_ba, u"as-uid"_s, as.uid);
    for (const QString &group : as.groups)
        add("impersonate-group"_ba, u"as-groups"_s, group);
    for (auto it = as.extra.begin(); it != as.extra.end(); ++it)
        for (const QString &value : it.value())
            add("impersonate-extra-"_ba + escapedKey(it.key()), u"as-user-extra"_s, value);
    if (!problem.isEmpty() || as.extra.contains(QString()))
        return std::unexpected(
            Error{Error::Kind::Invalid, problem.isEmpty() ? u"as-user-extra has an empty key"_s : problem});
    return headers;
}

} // namespace patronus
