// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/connection.h"

namespace patronus {

/// HTTP/2 on one socket: many exchanges at once. It says when something goes, and whether the server still lives;
/// Http2Session says what.
///
/// Frames are made only when the socket is drained, so that the gate's word about a change is fresh when its bytes go;
/// for a body that the server's window holds back it is asked again at each piece. A stream whose deadline runs out
/// makes the connection suspect: others are not started on it until the server answers a PING.
class Http2Connection : public Connection
{
    Q_OBJECT

public:
    /// @p authority: host and port as the URL has them. @p prefix is put before each target.
    Http2Connection(std::unique_ptr<GatedSocket> socket, QByteArray authority, QByteArray prefix, QByteArray userAgent,
        ConnectionLimits limits, Clock &clock);
    ~Http2Connection() override;

    bool hasRoom() const override;
    bool isUsable() const override;
    void start(std::shared_ptr<Exchange> exchange) override;
    void retire() override;
    void end(Error::Kind kind, const QString &why) override;
    void dropChanges() override;
    void abandon(Exchange &exchange, Why why) override;

private:
    struct Private;
    const std::unique_ptr<Private> d;
};

} // namespace patronus
