// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/networkproxy.h"

using namespace Qt::StringLiterals;

namespace patronus {

QNetworkProxy networkProxy(const QUrl &proxy)
{
    if (proxy.isEmpty())
        return QNetworkProxy::NoProxy;
    const auto type = proxy.scheme().startsWith("socks5"_L1) ? QNetworkProxy::Socks5Proxy : QNetworkProxy::HttpProxy;
    const int port = proxy.port(type == QNetworkProxy::Socks5Proxy ? 1080 : 80);
    return {type, proxy.host(), quint16(port), proxy.userName(QUrl::FullyDecoded), proxy.password(QUrl::FullyDecoded)};
}

} // namespace patronus
