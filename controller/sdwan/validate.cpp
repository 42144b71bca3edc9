// SPDX-License-Identifier: GPL-3.0-or-later
#include "sdwan/validate.h"

#include <QHostAddress>
#include <QRegularExpression>

using namespace Qt::StringLiterals;

namespace patronus {

/// A decimal number of 1 to 65535 without sign or leading zeros, or nullopt.
static std::optional<int> portOf(QStringView text)
{
    bool ok = false;
    const int port = text.toInt(&ok);
    const bool plain = !text.isEmpty() && text.front() >= u'1' && text.front() <= u'9';
    return ok && plain && port <= 65535 ? std::optional(port) : std::nullopt;
}

static bool isHostName(QStringView host)
{
    if (host.isEmpty() || host.size() > 253)
        return false;
    static const QRegularExpression label(u"^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$"_s);
    const auto labels = host.split(u'.');
    return std::ranges::all_of(labels, [](QStringView part) { return label.matchView(part).hasMatch(); });
}

/// Looks like an IPv4 address: nothing but digits and dots. Then it has to be one; "300.1.1.1" is no host name.
static bool isNumeric(QStringView host)
{
    return std::ranges::all_of(host, [](QChar c) { return c == u'.' || (c >= u'0' && c <= u'9'); });
}

static bool isIpv4(QStringView host)
{
    const auto parts = host.split(u'.');
    return parts.size() == 4 && std::ranges::all_of(parts, [](QStringView part) {
        bool ok = false;
        return part.toUInt(&ok) <= 255 && ok && part.size() <= 3 && (part.size() == 1 || part.front() != u'0');
    });
}

std::optional<QString> problemWithKey(const QString &key)
{
    if (key.size() != 44)
        return u"a WireGuard key is 44 characters of base64, this has %1; `wg pubkey` prints one"_s.arg(key.size());
    const auto decoded = QByteArray::fromBase64Encoding(key.toUtf8(), QByteArray::AbortOnBase64DecodingErrors);
    if (!decoded || decoded.decoded.size() != 32)
        return u"a WireGuard key is base64 of 32 bytes, this is not; `wg pubkey` prints one"_s;
    return std::nullopt;
}

std::optional<QString> problemWithEndpoint(const QString &endpoint)
{
    const QString wanted
        = u"\"%1\" is not host:port with an IPv4 address, a host name or an [IPv6 address], and a port of 1 to 65535"_s
              .arg(endpoint);
    const qsizetype colon = endpoint.lastIndexOf(u':');
    if (colon < 0 || !portOf(QStringView(endpoint).sliced(colon + 1)))
        return wanted;
    const QStringView host = QStringView(endpoint).first(colon);
    if (host.startsWith(u'[') && host.endsWith(u']')) {
        const QHostAddress address(host.sliced(1, host.size() - 2).toString());
        return address.protocol() == QHostAddress::IPv6Protocol ? std::nullopt : std::optional(wanted);
    }
    const bool valid = isNumeric(host) ? isIpv4(host) : isHostName(host);
    return valid ? std::nullopt : std::optional(wanted);
}

std::optional<QString> problemWithPorts(const QString &ports)
{
    for (const QStringView part : QStringView(ports).split(u',')) {
        const auto ends = part.split(u'-');
        const auto from = portOf(ends.front());
        const auto to = portOf(ends.back());
        if (ends.size() > 2 || !from || !to)
            return u"\"%1\" is not a port or a range; write 80, 80-443 or 80,443 with ports of 1 to 65535"_s.arg(part);
        if (*from > *to)
            return u"the range \"%1\" runs backwards; write %2-%3"_s.arg(part).arg(*to).arg(*from);
    }
    return std::nullopt;
}

} // namespace patronus
