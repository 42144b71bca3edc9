// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/json.h"
#include "http/transport.h"
#include "support/manualclock.h"

#include <deque>
#include <map>

namespace patronus {

using namespace Qt::StringLiterals;

/// An API server that has one Lease, with a resourceVersion check and watches.
class LeaseServer
{
public:
    /// Puts @p spec there as somebody else would, whatever it was; an empty one deletes the lease.
    void put(const QJsonObject &spec)
    {
        if (spec.isEmpty()) {
            const QJsonObject last = std::exchange(lease, {});
            tell("DELETED", last);
            return;
        }
        QJsonObject metadata = lease["metadata"_L1].toObject();
        if (metadata.isEmpty())
            metadata = {{u"name"_s, u"lease"_s}, {u"namespace"_s, u"ns"_s}, {u"uid"_s, QString::number(++uids)}};
        store({{u"apiVersion"_s, u"coordination.k8s.io/v1"_s}, {u"kind"_s, u"Lease"_s}, {u"metadata"_s, metadata},
            {u"spec"_s, spec}});
    }

    HttpReply answer(const HttpRequest &request)
    {
        using enum HttpRequest::Verb;
        const QJsonObject body = parseJsonObject(request.body).value_or(QJsonObject());
        switch (request.verb) {
        case Get:
            return lease.isEmpty() ? failure(404) : success(200);
        case Post:
            if (!lease.isEmpty())
                return failure(409);
            put(body["spec"_L1].toObject());
            return success(201);
        case Put:
            if (lease.isEmpty())
                return failure(404);
            if (body["metadata"_L1]["resourceVersion"_L1] != lease["metadata"_L1]["resourceVersion"_L1])
                return failure(409);
            store(body);
            return success(200);
        default:
            return failure(405);
        }
    }

    static HttpReply failure(int status)
    {
        return {.status = status,
            .body = toJson({{u"kind"_s, u"Status"_s}, {u"code"_s, status}, {u"message"_s, u"scripted"_s}})};
    }

    [[nodiscard]] QJsonObject spec() const { return lease["spec"_L1].toObject(); }
    [[nodiscard]] QString holder() const { return lease["spec"_L1]["holderIdentity"_L1].toString(); }

    QJsonObject lease;
    std::map<int, Transport::BodySink> watchers;
    int watches = 0;

private:
    void store(QJsonObject json)
    {
        QJsonObject metadata = json["metadata"_L1].toObject();
        metadata["resourceVersion"_L1] = QString::number(++versions);
        json["metadata"_L1] = metadata;
        const char *const type = lease.isEmpty() ? "ADDED" : "MODIFIED";
        lease = json;
        tell(type, lease);
    }
    void tell(const char *type, const QJsonObject &object)
    {
        const auto all = watchers; // who hears it may end its watch
        for (const auto &[number, sink] : all)
            if (watchers.contains(number))
                sink(toJson({{u"type"_s, QLatin1StringView(type)}, {u"object"_s, object}}) + '\n');
    }
    HttpReply success(int status) const { return {.status = status, .body = toJson(lease)}; }

    int versions = 0;
    int uids = 0;
};

/// One process' way to a LeaseServer, with what goes wrong on it.
class LeaseLine : public Transport
{
public:
    enum class Fault {
        None,
        Unreachable,
        Conflict,
        Throttled,
        Server,
        Forbidden,
        Hang, ///< no answer, and the server has not seen it
        LoseAnswer, ///< the server has done it, and no answer comes
        Hold, ///< the server has done it; its answer comes when the test lets it: gate.advance(1s)
    };

    LeaseLine(LeaseServer &server, Clock &clock) : m_server(server), m_clock(clock) { }

    Task<HttpReply> send(HttpRequest request, std::stop_token stop) override
    {
        using namespace std::chrono_literals;
        log += QLatin1StringView(verbName(request.verb));
        const Fault fault = nextFault();
        if (latency > 0ns)
            if (const auto slept = co_await m_clock.sleep(latency, stop); !slept)
                co_return std::unexpected(slept.error());
        const std::unexpected unreachable(Error{Error::Kind::Unreachable, QStringLiteral("cut")});
        switch (fault) {
        case Fault::None:
            break;
        case Fault::Unreachable:
            co_return unreachable;
        case Fault::Conflict:
            co_return LeaseServer::failure(409);
        case Fault::Throttled:
            co_return LeaseServer::failure(429);
        case Fault::Server:
            co_return LeaseServer::failure(500);
        case Fault::Forbidden:
            co_return LeaseServer::failure(403);
        case Fault::Hang:
        case Fault::LoseAnswer:
        case Fault::Hold:
            const HttpReply reply = fault == Fault::Hang ? HttpReply() : m_server.answer(request);
            const auto slept = co_await (fault == Fault::Hold ? gate.sleep(1s, stop) : m_clock.sleep(24h, stop));
            if (slept && fault == Fault::Hold)
                co_return reply;
            co_return std::unexpected(slept ? unreachable.error() : slept.error());
        }
        co_return m_server.answer(request);
    }

    Task<HttpReply> stream(HttpRequest request, BodySink onBody, std::stop_token stop) override
    {
        using namespace std::chrono_literals;
        target = request.target;
        if (!watchable)
            co_return LeaseServer::failure(403);
        const int number = ++m_server.watches;
        m_server.watchers.emplace(number, onBody);
        if (!m_server.lease.isEmpty())
            onBody(toJson({{u"type"_s, u"ADDED"_s}, {u"object"_s, m_server.lease}}) + '\n');
        const auto slept = co_await m_clock.sleep(5min, stop); // then the server ends it
        m_server.watchers.erase(number);
        if (!slept)
            co_return std::unexpected(slept.error());
        co_return HttpReply{.status = 200};
    }

    void setTls(TlsSettings) override { }
    void reset() override { }
    void dropChanges() override { }

    QStringList take() { return std::exchange(log, {}); }

    std::deque<Fault> faults; ///< of the next requests
    Fault always = Fault::None; ///< of those after them
    Clock::duration latency = {};
    bool watchable = true;
    ManualClock gate;
    QStringList log; ///< verbs sent
    QByteArray target; ///< of the last watch

private:
    Fault nextFault()
    {
        if (faults.empty())
            return always;
        const Fault fault = faults.front();
        faults.pop_front();
        return fault;
    }

    LeaseServer &m_server;
    Clock &m_clock;
};

} // namespace patronus
