// SPDX-License-Identifier: GPL-3.0-or-later
#include "sdwan/telemetry.h"
#include "support/manualclock.h"
#include "support/testcase.h"

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace patronus;

namespace {

/// The paths and the traffic that the test wrote down; the rows of past days are asked for as the API would give them.
struct Measured : PatronusClient {
    QList<RemotePath> allPaths;
    QList<TrafficStats> rows;
    QList<QDate> askedSince;

    Task<QJsonObject> put(RemoteKind, QString, QJsonObject body, std::stop_token) override { co_return body; }
    Task<void> remove(RemoteKind, QString, std::stop_token) override { co_return Expected<void>(); }
    Task<RemotePage<QJsonObject>> list(RemoteKind, int, qint64, std::stop_token) override
    {
        co_return RemotePage<QJsonObject>();
    }
    Task<RemotePage<RemotePath>> paths(int, qint64 offset, std::stop_token) override
    {
        co_return RemotePage<RemotePath>{
            allPaths.sliced(offset).first(std::min<qsizetype>(allPaths.size() - offset, 2)), allPaths.size()};
    }
    Task<RemotePage<TrafficStats>> trafficStats(QDate since, int, qint64 offset, std::stop_token) override
    {
        askedSince.append(since);
        QList<TrafficStats> found = rows;
        found.removeIf([since](const TrafficStats &row) { return since.isValid() && row.day < since; });
        co_return RemotePage<TrafficStats>{found.sliced(offset), found.size()};
    }
    Task<RemoteHealth> health(std::stop_token) override { co_return RemoteHealth(); }
};

struct Rig {
    ManualClock clock; // 2026-01-01T00:00:00Z
    Measured api;
    Inventory inventory{api};
    Telemetry telemetry{api, inventory, clock};

    [[nodiscard]] bool sweep() { return QCoro::waitFor(telemetry.sweep({})).has_value(); }
    [[nodiscard]] StatusNumbers numbers(RemoteKind kind, const QString &name, const QJsonObject &status = {})
    {
        const QJsonObject metadata{{u"name"_s, name}, {u"uid"_s, name}};
        return telemetry.worthWriting(kind, Object({{u"metadata"_s, metadata}, {u"status"_s, status}}));
    }
    [[nodiscard]] qint64 bytes(const QString &policy)
    {
        clock.advance(61s); // the last writes are forgotten
        return sweep() ? numbers(RemoteKind::Policy, policy)["bytesRouted"_L1].toInteger() : -1;
    }
};

const QDate newYear(2026, 1, 1);

TrafficStats row(QDate day, qint64 sent, qint64 flows, const QString &policy = u"voip"_s)
{
    return {.policy = policy, .day = day, .bytesSent = sent, .bytesReceived = 1, .flowsActive = flows};
}

RemotePath path(const QString &from, const QString &to, RemotePath::Status status, double loss = 0)
{
    return {.id = from + to, .sourceSite = from, .destinationSite = to, .status = status, .packetLossPercent = loss};
}

} // namespace

