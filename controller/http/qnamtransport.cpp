// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/qnamtransport.h"

#include "http/exchange.h"
#include "http/networkproxy.h"
#include "http/tls.h"

#include <QHttp1Configuration>
#include <QHttpHeaders>
#include <QNetworkAccessManager>
#include <QNetworkReply>

#include <algorithm>
#include <deque>
#include <utility>

namespace patronus {

using namespace Qt::StringLiterals;
using enum Error::Kind;

namespace {

struct DeleteLater {
    void operator()(QObject *object) const { object->deleteLater(); }
};

/// A change's body, read once: the manager cannot go back in it, and so cannot send it a second time by itself. Ends
/// early when the gate says no.
class OnceBody : public QIODevice
{
    Q_OBJECT

public:
    OnceBody(QByteArray body, WriteGate mayWrite) : m_body(std::move(body)), m_mayWrite(std::move(mayWrite))
    {
        open(ReadOnly);
    }

    bool isSequential() const override { return true; }
    qint64 bytesAvailable() const override { return m_body.size() - m_read + QIODevice::bytesAvailable(); }

Q_SIGNALS:
    void refused(); ///< emitted from the event loop

protected:
    qint64 readData(char *space, qint64 size) override
    {
        if (m_mayWrite && !m_mayWrite()) {
            QMetaObject::invokeMethod(this, &OnceBody::refused, Qt::QueuedConnection);
            return -1;
        }
        const qint64 piece = std::min(size, m_body.size() - m_read);
        std::copy_n(m_body.constData() + m_read, piece, space);
        m_read += piece;
        return piece == 0 ? -1 : piece;
    }
    qint64 writeData(const char *, qint64) override { return -1; }

private:
    const QByteArray m_body;
    const WriteGate m_mayWrite;
    qint64 m_read = 0;
};

// A status of 400 and more is an error to the manager and an answer to us.
bool isAnswer(QNetworkReply::NetworkError error)
{
    return error == QNetworkReply::NoError || error == QNetworkReply::ProtocolInvalidOperationError // a 400
        || (error != QNetworkReply::ContentReSendError
            && ((error > 200 && error < 300) || (error > 400 && error < 500)));
}

} // namespace

class QnamTransport::Engine : public QObject, public Carrier
{
public:
    struct Flight {
        std::shared_ptr<Exchange> exchange;
        std::shared_ptr<QNetworkAccessManager> manager; // stays until its last reply has gone
        std::unique_ptr<QNetworkReply, DeleteLater> reply;
        QList<QSslError> tlsErrors = {};
    };

    Engine(Endpoint to, const QSslConfiguration &tls, WriteGate gate, int most)
        : endpoint(std::move(to)), ssl(tls), mayWrite(std::move(gate)), mostInFlight(most)
    {
        prefix = endpoint.server.path(QUrl::FullyEncoded | QUrl::StripTrailingSlash).toLatin1();
        renewManager();
    }
    ~Engine() override
    {
        failAll(Cancelled, u"the connection was closed"_s, [](const Exchange &) { return true; });
    }

    void renewManager();
    void submit(const std::shared_ptr<Exchange> &exchange);
    void dispatch();
    void sendRequest(const std::shared_ptr<Exchange> &exchange);
    [[nodiscard]] QNetworkRequest networkRequest(const HttpRequest &request) const;
    void onReadable(QNetworkReply *reply);
    void onFinished(QNetworkReply *reply);
    void takeHeader(Flight &flight);
    void cut(const Exchange &exchange);
    void abandon(Exchange &exchange, Why why) override;
    void failAll(Error::Kind kind, const QString &why, const std::function<bool(const Exchange &)> &which);
    [[nodiscard]] QString describe(const Flight &flight) const;
    [[nodiscard]] Flight *find(const QNetworkReply *reply);

