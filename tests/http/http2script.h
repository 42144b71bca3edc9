// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "support/httpdouble.h"

namespace patronus {

/// An HTTP/2 server that a test scripts frame by frame (RFC 9113), over TLS. It sends SETTINGS, acknowledges the
/// client's, and answers PINGs while answersPings; all other frames are the test's.
class Http2Script
{
public:
    enum Type : quint8 { Data, Headers, Priority, Reset, Settings, Push, Ping, GoAway, WindowUpdate, Continuation };
    enum Flag : quint8 { None = 0, EndStream = 1, Ack = 1, EndHeaders = 4 };
    struct Frame {
        quint8 type = 0;
        quint8 flags = 0;
        quint32 stream = 0;
        QByteArray payload;
        int connection = 0;
    };
    using Peer = HttpDouble::Peer;
    using Handler = std::function<void(const Frame &, Peer &)>;

    /// @p handler gets each frame of the client. @p settings: payload of the server's first frame.
    explicit Http2Script(Handler handler, QByteArray settings = {});

    [[nodiscard]] QUrl url() const { return m_server.url(); }
    [[nodiscard]] HttpDouble &server() { return m_server; }
    [[nodiscard]] QList<Frame> frames(quint8 type) const; ///< that came, of all connections
    bool answersPings = true;

    [[nodiscard]] static QByteArray frame(quint8 type, quint8 flags, quint32 stream, const QByteArray &payload = {});
    [[nodiscard]] static QByteArray number(quint32 value); ///< four bytes
    [[nodiscard]] static QByteArray setting(quint16 name, quint32 value);
    /// :status 200, and @p more as HPACK.
    [[nodiscard]] static QByteArray header(quint32 stream, quint8 flags = EndHeaders, const QByteArray &more = {});
    /// A whole answer: 200 and @p body.
    [[nodiscard]] static QByteArray answer(quint32 stream, const QByteArray &body);
    [[nodiscard]] static QByteArray goAway(quint32 lastStream, quint32 code = 0);
    [[nodiscard]] static QByteArray reset(quint32 stream, quint32 code);

private:
    void read(Peer &peer);

    const Handler m_handler;
    const QByteArray m_settings;
    QHash<int, qsizetype> m_parsed; // by connection
    QList<Frame> m_frames;
    HttpDouble m_server; // last: its connections call back into what is above
};

} // namespace patronus
