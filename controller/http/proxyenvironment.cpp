// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/proxyenvironment.h"

#include <QHostAddress>

#include <algorithm>

namespace patronus {

using namespace Qt::StringLiterals;

namespace {

QString value(const QProcessEnvironment &environment, const QString &name)
{
    const QString upper = environment.value(name);
    return upper.isEmpty() ? environment.value(name.toLower()) : upper;
}

// "10.0.0.0/8", "[::1]:443", "example.com:8080", ".example.com", "*.example.com"
bool entryMatches(QString entry, const QString &host, const QHostAddress &address, int port)
{
    if (entry == "*"_L1)
        return true;
    if (entry.contains(u'/')) {
        const auto network = QHostAddress::parseSubnet(entry);
        return !address.isNull() && network.second >= 0 && address.isInSubnet(network);
    }

    const qsizetype colon = entry.lastIndexOf(u':');
    const bool hasPort = colon >= 0 && (entry.indexOf(u':') == colon || entry.at(colon - 1) == u']');
    if (hasPort) {
        if (entry.sliced(colon + 1).toInt() != port)
            return false;
        entry.truncate(colon);
    }
    if (entry.startsWith(u'[') && entry.endsWith(u']'))
        entry = entry.sliced(1, entry.size() - 2);
    if (const QHostAddress wanted(entry); !wanted.isNull())
        return address.isEqual(wanted);

    if (entry.startsWith("*."_L1))
        entry.slice(1);
    if (entry.startsWith(u'.'))
        return entry.size() > 1 && host.endsWith(entry);
    return host == entry || host.endsWith(u'.' + entry);
}

bool goesStraight(const QUrl &server, const QString &noProxy)
{
    const QString host = server.host().toLower();
    const QHostAddress address(host);
    if (host == "localhost"_L1 || address.isLoopback())
        return true;
    const int port = server.port(server.scheme() == "https"_L1 ? 443 : 80);
    const auto entries = noProxy.toLower().split(u',', Qt::SkipEmptyParts);
    return std::ranges::any_of(entries, [&](const QString &entry) {
        const QString trimmed = entry.trimmed();
        return !trimmed.isEmpty() && entryMatches(trimmed, host, address, port);
    });
}

} // namespace

QUrl proxyFromEnvironment(const QUrl &server, const QProcessEnvironment &environment)
{
    const QString proxy
        = value(environment, server.scheme() == "https"_L1 ? u"HTTPS_PROXY"_s : u"HTTP_PROXY"_s).trimmed();
    if (proxy.isEmpty() || goesStraight(server, value(environment, u"NO_PROXY"_s)))
        return {};
    return QUrl(proxy.contains("://"_L1) ? proxy : u"http://"_s + proxy);
}

} // namespace patronus
