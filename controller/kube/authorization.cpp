// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/authorization.h"

#include "kube/headervalue.h"

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

std::unexpected<Error> invalid(const QString &what)
{
    return std::unexpected(Error{.kind = Error::Kind::Invalid, .message = what});
}

} // namespace

Expected<HttpHeaders> bearerAuthorization(const QString &token)
{
    if (!isHeaderValue(token))
        return invalid(u"token has control characters, or a space at its ends"_s);
    return HttpHeaders{{"authorization"_ba, "Bearer " + token.toUtf8()}};
}

Expected<HttpHeaders> basicAuthorization(const QString &username, const QString &password)
{
    if (username.contains(u':'))
        return invalid(u"username has a colon, which ends the name in basic authentication"_s);
    return HttpHeaders{{"authorization"_ba, "Basic " + (username + u':' + password).toUtf8().toBase64()}};
}

} // namespace patronus
