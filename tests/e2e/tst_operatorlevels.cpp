// SPDX-License-Identifier: GPL-3.0-or-later
#include "e2e/objects.h"
#include "sdwan/conditions.h"
#include "support/operatorworld.h"
#include "support/testcase.h"

#include <cmath>
#include <csignal>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace patronus;
using simulator::Faults;

// Levels, not edges: whatever was missed or refused, the end is the same, and on the way nobody is flooded.
class TestOperatorLevels : public TestCase
{
    Q_OBJECT

private:
    std::unique_ptr<OperatorWorld> m_world;
    std::unique_ptr<OperatorProcess> m_operator;

    void startOperator(const QString &interval = u"2s"_s)
    {
        m_operator = m_world->startOperator({u"--reconcile-success-interval="_s + interval});
    }
    [[nodiscard]] bool apply(const QByteArray &manifest) const { return m_world->plane().apply(manifest).has_value(); }
    [[nodiscard]] QString reason(const QString &name) const { return m_world->reasonOf(resources::sites(), name); }
    [[nodiscard]] bool awaitSynced(const QString &name) const
    {
        return eventually([&] { return reason(name) == "Synced"_L1; }, 90s);
    }
    [[nodiscard]] QString remoteLocation(const QString &name) const
    {
        const auto *const record = m_world->simulator().objects().find(RemoteKind::Site, name);
        return record ? record->body["location"_L1].toString() : QString();
    }
    [[nodiscard]] qint64 remoteRequests() const { return m_world->simulator().requests().count(); }
    // With those that no server ever saw.
    [[nodiscard]] double kubernetesRequests() const { return m_operator->metricSum("rest_client_requests_total"); }

    static QByteArray manySites(int count)
    {
        QByteArray all;
        for (int i = 0; i < count; ++i)
            all += SiteManifest{.name = u"site-%1"_s.arg(i)}.yaml();
        return all;
    }
    [[nodiscard]] bool areAllSynced(int count) const
    {
        int synced = 0;
        for (const Object &site : m_world->objects(resources::sites()))
            synced += conditionReason(site, conditions::Ready) == reasons::Synced ? 1 : 0;
        return synced == count;
    }

private Q_SLOTS:
    void initTestCase()
    {
        auto started = OperatorWorld::start();
        QVERIFY2(started, started ? "" : qPrintable(started.error().message));
        m_world = std::move(*started);
    }
    void cleanup()
    {
        if (QTest::currentTestFailed() && m_operator)
            qInfo("%s", m_operator->log().constData());
        m_operator.reset();
        m_world->clear();
    }
    void cleanupTestCase() { m_world.reset(); }

    void anApiServerThatWasAwayIsCaughtUpWith()
    {
        QVERIFY(apply(SiteManifest{.name = u"hq"_s}.yaml()));
        startOperator();
        QVERIFY(awaitSynced(u"hq"_s));
        const double before = kubernetesRequests();
        QVERIFY(m_world->plane().stopApiServer());
        letPass(8s);
        QVERIFY(m_operator->isRunning());
        QCOMPARE(m_operator->probe(u"/livez"_s), 200);
        QCOMPARE(m_operator->probe(u"/readyz"_s), 200); // its caches are old, and good
        QVERIFY2(kubernetesRequests() - before < 40, m_operator->metrics().constData());
        QVERIFY(m_world->plane().startApiServer());
        QVERIFY(apply(
            SiteManifest{.name = u"hq"_s, .location = u"Hamburg"_s}.yaml() + SiteManifest{.name = u"branch"_s}.yaml()));
        QVERIFY(eventually([&] { return remoteLocation(u"hq"_s) == "Hamburg"_L1; }, 90s));
        QVERIFY(awaitSynced(u"branch"_s));
        QCOMPARE(m_operator->stop(), 0);
    }

    void aHistoryThatTheServerForgotIsListedAgain()
    {
        QVERIFY(apply(SiteManifest{.name = u"hq"_s}.yaml() + SiteManifest{.name = u"branch"_s}.yaml()));
        startOperator();
        QVERIFY(awaitSynced(u"hq"_s));
        QVERIFY(awaitSynced(u"branch"_s));
        m_operator->signal(SIGSTOP);
        QVERIFY(m_world->plane().restartApiServer()); // what follows reaches no socket of the operator's
        QVERIFY(apply(SiteManifest{.name = u"hq"_s, .location = u"Hamburg"_s}.yaml()));
        QCOMPARE(m_world->plane().kubectl({u"delete"_s, u"site"_s, u"branch"_s, u"--wait=false"_s}).exitCode, 0);
        QVERIFY(m_world->plane().compactEtcd());
        QVERIFY(m_world->plane().restartApiServer());
        m_operator->signal(SIGCONT);
        QVERIFY(eventually(
            [&] {
                return remoteLocation(u"hq"_s) == "Hamburg"_L1 && m_world->inventory() == QStringList{u"sites/hq"_s};
            },
            90s));
        QVERIFY(awaitSynced(u"hq"_s));
        QVERIFY2(m_operator->countInLog("listing again") >= 1, m_operator->log().constData()); // it was a 410
        QVERIFY2(kubernetesRequests() < 100, m_operator->metrics().constData());
        QCOMPARE(m_operator->stop(), 0);
    }

