// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/weburl.h"

using namespace Qt::StringLiterals;

namespace patronus {

Expected<QUrl> webUrl(const QString &text, const QString &what, const QString &instead)
{
    const QUrl url(text, QUrl::StrictMode);
    const auto invalid = [&what](const QString &why) {
        return std::unexpected(Error{.kind = Error::Kind::Invalid, .message = what + u' ' + why});
    };
    if (!url.userInfo().isEmpty() || (!url.isValid() && text.contains(u'@')))
        return invalid(
            u"must not carry a user or a password, which others could read there; give it without them, and "_s
            + instead);
    const bool isHttp = url.scheme() == "http"_L1 || url.scheme() == "https"_L1;
    if (!url.isValid() || !isHttp || url.host().isEmpty())
        return invalid(u"is no http or https URL, such as https://host.example:9090: '%1'"_s.arg(text));
    return url;
}

} // namespace patronus
