// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/simulator/listener.h"

#include "core/json.h"

#include <QAbstractHttpServer>
#include <QHash>
#include <QHttpServerRequest>
#include <QHttpServerResponder>
#include <QPointer>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTimer>

#include <list>

using namespace Qt::StringLiterals;

namespace patronus::simulator {

static constexpr qsizetype biggestBody = 1 << 20;

/// Remembers the sockets: Qt HTTP Server's responder has no way to cut a connection.
class Listener::Sockets : public QTcpServer
{
public:
    using QTcpServer::QTcpServer;

    /// The socket whose other end is @p address and @p port; null when it has gone.
    [[nodiscard]] QTcpSocket *find(const QHostAddress &address, quint16 port) const
    {
        return m_sockets.value({address, port});
    }

protected:
    void incomingConnection(qintptr descriptor) override
    {
        auto *socket = new QTcpSocket(this);
        if (!socket->setSocketDescriptor(descriptor)) {
            delete socket;
            return;
        }
        socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
        const std::pair from(socket->peerAddress(), socket->peerPort());
        m_sockets.insert(from, socket);
        connect(socket, &QTcpSocket::disconnected, this, [this, from] { m_sockets.remove(from); });
        addPendingConnection(socket);
    }

private:
    QHash<std::pair<QHostAddress, quint16>, QTcpSocket *> m_sockets;
};

class Listener::Server : public QAbstractHttpServer
{
public:
    explicit Server(Handler handler) : m_handler(std::move(handler)), m_sockets(new Sockets(this)) { }

    [[nodiscard]] Sockets &sockets() const { return *m_sockets; }

protected:
    bool handleRequest(const QHttpServerRequest &request, QHttpServerResponder &responder) override
    {
        const Delivery delivery = m_handler(convert(request));
        const QPointer<QTcpSocket> socket = m_sockets->find(request.remoteAddress(), request.remotePort());
        m_held.emplace_front(std::move(responder));
        const auto held = m_held.begin();
        if (delivery.how == Delivery::How::Hang) {
            release(held, socket);
            return true;
        }
        if (delivery.delay.count() == 0) {
            deliver(delivery, *held, socket);
            m_held.erase(held);
            return true;
        }
        QTimer::singleShot(delivery.delay, this, [this, delivery, held, socket] {
            deliver(delivery, *held, socket);
            m_held.erase(held);
        });
        return true;
    }

    void missingHandler(const QHttpServerRequest &, QHttpServerResponder &) override { } // handleRequest() takes all

private:
    using Held = std::list<QHttpServerResponder>;

    /// Drops a responder that never answers, when its connection has gone: else the connection would never be freed.
    void release(Held::iterator held, const QPointer<QTcpSocket> &socket)
    {
        if (socket)
            connect(
                socket, &QTcpSocket::disconnected, this, [this, held] { m_held.erase(held); }, Qt::QueuedConnection);
    }

    static Request convert(const QHttpServerRequest &request)
    {
        Request converted;
        switch (request.method()) {
        case QHttpServerRequest::Method::Get:
            converted.method = "GET";
            break;
        case QHttpServerRequest::Method::Put:
            converted.method = "PUT";
            break;
        case QHttpServerRequest::Method::Post:
            converted.method = "POST";
            break;
        case QHttpServerRequest::Method::Delete:
            converted.method = "DELETE";
            break;
        case QHttpServerRequest::Method::Patch:
            converted.method = "PATCH";
            break;
        default:
            converted.method = "OTHER";
            break;
        }
        // Split first, decode then: a name may hold an encoded slash.
        const QString path = request.url().path(QUrl::FullyEncoded);
        for (const QStringView segment : QStringView(path).sliced(path.startsWith(u'/') ? 1 : 0).split(u'/'))
            converted.path.append(QUrl::fromPercentEncoding(segment.toLatin1()));
        converted.query = request.query();
        for (qsizetype i = 0; i < request.headers().size(); ++i)
            converted.headers.append(
                {QByteArray(request.headers().nameAt(i).data(), request.headers().nameAt(i).size()).toLower(),
                    request.headers().valueAt(i).toByteArray()});
        converted.body = request.body();
        converted.address = request.remoteAddress().toString();
        return converted;
    }

    static void deliver(const Delivery &delivery, QHttpServerResponder &responder, QTcpSocket *socket)
    {
        if (!socket || socket->state() != QAbstractSocket::ConnectedState)
            return; // who asked has gone
        const bool hasBody = delivery.answer.status != 204;
        const QByteArray body = hasBody ? toJson(delivery.answer.body) : QByteArray();
        switch (delivery.how) {
        case Delivery::How::Hang:
            return;
        case Delivery::How::Close:
            socket->disconnectFromHost();
            return;
        case Delivery::How::Cut:
            // Past the responder: it would not let a Content-Length stand that it does not send.
            socket->write("HTTP/1.1 " + QByteArray::number(delivery.answer.status)
                + " Cut\r\ncontent-type: application/json\r\ncontent-length: " + QByteArray::number(body.size() + 1)
                + "\r\n\r\n" + body.first(body.size() / 2));
            socket->flush(); // its end comes with the responder's, at once
            socket->disconnectFromHost();
            return;
        case Delivery::How::Garbage:
        case Delivery::How::Whole:
            break;
        }
        QHttpHeaders headers;
        for (const auto &[name, value] : delivery.answer.headers)
            headers.append(name, value);
        const auto status = QHttpServerResponder::StatusCode(delivery.answer.status);
        if (!hasBody) {
            responder.write(headers, status);
            return;
        }
        headers.append(QHttpHeaders::WellKnownHeader::ContentType, "application/json");
        responder.write(
            delivery.how == Delivery::How::Garbage ? "\x00\xff<html>{\"sites\":["_ba : body, headers, status);
    }

    const Handler m_handler;
    Sockets *const m_sockets; // our child, as bind() wants it
    Held m_held; // answers that wait, and those that never come; gone before the connections, our children too
};

Listener::Listener(Handler handler)
    : m_server(std::make_unique<Server>([handler = std::move(handler)](const Request &request) {
          if (request.body.size() > biggestBody)
              return Delivery{
                  .answer = errorAnswer(413, u"too_large"_s, u"a body may have at most %1 bytes"_s.arg(biggestBody))};
          return handler(request);
      }))
{
}

Listener::~Listener() = default;

Expected<void> Listener::listen(const QHostAddress &address, quint16 port)
{
    Sockets &sockets = m_server->sockets();
    if (!sockets.listen(address, port)) {
        const QString what
            = u"cannot listen on %1, port %2: %3"_s.arg(address.toString()).arg(port).arg(sockets.errorString());
        return std::unexpected(Error{Error::Kind::Unreachable, what});
    }
    m_server->bind(&sockets);
    return {};
}

QUrl Listener::url() const
{
    QUrl url;
    url.setScheme(u"http"_s);
    url.setHost(m_server->sockets().serverAddress().toString());
    url.setPort(m_server->sockets().serverPort());
    return url;
}

} // namespace patronus::simulator
