// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "http/transport.h"

#include <coroutine>
#include <memory>

namespace patronus {

class Exchange;

/// Who has an unfinished exchange at the moment: a queue or a connection.
class Carrier
{
public:
    enum class Why {
        Stopped, ///< the caller wants it no longer
        Expired, ///< its deadline or idle limit ran out: whatever carries it may be dead
    };

    /// @p exchange has just been given its result: nothing more is to be done for it.
    virtual void abandon(Exchange &exchange, Why why) = 0;

protected:
    ~Carrier() = default;
};

/// One request under way, from send() to its result, with its own watchdog. Shared by the coroutine that waits for it
/// and by who carries it. A result is given once; what comes after it is dropped.
class Exchange
{
public:
    /// @p onBody: gets the body of a 200 as it comes; empty: the body is gathered. @p clock outlives the exchange's
    /// end.
    Exchange(HttpRequest request, Transport::BodySink onBody, Clock &clock);
    ~Exchange();
    Q_DISABLE_COPY_MOVE(Exchange)

    [[nodiscard]] const HttpRequest &request() const { return m_request; }
    [[nodiscard]] bool isFinished() const { return m_result.has_value(); }
    [[nodiscard]] bool hasHeader() const { return m_reply.status != 0; }
    /// It was sent on a connection that closed before it answered, and is on its second one.
    [[nodiscard]] bool isRepeated() const { return m_repeated; }
    void setRepeated() { m_repeated = true; }
    void setCarrier(Carrier *carrier) { m_carrier = carrier; }

    /// For who carries it. The final response header; then pieces of the body; then the end.
    void receiveHeader(int status, HttpHeaders headers);
    void receiveBody(QByteArrayView piece);
    void complete();
    /// Ends it with an error; @p text is what happened, the request is put before it.
    void fail(Error::Kind kind, const QString &text);
    /// Ends it on the caller's side and tells the carrier.
    void stop(Error::Kind kind, const QString &text, Carrier::Why why);
    void stopByCaller();

    /// What the coroutine awaits. The resume comes from the event loop, never from inside a carrier.
    struct Awaiter {
        Exchange &exchange;

        bool await_ready() const noexcept { return exchange.isFinished(); }
        void await_suspend(std::coroutine_handle<> waiter) noexcept { exchange.m_waiter = waiter; }
        Expected<HttpReply> await_resume() { return std::move(*exchange.m_result); }
    };
    [[nodiscard]] Awaiter result() { return Awaiter{*this}; }

private:
    void finish(Expected<HttpReply> result);
    [[nodiscard]] bool isStreaming() const { return m_onBody && m_reply.status == 200; }

    const HttpRequest m_request;
    const Transport::BodySink m_onBody;
    const std::unique_ptr<Timer> m_timer; // to the deadline; of a stream, from the header on, to the idle limit
    HttpReply m_reply;
    std::optional<Expected<HttpReply>> m_result;
    std::coroutine_handle<> m_waiter;
    Carrier *m_carrier = nullptr;
    bool m_repeated = false;
    const Clock::time_point m_started;
    const Clock &m_clock;
};

/// Invalid for what must not be put on a wire: a target that is no path, a header with a line break in it.
[[nodiscard]] Expected<void> checkRequest(const HttpRequest &request);

} // namespace patronus
