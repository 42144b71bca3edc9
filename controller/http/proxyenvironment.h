// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QProcessEnvironment>
#include <QUrl>

namespace patronus {

/// The proxy for @p server as HTTPS_PROXY, HTTP_PROXY and NO_PROXY (or in lower case) say it, by the rules of Go's
/// httpproxy (https://pkg.go.dev/golang.org/x/net/http/httpproxy), which kubectl follows. Empty: straight. A value
/// without a scheme is an http:// proxy; what is no URL comes back as it is, for makeTransport() to refuse it.
[[nodiscard]] QUrl proxyFromEnvironment(const QUrl &server, const QProcessEnvironment &environment);

} // namespace patronus
