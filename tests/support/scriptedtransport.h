// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/transport.h"

#include <coroutine>
#include <deque>

namespace patronus {

/// A Transport without a socket, played by the test: each request waits until the test answers it, or takes the answer
/// that was put in the queue before. For what needs no bytes on a wire but every order of events.
class ScriptedTransport : public Transport
{
public:
    /// One request under way. Shared, so that a test may keep it.
    class Call
    {
    public:
        HttpRequest request;
        bool isStream = false;

        /// A piece of the stream's body.
        void send(QByteArrayView piece)
        {
            if (m_reply)
                return;
            m_isInBody = true;
            m_onBody(piece);
            m_isInBody = false;
            resumeIfEnded(); // a stop that is asked for in onBody ends the task after it, as in real transports
        }
        void answer(int status, const QByteArray &body = {}, const HttpHeaders &headers = {})
        {
            end(HttpReply{.status = status, .headers = headers, .body = body});
        }
        void fail(Error::Kind kind) { end(std::unexpected(Error{kind, QStringLiteral("scripted")})); }
        [[nodiscard]] bool isEnded() const { return m_reply.has_value(); }

    private:
        friend class ScriptedTransport;

        void end(Expected<HttpReply> reply)
        {
            if (m_reply)
                return;
            m_reply = std::move(reply);
            resumeIfEnded();
        }

        void resumeIfEnded()
        {
            if (m_isInBody || !m_reply)
                return;
            if (const auto waiter = std::exchange(m_waiter, {}))
                waiter.resume();
        }

        struct Ended {
            Call &call;
            bool await_ready() const { return call.m_reply.has_value(); }
            void await_suspend(std::coroutine_handle<> waiter) const { call.m_waiter = waiter; }
            void await_resume() const { }
        };

        BodySink m_onBody;
        std::optional<Expected<HttpReply>> m_reply;
        std::coroutine_handle<> m_waiter;
        bool m_isInBody = false;
    };

    QList<std::shared_ptr<Call>> calls; ///< all so far
    QList<TlsSettings> tls; ///< what setTls() was told

    /// The answer to the next request that nobody has answered yet.
    void queue(int status, const QByteArray &body = {}, const HttpHeaders &headers = {})
    {
        m_queue.push_back({.status = status, .headers = headers, .body = body});
    }
    [[nodiscard]] std::shared_ptr<Call> last() const { return calls.isEmpty() ? nullptr : calls.last(); }

    Task<HttpReply> send(HttpRequest request, std::stop_token stop) override
    {
        return play(begin(std::move(request), {}), std::move(stop));
    }
    Task<HttpReply> stream(HttpRequest request, BodySink onBody, std::stop_token stop) override
    {
        return play(begin(std::move(request), std::move(onBody)), std::move(stop));
    }
    void setTls(TlsSettings settings) override { tls.append(std::move(settings)); }
    void reset() override { }
    void dropChanges() override { }

private:
    std::shared_ptr<Call> begin(HttpRequest request, BodySink onBody)
    {
        auto call = std::make_shared<Call>();
        call->request = std::move(request);
        call->isStream = static_cast<bool>(onBody);
        call->m_onBody = std::move(onBody);
        calls.append(call);
        if (!m_queue.empty()) {
            HttpReply reply = std::move(m_queue.front());
            m_queue.pop_front();
            if (call->isStream && reply.status == 200)
                call->send(std::exchange(reply.body, {}));
            call->end(std::move(reply));
        }
        return call;
    }

    static Task<HttpReply> play(std::shared_ptr<Call> call, std::stop_token stop)
    {
        const std::stop_callback onStop(stop, [raw = call.get()] { raw->fail(Error::Kind::Cancelled); });
        co_await Call::Ended{*call};
        call->m_onBody = {}; // not called any more, and may hold what waits for this
        co_return *call->m_reply;
    }

    std::deque<HttpReply> m_queue;
};

} // namespace patronus