    Endpoint endpoint;
    QSslConfiguration ssl;
    const WriteGate mayWrite;
    const int mostInFlight;
    QByteArray prefix;
    SystemClock clock;
    std::optional<Error> tlsError;
    std::shared_ptr<QNetworkAccessManager> manager;
    std::deque<std::shared_ptr<Exchange>> queue;
    std::vector<std::unique_ptr<Flight>> flights;
};

void QnamTransport::Engine::renewManager()
{
    manager.reset(new QNetworkAccessManager, DeleteLater());
    manager->setProxy(networkProxy(endpoint.proxy));
    manager->setRedirectPolicy(QNetworkRequest::ManualRedirectPolicy);
    manager->setStrictTransportSecurityEnabled(false);
}

void QnamTransport::Engine::submit(const std::shared_ptr<Exchange> &exchange)
{
    if (tlsError)
        return exchange->fail(tlsError->kind, tlsError->message);
    exchange->setCarrier(this);
    queue.push_back(exchange);
    dispatch();
}

void QnamTransport::Engine::dispatch()
{
    while (!queue.empty() && flights.size() < size_t(mostInFlight)) {
        const auto exchange = std::move(queue.front());
        queue.pop_front();
        if (exchange->isFinished())
            continue;
        if (exchange->request().changesSomething && mayWrite && !mayWrite())
            exchange->fail(WriteRefused, u"this process may not write now"_s);
        else
            sendRequest(exchange);
    }
}

QNetworkRequest QnamTransport::Engine::networkRequest(const HttpRequest &request) const
{
    QNetworkRequest network(QUrl::fromEncoded(endpoint.server.toEncoded(QUrl::RemovePath) + prefix + request.target));
    QHttpHeaders headers;
    if (!endpoint.userAgent.isEmpty())
        headers.append(QHttpHeaders::WellKnownHeader::UserAgent, endpoint.userAgent);
    headers.append(QHttpHeaders::WellKnownHeader::AcceptEncoding, "identity"); // or the manager asks for gzip
    for (const auto &[name, value] : request.headers)
        headers.append(name, value);
    network.setHeaders(headers);
    network.setSslConfiguration(ssl);
    network.setPeerVerifyName(endpoint.tls.serverName);
    // Over HTTP/2 the manager sends no PING, makes an error of every GOAWAY and a warning of every 401.
    network.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
    network.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
    network.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
    network.setAttribute(QNetworkRequest::AuthenticationReuseAttribute, QNetworkRequest::Manual);
    network.setAttribute(QNetworkRequest::CacheLoadControlAttribute, QNetworkRequest::AlwaysNetwork);
    network.setAttribute(QNetworkRequest::CacheSaveControlAttribute, false);
    QHttp1Configuration http1;
    http1.setNumberOfConnectionsPerHost(mostInFlight);
    network.setHttp1Configuration(http1);
    return network;
}

void QnamTransport::Engine::sendRequest(const std::shared_ptr<Exchange> &exchange)
{
    const HttpRequest &request = exchange->request();
    QNetworkRequest network = networkRequest(request);
    QNetworkReply *reply = nullptr;
    if (request.verb == HttpRequest::Verb::Get && request.body.isEmpty()) {
        reply = manager->get(network);
    } else if (request.changesSomething && !request.body.isEmpty()) {
        network.setAttribute(QNetworkRequest::DoNotBufferUploadDataAttribute, true);
        network.setHeader(QNetworkRequest::ContentLengthHeader, request.body.size());
        auto *const body = new OnceBody(request.body, mayWrite);
        reply = manager->sendCustomRequest(network, verbName(request.verb), body);
        body->setParent(reply);
        connect(body, &OnceBody::refused, this, [exchange] {
            exchange->stop(
                WriteRefused, u"this process may no longer write: the rest of the request was dropped"_s, Why::Stopped);
        });
    } else {
        reply = manager->sendCustomRequest(network, verbName(request.verb), request.body);
    }
    exchange->setCarrier(this);
    flights.push_back(std::make_unique<Flight>(exchange, manager, std::unique_ptr<QNetworkReply, DeleteLater>(reply)));
    connect(reply, &QIODevice::readyRead, this, [this, reply] { onReadable(reply); });
    connect(reply, &QNetworkReply::finished, this, [this, reply] { onFinished(reply); });
    connect(reply, &QNetworkReply::metaDataChanged, this, [this, reply] { onReadable(reply); });
    connect(reply, &QNetworkReply::sslErrors, this, [this, reply](const QList<QSslError> &errors) {
        if (Flight *const flight = find(reply))
            flight->tlsErrors = errors;
    });
}

QnamTransport::Engine::Flight *QnamTransport::Engine::find(const QNetworkReply *reply)
{
    const auto found = std::ranges::find(flights, reply, [](const auto &flight) { return flight->reply.get(); });
    return found == flights.end() ? nullptr : found->get();
}

void QnamTransport::Engine::takeHeader(Flight &flight)
{
    const int status = flight.reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    if (flight.exchange->hasHeader() || status < 200)
        return;
    HttpHeaders headers;
    const QHttpHeaders received = flight.reply->headers();
    for (qsizetype i = 0; i < received.size(); ++i) {
        const QLatin1StringView name = received.nameAt(i); // QHttpHeaders keeps names in lower case
        headers.emplaceBack(QByteArray(name.data(), name.size()), received.valueAt(i).toByteArray());
    }
    flight.exchange->receiveHeader(status, std::move(headers));
}

void QnamTransport::Engine::onReadable(QNetworkReply *reply)
{
    Flight *const flight = find(reply);
    if (!flight)
        return;
    takeHeader(*flight);
    if (!flight->exchange->hasHeader())
        return;
    const auto exchange = flight->exchange; // what it calls may end the flight
    if (const QByteArray piece = reply->readAll(); !piece.isEmpty())
        exchange->receiveBody(piece);
}

void QnamTransport::Engine::onFinished(QNetworkReply *reply)
{
    onReadable(reply);
    const auto found = std::ranges::find(flights, reply, [](const auto &flight) { return flight->reply.get(); });
    if (found == flights.end())
        return;
    const std::unique_ptr<Flight> flight = std::move(*found);
    flights.erase(found);
    Exchange &exchange = *flight->exchange;
    exchange.setCarrier(nullptr);
    const auto error = reply->error();
    if (exchange.hasHeader() && isAnswer(error)) {
        exchange.complete();
    } else if (exchange.hasHeader()) {
        exchange.fail(Unreachable, u"the answer was cut: "_s + describe(*flight));
    } else if (error == QNetworkReply::ProtocolFailure || error == QNetworkReply::NoError) {
        exchange.fail(Malformed, u"the answer is not HTTP: "_s + describe(*flight));
    } else if (error == QNetworkReply::RemoteHostClosedError && !exchange.isRepeated()
        && !exchange.request().changesSomething) {
        exchange.setRepeated();
        exchange.setCarrier(this);
        queue.push_front(flight->exchange);
    } else {
        exchange.fail(Unreachable, describe(*flight));
    }
    dispatch();
}

QString QnamTransport::Engine::describe(const Flight &flight) const
{
    const QString text = flight.tlsErrors.isEmpty() ? flight.reply->errorString()
                                                    : describeTlsErrors(flight.tlsErrors, endpoint.tls.remedies);
    const QString where = endpoint.server.authority();
    if (endpoint.proxy.isEmpty())
        return u"%1: %2"_s.arg(where, text);
    return u"%1 through %2: %3"_s.arg(where, endpoint.proxy.toString(QUrl::RemoveUserInfo), text);
}

void QnamTransport::Engine::cut(const Exchange &exchange)
{
    const auto found = std::ranges::find(flights, &exchange, [](const auto &flight) { return flight->exchange.get(); });
    if (found == flights.end())
        return;
    const std::unique_ptr<Flight> flight = std::move(*found);
    flights.erase(found);
    flight->reply->disconnect(this);
    flight->reply->abort();
}

void QnamTransport::Engine::abandon(Exchange &exchange, Why why)
{
    cut(exchange);
    if (why == Why::Expired)
        renewManager();
    // From the event loop: a body's sink may have led here.
    QMetaObject::invokeMethod(this, [this] { dispatch(); }, Qt::QueuedConnection);
}

void QnamTransport::Engine::failAll(
    Error::Kind kind, const QString &why, const std::function<bool(const Exchange &)> &which)
{
    std::vector<std::shared_ptr<Exchange>> chosen(queue.begin(), queue.end());
    for (const auto &flight : flights)
        chosen.push_back(flight->exchange);
    std::erase_if(chosen, [&which](const auto &exchange) { return !which(*exchange); });
    for (const auto &exchange : chosen) {
        cut(*exchange);
        exchange->fail(kind, why);
    }
    std::erase_if(queue, [](const auto &exchange) { return exchange->isFinished(); });
}

QnamTransport::QnamTransport(Endpoint endpoint, const QSslConfiguration &ssl, WriteGate mayWrite, int mostInFlight)
    : d(std::make_unique<Engine>(std::move(endpoint), ssl, std::move(mayWrite), mostInFlight))
{
}

QnamTransport::~QnamTransport() = default;

Task<HttpReply> QnamTransport::send(HttpRequest request, std::stop_token stop)
{
    return stream(std::move(request), {}, std::move(stop));
}

Task<HttpReply> QnamTransport::stream(HttpRequest request, BodySink onBody, std::stop_token stop)
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

void QnamTransport::setTls(TlsSettings tls)
{
    if (tls == d->endpoint.tls)
        return;
    d->endpoint.tls = std::move(tls);
    auto ssl = sslConfiguration(d->endpoint.tls);
    d->tlsError = ssl ? std::nullopt : std::optional(ssl.error());
    if (ssl)
        d->ssl = std::move(*ssl);
    d->renewManager(); // it would go on with the old connections
}

void QnamTransport::reset()
{
    std::vector<std::shared_ptr<Exchange>> inFlight;
    for (const auto &flight : d->flights)
        inFlight.push_back(flight->exchange);
    for (const auto &exchange : inFlight) {
        d->cut(*exchange);
        exchange->fail(Unreachable, u"the connection was reset"_s);
    }
    d->renewManager();
    d->dispatch();
}

void QnamTransport::dropChanges()
{
    d->failAll(WriteRefused, u"dropped, for this process may no longer write"_s,
        [](const Exchange &exchange) { return exchange.request().changesSomething; });
    d->dispatch();
}

} // namespace patronus

#include "qnamtransport.moc"
