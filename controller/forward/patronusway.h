// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "forward/portforward.h"
#include "operations/patronusaccess.h"
#include "patronusapi/client.h"

namespace patronus {

/// A way from this machine to the Patronus API that an operator uses: a port-forward to a ready pod of its Service,
/// with URL, authority and credentials as the operator's Deployment says, and a client that can only read.
class PatronusWay
{
public:
    /// By what the way is found and kept; all of it outlives close().
    struct World {
        KubeConnection &connection;
        KubeClient &reads;
        QString nameSpace; ///< of the operator
        Clock &clock;
    };
    /// Where the credentials come from; asked when the way is clear.
    using Credentials = std::function<Task<PatronusCredentials>()>;

    /// Makes it. Errors say what is missing (NotFound), or name verb and resource (Forbidden); those of @p credentials
    /// are handed on.
    [[nodiscard]] static Task<std::shared_ptr<PatronusWay>> open(
        World world, PatronusAccess access, Credentials credentials, std::stop_token stop);

    /// The credentials of the operator itself, as @p access says where they are. Unauthorized, with the reason, where
    /// this user may not read them.
    [[nodiscard]] static Task<PatronusCredentials> operatorCredentials(
        World world, PatronusAccess access, std::stop_token stop);

    [[nodiscard]] HttpPatronusClient &client() { return *m_client; }
    /// "Through a port-forward to pod net/api-0, port 8081, for http://patronus-api:8081".
    [[nodiscard]] const QString &text() const { return m_text; }
    /// @p error of a request that went this way, with the port-forward's own problem where it has one.
    [[nodiscard]] Error asSeen(Error error) const;
    /// Ends what is under way; the object may go after that.
    [[nodiscard]] QCoro::Task<> close();

private:
    PatronusWay() = default;

    std::unique_ptr<PortForward> m_forward;
    std::unique_ptr<HttpPatronusClient> m_client;
    QString m_text;
};

} // namespace patronus
