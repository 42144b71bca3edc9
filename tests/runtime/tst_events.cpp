// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/json.h"
#include "runtime/eventlog.h"
#include "runtime/events.h"
#include "support/manualclock.h"
#include "support/testcase.h"

#include <QRegularExpression>

#include <deque>

using namespace patronus;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

/// Keeps Events by name, as an API server does; answers what the test says first.
class EventServer : public Transport
{
public:
    struct Write {
        HttpRequest::Verb verb;
        QByteArray target;
        QJsonObject body;
    };

    explicit EventServer(Clock &clock) : m_clock(clock) { }

    Task<HttpReply> send(HttpRequest request, std::stop_token stop) override
    {
        const QJsonObject body = parseJsonObject(request.body).value_or(QJsonObject());
        writes.push_back({request.verb, request.target, body});
        most = std::max(most, ++inFlight);
        if (latency > 0ns) {
            const auto slept = co_await m_clock.sleep(latency, stop);
            if (!slept) {
                --inFlight;
                co_return std::unexpected(slept.error());
            }
        }
        --inFlight;
        if (!answers.empty()) {
            const HttpReply reply = answers.front();
            answers.pop_front();
            if (reply.status != 0)
                co_return reply;
            co_return std::unexpected(Error{Error::Kind::Unreachable, u"cut"_s});
        }
        QJsonObject &event = events[request.verb == HttpRequest::Verb::Post
                ? body["metadata"_L1]["name"_L1].toString()
                : QString::fromLatin1(request.target).section(u'/', -1).section(u'?', 0, 0)];
        if (request.verb == HttpRequest::Verb::Patch && event.isEmpty())
            co_return HttpReply{.status = 404};
        for (auto it = body.begin(); it != body.end(); ++it)
            event.insert(it.key(), it.value());
        co_return HttpReply{.status = 200, .body = toJson(event)};
    }
    Task<HttpReply> stream(HttpRequest, BodySink, std::stop_token) override { co_return HttpReply{.status = 405}; }
    void setTls(TlsSettings) override { }
    void reset() override { }
    void dropChanges() override { }

    QList<int> counts() const
    {
        QList<int> all;
        for (const QJsonObject &event : events)
            all += event["count"_L1].toInt();
        std::ranges::sort(all);
        return all;
    }

    std::deque<HttpReply> answers; ///< of the next requests; status 0: cut
    std::vector<Write> writes;
    QMap<QString, QJsonObject> events;
    Clock::duration latency = {};
    int most = 0; ///< requests in flight at once

private:
    Clock &m_clock;
    int inFlight = 0;
};

Object site(const QString &name, const QString &nameSpace = u"ns"_s)
{
    return Object({{u"metadata"_s,
        QJsonObject{{u"name"_s, name}, {u"namespace"_s, nameSpace}, {u"uid"_s, u"u-"_s + name},
            {u"resourceVersion"_s, u"7"_s}}}});
}

struct Rig {
    void record(const QString &reason, const QString &message, const QString &name = u"hq"_s)
    {
        recorder.record(site(name), resources::sites(), EventRecorder::Type::Normal, reason, message);
    }

    ManualClock clock;
    std::shared_ptr<EventServer> server = std::make_shared<EventServer>(clock);
    KubeClient client{server, nullptr};
    EventRecorder recorder{client, clock, u"patronus-operator"_s, u"patronus-operator-0"_s};
};

} // namespace

