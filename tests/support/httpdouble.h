// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/request.h"

#include <QPointer>
#include <QSslConfiguration>
#include <QTcpServer>
#include <QTcpSocket>
#include <QUrl>

#include <functional>
#include <memory>

namespace patronus {

/// An HTTP/1.1 server on 127.0.0.1 that answers byte for byte as a test says: for what a real server will not do on
/// demand (cut streams, garbage, half-open, slow bytes). Where a real server can serve, use one.
///
///     HttpDouble server([](const HttpDouble::Request &request, HttpDouble::Peer &peer) {
///         peer.answer(200, "{}");
///     });
class HttpDouble : public QObject
{
    Q_OBJECT

public:
    struct Request {
        QByteArray verb;
        QByteArray target;
        HttpHeaders headers; ///< names in lower case
        QByteArray body;
        int connection = 0; ///< the first that was accepted is 0

        [[nodiscard]] QByteArray header(QByteArrayView name) const; ///< empty where there is none
    };

    /// One accepted connection. Goes with its socket: keep it in a QPointer beyond the handler's call.
    class Peer : public QObject
    {
    public:
        Peer(QTcpSocket *socket, int number);

        /// A whole answer, with its content-length.
        void answer(int status, const QByteArray &body = {}, const HttpHeaders &headers = {});
        /// The header of a body in chunks, each sent by chunk(); endChunks() ends it well.
        void startChunks(int status = 200, const HttpHeaders &headers = {});
        void chunk(const QByteArray &piece);
        void endChunks();
        /// Any bytes.
        void write(const QByteArray &bytes);
        /// Closes when all is sent (FIN).
        void close();
        /// Cuts at once (RST).
        void cut();
        /// Reads no more: what the other side sends stays in the kernel's buffers, until they are full. And on again.
        void stall();
        void resume();

        [[nodiscard]] int number() const { return m_number; }
        [[nodiscard]] QTcpSocket *socket() const { return m_socket; }
        /// Every byte that was read from it.
        [[nodiscard]] const QByteArray &received() const { return m_received; }

    private:
        friend class HttpDouble;

        QTcpSocket *const m_socket;
        const int m_number;
        QByteArray m_received;
        qsizetype m_parsed = 0;
        bool m_stalled = false;
    };

    using Handler = std::function<void(const Request &, Peer &)>;
    using PeerHandler = std::function<void(Peer &)>;

    /// @p handler gets each whole request; without one everything is 404. @p tls makes it an https server.
    explicit HttpDouble(Handler handler = {}, std::optional<QSslConfiguration> tls = std::nullopt);
    ~HttpDouble() override;

    void setHandler(Handler handler) { m_handler = std::move(handler); }
    /// Called when a connection is accepted (with TLS: after the handshake).
    void setOnAccepted(PeerHandler onAccepted) { m_onAccepted = std::move(onAccepted); }
    /// Called when bytes came, in place of reading requests in them.
    void setOnBytes(PeerHandler onBytes) { m_onBytes = std::move(onBytes); }
    /// Bytes that a connection reads ahead of stall(). Set it before the connection comes.
    void setReadBufferSize(qint64 size) { m_readBufferSize = size; }

    [[nodiscard]] QUrl url() const; ///< http://127.0.0.1:PORT
    [[nodiscard]] const QList<Request> &requests() const { return m_requests; }
    /// The connections that are open, in the order in which they were accepted.
    [[nodiscard]] QList<Peer *> peers() const;
    [[nodiscard]] int accepted() const { return m_accepted; } ///< since the start

private:
    void accept();
    void read(Peer &peer);
    bool readRequest(Peer &peer);

    Handler m_handler;
    PeerHandler m_onAccepted;
    PeerHandler m_onBytes;
    std::unique_ptr<QTcpServer> m_server;
    QList<QPointer<Peer>> m_peers;
    QList<Request> m_requests;
    qint64 m_readBufferSize = 0;
    int m_accepted = 0;
};

} // namespace patronus
