// SPDX-License-Identifier: GPL-3.0-or-later
#include "sdwan/names.h"
#include "sdwan/sdwanreconciler.h"
#include "sdwan/telemetry.h"
#include "support/manualclock.h"
#include "support/testcase.h"

#include <QJsonDocument>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace patronus;

namespace {

/// A Patronus API in memory: what a PUT stores, a list gives back.
struct MemoryApi : PatronusClient {
    QHash<QString, QJsonObject> sites;
    std::optional<Error> listFails;
    Task<QJsonObject> put(RemoteKind, QString name, QJsonObject body, std::stop_token) override
    {
        sites.insert(name, body);
        co_return body;
    }
    Task<void> remove(RemoteKind, QString name, std::stop_token) override
    {
        sites.remove(name);
        co_return Expected<void>();
    }
    Task<RemotePage<QJsonObject>> list(RemoteKind kind, int, qint64, std::stop_token) override
    {
        if (listFails)
            co_return std::unexpected(*listFails);
        const auto items = kind == RemoteKind::Site ? sites.values() : QList<QJsonObject>();
        co_return RemotePage<QJsonObject>{items, items.size()};
    }
    Task<RemotePage<RemotePath>> paths(int, qint64, std::stop_token) override { co_return RemotePage<RemotePath>(); }
    Task<RemotePage<TrafficStats>> trafficStats(QDate, int, qint64, std::stop_token) override
    {
        co_return RemotePage<TrafficStats>();
    }
    Task<RemoteHealth> health(std::stop_token) override { co_return RemoteHealth(); }
};

/// Records the steps and makes them true in the store, as the API server would.
struct RecordingEffects : Effects {
    Store &store;
    MemoryApi &api;
    Inventory &inventory;
    QList<Step> steps;
    std::optional<Error> putFails, deleteFails;
    std::function<void(const Step &)> before = {}; ///< called before a step becomes true

    RecordingEffects(Store &s, MemoryApi &a, Inventory &i) : store(s), api(a), inventory(i) { }

    void change(const Object &object, const QString &member, const QJsonValue &value)
    {
        QJsonObject json = store.find(object.key()).value_or(object).json();
        json.insert(member, value);
        QJsonObject metadata = json["metadata"_L1].toObject();
        metadata.insert("resourceVersion"_L1, QString::number(metadata["resourceVersion"_L1].toString().toInt() + 1));
        json.insert("metadata"_L1, metadata);
        store.upsert(Object(json));
    }

    Task<void> perform(QList<Step> wanted, std::stop_token stop) override
    {
        for (const Step &step : wanted) {
            steps.append(step);
            if (before)
                before(step);
            if (const auto *put = std::get_if<PutRemote>(&step)) {
                if (putFails)
                    co_return std::unexpected(*putFails);
                (void)co_await api.put(put->kind, put->name, put->body, stop);
                inventory.notePut(put->kind, put->name, put->body);
            } else if (const auto *removal = std::get_if<DeleteRemote>(&step)) {
                if (deleteFails)
                    co_return std::unexpected(*deleteFails);
                inventory.noteRemoved(removal->kind, removal->name);
            } else if (const auto *set = std::get_if<SetFinalizer>(&step)) {
                QJsonObject metadata = set->object.json()["metadata"_L1].toObject();
                metadata.insert("finalizers"_L1, QJsonArray{names::finalizer});
                metadata.insert("annotations"_L1, QJsonObject{{names::remoteName, set->object.key().name}});
                change(set->object, u"metadata"_s, metadata);
            } else if (const auto *status = std::get_if<PatchStatus>(&step)) {
                change(status->object, u"status"_s, status->status);
            }
        }
        co_return Expected<void>();
    }
};

QJsonObject parsed(const char *json)
{
    return QJsonDocument::fromJson(json).object();
}

/// The steps' kinds in a word each: what a test compares.
QStringList kinds(const QList<Step> &steps)
{
    static const QStringList words{u"put"_s, u"delete"_s, u"finalizer"_s, u"release"_s, u"status"_s, u"event"_s};
    QStringList all;
    for (const Step &step : steps)
        all.append(words[qsizetype(step.index())]);
    return all;
}

} // namespace

