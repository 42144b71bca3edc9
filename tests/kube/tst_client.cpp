// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics.h"
#include "kube/client.h"
#include "support/scriptedtransport.h"
#include "support/testcase.h"

using namespace patronus;
using namespace Qt::StringLiterals;
using Kind = Error::Kind;

namespace {

const ObjectKey hq{u"office"_s, u"hq"_s};

/// A token that changes each time when it was rejected.
class CountingCredentials : public Credentials
{
public:
    Task<HttpHeaders> headers(std::stop_token) override
    {
        if (failure)
            co_return std::unexpected(*failure);
        co_return HttpHeaders{{"authorization"_ba, "Bearer t" + QByteArray::number(rejections)}};
    }
    TlsSettings tls() const override { return {.serverName = u"s%1"_s.arg(rejections)}; }
    void rejected() override { ++rejections; }

    int rejections = 0;
    std::optional<Error> failure;
};

struct Fixture {
    std::shared_ptr<ScriptedTransport> transport = std::make_shared<ScriptedTransport>();
    std::shared_ptr<CountingCredentials> credentials = std::make_shared<CountingCredentials>();
    Metrics metrics;
    KubeClient client{transport, credentials, &metrics, KubeClient::Mode::Live, u"api:6443"_s};

    [[nodiscard]] double counted(const std::string &code, const std::string &method)
    {
        return metrics
            .counter("rest_client_requests_total", {}, {{"code", code}, {"method", method}, {"host", "api:6443"}})
            .value();
    }
};

/// The result of a task that has ended by now.
template <typename T> Expected<T> resultOf(Task<T> &task)
{
    return QCoro::waitFor(task);
}

QByteArray item(const char *name, int version)
{
    return QByteArray(R"({"metadata":{"name":"NAME","resourceVersion":"RV","managedFields":[1]},"spec":{"a":1}})")
        .replace("NAME", name)
        .replace("RV", QByteArray::number(version));
}

QByteArray page(const QByteArrayList &items, const char *token = "")
{
    return QByteArray(R"({"kind":"SiteList","metadata":{"resourceVersion":"100","continue":"TOKEN"},"items":[ITEMS]})")
        .replace("TOKEN", token)
        .replace("ITEMS", items.join(','));
}

QByteArray line(const char *type, const QByteArray &object)
{
    return QByteArray(R"({"type":"TYPE","object":OBJECT})").replace("TYPE", type).replace("OBJECT", object) + '\n';
}

const JsonDrop managedFields = [](std::span<const std::string_view> path) { return path.back() == "managedFields"; };

} // namespace

