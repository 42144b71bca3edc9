// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/httpdouble.h"

#include <QSslServer>

#include <sys/socket.h>

namespace patronus {

using namespace Qt::StringLiterals;

QByteArray HttpDouble::Request::header(QByteArrayView name) const
{
    for (const auto &[key, value] : headers)
        if (key == name)
            return value;
    return {};
}

HttpDouble::Peer::Peer(QTcpSocket *socket, int number) : QObject(socket), m_socket(socket), m_number(number)
{
}

void HttpDouble::Peer::answer(int status, const QByteArray &body, const HttpHeaders &headers)
{
    QByteArray text = "HTTP/1.1 " + QByteArray::number(status) + " Scripted\r\n";
    for (const auto &[name, value] : headers)
        text += name + ": " + value + "\r\n";
    write(text + "content-length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body);
}

void HttpDouble::Peer::startChunks(int status, const HttpHeaders &headers)
{
    QByteArray text = "HTTP/1.1 " + QByteArray::number(status) + " Scripted\r\n";
    for (const auto &[name, value] : headers)
        text += name + ": " + value + "\r\n";
    write(text + "transfer-encoding: chunked\r\n\r\n");
}

void HttpDouble::Peer::chunk(const QByteArray &piece)
{
    write(QByteArray::number(piece.size(), 16) + "\r\n" + piece + "\r\n");
}

void HttpDouble::Peer::endChunks()
{
    write("0\r\n\r\n");
}

void HttpDouble::Peer::write(const QByteArray &bytes)
{
    m_socket->write(bytes);
    m_socket->flush();
}

void HttpDouble::Peer::close()
{
    m_socket->disconnectFromHost();
}

void HttpDouble::Peer::cut()
{
    const linger drop{.l_onoff = 1, .l_linger = 0};
    setsockopt(int(m_socket->socketDescriptor()), SOL_SOCKET, SO_LINGER, &drop, sizeof drop);
    m_socket->abort();
}

void HttpDouble::Peer::stall()
{
    m_stalled = true;
}

void HttpDouble::Peer::resume()
{
    m_stalled = false;
    Q_EMIT m_socket->readyRead();
}

HttpDouble::HttpDouble(Handler handler, std::optional<QSslConfiguration> tls) : m_handler(std::move(handler))
{
    if (tls) {
        auto server = std::make_unique<QSslServer>();
        server->setSslConfiguration(*tls);
        m_server = std::move(server);
    } else {
        m_server = std::make_unique<QTcpServer>();
    }
    connect(m_server.get(), &QTcpServer::pendingConnectionAvailable, this, &HttpDouble::accept);
    if (!m_server->listen(QHostAddress::LocalHost))
        qFatal("cannot listen: %s", qPrintable(m_server->errorString()));
}

HttpDouble::~HttpDouble() = default;

QUrl HttpDouble::url() const
{
    const bool secure = qobject_cast<QSslServer *>(m_server.get()) != nullptr;
    return QUrl(u"%1://127.0.0.1:%2"_s.arg(secure ? u"https"_s : u"http"_s).arg(m_server->serverPort()));
}

QList<HttpDouble::Peer *> HttpDouble::peers() const
{
    QList<Peer *> open;
    for (const auto &peer : m_peers)
        if (peer)
            open << peer;
    return open;
}

void HttpDouble::accept()
{
    while (QTcpSocket *const socket = m_server->nextPendingConnection()) {
        auto *const peer = new Peer(socket, m_accepted++);
        socket->setReadBufferSize(m_readBufferSize);
        m_peers << peer;
        connect(socket, &QAbstractSocket::disconnected, socket, &QObject::deleteLater);
        connect(socket, &QIODevice::readyRead, peer, [this, peer] { read(*peer); });
        if (m_onAccepted)
            m_onAccepted(*peer);
        read(*peer);
    }
}

void HttpDouble::read(Peer &peer)
{
    if (peer.m_stalled)
        return;
    peer.m_received += peer.m_socket->readAll();
    if (m_onBytes)
        return m_onBytes(peer);
    while (readRequest(peer)) { }
}

bool HttpDouble::readRequest(Peer &peer)
{
    const QByteArrayView rest = QByteArrayView(peer.m_received).sliced(peer.m_parsed);
    const qsizetype headerEnd = rest.indexOf("\r\n\r\n");
    if (headerEnd < 0)
        return false;
    const auto lines = rest.first(headerEnd).toByteArray().split('\n');
    const auto start = lines.first().trimmed().split(' ');
    Request request{
        .verb = start.value(0), .target = start.value(1), .headers = {}, .body = {}, .connection = peer.m_number};
    for (const QByteArray &line : lines.sliced(1)) {
        const qsizetype colon = line.indexOf(':');
        request.headers.emplaceBack(line.first(colon).toLower(), line.sliced(colon + 1).trimmed());
    }
    const qsizetype length = request.header("content-length").toLongLong();
    if (rest.size() < headerEnd + 4 + length)
        return false;
    request.body = rest.sliced(headerEnd + 4, length).toByteArray();
    peer.m_parsed += headerEnd + 4 + length;
    m_requests << request;
    if (m_handler)
        m_handler(request, peer);
    else
        peer.answer(404);
    return true;
}

} // namespace patronus