class TestTelemetry : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void aSitesNumbersAreThoseOfItsPaths()
    {
        Rig rig;
        using enum RemotePath::Status;
        rig.api.allPaths = {path(u"hq"_s, u"a"_s, Up, 2), path(u"b"_s, u"hq"_s, Degraded), path(u"hq"_s, u"c"_s, Down),
            path(u"hq"_s, u"a"_s, Up)};
        QVERIFY(rig.sweep());
        QCOMPARE(rig.telemetry.requests(), 3); // two pages of paths, one of traffic
        const StatusNumbers hq = rig.numbers(RemoteKind::Site, u"hq"_s);
        QCOMPARE(hq["peers"_L1], 2); // a and b; the path to c is down
        QCOMPARE(hq["activePaths"_L1], 2);
        QCOMPARE(hq["healthScore"_L1], 62); // of 98, 50, 0 and 100
        QVERIFY(!rig.numbers(RemoteKind::Site, u"alone"_s).contains("healthScore"_L1)); // no path, no health
    }

    void whatIsWorthAWrite_data()
    {
        QTest::addColumn<QJsonObject>("status");
        QTest::addColumn<bool>("isWritten");
        const auto row = [](const char *name, int flows, int bytes, bool isWritten) {
            QTest::newRow(name) << QJsonObject{{u"matchedFlows"_s, flows}, {u"bytesRouted"_s, bytes}} << isWritten;
        };
        row("the same", 100, 1001, false);
        row("ten percent of flows", 91, 1001, false);
        row("more than ten percent of flows", 90, 1001, true);
        row("ten percent of bytes", 100, 920, false);
        row("more than ten percent of bytes", 100, 900, true);
        QTest::newRow("never told") << QJsonObject() << true;
    }
    void whatIsWorthAWrite()
    {
        QFETCH(const QJsonObject, status);
        Rig rig;
        rig.api.rows = {row(newYear, 1000, 100)};
        QVERIFY(rig.sweep());
        QTEST(!rig.numbers(RemoteKind::Policy, u"voip"_s, status).isEmpty(), "isWritten");
    }

    void anObjectsNumbersAloneAreWrittenOnceAMinute()
    {
        Rig rig;
        QVERIFY(rig.sweep());
        QVERIFY(!rig.numbers(RemoteKind::Site, u"hq"_s).isEmpty());
        rig.clock.advance(59s);
        QVERIFY(rig.numbers(RemoteKind::Site, u"hq"_s).isEmpty());
        rig.clock.advance(1s);
        QVERIFY(!rig.numbers(RemoteKind::Site, u"hq"_s).isEmpty());
    }

    void whatRidesAlongCostsNoneOfTheTwentyWrites()
    {
        Rig rig;
        const auto along = [&](int i) {
            const QJsonObject metadata{{u"name"_s, u"along-%1"_s.arg(i)}, {u"uid"_s, u"along-%1"_s.arg(i)}};
            return rig.telemetry.ridingAlong(RemoteKind::Site, Object({{u"metadata"_s, metadata}}));
        };
        QVERIFY(along(0).isEmpty()); // nothing is known yet
        QVERIFY(rig.sweep());
        for (int i = 0; i < 100; ++i)
            QVERIFY(!along(i).isEmpty());
        QVERIFY(rig.numbers(RemoteKind::Site, u"along-0"_s).isEmpty()); // it was written just now
        for (int i = 0; i < 20; ++i)
            QVERIFY(!rig.numbers(RemoteKind::Site, u"alone-%1"_s.arg(i)).isEmpty());
    }

    void allObjectsTogetherGetTwentyWritesASecond()
    {
        Rig rig;
        QVERIFY(rig.sweep());
        int written = 0;
        const auto ask = [&](int second) {
            for (int i = 0; i < 100; ++i)
                written += rig.numbers(RemoteKind::Site, u"site-%1-%2"_s.arg(second).arg(i)).isEmpty() ? 0 : 1;
        };
        ask(0);
        QCOMPARE(written, 20);
        for (int second = 1; second <= 5; ++second) {
            rig.clock.advance(1s);
            ask(second);
        }
        QCOMPARE(written, 120);
    }

    void bytesGrowOnOverMidnight()
    {
        Rig rig;
        rig.clock.advance(12h);
        rig.api.rows = {row(newYear.addDays(-1), 1000, 9), row(newYear, 100, 5)};
        QCOMPARE(rig.bytes(u"voip"_s), 1102);
        rig.api.rows.last().bytesSent = 300;
        QCOMPARE(rig.bytes(u"voip"_s), 1302);
        QCOMPARE(rig.api.askedSince, QList<QDate>({QDate(), newYear})); // what is past is not read again

        rig.clock.advance(12h);
        QCOMPARE(rig.bytes(u"voip"_s), 1302); // no row of the new day yet
        QCOMPARE(rig.api.askedSince.last(), QDate());
        QCOMPARE(rig.numbers(RemoteKind::Policy, u"voip"_s), StatusNumbers()); // told a moment ago
        rig.api.rows.append(row(newYear.addDays(1), 50, 6));
        QCOMPARE(rig.bytes(u"voip"_s), 1353);
    }

    void flowsAreThoseOfToday()
    {
        Rig rig;
        rig.clock.advance(12h);
        rig.api.rows
            = {row(newYear.addDays(-1), 1000, 9), row(newYear, 100, 5), row(newYear.addDays(-1), 7, 3, u"idle"_s)};
        QVERIFY(rig.sweep());
        QCOMPARE(rig.numbers(RemoteKind::Policy, u"voip"_s)["matchedFlows"_L1], 5);
        QCOMPARE(rig.numbers(RemoteKind::Policy, u"idle"_s)["matchedFlows"_L1], 0);
        rig.clock.advance(12h);
        QVERIFY(rig.sweep());
        QCOMPARE(rig.numbers(RemoteKind::Policy, u"voip"_s)["matchedFlows"_L1], 5); // the new day has no row yet
        rig.clock.advance(61s);
        QVERIFY(rig.sweep());
        QCOMPARE(rig.numbers(RemoteKind::Policy, u"voip"_s)["matchedFlows"_L1], 0);
    }

    void whatTheApiForgotIsForgotten()
    {
        Rig rig;
        rig.api.rows = {row(newYear, 100, 5)};
        QCOMPARE(rig.bytes(u"voip"_s), 101);
        rig.clock.advance(24h);
        rig.api.rows.clear();
        QCOMPARE(rig.bytes(u"voip"_s), 0);
    }
};

QTEST_GUILESS_MAIN(TestTelemetry)
#include "tst_telemetry.moc"
