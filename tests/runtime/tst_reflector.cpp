// SPDX-License-Identifier: GPL-3.0-or-later
#include "runtime/reflector.h"
#include "support/manualclock.h"
#include "support/scriptedtransport.h"
#include "support/testcase.h"

#include <QJsonDocument>
#include <QRegularExpression>

using namespace patronus;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using Kind = Error::Kind;
using State = Reflector::State;

namespace {

QByteArray item(const char *name, int version)
{
    return QByteArray(R"({"metadata":{"namespace":"office","name":"NAME","uid":"u-NAME","resourceVersion":"RV"}})")
        .replace("NAME", name)
        .replace("RV", QByteArray::number(version));
}

QByteArray page(int version, const QByteArrayList &items, const char *token = "")
{
    return QByteArray(R"({"metadata":{"resourceVersion":"RV","continue":"TOKEN"},"items":[ITEMS]})")
        .replace("RV", QByteArray::number(version))
        .replace("TOKEN", token)
        .replace("ITEMS", items.join(','));
}

QByteArray line(const char *type, const QByteArray &object)
{
    return QByteArray(R"({"type":"TYPE","object":OBJECT})").replace("TYPE", type).replace("OBJECT", object) + '\n';
}

const QByteArray tooOld = R"({"kind":"Status","code":410,"message":"too old resource version"})";

struct Fixture {
    explicit Fixture(ListOptions options = {}) : reflector(client, resources::sites(), std::move(options), store, clock)
    {
        QObject::connect(&reflector, &Reflector::stateChanged, &reflector, [this] { states += reflector.state(); });
    }
    ~Fixture()
    {
        auto stopped = reflector.stop();
        std::ignore = QCoro::waitFor(stopped);
    }

    [[nodiscard]] ScriptedTransport::Call &call() const { return *transport->last(); }
    [[nodiscard]] bool isListing() const { return !call().isStream && !call().isEnded(); }
    [[nodiscard]] bool isWatchingFrom(int version) const
    {
        return call().isStream && !call().isEnded()
            && call().request.target.contains("resourceVersion=" + QByteArray::number(version) + '&');
    }
    [[nodiscard]] QStringList held() const
    {
        QStringList list;
        store.forEach([&](const Object &object) { list += object.key().name + u'@' + object.resourceVersion(); });
        list.sort();
        return list;
    }
    /// start() with one object at version 10.
    void startWatching()
    {
        reflector.start();
        call().answer(200, page(10, {item("a", 5)}));
        QCOMPARE(reflector.state(), State::Watching);
    }
    void waitOutBackoff()
    {
        QCOMPARE(reflector.state(), State::Backoff);
        clock.advance(clock.untilNextTimer().value());
        QVERIFY(reflector.state() != State::Backoff);
    }

    ManualClock clock;
    std::shared_ptr<ScriptedTransport> transport = std::make_shared<ScriptedTransport>();
    KubeClient client{transport, nullptr};
    Store store;
    Reflector reflector;
    QList<State> states;
};

void expectWarning(QtMsgType level = QtWarningMsg)
{
    QTest::ignoreMessage(level, QRegularExpression(u"^sites trying again in"_s));
}

} // namespace

