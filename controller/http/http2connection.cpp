// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/http2connection.h"

#include "core/log.h"
#include "http/http2session.h"

#include <algorithm>
#include <array>
#include <deque>
#include <utility>

namespace patronus {

using namespace Qt::StringLiterals;
using enum Error::Kind;

namespace {
constexpr quint32 streamsBeforeSettings = 100; // RFC 9113, 6.5.2: no server should allow fewer
}

struct Http2Connection::Private final : Http2Session::Owner {
    Private(Http2Connection &owner, std::unique_ptr<GatedSocket> gatedSocket, QByteArray authority, QByteArray prefix,
        QByteArray userAgent, ConnectionLimits connectionLimits, Clock &systemClock);
    Q_DISABLE_COPY_MOVE(Private)

    void schedulePump();
    void pump();
    void submitWaiting();
    void onReadable();
    void onSocketEnded(const Error &why);
    void onRefused();
    void onSilence();
    void ping();
    void leave(bool cut);
    void leaveIfDone();
    void repeatOrFail(const std::shared_ptr<Exchange> &exchange, bool isUnseen, const QString &why);
    [[nodiscard]] std::vector<std::shared_ptr<Exchange>> takeAll();
    [[nodiscard]] size_t load() const { return session.streamCount() + waiting.size(); }

    void onSettings() override;
    void onPong() override;
    void onGoAway() override;
    void onStreamClosed() override;
    void onUnanswered(const std::shared_ptr<Exchange> &exchange, bool isUnseen, const QString &why) override
    {
        repeatOrFail(exchange, isUnseen, why);
    }

