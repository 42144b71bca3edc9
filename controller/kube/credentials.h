// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "http/transport.h"

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
};

} // namespace patronus