class tst_Reflector : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void itListsAndThenWatchesFromThere()
    {
        Fixture f;
        QCOMPARE(f.reflector.state(), State::Idle);
        QVERIFY(!f.store.isSynced());
        f.reflector.start();
        f.reflector.start(); // once is enough
        QCOMPARE(f.transport->calls.size(), 1);
        QVERIFY(f.isListing());
        f.call().answer(200, page(10, {item("a", 5)}, "next"));
        QVERIFY(!f.store.isSynced());
        f.call().answer(200, page(10, {item("b", 6)}));
        QVERIFY(f.store.isSynced());
        QVERIFY(f.isWatchingFrom(10));
        QCOMPARE(f.held(), (QStringList{u"a@5"_s, u"b@6"_s}));
        QCOMPARE(f.states, (QList<State>{State::Listing, State::Watching}));
    }

    void eventsReachTheStore()
    {
        Fixture f;
        f.startWatching();
        f.clock.advance(3s);
        f.call().send(line("ADDED", item("b", 11)) + line("MODIFIED", item("a", 12)));
        QCOMPARE(f.held(), (QStringList{u"a@12"_s, u"b@11"_s}));
        QCOMPARE(f.reflector.lastHeard(), f.clock.now());
        f.call().send(line("DELETED", item("b", 13)));
        QCOMPARE(f.held(), QStringList{u"a@12"_s});
    }

    void theEchoOfAnOwnWriteIsHeardAndNotRead()
    {
        Fixture f;
        f.startWatching();
        const Object written(QJsonDocument::fromJson(item("a", 12)).object());
        f.store.noteWritten(written);
        f.clock.advance(3s);
        f.call().send(line("MODIFIED", item("a", 12).replace("}}", R"(},"spec":{"read":true}})")));
        QVERIFY(f.store.find(written.key())->spec().isEmpty()); // an event that was read would show
        QCOMPARE(f.reflector.lastHeard(), f.clock.now());
        f.call().answer(200);
        QVERIFY(f.isWatchingFrom(12));
    }

    void whenTheServerEndsTheWatchItGoesOnFromTheLastVersion()
    {
        Fixture f;
        f.startWatching();
        f.call().send(line("MODIFIED", item("a", 12)));
        f.call().answer(200);
        QVERIFY(f.isWatchingFrom(12));
        f.call().send(line("BOOKMARK", item("", 30))); // moves the version and nothing else
        QCOMPARE(f.held(), QStringList{u"a@12"_s});
        f.clock.advance(5min);
        f.call().answer(200);
        QVERIFY(f.isWatchingFrom(30));
        f.clock.advance(5min);
        f.call().answer(200); // a quiet one is no error
        QVERIFY(f.isWatchingFrom(30));
        QCOMPARE(f.states, (QList<State>{State::Listing, State::Watching}));
    }

    void aWatchThatEndsAtOnceWithNothingSaidBacksOff()
    {
        Fixture f;
        f.startWatching();
        expectWarning();
        f.call().answer(200);
        f.waitOutBackoff();
        QVERIFY(f.isWatchingFrom(10));
    }

    void aFailedListIsTriedAgain_data()
    {
        QTest::addColumn<int>("status"); // 0: the connection failed
        QTest::newRow("refused") << 0;
        QTest::newRow("forbidden") << 403;
        QTest::newRow("no such CRD") << 404;
        QTest::newRow("throttled") << 429;
        QTest::newRow("server error") << 500;
    }
    void aFailedListIsTriedAgain()
    {
        QFETCH(const int, status);
        Fixture f;
        f.reflector.start();
        expectWarning(status == 403 ? QtCriticalMsg : QtWarningMsg); // a person has to grant it
        status == 0 ? f.call().fail(Kind::Unreachable) : f.call().answer(status);
        QVERIFY(f.reflector.lastError());
        f.waitOutBackoff();
        QCOMPARE(f.reflector.lastError(), std::nullopt);
        QVERIFY(f.isListing());
        f.call().answer(200, page(10, {}));
        QCOMPARE(f.states, (QList<State>{State::Listing, State::Backoff, State::Listing, State::Watching}));
    }

    void aListWhosePagesRanOutStartsOverAndLosesNothing()
    {
        Fixture f;
        f.startWatching();
        f.reflector.listAgain();
        f.call().answer(200, page(20, {item("b", 15)}, "next"));
        f.call().answer(410, tooOld);
        QCOMPARE(f.held(), (QStringList{u"a@5"_s, u"b@15"_s}));
        f.waitOutBackoff();
        f.call().answer(200, page(30, {item("b", 15)}));
        QCOMPARE(f.held(), QStringList{u"b@15"_s});
        QVERIFY(f.isWatchingFrom(30));
    }

    void aVersionThatIsTooOldLeadsToAList_data()
    {
        QTest::addColumn<bool>("inStream");
        QTest::newRow("in the status") << false;
        QTest::newRow("in the stream") << true;
    }
    void aVersionThatIsTooOldLeadsToAList()
    {
        QFETCH(const bool, inStream);
        Fixture f;
        f.startWatching();
        inStream ? f.call().send(line("ERROR", tooOld)) : f.call().answer(410, tooOld);
        f.waitOutBackoff();
        QVERIFY(f.isListing());
        f.call().answer(200, page(50, {item("b", 40)})); // a was deleted in the gap
        QCOMPARE(f.held(), QStringList{u"b@40"_s});
        QVERIFY(f.isWatchingFrom(50));
    }

    void anErrorOfTheWatchDoesNotLeadToAList_data()
    {
        QTest::addColumn<int>("status"); // 0: the connection was cut
        QTest::addColumn<bool>("inStream");
        QTest::newRow("cut") << 0 << false;
        QTest::newRow("throttled") << 429 << false;
        QTest::newRow("server error") << 500 << false;
        QTest::newRow("server error in the stream") << 500 << true;
    }
    void anErrorOfTheWatchDoesNotLeadToAList()
    {
        QFETCH(const int, status);
        QFETCH(const bool, inStream);
        Fixture f;
        f.startWatching();
        f.call().send(line("MODIFIED", item("a", 12)));
        expectWarning();
        if (inStream)
            f.call().send(line("ERROR", R"({"kind":"Status","code":500,"message":"etcdserver: leader changed"})"));
        else if (status == 0)
            f.call().fail(Kind::Unreachable);
        else
            f.call().answer(status);
        f.waitOutBackoff();
        QVERIFY(f.isWatchingFrom(12));
    }

    void aLineThatIsNoEventLeadsToAList()
    {
        Fixture f;
        f.startWatching();
        expectWarning();
        f.call().send("<html>\n");
        f.waitOutBackoff();
        QVERIFY(f.isListing());
    }

    void delaysGrowToTheirLimitAndStartOver()
    {
        Fixture f;
        f.reflector.start();
        Clock::duration limit = 800ms;
        Clock::duration longest{};
        for (int i = 0; i < 12; ++i) {
            expectWarning();
            f.call().fail(Kind::Unreachable);
            const Clock::duration wait = f.clock.untilNextTimer().value();
            QVERIFY2(wait <= limit, qPrintable(QString::number(i)));
            longest = std::max(longest, wait);
            limit = std::min<Clock::duration>(limit * 2, 30s);
            f.waitOutBackoff();
        }
        QVERIFY(longest > 1600ms); // seven delays of up to 30 s: one in 10^9 that all are this short
        f.call().answer(200, page(10, {}));
        f.clock.advance(2min + 1s);
        expectWarning();
        f.call().fail(Kind::Unreachable);
        QVERIFY(f.clock.untilNextTimer().value() <= 800ms);
    }

    void watchesThatWereCutTogetherDoNotComeBackTogether()
    {
        std::vector<std::unique_ptr<Fixture>> all;
        QSet<qint64> delays;
        for (int i = 0; i < 10; ++i) {
            auto &f = *all.emplace_back(std::make_unique<Fixture>());
            f.startWatching();
            expectWarning();
            f.call().fail(Kind::Unreachable);
            delays.insert(f.clock.untilNextTimer().value() / 1ms);
        }
        QVERIFY(delays.size() > 5);
    }

    void aRetryAfterIsKeptTo()
    {
        Fixture f;
        f.reflector.start();
        expectWarning();
        f.call().answer(429, {}, {{"retry-after"_ba, "40"_ba}});
        const Clock::duration wait = f.clock.untilNextTimer().value();
        QVERIFY(wait >= 40s && wait <= 41s);
    }

    void aPersonMayAskForAListAtOnce()
    {
        Fixture f;
        f.reflector.listAgain(); // Idle: nothing
        QVERIFY(f.transport->calls.isEmpty());
        f.startWatching();
        const auto watch = f.transport->last();
        f.reflector.listAgain();
        QVERIFY(watch->isEnded());
        QVERIFY(f.isListing());
        f.reflector.listAgain();
        QCOMPARE(f.transport->calls.size(), 3);
        expectWarning();
        f.call().fail(Kind::Unreachable);
        f.reflector.listAgain();
        QVERIFY(f.isListing());
        QCOMPARE(f.clock.untilNextTimer(), std::nullopt);
    }

    void stopEndsWhatIsInFlight_data()
    {
        QTest::addColumn<State>("from");
        QTest::newRow("idle") << State::Idle;
        QTest::newRow("listing") << State::Listing;
        QTest::newRow("watching") << State::Watching;
        QTest::newRow("backoff") << State::Backoff;
    }
    void stopEndsWhatIsInFlight()
    {
        QFETCH(const State, from);
        Fixture f;
        if (from == State::Listing || from == State::Backoff)
            f.reflector.start();
        if (from == State::Watching)
            f.startWatching();
        if (from == State::Backoff) {
            expectWarning();
            f.call().fail(Kind::Unreachable);
        }
        QCOMPARE(f.reflector.state(), from);
        auto stopped = f.reflector.stop();
        QVERIFY(QCoro::waitFor(stopped));
        QCOMPARE(f.reflector.state(), State::Idle);
        QCOMPARE(f.clock.untilNextTimer(), std::nullopt);
        for (const auto &call : f.transport->calls)
            QVERIFY(call->isEnded());

        f.reflector.start(); // from the beginning
        QVERIFY(f.isListing());
    }

    void aSlotMayStopIt()
    {
        Fixture f;
        connect(&f.store, &Store::upserted, &f.store, [&](const Object &after, const Object &) {
            if (after.resourceVersion() == "11"_L1)
                auto stopping = f.reflector.stop();
        });
        f.startWatching();
        const auto watch = f.transport->last();
        watch->send(line("MODIFIED", item("a", 11)) + line("MODIFIED", item("a", 12)));
        QCOMPARE(f.held(), QStringList{u"a@11"_s});
        QCOMPARE(f.reflector.state(), State::Idle);
        QVERIFY(watch->isEnded());
    }

    void itMayBeDestroyedWhileItWatches()
    {
        auto transport = std::make_shared<ScriptedTransport>();
        {
            ManualClock clock;
            KubeClient client(transport, nullptr);
            Store store;
            Reflector reflector(client, resources::sites(), {}, store, clock);
            reflector.start();
            transport->last()->answer(200, page(10, {}));
        }
        QVERIFY(transport->last()->isEnded());
        transport->last()->send(line("ADDED", item("a", 11)));
    }

    void severalNamespacesFeedOneStore()
    {
        ManualClock clock;
        auto transport = std::make_shared<ScriptedTransport>();
        KubeClient client(transport, nullptr);
        Store store;
        Reflector office(client, resources::sites(), {.nameSpace = u"office"_s}, store, clock);
        Reflector plant(client, resources::sites(), {.nameSpace = u"plant"_s}, store, clock);
        office.start();
        plant.start();
        transport->calls[0]->answer(200, page(10, {item("a", 5)}));
        QVERIFY(!store.isSynced());
        transport->calls[1]->answer(200, page(10, {}));
        QVERIFY(store.isSynced());
        QCOMPARE(store.size(), 1);
        auto first = office.stop();
        auto second = plant.stop();
        QVERIFY(QCoro::waitFor(first));
        QVERIFY(QCoro::waitFor(second));
    }

    void memoryAfterManyListsIsThatAfterOne()
    {
        Fixture f;
        f.reflector.start();
        QByteArrayList items;
        for (int i = 0; i < 100; ++i)
            items += item(qPrintable(u"s%1"_s.arg(i)), i + 1);
        f.call().answer(200, page(1000, items));
        int told = 0;
        connect(&f.store, &Store::upserted, &f.store, [&] { ++told; });
        connect(&f.store, &Store::removed, &f.store, [&] { ++told; });
        const QJsonObject before = f.store.find({u"office"_s, u"s7"_s})->json();
        for (int i = 0; i < 20; ++i) {
            f.reflector.listAgain();
            f.call().answer(200, page(1000 + i, items));
        }
        QCOMPARE(f.store.size(), 100);
        QCOMPARE(told, 0); // nothing has changed
        QCOMPARE(f.store.find({u"office"_s, u"s7"_s})->json(), before);
    }
};

QTEST_GUILESS_MAIN(tst_Reflector)
#include "tst_reflector.moc"