    Http2Connection &q;
    const std::unique_ptr<GatedSocket> socket;
    const ConnectionLimits limits;
    Clock &clock;
    Http2Session session;
    const std::unique_ptr<Timer> silence; // runs while a stream is open or a PING is out
    std::deque<std::shared_ptr<Exchange>> waiting; // for the socket to be drained
    bool pumpPosted = false;
    int started = 0;
    int served = 0;
    Clock::time_point heard;
    std::optional<Clock::time_point> pinged; // when the PING went that has no answer yet
    bool settled = false; // the server's SETTINGS came
    bool suspect = false;
    bool retired = false;
    bool goingAway = false; // the server takes no new stream
    bool left = false; // the socket is closed
    bool madeRoom = false;
};

Http2Connection::Private::Private(Http2Connection &owner, std::unique_ptr<GatedSocket> gatedSocket,
    QByteArray authority, QByteArray prefix, QByteArray userAgent, ConnectionLimits connectionLimits,
    Clock &systemClock)
    : q(owner),
      socket(std::move(gatedSocket)),
      limits(connectionLimits),
      clock(systemClock),
      session({.authority = std::move(authority),
                  .prefix = std::move(prefix),
                  .userAgent = std::move(userAgent),
                  .mostHeader = limits.mostHeader,
                  .mayWrite = [this] { return socket->mayWrite(); }},
          *this),
      silence(clock.makeTimer([this] { onSilence(); })),
      heard(clock.now())
{
}

void Http2Connection::Private::schedulePump()
{
    if (std::exchange(pumpPosted, true))
        return;
    QMetaObject::invokeMethod(
        &q,
        [this] {
            pumpPosted = false;
            pump();
        },
        Qt::QueuedConnection);
}

void Http2Connection::Private::pump()
{
    while (!left && socket->isDrained()) {
        submitWaiting();
        const auto frames = session.frames();
        if (!frames)
            return frames.error().kind == WriteRefused ? onRefused()
                                                       : q.end(frames.error().kind, frames.error().message);
        if (frames->bytes.isEmpty())
            break;
        socket->write(frames->bytes, frames->haveChange ? GatedSocket::Content::Change : GatedSocket::Content::Other);
    }
    leaveIfDone();
    if (std::exchange(madeRoom, false) && !left)
        Q_EMIT q.roomMade();
}

void Http2Connection::Private::submitWaiting()
{
    while (!waiting.empty()) {
        const auto exchange = std::move(waiting.front());
        waiting.pop_front();
        if (exchange->isFinished())
            continue;
        if (goingAway)
            repeatOrFail(exchange, true, u"the server ended the connection"_s);
        else if (exchange->request().changesSomething && !socket->mayWrite())
            exchange->fail(WriteRefused, u"this process may not write now"_s);
        else
            session.submit(exchange);
        madeRoom = madeRoom || exchange->isFinished();
    }
}

void Http2Connection::Private::onReadable()
{
    std::array<char, 64 * 1024> space; // NOLINT(cppcoreguidelines-pro-type-member-init): read() fills it
    while (!left) {
        const qsizetype size = socket->read(space);
        if (size == 0)
            break;
        heard = clock.now();
        if (const auto received = session.receive(QByteArrayView(space.data(), size)); !received)
            return q.end(received.error().kind, received.error().message);
    }
    pump();
}

void Http2Connection::Private::onSettings()
{
    settled = true;
    madeRoom = true;
}

void Http2Connection::Private::onPong()
{
    pinged.reset();
    silence->start(limits.pingAfter);
    madeRoom = std::exchange(suspect, false) || madeRoom;
}

void Http2Connection::Private::onGoAway()
{
    retired = true;
    goingAway = true;
}

void Http2Connection::Private::onStreamClosed()
{
    madeRoom = true;
    ++served;
}

void Http2Connection::Private::repeatOrFail(
    const std::shared_ptr<Exchange> &exchange, bool isUnseen, const QString &why)
{
    if (exchange->isFinished())
        return;
    if (!exchange->isRepeated() && (isUnseen || (served > 0 && !exchange->request().changesSomething)))
        Q_EMIT q.unanswered(exchange);
    else
        exchange->fail(Unreachable, why);
}

void Http2Connection::Private::onSocketEnded(const Error &why)
{
    const auto unsent = std::exchange(waiting, {});
    const auto sent = takeAll();
    retired = true;
    for (const auto &exchange : sent) {
        if (exchange->hasHeader())
            exchange->fail(Unreachable, u"the answer was cut: "_s + why.message);
        else
            repeatOrFail(exchange, false, why.message);
    }
    for (const auto &exchange : unsent)
        repeatOrFail(exchange, true, why.message);
    leave(true);
}

/// Changes end as what they are; the rest is carried by the same bytes and goes down with them.
void Http2Connection::Private::onRefused()
{
    q.dropChanges();
    q.end(Unreachable, u"the connection was cut together with a change that may not go"_s);
}

std::vector<std::shared_ptr<Exchange>> Http2Connection::Private::takeAll()
{
    auto all = session.takeAll();
    std::ranges::move(waiting, std::back_inserter(all));
    waiting.clear();
    for (const auto &exchange : all)
        exchange->setCarrier(nullptr);
    return all;
}

void Http2Connection::Private::ping()
{
    if (pinged)
        return;
    pinged = clock.now();
    session.ping();
    schedulePump();
    silence->start(limits.pingAnswer);
}

void Http2Connection::Private::onSilence()
{
    if (pinged && heard <= *pinged)
        return q.end(Unreachable,
            u"the server does not answer: no PING came back within %1 ms"_s.arg(limits.pingAnswer.count()));
    if (pinged)
        return silence->start(limits.pingAnswer); // it sends, and what it sends is before the answer
    if (load() == 0)
        return;
    if (const auto quiet = clock.now() - heard; quiet < limits.pingAfter)
        silence->start(limits.pingAfter - quiet);
    else
        ping();
}

void Http2Connection::Private::leaveIfDone()
{
    if (left)
        return;
    if (session.isOver() && socket->isDrained()) {
        if (session.protocolError().isEmpty())
            onSocketEnded(Error{Unreachable, u"the server ended the connection"_s});
        else
            q.end(Malformed, session.protocolError());
    } else if (retired && load() == 0 && !pinged) {
        leave(false);
    }
}

void Http2Connection::Private::leave(bool cut)
{
    if (std::exchange(left, true))
        return;
    retired = true;
    silence->stop();
    if (cut) {
        socket->abort();
    } else {
        session.goAway(); // for good manners
        if (const auto frames = session.frames(); frames && !frames->bytes.isEmpty())
            socket->write(frames->bytes, GatedSocket::Content::Other);
        socket->close();
    }
    Q_EMIT q.ended();
}

Http2Connection::Http2Connection(std::unique_ptr<GatedSocket> socket, QByteArray authority, QByteArray prefix,
    QByteArray userAgent, ConnectionLimits limits, Clock &clock)
    : d(std::make_unique<Private>(
          *this, std::move(socket), std::move(authority), std::move(prefix), std::move(userAgent), limits, clock))
{
    connect(d->socket.get(), &GatedSocket::readable, this, [this] { d->onReadable(); });
    connect(d->socket.get(), &GatedSocket::drained, this, [this] { d->pump(); });
    connect(d->socket.get(), &GatedSocket::ended, this, [this](const Error &why) { d->onSocketEnded(why); });
    connect(d->socket.get(), &GatedSocket::refused, this, [this] { d->onRefused(); });
    d->schedulePump();
}

Http2Connection::~Http2Connection() = default;

bool Http2Connection::isUsable() const
{
    return !d->retired && !d->suspect;
}

bool Http2Connection::hasRoom() const
{
    const quint32 most = d->session.mostStreams();
    return isUsable() && d->load() < (d->settled ? most : std::min(most, streamsBeforeSettings));
}

void Http2Connection::start(std::shared_ptr<Exchange> exchange)
{
    exchange->setCarrier(this);
    const bool wasIdle = d->load() == 0;
    d->waiting.push_back(std::move(exchange));
    d->schedulePump();
    if (++d->started >= d->limits.mostRequests)
        d->retired = true;
    // Nobody watched while nothing was open: after a long silence it is asked for at once.
    if (wasIdle && d->clock.now() - d->heard >= d->limits.pingAfter)
        d->ping();
    else if (wasIdle && !d->pinged)
        d->silence->start(d->limits.pingAfter);
}

void Http2Connection::retire()
{
    d->retired = true;
    d->schedulePump(); // leaves when nothing is open
}

void Http2Connection::end(Error::Kind kind, const QString &why)
{
    const auto all = d->takeAll();
    d->leave(true);
    for (const auto &exchange : all)
        exchange->fail(kind, why);
}

void Http2Connection::dropChanges()
{
    // Resetting a stream stops what is not yet a frame; what already lies in a buffer only the end of the connection
    // stops.
    const bool mayHoldChange = d->socket->holdsUnsentBytes();
    const bool dropped = d->session.dropChanges();
    for (const auto &exchange : d->waiting)
        if (exchange->request().changesSomething)
            exchange->fail(WriteRefused, u"dropped, for this process may no longer write"_s);
    if (dropped && mayHoldChange)
        end(Unreachable, u"the connection was cut together with a change that may not go"_s);
    else
        d->schedulePump(); // the resets are to go
}

void Http2Connection::abandon(Exchange &exchange, Why why)
{
    if (d->session.abandon(exchange))
        d->schedulePump(); // the reset is to go
    else
        std::erase_if(d->waiting, [&exchange](const auto &other) { return other.get() == &exchange; });
    if (why == Why::Expired) {
        d->suspect = true;
        d->ping();
        Q_EMIT roomMade(); // elsewhere
    }
}

} // namespace patronus
