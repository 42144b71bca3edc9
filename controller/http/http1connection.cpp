// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/http1connection.h"

#include <array>
#include <utility>

namespace patronus {

using namespace Qt::StringLiterals;
using enum Error::Kind;

namespace {

// A connection that the server closes just as it is used again may have been closed before the request came, or after:
// only what can be done twice is sent twice (RFC 9110, 9.2.2).
bool mayBeSentTwice(const HttpRequest &request)
{
    return !request.changesSomething || request.verb == HttpRequest::Verb::Put
        || request.verb == HttpRequest::Verb::Delete;
}

} // namespace

Http1Connection::Http1Connection(
    std::unique_ptr<GatedSocket> socket, QByteArray prefix, QByteArray fields, ConnectionLimits limits, Clock &clock)
    : m_socket(std::move(socket)),
      m_prefix(std::move(prefix)),
      m_fields(std::move(fields)),
      m_limits(limits),
      m_idle(clock.makeTimer([this] { leave(false); })),
      m_parser(limits.mostHeader)
{
    connect(m_socket.get(), &GatedSocket::readable, this, &Http1Connection::onReadable);
    connect(m_socket.get(), &GatedSocket::ended, this, &Http1Connection::onSocketEnded);
    connect(m_socket.get(), &GatedSocket::refused, this,
        [this] { end(WriteRefused, u"this process may no longer write: the rest of the request was dropped"_s); });
    m_idle->start(m_limits.keepIdle);
}

Http1Connection::~Http1Connection() = default;

void Http1Connection::start(std::shared_ptr<Exchange> exchange)
{
    m_idle->stop();
    const HttpRequest &request = exchange->request();
    if (request.changesSomething && !m_socket->mayWrite()) {
        exchange->fail(WriteRefused, u"this process may not write now"_s);
        m_idle->start(m_limits.keepIdle);
        return;
    }
    m_exchange = std::move(exchange);
    m_exchange->setCarrier(this);
    m_parser = Http1Parser(m_limits.mostHeader);
    m_socket->write(requestHeader(request) + request.body,
        request.changesSomething ? GatedSocket::Content::Change : GatedSocket::Content::Other);
}

QByteArray Http1Connection::requestHeader(const HttpRequest &request) const
{
    QByteArray text;
    text.reserve(1024 + request.body.size());
    text.append(verbName(request.verb)).append(' ').append(m_prefix).append(request.target).append(" HTTP/1.1\r\n");
    text.append(m_fields);
    for (const auto &[name, value] : request.headers)
        text.append(name).append(": ").append(value).append("\r\n");
    if (!request.body.isEmpty()
        || (request.verb != HttpRequest::Verb::Get && request.verb != HttpRequest::Verb::Delete))
        text.append("content-length: ").append(QByteArray::number(request.body.size())).append("\r\n");
    return text.append("\r\n");
}

void Http1Connection::onReadable()
{
    std::array<char, 64 * 1024> space; // NOLINT(cppcoreguidelines-pro-type-member-init): read() fills it
    while (!m_retired || m_exchange) {
        const qsizetype size = m_socket->read(space);
        if (size == 0)
            return;
        if (!m_exchange)
            return leave(true); // bytes that nobody asked for
        m_input = QByteArrayView(space.data(), size);
        while (m_exchange && readStep()) { }
    }
}

// One event of the parser; false when the input is used up, or is of no use.
bool Http1Connection::readStep()
{
    const auto step = m_parser.next(m_input);
    if (!step) {
        end(step.error().kind, step.error().message);
        return false;
    }
    switch (step->event) {
    case Http1Parser::Event::NeedMore:
        return false;
    case Http1Parser::Event::Header:
        m_exchange->receiveHeader(m_parser.status(), m_parser.takeHeaders());
        return true;
    case Http1Parser::Event::Body:
        m_exchange->receiveBody(step->body); // may end in abandon()
        return true;
    case Http1Parser::Event::End:
        finishExchange();
        return false;
    }
    return false;
}

void Http1Connection::finishExchange()
{
    ++m_served;
    const auto exchange = std::exchange(m_exchange, nullptr);
    exchange->complete();
    // A server may answer before it has read the whole request: then the rest of that would follow.
    if (m_retired || !m_parser.keepsAlive() || !m_input.isEmpty() || !m_socket->isDrained())
        return leave(!m_socket->isDrained());
    m_idle->start(m_limits.keepIdle);
    Q_EMIT roomMade();
}

void Http1Connection::onSocketEnded(const Error &why)
{
    const auto exchange = std::exchange(m_exchange, nullptr);
    m_retired = true;
    if (exchange) {
        exchange->setCarrier(nullptr);
        if (exchange->hasHeader() && m_parser.endsByClose())
            exchange->complete();
        else if (!m_parser.hasBegun() && m_served > 0 && !exchange->isRepeated() && mayBeSentTwice(exchange->request()))
            Q_EMIT unanswered(exchange);
        else
            exchange->fail(Unreachable, exchange->hasHeader() ? u"the answer was cut: "_s + why.message : why.message);
    }
    leave(true);
}

void Http1Connection::retire()
{
    m_retired = true;
    if (!m_exchange)
        leave(false);
}

void Http1Connection::end(Error::Kind kind, const QString &why)
{
    const auto exchange = std::exchange(m_exchange, nullptr);
    leave(true);
    if (exchange)
        exchange->fail(kind, why);
}

void Http1Connection::dropChanges()
{
    if (m_exchange && m_exchange->request().changesSomething)
        end(WriteRefused, u"cut, for this process may no longer write"_s);
}

void Http1Connection::abandon(Exchange &, Why)
{
    m_exchange.reset(); // HTTP/1.1 has no other way to stop an answer
    leave(true);
}

void Http1Connection::leave(bool cut)
{
    m_retired = true;
    if (std::exchange(m_left, true))
        return;
    m_idle->stop();
    if (cut)
        m_socket->abort();
    else
        m_socket->close();
    Q_EMIT ended();
}

} // namespace patronus
