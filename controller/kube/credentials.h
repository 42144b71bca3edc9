// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "http/transport.h"
#include "kube/execplugin.h"

#include <memory>

namespace patronus {

/// Who we are to an API server, at this moment. Kinds: none, token, rotating token file, basic, exec plugin; a client
/// certificate stands in tls().
class Credentials
{
public:
    virtual ~Credentials() = default;

    /// The headers for one request now: Authorization and Impersonate-…. May read a file or run a plugin (once for all
    /// that wait). Unauthorized with the remedy when there are no credentials to be had.
    [[nodiscard]] virtual Task<HttpHeaders> headers(std::stop_token stop) = 0;

    /// The CA and client certificate for now. A change is noticed by headers(): ask again after it.
    [[nodiscard]] virtual TlsSettings tls() const = 0;

    /// The server said 401: what is cached is forgotten, the next headers() reads anew.
    virtual void rejected() = 0;

    /// A person asks to try again: a plugin that rests after a failure runs at the next headers().
    virtual void retryNow() { }
};

/// The credentials of @p context. Files are read here for the first time: Invalid or Unauthorized, naming the file,
/// where that fails, and for values that no HTTP header can carry. Like kubectl, a server without TLS (http://) is told
/// nothing but the impersonation. @p clock has to outlive them.
[[nodiscard]] Expected<std::shared_ptr<Credentials>> makeCredentials(
    KubeContext context, Clock &clock, ExecOptions execOptions = {});

} // namespace patronus
