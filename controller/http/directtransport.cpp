// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/directtransport.h"

#include "core/log.h"
#include "http/http1connection.h"
#include "http/http2connection.h"
#include "http/tls.h"

#include <algorithm>
#include <deque>
#include <utility>

namespace patronus {

using namespace Qt::StringLiterals;
using enum Error::Kind;

namespace {

// Sockets and connections end inside their own signals.
struct DeleteLater {
    void operator()(QObject *object) const
    {
        object->disconnect();
        object->deleteLater();
    }
};

template <typename T> using LaterPointer = std::unique_ptr<T, DeleteLater>;

} // namespace

class DirectTransport::Engine : public QObject, public Carrier
{
public:
    Engine(Endpoint to, const QSslConfiguration &tls, WriteGate gate, ConnectionLimits connectionLimits);
    ~Engine() override;

    void submit(const std::shared_ptr<Exchange> &exchange);
    void abandon(Exchange &exchange, Why why) override;
    void dispatch();
    void openMore();
    void openOne();
    void onOpened(GatedSocket *socket);
    void onAttemptFailed(GatedSocket *socket, const QString &why);
    void forget(Connection *connection);
    void repeat(const std::shared_ptr<Exchange> &exchange);
    void failQueue(Error::Kind kind, const QString &why);
    void dropAttempts() { attempts.clear(); }
    [[nodiscard]] std::shared_ptr<Exchange> takeNext();
    [[nodiscard]] std::vector<Connection *> all() const;

    struct Attempt {
        LaterPointer<GatedSocket> socket; // not open yet
        std::unique_ptr<Timer> limit;
    };

