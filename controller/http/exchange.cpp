// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/exchange.h"

#include "core/log.h"

#include <QCoreApplication>

#include <algorithm>

namespace patronus {

using namespace Qt::StringLiterals;
using enum Error::Kind;

namespace {

// An answer that is gathered in memory ends here; lists come in pages far below it.
constexpr qsizetype mostBody = 512 * 1024 * 1024;

// The path alone: a query may carry what is nobody's business in a log.
QString describe(const HttpRequest &request)
{
    const QByteArrayView target = request.target;
    const qsizetype query = target.indexOf('?');
    return QLatin1StringView(verbName(request.verb)) + u' '
        + QString::fromUtf8(query < 0 ? target : target.first(query));
}

bool isTokenCharacter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || QByteArrayView("!#$%&'*+-.^_`|~").contains(c);
}

bool isValueCharacter(char c)
{
    return c == '\t' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
}

bool isTargetCharacter(char c)
{
    return c > 0x20 && c < 0x7f && c != '#';
}

} // namespace

Exchange::Exchange(HttpRequest request, Transport::BodySink onBody, Clock &clock)
    : m_request(std::move(request)),
      m_onBody(std::move(onBody)),
      m_timer(clock.makeTimer([this] {
          const auto limit = isStreaming() ? m_request.idleLimit : m_request.deadline;
          const auto text = isStreaming() ? u"no byte came for %1 ms"_s : u"no answer within %1 ms"_s;
          stop(Unreachable, text.arg(limit.count()), Carrier::Why::Expired);
      })),
      m_started(clock.now()),
      m_clock(clock)
{
    m_timer->start(m_request.deadline);
}

Exchange::~Exchange() = default;

void Exchange::receiveHeader(int status, HttpHeaders headers)
{
    if (isFinished())
        return;
    m_reply.status = status;
    m_reply.headers = std::move(headers);
    if (!isStreaming())
        return;
    m_timer->stop();
    if (m_request.idleLimit.count() > 0)
        m_timer->start(m_request.idleLimit);
}

void Exchange::receiveBody(QByteArrayView piece)
{
    if (isFinished())
        return;
    if (isStreaming()) {
        if (m_request.idleLimit.count() > 0)
            m_timer->start(m_request.idleLimit);
        return m_onBody(piece);
    }
    if (m_reply.body.size() + piece.size() > mostBody)
        return stop(Malformed, u"the answer is larger than %1 MiB"_s.arg(mostBody >> 20), Carrier::Why::Stopped);
    m_reply.body.append(piece);
}

void Exchange::complete()
{
    if (!isFinished())
        finish(std::move(m_reply));
}

void Exchange::fail(Error::Kind kind, const QString &text)
{
    if (!isFinished())
        finish(std::unexpected(Error{kind, describe(m_request) + u": "_s + text}));
}

void Exchange::stop(Error::Kind kind, const QString &text, Carrier::Why why)
{
    if (isFinished())
        return;
    Carrier *const carrier = m_carrier; // finishing forgets it
    fail(kind, text);
    if (carrier)
        carrier->abandon(*this, why);
}

void Exchange::stopByCaller()
{
    stop(Cancelled, u"stopped by the caller"_s, Carrier::Why::Stopped);
}

void Exchange::finish(Expected<HttpReply> result)
{
    m_timer->stop();
    m_carrier = nullptr;
    m_result = std::move(result);
    qCDebug(logHttp).noquote() << describe(m_request)
                               << (*m_result ? QString::number((*m_result)->status) : m_result->error().message)
                               << (m_clock.now() - m_started) / std::chrono::microseconds(1) << "us";
    if (m_waiter)
        QMetaObject::invokeMethod(
            QCoreApplication::instance(), [waiter = m_waiter] { waiter.resume(); }, Qt::QueuedConnection);
}

Expected<void> checkRequest(const HttpRequest &request)
{
    const auto invalid = [](const QString &text) { return std::unexpected(Error{Invalid, text}); };
    if (!request.target.startsWith('/') || !std::ranges::all_of(request.target, isTargetCharacter))
        return invalid(
            u"a request's target is not a percent-encoded path: %1"_s.arg(QString::fromUtf8(request.target)));
    for (const auto &[name, value] : request.headers) {
        if (name.isEmpty() || !std::ranges::all_of(name, isTokenCharacter))
            return invalid(u"%1 is not the name of a header"_s.arg(QString::fromUtf8(name)));
        if (!std::ranges::all_of(value, isValueCharacter))
            return invalid(
                u"the value of header %1 has a line break or a control character"_s.arg(QString::fromUtf8(name)));
    }
    return {};
}

} // namespace patronus