class tst_Client : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void aGetGivesTheObject()
    {
        Fixture f;
        f.transport->queue(200, item("hq", 5));
        auto task = f.client.get(resources::sites(), hq, {});
        const auto object = resultOf(task);
        QVERIFY(object);
        QCOMPARE(object->key().name, u"hq"_s);
        QCOMPARE(f.transport->last()->request.headers.last().second, "Bearer t0"_ba);
        QCOMPARE(f.transport->tls.last().serverName, u"s0"_s);
        QCOMPARE(f.counted("200", "GET"), 1);
        QVERIFY(f.metrics.text().find("rest_client_request_duration_seconds_bucket") != std::string::npos);
    }

    void anErrorIsTheServersStatus()
    {
        Fixture f;
        f.transport->queue(429, R"({"kind":"Status","message":"slow down","code":429})", {{"retry-after"_ba, "3"_ba}});
        auto task = f.client.get(resources::sites(), hq, {});
        const auto object = resultOf(task);
        QCOMPARE(object.error().kind, Kind::Throttled);
        QCOMPARE(object.error().retryAfter, std::chrono::seconds(3));
        QVERIFY(object.error().message.contains("slow down"_L1));
        QCOMPARE(f.transport->calls.size(), 1); // given to the caller, not retried here
        QCOMPARE(f.counted("429", "GET"), 1);
    }

    void aConnectionErrorIsCounted()
    {
        Fixture f;
        auto task = f.client.get(resources::sites(), hq, {});
        f.transport->last()->fail(Kind::Unreachable);
        QCOMPARE(resultOf(task).error().kind, Kind::Unreachable);
        QCOMPARE(f.counted("<error>", "GET"), 1);
    }

    void aBodyThatIsNoObjectIsMalformed()
    {
        Fixture f;
        f.transport->queue(200, "<html>");
        auto task = f.client.get(resources::sites(), hq, {});
        QCOMPARE(resultOf(task).error().kind, Kind::Malformed);
    }

    void anUnauthorizedRequestIsSentOnceMoreWithFreshCredentials()
    {
        Fixture f;
        f.transport->queue(401);
        f.transport->queue(200, item("hq", 6));
        auto task = f.client.patch(resources::sites(), hq, {}, PatchType::Merge, QJsonObject(), {}, {});
        QVERIFY(resultOf(task));
        QCOMPARE(f.transport->calls.size(), 2);
        QCOMPARE(f.transport->calls[0]->request.headers.last().second, "Bearer t0"_ba);
        QCOMPARE(f.transport->calls[1]->request.headers.last().second, "Bearer t1"_ba);
        QCOMPARE(f.transport->calls[1]->request.headers.size(), f.transport->calls[0]->request.headers.size());

        f.transport->queue(401);
        f.transport->queue(401);
        auto again = f.client.get(resources::sites(), hq, {});
        QCOMPARE(resultOf(again).error().kind, Kind::Unauthorized);
        QCOMPARE(f.transport->calls.size(), 4);
    }

    void withoutCredentialsNothingIsSent()
    {
        Fixture f;
        f.credentials->failure = Error{Kind::Unauthorized, u"run login"_s};
        auto task = f.client.get(resources::sites(), hq, {});
        QCOMPARE(resultOf(task).error().message, u"run login"_s);
        QVERIFY(f.transport->calls.isEmpty());
    }

    void changes_data()
    {
        using Change = std::function<bool(KubeClient &)>; // whether it was sent and answered
        QTest::addColumn<Change>("change");
        const auto row = [](const char *name, const Change &change) { QTest::newRow(name) << change; };
        const ResourceType type = resources::sites();
        const QJsonObject object{{u"metadata"_s, QJsonObject{{u"name"_s, u"hq"_s}, {u"namespace"_s, u"office"_s}}}};
        row("create", [=](KubeClient &c) { return QCoro::waitFor(c.create(type, object, {}, {})).has_value(); });
        row("replace", [=](KubeClient &c) { return QCoro::waitFor(c.replace(type, object, {}, {})).has_value(); });
        row("apply",
            [=](KubeClient &c) { return QCoro::waitFor(c.apply(type, hq, u"status"_s, {}, {}, {})).has_value(); });
        row("patch", [=](KubeClient &c) {
            return QCoro::waitFor(c.patch(type, hq, {}, PatchType::Json, QJsonArray(), {}, {})).has_value();
        });
        row("scale", [=](KubeClient &c) { return QCoro::waitFor(c.scale(type, hq, 3, {}, {}, {})).has_value(); });
        row("remove", [=](KubeClient &c) { return QCoro::waitFor(c.remove(type, hq, {}, {})).has_value(); });
    }
    void changes()
    {
        QFETCH(const std::function<bool(KubeClient &)>, change);
        Fixture f;
        f.transport->queue(200, item("hq", 6));
        QVERIFY(change(f.client));
        QVERIFY(f.transport->last()->request.changesSomething);
        QVERIFY(!f.transport->last()->request.target.contains("dryRun"));

        f.transport->queue(200, item("hq", 6));
        const auto dry = f.client.dryRun();
        QVERIFY(change(*dry));
        QVERIFY(f.transport->last()->request.target.contains("dryRun=All"));

        const auto reading = f.client.readOnly();
        QVERIFY(!change(*reading));
        QCOMPARE(f.transport->calls.size(), 2); // no byte of it
    }

    void aClientNeverGivesOneThatCanDoMore()
    {
        Fixture f;
        QCOMPARE(f.client.dryRun()->mode(), KubeClient::Mode::DryRun);
        QCOMPARE(f.client.readOnly()->mode(), KubeClient::Mode::ReadOnly);
        QCOMPARE(f.client.dryRun()->readOnly()->mode(), KubeClient::Mode::ReadOnly);
        QCOMPARE(f.client.readOnly()->dryRun()->mode(), KubeClient::Mode::ReadOnly);
        const auto reading = f.client.readOnly();
        auto task = reading->remove(resources::sites(), hq, {}, {});
        QCOMPARE(resultOf(task).error().kind, Kind::WriteRefused);
    }

    void whatMayIDoIsAskedInEveryMode()
    {
        Fixture f;
        f.transport->queue(201, R"({"status":{"allowed":true}})");
        const auto reading = f.client.readOnly();
        auto task = reading->mayI(u"patch"_s, resources::sites(), u"office"_s, u"status"_s, {});
        const auto allowed = resultOf(task);
        QVERIFY(allowed && *allowed);
        const HttpRequest &request = f.transport->last()->request;
        QVERIFY(!request.changesSomething);
        QCOMPARE(request.target, "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"_ba);
        const auto asked = parseJsonObject(request.body);
        QVERIFY(asked);
        QCOMPARE(valueAt(*asked, u"spec.resourceAttributes").toObject(),
            (QJsonObject{{u"verb"_s, u"patch"_s}, {u"group"_s, u"sdwan.patronus.dev"_s}, {u"version"_s, u"v1alpha1"_s},
                {u"resource"_s, u"sites"_s}, {u"subresource"_s, u"status"_s}, {u"namespace"_s, u"office"_s}}));
        f.transport->queue(201, "{}");
        auto odd = f.client.mayI(u"get"_s, resources::pods(), {}, {}, {});
        QCOMPARE(resultOf(odd).error().kind, Kind::Malformed);
    }

    void aListIsReadPageByPageInOrder()
    {
        Fixture f;
        QStringList names;
        const auto onObject = [&](const Object &object) {
            names += object.key().name + u':' + object.json().value("kind"_L1).toString();
            QVERIFY(!object.json().value("metadata"_L1).toObject().contains("managedFields"_L1));
        };
        auto task = f.client.list(resources::sites(), {.limit = 2, .drop = managedFields}, onObject, {});
        QCOMPARE(f.transport->calls.size(), 1);
        f.transport->last()->answer(200, page({item("a", 1), item("b", 2)}, "next"));
        QCOMPARE(names, (QStringList{u"a:Site"_s, u"b:Site"_s})); // before the second page has come
        QCOMPARE(f.transport->calls.size(), 2);
        QVERIFY(f.transport->last()->request.target.endsWith("limit=2&continue=next"));
        f.transport->last()->answer(200, page({item("c", 3)}));
        QCOMPARE(names.last(), u"c:Site"_s);
        QCOMPARE(resultOf(task).value_or(QString()), u"100"_s);
    }

    void aContinueTokenThatHasRunOutIsGone()
    {
        Fixture f;
        f.transport->queue(200, page({item("a", 1)}, "next"));
        f.transport->queue(410, R"({"kind":"Status","message":"too old","code":410})");
        auto task = f.client.list(resources::sites(), {}, [](const Object &) { }, {});
        QCOMPARE(resultOf(task).error().kind, Kind::Gone);
    }

    void aListThatIsNoneIsMalformed_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::newRow("nothing") << ""_ba;
        QTest::newRow("cut") << page({item("a", 1)}).chopped(4);
        QTest::newRow("a list of JSON") << "[]"_ba;
        QTest::newRow("no version") << R"({"metadata":{},"items":[]})"_ba;
        QTest::newRow("no items") << R"({"metadata":{"resourceVersion":"1"}})"_ba;
        QTest::newRow("items no list") << R"({"metadata":{"resourceVersion":"1"},"items":{}})"_ba;
        QTest::newRow("an item no object") << page({"7"});
        QTest::newRow("an item without a name") << page({"{}"});
        QTest::newRow("page after page the same") << page({}, "same");
    }
    void aListThatIsNoneIsMalformed()
    {
        QFETCH(const QByteArray, body);
        Fixture f;
        f.transport->queue(200, body);
        f.transport->queue(200, body);
        auto task = f.client.list(resources::sites(), {}, [](const Object &) { }, {});
        QCOMPARE(resultOf(task).error().kind, Kind::Malformed);
    }

    void anEmptyListOfGoIsEmpty()
    {
        Fixture f;
        f.transport->queue(200, R"({"items":null,"metadata":{"resourceVersion":"7"}})");
        auto task = f.client.list(resources::sites(), {}, [](const Object &) { QFAIL("there is none"); }, {});
        QCOMPARE(resultOf(task).value_or(QString()), u"7"_s);
    }

    void aListStopsWhereItsReaderStopsIt()
    {
        Fixture f;
        f.transport->queue(200, page({item("a", 1), item("b", 2)}, "next"));
        std::stop_source stop;
        int count = 0;
        const auto onObject = [&](const Object &) {
            ++count;
            stop.request_stop();
        };
        auto task = f.client.list(resources::sites(), {}, onObject, stop.get_token());
        QCOMPARE(resultOf(task).error().kind, Kind::Cancelled);
        QCOMPARE(count, 1);
        QCOMPARE(f.transport->calls.size(), 1);
    }

    void aWatchTellsEventsHoweverTheyAreCut()
    {
        Fixture f;
        QStringList versions;
        const auto onEvent = [&](const WatchEvent &e) { versions += e.object.resourceVersion(); };
        auto task = f.client.watch(
            resources::sites(), {.nameSpace = u"office"_s, .drop = managedFields}, u"100"_s, onEvent, {});
        const auto call = f.transport->last();
        QVERIFY(call->request.target.contains("resourceVersion=100"));
        const QByteArray bytes = line("ADDED", item("a", 101)) + line("MODIFIED", item("a", 102));
        for (const char &byte : bytes)
            call->send({&byte, 1});
        QCOMPARE(f.counted("200", "GET"), 1); // counted when it begins, not when it ends
        call->send(line("BOOKMARK", item("", 110)) + line("DELETED", item("a", 111))
            + line("ADDED", item("b", 112)).first(12));
        call->answer(200);
        QVERIFY(resultOf(task));
        QCOMPARE(versions, (QStringList{u"101"_s, u"102"_s, u"110"_s, u"111"_s}));
        QCOMPARE(f.counted("200", "GET"), 1);
    }

    void aWatchAsksForItsEndAtRandom()
    {
        Fixture f;
        QSet<QByteArray> lengths;
        std::stop_source stop;
        for (int i = 0; i < 20; ++i) {
            auto task = f.client.watch(resources::sites(), {}, u"1"_s, [](const WatchEvent &) { }, stop.get_token());
            const HttpRequest &request = f.transport->last()->request;
            const QByteArray seconds = request.target.sliced(request.target.indexOf("timeoutSeconds=") + 15);
            QVERIFY(seconds.toInt() >= 300 && seconds.toInt() <= 600);
            QVERIFY(request.idleLimit > std::chrono::seconds(seconds.toInt()));
            lengths.insert(seconds);
        }
        QVERIFY(lengths.size() > 1);
        stop.request_stop();
    }

    void anErrorEventEndsTheWatchAndNothingAfterItIsTold()
    {
        Fixture f;
        int events = 0;
        auto task = f.client.watch(resources::sites(), {}, u"1"_s, [&](const WatchEvent &) { ++events; }, {});
        f.transport->last()->send(line("ADDED", item("a", 2)) + line("ERROR", R"({"kind":"Status","code":410})")
            + line("ADDED", item("b", 3)));
        QCOMPARE(resultOf(task).error().kind, Kind::Gone);
        QVERIFY(f.transport->last()->isEnded()); // the stream was ended, not left
        QCOMPARE(events, 1);
    }

    void aWatchThatIsRefusedSaysWhy()
    {
        Fixture f;
        f.transport->queue(410, R"({"kind":"Status","message":"too old resource version","code":410})");
        auto task = f.client.watch(resources::sites(), {}, u"1"_s, [](const WatchEvent &) { }, {});
        QCOMPARE(resultOf(task).error().kind, Kind::Gone);
    }

    void aStoppedWatchIsCancelledAndSilent()
    {
        Fixture f;
        std::stop_source stop;
        int events = 0;
        const auto onEvent = [&](const WatchEvent &) {
            ++events;
            stop.request_stop();
        };
        auto task = f.client.watch(resources::sites(), {}, u"1"_s, onEvent, stop.get_token());
        f.transport->last()->send(line("ADDED", item("a", 2)) + line("ADDED", item("b", 3)));
        QCOMPARE(resultOf(task).error().kind, Kind::Cancelled);
        QCOMPARE(events, 1);
    }

    void aLineWithoutEndIsNotCollectedForEver()
    {
        Fixture f;
        auto task = f.client.watch(resources::sites(), {}, u"1"_s, [](const WatchEvent &) { }, {});
        const QByteArray piece(1024 * 1024, 'x');
        for (int i = 0; i < 20 && !f.transport->last()->isEnded(); ++i)
            f.transport->last()->send(piece);
        QCOMPARE(resultOf(task).error().kind, Kind::Malformed);
    }

    void whatRunsOutlivesTheClient()
    {
        auto transport = std::make_shared<ScriptedTransport>();
        auto client = std::make_unique<KubeClient>(transport, nullptr);
        auto get = client->get(resources::sites(), hq, {});
        QString name;
        auto list = client->list(resources::sites(), {}, [&](const Object &o) { name = o.key().name; }, {});
        client.reset();
        transport->calls[0]->answer(200, item("hq", 5));
        transport->calls[1]->answer(200, page({}, "next"));
        transport->calls[2]->answer(200, page({item("b", 2)}));
        QVERIFY(resultOf(get));
        QVERIFY(resultOf(list));
        QCOMPARE(name, u"b"_s);
    }

    void textIsGivenAsItIs()
    {
        Fixture f;
        f.transport->queue(200, "ok\n");
        auto text = f.client.getText("/readyz"_ba, {});
        QCOMPARE(resultOf(text).value_or(QByteArray()), "ok\n"_ba);

        QByteArray streamed;
        auto stream = f.client.streamText("/log"_ba, [&](QByteArrayView piece) { streamed += piece; }, {});
        QVERIFY(f.transport->last()->request.deadline > std::chrono::hours(1)); // a silent log sends not even a header
        f.transport->last()->send("a");
        f.transport->last()->send("b\n");
        f.transport->last()->answer(200);
        QVERIFY(resultOf(stream));
        QCOMPARE(streamed, "ab\n"_ba);

        f.transport->queue(200, R"({"kind":"APIGroupList"})");
        auto json = f.client.getJson("/apis"_ba, {}, "application/x"_ba);
        QCOMPARE(resultOf(json).value_or(QJsonObject()).value("kind"_L1), QJsonValue(u"APIGroupList"_s));
        QCOMPARE(f.transport->last()->request.headers.first().second, "application/x"_ba);
    }
};

QTEST_GUILESS_MAIN(tst_Client)
#include "tst_client.moc"