    Endpoint endpoint;
    QSslConfiguration ssl;
    const WriteGate mayWrite;
    const ConnectionLimits limits;
    const QByteArray authority;
    const QByteArray prefix;
    SystemClock clock;
    std::optional<Error> tlsError;
    enum class Protocol { Unknown, Http1, Http2 } protocol;
    std::deque<std::shared_ptr<Exchange>> queue; // those that finished while they waited lie in it until their turn
    std::vector<Attempt> attempts;
    std::vector<LaterPointer<Connection>> connections;
};

DirectTransport::Engine::Engine(
    Endpoint to, const QSslConfiguration &tls, WriteGate gate, ConnectionLimits connectionLimits)
    : endpoint(std::move(to)),
      ssl(tls),
      mayWrite(std::move(gate)),
      limits(connectionLimits),
      authority(endpoint.server.authority(QUrl::FullyEncoded).toLatin1()),
      prefix(endpoint.server.path(QUrl::FullyEncoded | QUrl::StripTrailingSlash).toLatin1()),
      protocol(endpoint.server.scheme() == "https"_L1 ? Protocol::Unknown : Protocol::Http1)
{
    ssl.setAllowedNextProtocols({"h2"_ba, "http/1.1"_ba});
}

DirectTransport::Engine::~Engine()
{
    failQueue(Cancelled, u"the connection was closed"_s);
    for (Connection *const connection : all())
        connection->end(Cancelled, u"the connection was closed"_s);
}

std::vector<Connection *> DirectTransport::Engine::all() const
{
    std::vector<Connection *> list; // a copy: what ends leaves connections
    list.reserve(connections.size());
    for (const auto &connection : connections)
        list.push_back(connection.get());
    return list;
}

void DirectTransport::Engine::submit(const std::shared_ptr<Exchange> &exchange)
{
    if (tlsError)
        return exchange->fail(tlsError->kind, tlsError->message);
    exchange->setCarrier(this);
    queue.push_back(exchange);
    dispatch();
}

std::shared_ptr<Exchange> DirectTransport::Engine::takeNext()
{
    while (!queue.empty()) {
        auto exchange = std::move(queue.front());
        queue.pop_front();
        if (!exchange->isFinished())
            return exchange;
    }
    return nullptr;
}

void DirectTransport::Engine::dispatch()
{
    for (;;) {
        while (!queue.empty() && queue.front()->isFinished())
            queue.pop_front();
        if (queue.empty())
            return;
        const auto free
            = std::ranges::find_if(connections, [](const auto &connection) { return connection->hasRoom(); });
        if (free == connections.end())
            return openMore();
        (*free)->start(takeNext());
    }
}

void DirectTransport::Engine::openMore()
{
    const auto usable
        = size_t(std::ranges::count_if(connections, [](const auto &connection) { return connection->isUsable(); }));
    const size_t most = protocol == Protocol::Http1 ? size_t(limits.mostConnections) : 1;
    while (usable + attempts.size() < most && attempts.size() < queue.size())
        openOne();
}

void DirectTransport::Engine::openOne()
{
    const QUrl &server = endpoint.server;
    const bool secure = server.scheme() == "https"_L1;
    SocketTarget target{.host = server.host(), .port = quint16(server.port(secure ? 443 : 80))};
    if (secure) {
        target.tls = ssl;
        target.serverName = endpoint.tls.serverName;
        target.remedies = endpoint.tls.remedies;
    }
    auto *const socket = new GatedSocket(mayWrite);
    connect(socket, &GatedSocket::opened, this, [this, socket] { onOpened(socket); });
    connect(
        socket, &GatedSocket::ended, this, [this, socket](const Error &why) { onAttemptFailed(socket, why.message); });
    auto limit = clock.makeTimer([this, socket] {
        onAttemptFailed(socket,
            u"no connection to %1 within %2 ms"_s.arg(QLatin1StringView(authority)).arg(limits.connect.count()));
    });
    limit->start(limits.connect);
    attempts.emplace_back(LaterPointer<GatedSocket>(socket), std::move(limit));
    socket->open(target);
}

void DirectTransport::Engine::onOpened(GatedSocket *socket)
{
    const auto found = std::ranges::find(attempts, socket, [](const Attempt &attempt) { return attempt.socket.get(); });
    std::unique_ptr<GatedSocket> opened(found->socket.release());
    attempts.erase(found);
    opened->disconnect(this);

    Connection *connection = nullptr;
    if (opened->protocol() == "h2") {
        protocol = Protocol::Http2;
        connection = new Http2Connection(std::move(opened), authority, prefix, endpoint.userAgent, limits, clock);
    } else {
        protocol = Protocol::Http1;
        QByteArray fields = "host: " + authority + "\r\n";
        if (!endpoint.userAgent.isEmpty())
            fields += "user-agent: " + endpoint.userAgent + "\r\n";
        connection = new Http1Connection(std::move(opened), prefix, fields, limits, clock);
    }
    qCDebug(logHttp) << "connected to" << authority << (protocol == Protocol::Http2 ? "with HTTP/2" : "with HTTP/1.1");
    connections.emplace_back(connection);
    connect(connection, &Connection::roomMade, this, [this] { dispatch(); });
    connect(connection, &Connection::ended, this, [this, connection] { forget(connection); });
    connect(connection, &Connection::unanswered, this, [this](const auto &exchange) { repeat(exchange); });
    dispatch();
}

// An attempt was made for a request that waits: it takes that one with it, and all of them if there is nobody else to
// wait for. So a server that is down costs each request one attempt, and no more.
void DirectTransport::Engine::onAttemptFailed(GatedSocket *socket, const QString &why)
{
    std::erase_if(attempts, [socket](const Attempt &attempt) { return attempt.socket.get() == socket; });
    if (attempts.empty() && connections.empty())
        return failQueue(Unreachable, why);
    if (const auto exchange = takeNext())
        exchange->fail(Unreachable, why);
    dispatch();
}

void DirectTransport::Engine::forget(Connection *connection)
{
    std::erase_if(connections, [connection](const auto &other) { return other.get() == connection; });
    dispatch();
}

void DirectTransport::Engine::repeat(const std::shared_ptr<Exchange> &exchange)
{
    exchange->setRepeated();
    exchange->setCarrier(this);
    queue.push_front(exchange);
    // From the event loop: the connection that gave it back is still at work.
    QMetaObject::invokeMethod(this, [this] { dispatch(); }, Qt::QueuedConnection);
}

void DirectTransport::Engine::failQueue(Error::Kind kind, const QString &why)
{
    for (const auto &exchange : std::exchange(queue, {}))
        exchange->fail(kind, why);
}

// The deadline of a request passed before it had a connection: the attempt may hang in a network that drops packets.
void DirectTransport::Engine::abandon(Exchange &, Why why)
{
    if (why == Why::Expired && !attempts.empty()) {
        dropAttempts();
        dispatch();
    }
}

DirectTransport::DirectTransport(
    Endpoint endpoint, const QSslConfiguration &ssl, WriteGate mayWrite, ConnectionLimits limits)
    : d(std::make_unique<Engine>(std::move(endpoint), ssl, std::move(mayWrite), limits))
{
}

DirectTransport::~DirectTransport() = default;

Task<HttpReply> DirectTransport::send(HttpRequest request, std::stop_token stop)
{
    return stream(std::move(request), {}, std::move(stop));
}

Task<HttpReply> DirectTransport::stream(HttpRequest request, BodySink onBody, std::stop_token stop)
{
    // From the co_await on only locals are touched: the transport may be gone when the answer is here.
    if (const auto checked = checkRequest(request); !checked)
        co_return std::unexpected(checked.error());
    if (stop.stop_requested())
        co_return std::unexpected(Error{Cancelled, u"stopped before it was sent"_s});
    const auto exchange = std::make_shared<Exchange>(std::move(request), std::move(onBody), d->clock);
    d->submit(exchange);
    const std::stop_callback onStop(stop, [exchange] { exchange->stopByCaller(); });
    co_return co_await exchange->result();
}

void DirectTransport::setTls(TlsSettings tls)
{
    if (tls == d->endpoint.tls)
        return;
    d->endpoint.tls = std::move(tls);
    auto ssl = sslConfiguration(d->endpoint.tls);
    d->tlsError = ssl ? std::nullopt : std::optional(ssl.error());
    if (ssl) {
        d->ssl = std::move(*ssl);
        d->ssl.setAllowedNextProtocols({"h2"_ba, "http/1.1"_ba});
    }
    d->dropAttempts();
    for (Connection *const connection : d->all())
        connection->retire();
    if (d->tlsError)
        d->failQueue(d->tlsError->kind, d->tlsError->message);
    d->dispatch();
}

void DirectTransport::reset()
{
    d->dropAttempts();
    const auto connections = d->all();
    for (Connection *const connection : connections)
        connection->retire(); // what waits goes to none of them
    for (Connection *const connection : connections)
        connection->end(Unreachable, u"the connection was reset"_s);
    d->dispatch();
}

void DirectTransport::dropChanges()
{
    for (const auto &exchange : d->queue)
        if (exchange->request().changesSomething)
            exchange->fail(WriteRefused, u"dropped, for this process may no longer write"_s);
    for (Connection *const connection : d->all())
        connection->dropChanges();
}

} // namespace patronus