class tst_Events : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void anEventSaysAllThatTheApiAsksFor()
    {
        Rig rig;
        rig.recorder.record(
            site(u"hq"_s), resources::sites(), EventRecorder::Type::Warning, u"InvalidSpec"_s, u"no key"_s);
        QCOMPARE(rig.server->writes.size(), 1U);
        QVERIFY(rig.server->writes[0].target.startsWith("/api/v1/namespaces/ns/events"));
        QJsonObject body = rig.server->writes[0].body;
        const QString name = body["metadata"_L1]["name"_L1].toString();
        QVERIFY2(QRegularExpression(u"^hq\\.[0-9a-f]+$"_s).match(name).hasMatch(), qPrintable(name));
        QCOMPARE(body.take("metadata"_L1)["namespace"_L1], u"ns"_s);
        QCOMPARE(body,
            (QJsonObject{{u"apiVersion"_s, u"v1"_s}, {u"kind"_s, u"Event"_s},
                {u"involvedObject"_s,
                    QJsonObject{{u"apiVersion"_s, u"sdwan.patronus.dev/v1alpha1"_s}, {u"kind"_s, u"Site"_s},
                        {u"namespace"_s, u"ns"_s}, {u"name"_s, u"hq"_s}, {u"uid"_s, u"u-hq"_s},
                        {u"resourceVersion"_s, u"7"_s}}},
                {u"type"_s, u"Warning"_s}, {u"reason"_s, u"InvalidSpec"_s}, {u"message"_s, u"no key"_s},
                {u"source"_s, QJsonObject{{u"component"_s, u"patronus-operator"_s}}},
                {u"reportingComponent"_s, u"patronus-operator"_s}, {u"reportingInstance"_s, u"patronus-operator-0"_s},
                {u"firstTimestamp"_s, u"2026-01-01T00:00:00Z"_s}, {u"lastTimestamp"_s, u"2026-01-01T00:00:00Z"_s},
                {u"count"_s, 1}}));
    }

    void aClusterWideObjectsEventStandsInDefault()
    {
        Rig rig;
        rig.recorder.record(site(u"node"_s, {}), resources::namespaces(), EventRecorder::Type::Normal, u"R"_s, u"m"_s);
        QVERIFY(rig.server->writes[0].target.startsWith("/api/v1/namespaces/default/events"));
        QCOMPARE(rig.server->writes[0].body["metadata"_L1]["namespace"_L1], u"default"_s);
        QVERIFY(!rig.server->writes[0].body["involvedObject"_L1].toObject().contains("namespace"_L1));
    }

    void aRepetitionIsCounted()
    {
        Rig rig;
        rig.record(u"Synced"_s, u"done"_s);
        rig.clock.advance(5min);
        rig.record(u"Synced"_s, u"done"_s);
        QCOMPARE(rig.server->writes.size(), 2U);
        QCOMPARE(rig.server->writes[1].verb, HttpRequest::Verb::Patch);
        QCOMPARE(rig.server->events.size(), 1);
        QCOMPARE(rig.server->counts(), QList<int>{2});
        QCOMPARE(rig.server->events.first()["lastTimestamp"_L1], u"2026-01-01T00:05:00Z"_s);
        QCOMPARE(rig.server->events.first()["firstTimestamp"_L1], u"2026-01-01T00:00:00Z"_s);
    }

    void afterTenQuietMinutesItIsANewEvent()
    {
        Rig rig;
        rig.record(u"Synced"_s, u"done"_s);
        rig.clock.advance(10min);
        rig.record(u"Synced"_s, u"done"_s);
        QCOMPARE(rig.server->counts(), QList<int>{2});
        rig.clock.advance(10min + 1s);
        rig.record(u"Synced"_s, u"done"_s);
        QCOMPARE(rig.server->counts(), (QList<int>{1, 2}));
    }

    void anotherObjectTypeReasonOrMessageIsAnotherEvent()
    {
        Rig rig;
        rig.record(u"Synced"_s, u"done"_s);
        rig.record(u"Synced"_s, u"done"_s, u"branch"_s);
        rig.record(u"Deleted"_s, u"done"_s);
        rig.record(u"Synced"_s, u"done again"_s);
        rig.recorder.record(site(u"hq"_s), resources::sites(), EventRecorder::Type::Warning, u"Synced"_s, u"done"_s);
        QCOMPARE(rig.server->counts(), QList<int>(5, 1));
    }

    void whatWaitsIsCountedInPlace()
    {
        Rig rig;
        rig.server->latency = 1s;
        rig.record(u"First"_s, u"a"_s);
        for (int i = 0; i < 5; ++i)
            rig.record(u"Second"_s, u"b"_s);
        rig.clock.advance(5s);
        QCOMPARE(rig.server->writes.size(), 2U);
        QCOMPARE(rig.server->counts(), (QList<int>{1, 5}));
        QCOMPARE(rig.server->most, 1);
        QCOMPARE(rig.recorder.dropped(), 0);
    }

    void manyMessagesOfOneReasonBecomeOneEvent()
    {
        Rig rig;
        for (int i = 0; i < 15; ++i)
            rig.record(u"Failed"_s, u"try %1"_s.arg(i));
        QCOMPARE(rig.server->counts(), (QList<int>{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 5}));
        QCOMPARE(std::ranges::count_if(rig.server->events,
                     [](const QJsonObject &event) {
                         return event["message"_L1].toString() == "(combined from similar events): try 14"_L1
                             && event["count"_L1] == 5;
                     }),
            1);
        rig.record(u"Failed"_s, u"try 3"_s); // one that is known
        QCOMPARE(rig.server->counts().count(2), 1);
    }

    void anObjectGetsSoManyAtOnceAndThenOneInFiveMinutes()
    {
        Rig rig;
        for (int i = 0; i < 40; ++i)
            rig.record(u"R%1"_s.arg(i), u"m"_s);
        QCOMPARE(rig.server->writes.size(), 25U);
        QCOMPARE(rig.recorder.dropped(), 15);
        rig.record(u"R"_s, u"m"_s, u"branch"_s); // another object has its own
        QCOMPARE(rig.server->writes.size(), 26U);
        rig.clock.advance(5min - 1s);
        rig.record(u"late"_s, u"m"_s);
        QCOMPARE(rig.server->writes.size(), 26U);
        rig.clock.advance(1s);
        rig.record(u"late"_s, u"m"_s);
        QCOMPARE(rig.server->writes.size(), 27U);
        QCOMPARE(rig.server->writes.back().body["count"_L1], 2); // what was dropped is made up for
    }

    void aForgottenEventIsMadeAnew_data()
    {
        QTest::addColumn<int>("status");
        QTest::newRow("not found") << 404;
        QTest::newRow("gone") << 410;
    }
    void aForgottenEventIsMadeAnew()
    {
        QFETCH(const int, status);
        Rig rig;
        rig.record(u"Synced"_s, u"done"_s);
        rig.server->answers = {{.status = status}};
        rig.record(u"Synced"_s, u"done"_s);
        QCOMPARE(rig.server->writes.size(), 3U);
        QCOMPARE(rig.server->writes[2].verb, HttpRequest::Verb::Post);
        QCOMPARE(rig.server->writes[2].body["count"_L1], 2);
        QVERIFY(rig.server->writes[2].body["metadata"_L1]["name"_L1]
            != rig.server->writes[0].body["metadata"_L1]["name"_L1]);
        QCOMPARE(rig.recorder.dropped(), 0);
    }

    void whatCannotBeWrittenIsDroppedAndTheNextGoesOn_data()
    {
        QTest::addColumn<int>("status");
        QTest::newRow("the namespace is terminating") << 403;
        QTest::newRow("the namespace has gone") << 404;
        QTest::newRow("the name is taken") << 409;
        QTest::newRow("invalid") << 422;
        QTest::newRow("a server error") << 500;
        QTest::newRow("no answer") << 0;
    }
    void whatCannotBeWrittenIsDroppedAndTheNextGoesOn()
    {
        QFETCH(const int, status);
        Rig rig;
        rig.server->answers = {{.status = status}};
        rig.record(u"Synced"_s, u"done"_s);
        QCOMPARE(rig.recorder.dropped(), 1);
        QCOMPARE(rig.server->writes.size(), 1U);
        rig.record(u"Synced"_s, u"done"_s);
        QCOMPARE(rig.server->writes.size(), 2U);
        QCOMPARE(rig.server->writes[1].verb, HttpRequest::Verb::Post);
        QCOMPARE(rig.server->counts(), QList<int>{2});
    }

    void anOverloadedServerGetsAPause()
    {
        Rig rig;
        rig.server->answers = {{.status = 429, .headers = {{"retry-after", "20"}}}};
        rig.record(u"First"_s, u"m"_s);
        rig.record(u"Second"_s, u"m"_s);
        rig.clock.advance(20s - 1ns);
        QCOMPARE(rig.server->writes.size(), 1U);
        rig.clock.advance(1ns);
        QCOMPARE(rig.server->writes.size(), 2U);
    }

    void theQueueIsBounded()
    {
        Rig rig;
        rig.server->latency = 1s;
        for (int i = 0; i < 1500; ++i)
            rig.record(u"R"_s, u"m"_s, QString::number(i));
        QCOMPARE(rig.recorder.dropped(), 499); // one in flight and 1000 that wait
        rig.clock.advance(1001s);
        QCOMPARE(rig.server->events.size(), 1001);
    }

    void longTextIsCutBetweenCharacters()
    {
        Rig rig;
        rig.record(QString(300, u'R'), QString(1023, u'm') + u"é and more"_s, QString(300, u'n'));
        const QJsonObject body = rig.server->writes[0].body;
        QCOMPARE(body["reason"_L1].toString().size(), 128);
        QCOMPARE(body["message"_L1].toString(), QString(1023, u'm'));
        QCOMPARE(body["metadata"_L1]["name"_L1].toString().size(), 253);
        for (int i = 0; i < 11; ++i)
            rig.record(u"R"_s, QString::number(i) + QString(1023, u'm'));
        QVERIFY(rig.server->writes.back().body["message"_L1].toString().startsWith("(combined"_L1));
        QCOMPARE(rig.server->writes.back().body["message"_L1].toString().size(), 1024);
    }

    void namesAreUnique()
    {
        Rig rig;
        for (int i = 0; i < 500; ++i)
            rig.record(u"R"_s, u"m"_s, u"same"_s + QString::number(i / 20)); // all in the same millisecond
        for (int i = 0; i < 20; ++i)
            rig.record(u"R%1"_s.arg(i), u"m"_s, u"one"_s);
        QCOMPARE(rig.server->events.size(), 25 + 20);
    }

    void stopDropsWhatWaitsAndWaitsForWhatIsInFlight()
    {
        Rig rig;
        rig.server->latency = 1s;
        for (int i = 0; i < 3; ++i)
            rig.record(u"R%1"_s.arg(i), u"m"_s);
        bool ended = false;
        rig.recorder.stop().then([&](const Expected<void> &) { ended = true; });
        QVERIFY(!ended);
        QCOMPARE(rig.recorder.dropped(), 2);
        rig.clock.advance(1s);
        QVERIFY(ended);
        QCOMPARE(rig.server->events.size(), 1);
        rig.record(u"late"_s, u"m"_s);
        rig.clock.advance(1min);
        QCOMPARE(rig.server->writes.size(), 1U);
        QCOMPARE(rig.recorder.dropped(), 3);
    }

    void stopCutsWhatHangs()
    {
        Rig rig;
        rig.server->latency = 1h;
        rig.record(u"R"_s, u"m"_s);
        bool ended = false;
        rig.recorder.stop().then([&](const Expected<void> &) { ended = true; });
        rig.clock.advance(2s - 1ns);
        QVERIFY(!ended);
        rig.clock.advance(1ns);
        QVERIFY(ended);
    }

    void itMayBeDestroyedWithARequestInFlight()
    {
        ManualClock clock;
        const auto server = std::make_shared<EventServer>(clock);
        server->latency = 1s;
        KubeClient client(server, nullptr);
        auto recorder = std::make_unique<EventRecorder>(client, clock, u"c"_s, u"i"_s);
        for (int i = 0; i < 3; ++i)
            recorder->record(site(u"hq"_s), resources::sites(), EventRecorder::Type::Normal, u"R%1"_s.arg(i), u"m"_s);
        recorder.reset();
        clock.advance(1min);
        QCOMPARE(server->writes.size(), 1U);
    }

    void memoryIsBounded()
    {
        EventLog log;
        Clock::time_point now(1h);
        const QDateTime wall(QDate(2026, 1, 1), QTime(0, 0), QTimeZone::UTC);
        for (int i = 0; i < 20000; ++i) {
            std::ignore = log.record(
                {.uid = QString::number(i), .regarding = {}, .type = u"Normal"_s, .reason = u"R"_s, .message = u"m"_s},
                now += 1ms, wall);
            QVERIFY(log.objects() <= EventLog::mostObjects);
        }
        QVERIFY(log.objects() > EventLog::mostObjects / 2);
        std::ignore
            = log.record({.uid = u"last"_s, .regarding = {}, .type = {}, .reason = {}, .message = {}}, now + 1h, wall);
        QCOMPARE(log.objects(), 1); // what was quiet is forgotten
    }
};

QTEST_GUILESS_MAIN(tst_Events)
#include "tst_events.moc"