class TestSdwanReconciler : public TestCase
{
    Q_OBJECT

    struct Fixture {
        ManualClock clock;
        Store sites;
        NameClaims names{sites};
        MemoryApi api;
        Inventory inventory{api};
        Telemetry telemetry{api, inventory, clock}; // knows nothing before its sweep()
        ServedSchema schema;
        RecordingEffects effects{sites, api, inventory};
        SdwanReconciler reconciler{
            siteKind(), {sites, names, names, inventory, schema, effects, clock, &telemetry}, 5min};

        explicit Fixture(bool read = true)
        {
            if (read)
                (void)QCoro::waitFor(inventory.sweep({}));
        }
        Expected<Result> run(const char *nameSpace = "a")
        {
            effects.steps.clear();
            return QCoro::waitFor(reconciler.reconcile({QString::fromLatin1(nameSpace), u"hq"_s}, {}));
        }
        QString ready(const char *nameSpace = "a") const
        {
            return conditionReason(*sites.find({QString::fromLatin1(nameSpace), u"hq"_s}), conditions::Ready);
        }
    };

    static Object site(
        const char *metadata = "{}", const char *nameSpace = "a", const char *endpoint = "vpn.example.com:51820")
    {
        QJsonObject more = parsed(metadata);
        const QString space = QString::fromLatin1(nameSpace);
        for (const auto &[key, value] : std::initializer_list<std::pair<QString, QJsonValue>>{{u"name"_s, u"hq"_s},
                 {u"namespace"_s, space}, {u"uid"_s, QString(space + "-uid"_L1)}, {u"generation"_s, 1},
                 {u"resourceVersion"_s, u"1"_s}, {u"creationTimestamp"_s, u"2026-01-01T00:00:00Z"_s}})
            if (!more.contains(key))
                more.insert(key, value);
        const QJsonObject wireguard{{u"publicKey"_s, QString::fromLatin1(QByteArray(32, 'k').toBase64())},
            {u"listenPort"_s, 51820}, {u"endpoints"_s, QJsonArray{QString::fromLatin1(endpoint)}}};
        return Object({{u"metadata"_s, more}, {u"spec"_s, QJsonObject{{u"wireguard"_s, wireguard}}}});
    }

private Q_SLOTS:
    void aNewSiteGetsItsFinalizerBeforeItIsSent()
    {
        Fixture f;
        f.sites.upsert(site());
        const auto result = f.run();
        QVERIFY(result);
        QCOMPARE(result->again, 5min);
        QCOMPARE(kinds(f.effects.steps), QStringList({u"finalizer"_s, u"put"_s, u"status"_s, u"event"_s}));
        QVERIFY(f.api.sites.contains(u"hq"_s));
        QCOMPARE(f.ready(), u"Synced"_s);
    }

