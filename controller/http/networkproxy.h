// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QNetworkProxy>
#include <QUrl>

namespace patronus {

/// An Endpoint's proxy as Qt's sockets take it: http (port 80 where it says none), or socks5 (1080); empty: none.
[[nodiscard]] QNetworkProxy networkProxy(const QUrl &proxy);

} // namespace patronus