    void aPatronusApiThatIsAwayIsWaitedFor_data()
    {
        QTest::addColumn<int>("how");
        QTest::newRow("no answer") << int(Faults::Down::Close);
        QTest::newRow("503") << int(Faults::Down::Status503);
    }
    void aPatronusApiThatIsAwayIsWaitedFor()
    {
        QFETCH(const int, how);
        const std::chrono::seconds time = lookingTime("PATRONUS_DOWN_SECONDS", 20s);
        QVERIFY(apply(SiteManifest{.name = u"hq"_s}.yaml() + SiteManifest{.name = u"branch"_s}.yaml()));
        startOperator(u"5m"_s);
        QVERIFY(awaitSynced(u"hq"_s));
        QVERIFY(awaitSynced(u"branch"_s));
        m_world->simulator().setFaults({.down = static_cast<Faults::Down>(how)});
        const qint64 before = remoteRequests();
        QVERIFY(apply(
            SiteManifest{.name = u"new"_s}.yaml() + SiteManifest{.name = u"hq"_s, .location = u"Hamburg"_s}.yaml()));
        QCOMPARE(m_world->plane().kubectl({u"delete"_s, u"site"_s, u"branch"_s, u"--wait=false"_s}).exitCode, 0);
        QVERIFY(eventually([&] { return !reason(u"new"_s).isEmpty(); }));
        QCOMPARE(reason(u"new"_s), how == int(Faults::Down::Close) ? u"APIUnreachable"_s : u"APIRejected"_s);
        const Object site = m_world->find(resources::sites(), u"new"_s).value();
        QCOMPARE(site.status()["phase"_L1].toString(), u"Pending"_s);
        QCOMPARE(condition(site, conditions::Reconciling)["status"_L1].toString(), u"True"_s); // kstatus: it goes on

        letPass(time);
        // Three objects, each after 1, 2, 4, 8 … seconds, and the sweeps.
        const double seconds = double(time.count()) + 10;
        QVERIFY2(double(remoteRequests() - before) < 5 * (std::log2(seconds) + seconds / 48 + 2),
            qPrintable(QString::number(remoteRequests() - before)));
        qInfo("%lld requests within %lld s of an API that is away", remoteRequests() - before, qint64(time.count()));
        QCOMPARE(m_operator->probe(u"/readyz"_s), 200);
        m_world->simulator().setFaults({});
        QVERIFY(awaitSynced(u"new"_s));
        QVERIFY(awaitSynced(u"hq"_s));
        QVERIFY(eventually([&] { return !m_world->find(resources::sites(), u"branch"_s); }, 90s));
        QCOMPARE(remoteLocation(u"hq"_s), u"Hamburg"_s);
        QCOMPARE(m_world->inventory(), QStringList({u"sites/hq"_s, u"sites/new"_s}));
        QCOMPARE(m_operator->stop(), 0);
    }

    void aThirdOfErrorsDelaysAndDoublesNothing()
    {
        constexpr int count = 20;
        m_world->simulator().setFaults({.errorRate = 0.3});
        startOperator();
        QVERIFY(apply(manySites(count)));
        QVERIFY(eventually([&] { return areAllSynced(count); }, 120s));
        const auto &requests = m_world->simulator().requests();
        QCOMPARE(m_world->inventory().size(), count);
        QCOMPARE(requests.count("PUT", {}, 201), count);
        QCOMPARE(requests.count("PUT", {}, 200), 0); // what has arrived is not sent again
        QVERIFY2(requests.count("PUT") <= 3 * count, qPrintable(QString::number(requests.count("PUT")))); // 29 expected
        QCOMPARE(m_operator->stop(), 0);
    }

    void aRetryAfterIsKeptToByAll()
    {
        constexpr int count = 20;
        constexpr qint64 retryAfterMs = 3000;
        startOperator(u"5m"_s); // no sweep in between
        QVERIFY(eventually([&] { return m_operator->isReady() && remoteRequests() >= 4; }));
        m_world->simulator().setFaults({.throttleRate = 1, .retryAfterSeconds = 3, .count = 40});
        QVERIFY(apply(manySites(count)));
        QVERIFY(eventually([&] { return areAllSynced(count); }, 120s));
        const auto &requests = m_world->simulator().requests();
        QCOMPARE(requests.count("PUT", {}, 201), count);
        QCOMPARE(requests.count("PUT", {}, 429), 40);
        QCOMPARE(requests.count("PUT"), count + 40);

        // What was under way when the first 429 came, comes at once; the next only after its time.
        QDateTime last;
        for (const auto &change : requests.changes()) {
            if (last.isValid() && last.msecsTo(change.time) > 700)
                QVERIFY2(last.msecsTo(change.time) > retryAfterMs - 200,
                    qPrintable(u"%1 ms after a 429"_s.arg(last.msecsTo(change.time))));
            last = change.status == 429 ? change.time : QDateTime();
        }
        QCOMPARE(m_operator->stop(), 0);
    }

    void whatSomebodyElseDidInTheApiIsPutRight()
    {
        QVERIFY(apply(SiteManifest{.name = u"hq"_s}.yaml() + SiteManifest{.name = u"branch"_s}.yaml()));
        startOperator();
        QVERIFY(awaitSynced(u"hq"_s));
        QVERIFY(awaitSynced(u"branch"_s));
        QJsonObject changed = m_world->simulator().objects().find(RemoteKind::Site, u"hq"_s)->body;
        changed.insert("location"_L1, u"Nowhere"_s);
        QVERIFY(QCoro::waitFor(m_world->otherClient().put(RemoteKind::Site, u"hq"_s, changed, {})));
        QVERIFY(QCoro::waitFor(m_world->otherClient().remove(RemoteKind::Site, u"branch"_s, {})));
        QVERIFY(eventually(
            [&] { return remoteLocation(u"hq"_s) == "Berlin"_L1 && remoteLocation(u"branch"_s) == "Berlin"_L1; }));
        QCOMPARE(m_world->simulator().requests().count("PUT"), 2 + 1 + 2);
        QCOMPARE(m_operator->stop(), 0);
    }
};

QTEST_GUILESS_MAIN(TestOperatorLevels)
#include "tst_operatorlevels.moc"