    void itsOwnMarkIsNoNews_data()
    {
        QTest::addColumn<QByteArray>("metadata");
        QTest::addColumn<bool>("expected");
        const auto row = [](const char *name, const char *metadata, bool expected) {
            QTest::newRow(name) << QByteArray(metadata) << expected;
        };
        row("nothing", "{}", false);
        row("marked", R"({"finalizers":["sdwan.patronus.dev/cleanup"],
            "annotations":{"sdwan.patronus.dev/remote-name":"hq"}})",
            false);
        row("half marked", R"({"finalizers":["sdwan.patronus.dev/cleanup"]})", true);
        row("marked with another's name", R"({"finalizers":["sdwan.patronus.dev/cleanup"],
            "annotations":{"sdwan.patronus.dev/remote-name":"plant"}})",
            true);
        row("marked and paused", R"({"finalizers":["sdwan.patronus.dev/cleanup"],
            "annotations":{"sdwan.patronus.dev/remote-name":"hq","sdwan.patronus.dev/paused":"true"}})",
            true);
        row("marked by another, too", R"({"finalizers":["sdwan.patronus.dev/cleanup","a/b"],
            "annotations":{"sdwan.patronus.dev/remote-name":"hq"}})",
            true);
        row("marked and changed", R"({"generation":2,"finalizers":["sdwan.patronus.dev/cleanup"],
            "annotations":{"sdwan.patronus.dev/remote-name":"hq"}})",
            true);
        row("marked and deleted", R"({"deletionTimestamp":"2026-01-01T00:00:00Z",
            "finalizers":["sdwan.patronus.dev/cleanup"],"annotations":{"sdwan.patronus.dev/remote-name":"hq"}})",
            true);
        row("another of this name", R"({"uid":"new","finalizers":["sdwan.patronus.dev/cleanup"],
            "annotations":{"sdwan.patronus.dev/remote-name":"hq"}})",
            true);
    }
    void itsOwnMarkIsNoNews()
    {
        QFETCH(const QByteArray, metadata);
        QFETCH(const bool, expected);
        Fixture f;
        QCOMPARE(f.reconciler.isNews(site(metadata.constData()), site()), expected);
        if (expected) // and what takes a mark away always is
            QVERIFY(f.reconciler.isNews(site(), site(metadata.constData())));
        QVERIFY(f.reconciler.isNews(site(metadata.constData()), Object()));
    }

    void inSteadyStateNothingIsWritten()
    {
        Fixture f;
        f.sites.upsert(site());
        QVERIFY(f.run());
        f.clock.advance(10min);
        QVERIFY(f.run());
        QCOMPARE(kinds(f.effects.steps), QStringList());
    }

    void theNumbersRideAlongWithTheStatus()
    {
        Fixture f;
        QVERIFY(QCoro::waitFor(f.telemetry.sweep({})));
        for (int i = 0; i < 20; ++i) { // what may be written of numbers alone in this second
            const QJsonObject metadata{{u"name"_s, QString::number(i)}, {u"uid"_s, QString::number(i)}};
            QVERIFY(!f.telemetry.worthWriting(RemoteKind::Site, Object({{u"metadata"_s, metadata}})).isEmpty());
        }
        f.sites.upsert(site());
        QVERIFY(f.run());
        QCOMPARE(f.sites.find({u"a"_s, u"hq"_s})->status()["peers"_L1], 0);
        f.clock.advance(10min);
        QVERIFY(f.run());
        QCOMPARE(kinds(f.effects.steps), QStringList()); // no second write for them
    }

    void whatSomebodyElseChangedIsSentAgain()
    {
        Fixture f;
        f.sites.upsert(site());
        QVERIFY(f.run());
        f.api.sites[u"hq"_s].insert("wireguard"_L1, QJsonObject{{u"listen_port"_s, 1}});
        (void)QCoro::waitFor(f.inventory.sweep({}));
        QVERIFY(f.run());
        QCOMPARE(kinds(f.effects.steps), QStringList(u"put"_s));
    }

    void aCrdOfAnotherLanguageIsNotActedOn()
    {
        Fixture f;
        f.sites.upsert(site());
        f.schema = ServedSchema(parsed(R"({"properties":{"spec":{"properties":{"listen_port":{}}}}})"));
        QVERIFY(f.run());
        QCOMPARE(kinds(f.effects.steps), QStringList());
        f.schema = ServedSchema();
        QVERIFY(f.run());
        QVERIFY(f.api.sites.contains(u"hq"_s));
    }

    void aCrdWithoutConditionsGetsWhatItKeepsAndEachEventOnce()
    {
        Fixture f;
        f.schema = ServedSchema(parsed(R"({"properties":{"status":{"properties":{"phase":{}}}}})"));
        f.sites.upsert(site());
        QVERIFY(f.run());
        QCOMPARE(kinds(f.effects.steps), QStringList({u"finalizer"_s, u"put"_s, u"status"_s, u"event"_s}));
        QCOMPARE(f.sites.find({u"a"_s, u"hq"_s})->status().keys(), QStringList(u"phase"_s));
        QVERIFY(f.run());
        QCOMPARE(kinds(f.effects.steps), QStringList());

        f.sites.upsert(site(R"({"resourceVersion":"5","generation":2})", "a", "nowhere"));
        QVERIFY(!f.run());
        QCOMPARE(kinds(f.effects.steps), QStringList({u"status"_s, u"event"_s}));

        f.schema = ServedSchema(); // upgraded: the conditions are written, and nobody is told again
        QVERIFY(!f.run());
        QCOMPARE(kinds(f.effects.steps), QStringList(u"status"_s));
        QCOMPARE(f.ready(), u"InvalidSpec"_s);
    }

    void aNewProcessTellsNothingAgain()
    {
        Fixture f;
        f.schema = ServedSchema(parsed(R"({"properties":{"status":{"properties":{"phase":{}}}}})"));
        f.sites.upsert(site());
        QVERIFY(f.run());
        SdwanReconciler another{
            siteKind(), {f.sites, f.names, f.names, f.inventory, f.schema, f.effects, f.clock}, 5min};
        f.effects.steps.clear();
        QVERIFY(QCoro::waitFor(another.reconcile({u"a"_s, u"hq"_s}, {})));
        QCOMPARE(kinds(f.effects.steps), QStringList());
    }

    void anInvalidSpecIsToldAndNotSent()
    {
        Fixture f;
        f.sites.upsert(site("{}", "a", "nowhere"));
        const auto result = f.run();
        QVERIFY(!result && !result.error().isRetryable());
        QCOMPARE(result.error().metricType, "validation_failed");
        QCOMPARE(kinds(f.effects.steps), QStringList({u"status"_s, u"event"_s}));
        QCOMPARE(f.ready(), u"InvalidSpec"_s);
        QVERIFY(!f.run());
        QCOMPARE(kinds(f.effects.steps), QStringList());
    }

    void nothingIsSentOrSaidBeforeTheApiWasRead()
    {
        Fixture f(false);
        f.sites.upsert(site());
        QVERIFY(f.run());
        QCOMPARE(kinds(f.effects.steps), QStringList());
    }

    void anApiThatCannotBeReadIsTold()
    {
        Fixture f(false);
        f.api.listFails
            = Error{.kind = Error::Kind::Unreachable, .message = u"refused"_s, .metricType = "api_unreachable"};
        QVERIFY(!QCoro::waitFor(f.inventory.sweep({})));
        f.sites.upsert(site());
        const auto result = f.run();
        QVERIFY(!result && result.error().isRetryable());
        QCOMPARE(kinds(f.effects.steps), QStringList({u"status"_s, u"event"_s}));
        QCOMPARE(f.ready(), u"APIUnreachable"_s);
    }

    void theYoungerOfTwoWithOneNameSendsNothing()
    {
        Fixture f;
        f.sites.upsert(site());
        f.sites.upsert(site(R"({"creationTimestamp":"2026-02-01T00:00:00Z"})", "b"));
        const auto result = f.run("b");
        QVERIFY(!result);
        QCOMPARE(result.error().metricType, "name_conflict");
        QCOMPARE(f.ready("b"), u"NameConflict"_s);
        QVERIFY(f.api.sites.isEmpty());
        QVERIFY(f.run("a"));
        QVERIFY(f.api.sites.contains(u"hq"_s));
    }

    void whoComesWhileTheOwnerIsBeingMarkedDoesNotTakeTheName()
    {
        Fixture f;
        f.sites.upsert(site(R"({"uid":"z"})"));
        bool refused = false;
        f.effects.before = [&](const Step &step) {
            if (!std::holds_alternative<SetFinalizer>(step) || refused)
                return;
            refused = true;
            f.sites.upsert(site(R"({"uid":"a"})", "b")); // as old, and first by its UID
            const auto other = QCoro::waitFor(f.reconciler.reconcile({u"b"_s, u"hq"_s}, {}));
            QCOMPARE(other ? "" : other.error().metricType, "name_conflict");
        };
        QVERIFY(f.run("a"));
        QVERIFY(refused);
        QCOMPARE(f.ready("a"), u"Synced"_s);
        QCOMPARE(f.ready("b"), u"NameConflict"_s);
        QVERIFY(f.run("a"));
        QCOMPARE(f.ready("a"), u"Synced"_s);
    }

    void aDeletedSiteIsDeletedThereBeforeItMayGo()
    {
        Fixture f;
        f.sites.upsert(
            site(R"({"deletionTimestamp":"2026-01-02T00:00:00Z","finalizers":["sdwan.patronus.dev/cleanup"]})"));
        QVERIFY(f.run());
        QCOMPARE(kinds(f.effects.steps), QStringList({u"delete"_s, u"release"_s}));
    }

    void aFailedDeletionKeepsTheFinalizer()
    {
        Fixture f;
        f.effects.deleteFails = Error{.kind = Error::Kind::Server, .message = u"500"_s, .metricType = "api_error"};
        f.sites.upsert(
            site(R"({"deletionTimestamp":"2026-01-02T00:00:00Z","finalizers":["sdwan.patronus.dev/cleanup"]})"));
        const auto result = f.run();
        QVERIFY(!result && result.error().isRetryable());
        QCOMPARE(result.error().metricType, "deletion_failed");
        QCOMPARE(kinds(f.effects.steps), QStringList({u"delete"_s, u"status"_s, u"event"_s}));
    }

    void anOrphanedOrForeignNameIsLeftInTheApi_data()
    {
        QTest::addColumn<QByteArray>("annotations");
        QTest::addColumn<bool>("another");
        QTest::newRow("orphan") << QByteArray(R"({"sdwan.patronus.dev/deletion-policy":"Orphan"})") << false;
        QTest::newRow("another's name") << QByteArray("{}") << true;
    }

    void anOrphanedOrForeignNameIsLeftInTheApi()
    {
        QFETCH(const QByteArray, annotations);
        QFETCH(const bool, another);
        Fixture f;
        if (another)
            f.sites.upsert(site(R"({"annotations":{"sdwan.patronus.dev/remote-name":"hq"}})", "b"));
        const QByteArray metadata
            = R"({"deletionTimestamp":"2026-01-02T00:00:00Z","finalizers":["sdwan.patronus.dev/cleanup"],"annotations":)"
            + annotations + '}';
        f.sites.upsert(site(metadata.constData()));
        QVERIFY(f.run());
        QCOMPARE(kinds(f.effects.steps), QStringList(u"release"_s));
    }

    void aPausedSiteIsLeftAloneAndSaysSo()
    {
        Fixture f;
        f.sites.upsert(site(R"({"annotations":{"sdwan.patronus.dev/paused":"true"}})"));
        QVERIFY(f.run());
        QCOMPARE(kinds(f.effects.steps), QStringList({u"status"_s, u"event"_s}));
        QCOMPARE(f.ready(), u"Paused"_s);
    }

    void aRejectedBodyIsAFailureThatSaysWhy()
    {
        Fixture f;
        f.effects.putFails
            = Error{.kind = Error::Kind::Invalid, .message = u"listen_port is taken"_s, .metricType = "api_error"};
        f.sites.upsert(site());
        QVERIFY(!f.run());
        QCOMPARE(f.ready(), u"APIRejected"_s);
        QCOMPARE(f.sites.find({u"a"_s, u"hq"_s})->status()["phase"_L1].toString(), u"Failed"_s);
    }
};

QTEST_GUILESS_MAIN(TestSdwanReconciler)
#include "tst_sdwanreconciler.moc"
