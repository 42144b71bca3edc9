// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/simulator/dynamics.h"
#include "app/simulator/exchange.h"
#include "support/patronusbodies.h"
#include "support/testcase.h"

#include <QTimeZone>

using namespace Qt::StringLiterals;
using namespace patronus;
using namespace patronus::simulator;
using namespace std::chrono_literals;

using Status = RemotePath::Status;

class TestDynamics : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void pathsStandBetweenPeersThatAreThere()
    {
        Database database;
        Dynamics dynamics(database, 1);
        put(database, dynamics, siteBody(u"hq"_s));
        put(database, dynamics, siteBody(u"branch"_s, {u"hq"_s, u"nowhere"_s, u"branch"_s}));
        put(database, dynamics, siteBody(u"alone"_s));
        QCOMPARE(ids(dynamics), QStringList{u"branch--hq"_s});
        QCOMPARE(dynamics.paths(now()).at(u"branch--hq"_s).source, u"branch"_s);

        // Both name each other: still one path.
        put(database, dynamics, siteBody(u"hq"_s, {u"branch"_s}));
        QCOMPARE(ids(dynamics), QStringList{u"branch--hq"_s});

        QJsonObject closed = siteBody(u"hq"_s);
        closed[u"mesh"_s] = QJsonObject{{u"enabled"_s, false}};
        put(database, dynamics, closed);
        QCOMPARE(ids(dynamics), QStringList());
    }

    void theSameSeedGivesTheSameNumbers()
    {
        const auto run = [this](quint32 seed) {
            Database database;
            Dynamics dynamics(database, seed);
            buildNetwork(database, dynamics);
            for (int i = 0; i < 200; ++i)
                dynamics.step(5s, now(i * 5));
            QStringList told;
            for (const auto &[id, path] : dynamics.paths(now()))
                for (const auto &health : path.history)
                    told.append(u"%1 %2 %3"_s.arg(id, statusName(health.status)).arg(health.latencyMs));
            for (const auto &[start, row] : dynamics.traffic(u"web"_s, 86'400))
                told.append(u"%1 %2"_s.arg(start).arg(row.bytesSent));
            return told;
        };
        QCOMPARE(run(7), run(7));
        QVERIFY(run(7) != run(8));
    }

    void latencyWalksAroundWhatIsUsual()
    {
        Database database;
        Dynamics dynamics(database, 3);
        buildNetwork(database, dynamics);
        QVERIFY(dynamics.pin(u"branch--hq"_s, Status::Up, now()));
        double least = 1e9, most = 0;
        for (int i = 0; i < 2000; ++i) {
            dynamics.step(5s, now(i * 5));
            const auto &health = dynamics.paths(now()).at(u"branch--hq"_s).history.back();
            least = std::min(least, health.latencyMs);
            most = std::max(most, health.latencyMs);
            QVERIFY(health.score >= 95 && health.packetLossPercent < 1);
        }
        const double usual = dynamics.paths(now()).at(u"branch--hq"_s).usualLatencyMs;
        QVERIFY2(least < usual && usual < most && most < 2 * usual,
            qPrintable(u"%1 %2 %3"_s.arg(least).arg(usual).arg(most)));
    }

    void everyStateOfAPathComesAndGoes()
    {
        Database database;
        Dynamics dynamics(database, 3);
        buildNetwork(database, dynamics);
        std::map<Status, int> seen;
        for (int i = 0; i < 5000; ++i) {
            dynamics.step(5s, now(i * 5));
            const auto &health = dynamics.paths(now()).at(u"branch--hq"_s).history.back();
            ++seen[health.status];
            QCOMPARE(health.score == 0, health.status == Status::Down);
        }
        QVERIFY(seen[Status::Up] > 3000);
        QVERIFY(seen[Status::Degraded] > 50);
        QVERIFY(seen[Status::Down] > 10);
    }

    void aPolicyFailsOverAndComesBackAfterItsCooldown()
    {
        Database database;
        Dynamics dynamics(database, 1);
        buildNetwork(database, dynamics);
        QVERIFY(dynamics.pin(u"branch--hq"_s, Status::Down, now(0)));
        QCOMPARE(dynamics.failovers().size(), 1u);
        const Dynamics::Failover &away = dynamics.failovers().back();
        QCOMPARE(away.policy, u"web"_s);
        QCOMPARE(away.from, u"branch--hq"_s);
        QCOMPARE(away.to, u"lte"_s);
        QCOMPARE(away.reason, u"path_down"_s);

        QVERIFY(dynamics.pin(u"branch--hq"_s, Status::Up, now(10)));
        dynamics.step(5s, now(29));
        QCOMPARE(dynamics.failovers().size(), 1u); // the cooldown is 30 s
        dynamics.step(5s, now(31));
        QCOMPARE(dynamics.failovers().size(), 2u);
        QCOMPARE(dynamics.failovers().back().reason, u"path_recovered"_s);
        QVERIFY(dynamics.failovers().back().id != dynamics.failovers().front().id);
    }

    void aPolicyWithoutABackupCarriesNothingWhileItsPathIsDown()
    {
        Database database;
        Dynamics dynamics(database, 1);
        buildNetwork(database, dynamics);
        QJsonObject policy = policyBody(u"web"_s);
        QJsonObject action = policy[u"action"_s].toObject();
        action.remove(u"backup_path"_s);
        policy[u"action"_s] = action;
        database.put(RemoteKind::Policy, u"web"_s, policy, now());
        dynamics.objectsChanged();

        dynamics.step(5s, now(0));
        const double before = dynamics.traffic(u"web"_s, 86'400).begin()->second.bytesSent;
        QVERIFY(before > 0);
        QVERIFY(dynamics.pin(u"branch--hq"_s, Status::Down, now(1)));
        dynamics.step(5s, now(5));
        QCOMPARE(dynamics.traffic(u"web"_s, 86'400).begin()->second.bytesSent, before);
        QCOMPARE(dynamics.traffic(u"web"_s, 86'400).begin()->second.flowsActive, 0);
        QVERIFY(dynamics.failovers().empty());
    }

    void trafficAddsUpOverLongerIntervals()
    {
        Database database;
        Dynamics dynamics(database, 1);
        buildNetwork(database, dynamics);
        for (int i = 0; i < 120; ++i)
            dynamics.step(5s, now(i * 5)); // ten minutes
        const auto sum = [&](int seconds) {
            double bytes = 0;
            for (const auto &[start, row] : dynamics.traffic(u"web"_s, seconds))
                bytes += row.bytesSent;
            return bytes;
        };
        QCOMPARE(dynamics.traffic(u"web"_s, 60).size(), 10u);
        QCOMPARE(dynamics.traffic(u"web"_s, 300).size(), 2u);
        QCOMPARE(dynamics.traffic(u"web"_s, 86'400).size(), 1u);
        QCOMPARE(sum(300), sum(60));
        QCOMPARE(qRound64(sum(86'400)), qRound64(sum(60)));
        QVERIFY(dynamics.traffic(u"nobody"_s, 60).empty());
    }

    void aSiteIsInactiveWhileAllItsPathsAreDown()
    {
        Database database;
        Dynamics dynamics(database, 1);
        buildNetwork(database, dynamics);
        QVERIFY(!dynamics.inactiveSince(u"branch"_s));
        QVERIFY(dynamics.pin(u"branch--hq"_s, Status::Down, now(10)));
        QCOMPARE(dynamics.inactiveSince(u"branch"_s), now(0)); // it was seen last when the path was made
        QVERIFY(!dynamics.inactiveSince(u"hq"_s)); // it has another path
        QVERIFY(!dynamics.inactiveSince(u"alone"_s));
        QVERIFY(dynamics.pin(u"branch--hq"_s, std::nullopt, now(20)));
        QVERIFY(!dynamics.pin(u"no--path"_s, Status::Up, now(20)));
    }

private:
    static QDateTime now(qint64 seconds = 0)
    {
        return QDateTime::fromSecsSinceEpoch(1'767'225'600 + seconds, QTimeZone::UTC);
    }

    static void put(Database &database, Dynamics &dynamics, const QJsonObject &site)
    {
        database.put(RemoteKind::Site, site[u"name"_s].toString(), site, now());
        dynamics.objectsChanged();
    }

    static void buildNetwork(Database &database, Dynamics &dynamics)
    {
        put(database, dynamics, siteBody(u"alone"_s));
        put(database, dynamics, siteBody(u"hq"_s));
        put(database, dynamics, siteBody(u"branch"_s, {u"hq"_s}));
        put(database, dynamics, siteBody(u"other"_s, {u"hq"_s}));
        database.put(RemoteKind::Policy, u"web"_s, policyBody(u"web"_s), now());
        dynamics.objectsChanged();
        (void)dynamics.paths(now());
    }

    static QStringList ids(Dynamics &dynamics)
    {
        QStringList ids;
        for (const auto &[id, path] : dynamics.paths(now()))
            ids.append(id);
        return ids;
    }
};

QTEST_GUILESS_MAIN(TestDynamics)
#include "tst_dynamics.moc"
