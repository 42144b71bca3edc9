// SPDX-License-Identifier: GPL-3.0-or-later
#include "e2e/objects.h"
#include "sdwan/conditions.h"
#include "sdwan/names.h"
#include "support/operatorworld.h"
#include "support/testcase.h"

#include <csignal>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace patronus;

// The operator's day, on each kind of cluster: what is right becomes Active here and there, what is wrong says why, and
// then nothing is written any more, neither by this process nor by the next one.
class TestOperatorJob : public TestCase
{
    Q_OBJECT

private:
    std::unique_ptr<OperatorWorld> m_world;
    bool m_isToday = false; // the CRDs that users have today

    // Sweeps and looks at converged objects come every 2 s, so that a quiet time shows several of each.
    std::unique_ptr<OperatorProcess> startOperator() const
    {
        return m_world->startOperator({u"--reconcile-success-interval=2s"_s, u"--leader-election-enabled=true"_s});
    }

    // "Active True Synced"; of a CRD without the fields what it has.
    QString stateOf(const ResourceType &type, const QString &name, const QString &nameSpace = u"default"_s) const
    {
        const Object object = m_world->find(type, name, nameSpace).value_or(Object());
        const QJsonObject status = object.status();
        if (m_isToday && type == resources::policies())
            return status["active"_L1].isUndefined() ? QString()
                : status["active"_L1].toBool()       ? u"active"_s
                                                     : u"inactive"_s;
        const QJsonObject ready = condition(object, conditions::Ready);
        const bool isOfThisGeneration = m_isToday || status["observedGeneration"_L1].toInteger() == object.generation();
        return isOfThisGeneration ? u"%1 %2 %3"_s.arg(status["phase"_L1].toString(), ready["status"_L1].toString(),
                                        ready["reason"_L1].toString())
                                  : QString();
    }

    QStringList eventsOf(const QString &name) const
    {
        QStringList found;
        for (const Object &event : m_world->objects(resources::events()))
            if (const QJsonObject json = event.json(); json["involvedObject"_L1]["name"_L1] == name)
                found.append(u"%1 %2 %3/%4"_s.arg(json["type"_L1].toString(), json["reason"_L1].toString(),
                    json["involvedObject"_L1]["kind"_L1].toString(), event.key().nameSpace));
        found.sort();
        return found;
    }

    QStringList states() const
    {
        return {stateOf(resources::sites(), u"hq"_s), stateOf(resources::sites(), u"branch"_s),
            stateOf(resources::policies(), u"voip"_s), stateOf(resources::sites(), u"keyless"_s),
            stateOf(resources::sites(), u"hq"_s, u"other"_s), stateOf(resources::policies(), u"lost"_s)};
    }

    void everyObjectIsLookedAfterOrSaysWhyNot()
    {
        QVERIFY(m_world->plane().apply("{apiVersion: v1, kind: Namespace, metadata: {name: other}}"));
        QVERIFY(m_world->plane().apply(SiteManifest{.name = u"hq"_s, .peers = {u"branch"_s}}.yaml()
            + SiteManifest{.name = u"branch"_s, .peers = {u"hq"_s}}.yaml()
            + PolicyManifest{.name = u"voip"_s, .site = u"hq"_s}.yaml()));
        const auto operatorProcess = startOperator();
        const bool isActive = eventually([&] { return !states().mid(0, 3).contains(QString()); });
        QVERIFY2(isActive, operatorProcess->log().constData());
        QVERIFY(m_world->plane().apply(SiteManifest{.name = u"keyless"_s, .key = QByteArray(31, 'k').toBase64()}.yaml()
            + SiteManifest{.name = u"hq"_s, .nameSpace = u"other"_s}.yaml()
            + PolicyManifest{.name = u"lost"_s, .site = u"nowhere"_s}.yaml()));

        const QStringList wanted{u"Active True Synced"_s, u"Active True Synced"_s,
            m_isToday ? u"active"_s : u"Active True Synced"_s, u"Failed False InvalidSpec"_s,
            u"Failed False NameConflict"_s, m_isToday ? u"inactive"_s : u"Pending False SiteNotFound"_s};
        QVERIFY2(eventually([&] { return states() == wanted; }), qPrintable(states().join(u'\n')));
        const Object hq = m_world->find(resources::sites(), u"hq"_s).value();
        QVERIFY(hq.hasFinalizer(names::finalizer));
        QCOMPARE(hq.annotation(names::remoteName), u"hq"_s);
        QVERIFY(m_world->find(resources::sites(), u"keyless"_s)->finalizers().isEmpty()); // nothing of it is anywhere

        const auto events = [&] {
            return QList<QStringList>{
                eventsOf(u"hq"_s), eventsOf(u"voip"_s), eventsOf(u"keyless"_s), eventsOf(u"lost"_s)};
        };
        const QList<QStringList> wantedEvents{{u"Normal Synced Site/default"_s, u"Warning NameConflict Site/other"_s},
            {u"Normal Synced Policy/default"_s}, {u"Warning InvalidSpec Site/default"_s},
            {u"Warning SiteNotFound Policy/default"_s}};
        QVERIFY(eventually([&] { return events() == wantedEvents; }));
        theMetricsSayTheSame(*operatorProcess);
        QCOMPARE(operatorProcess->stop(), 0);
    }

    void theMetricsSayTheSame(const OperatorProcess &process)
    {
        const auto resources = [&](const char *kind, const char *phase) {
            return process.metric(
                QByteArray("patronus_operator_active_resources{kind=\"") + kind + "\",phase=\"" + phase + "\"}");
        };
        QCOMPARE(resources("site", "active"), 2);
        QCOMPARE(resources("site", "failed"), 2);
        QCOMPARE(resources("policy", "active"), 1);
        QCOMPARE(resources("policy", "pending"), 1);
        const auto errors = [&](const QByteArray &controller, const QByteArray &type) {
            return process
                .metric("patronus_operator_reconcile_errors_total{controller=\"" + controller + "\",error_type=\""
                    + type + "\"}")
                .value_or(-1);
        };
        QVERIFY(errors("site", "validation_failed") >= 1);
        QVERIFY(errors("site", "name_conflict") >= 1);
        QVERIFY(errors("policy", "reference_missing") >= 1);
        QCOMPARE(errors("site", "api_error"), 0);
        QVERIFY(process.metric(R"(patronus_operator_reconcile_total{controller="policy",result="success"})") >= 1);
        QVERIFY(process.metric(R"(controller_runtime_reconcile_total{controller="site",result="requeue_after"})") >= 2);
        QVERIFY(process.metric(R"(workqueue_adds_total{controller="site",name="site"})") >= 4);
        QCOMPARE(process.metric(R"(patronus_operator_crd_outdated{kind="policy"})"), m_isToday ? 1 : 0);
    }

    void thePatronusApiHoldsExactlyWhatIsRight()
    {
        QCOMPARE(m_world->inventory(), QStringList({u"sites/branch"_s, u"sites/hq"_s, u"policies/voip"_s}));
        const auto body = [&](RemoteKind kind, const QString &name) {
            return m_world->simulator().objects().find(kind, name)->body;
        };
        QCOMPARE(body(RemoteKind::Site, u"hq"_s),
            (QJsonObject{{u"name"_s, u"hq"_s}, {u"location"_s, u"Berlin"_s},
                {u"wireguard"_s,
                    QJsonObject{{u"public_key"_s, QString::fromLatin1(QByteArray(32, 'k').toBase64())},
                        {u"listen_port"_s, 51820}, {u"endpoints"_s, QJsonArray{u"hq.example.com:51820"_s}}}},
                {u"mesh"_s, QJsonObject{{u"enabled"_s, true}, {u"peer_with"_s, QJsonArray{u"branch"_s}}}}}));
        QCOMPARE(body(RemoteKind::Policy, u"voip"_s),
            (QJsonObject{{u"name"_s, u"voip"_s}, {u"priority"_s, 100},
                {u"match"_s, QJsonObject{{u"protocol"_s, u"udp"_s}, {u"dst_port_range"_s, u"5060-5061"_s}}},
                {u"action"_s,
                    QJsonObject{{u"type"_s, u"route"_s},
                        {u"primary_path"_s, QJsonObject{{u"site_ref"_s, u"hq"_s}, {u"path_id"_s, u"wan"_s}}}}}}));
        QCOMPARE(m_world->remoteChanges(), 3); // each once
    }

    void inSteadyStateNothingIsWritten()
    {
        m_world->simulator().step(); // some traffic, and then it stands still
        const auto operatorProcess = startOperator();
        const auto numbersAreTold = [&] {
            const auto hq = m_world->find(resources::sites(), u"hq"_s);
            const auto voip = m_world->find(resources::policies(), u"voip"_s);
            return hq && voip && hq->status()["peers"_L1] == 1 && voip->status()["bytesRouted"_L1].toInteger() > 0;
        };
        QVERIFY2(eventually(numbersAreTold), operatorProcess->log().constData());
        // The other objects' numbers, and the audit log's last lines, come a moment later.
        const auto isSettled = [&] {
            const qsizetype told = m_world->changes().size();
            letPass(2s);
            return m_world->changes().size() == told;
        };
        QVERIFY(eventually(isSettled));
        const auto sweeps = [&] { return m_world->simulator().requests().count("GET", "/api/v1/paths"); };
        const qint64 sweepsBefore = sweeps();
        const qsizetype before = m_world->changes().size();
        const qint64 remoteBefore = m_world->remoteChanges();
        letPass(lookingTime("PATRONUS_QUIET_SECONDS", 12s));
        QCOMPARE(m_world->changes(before), QStringList());
        QCOMPARE(m_world->remoteChanges(), remoteBefore);
        QVERIFY(sweeps() >= sweepsBefore + 3); // it was quiet, not asleep
        QCOMPARE(operatorProcess->stop(), 0);
    }

    void aRestartWritesNothing()
    {
        const qsizetype before = m_world->changes().size();
        const qint64 remoteBefore = m_world->remoteChanges();
        const auto operatorProcess = startOperator();
        QVERIFY2(eventually([&] {
            return operatorProcess->metric(R"(patronus_operator_reconcile_total{controller="site",result="success"})")
                >= 6; // each of the two three times
        }),
            operatorProcess->log().constData());
        QCOMPARE(m_world->changes(before), QStringList());
        QCOMPARE(m_world->remoteChanges(), remoteBefore);
        QCOMPARE(operatorProcess->stop(), 0);
    }

    void movingNumbersAreWrittenOnceAMinute()
    {
        const auto operatorProcess = startOperator();
        QVERIFY(eventually([&] { return operatorProcess->isReady(); }));
        const qsizetype before = m_world->changes().size();
        m_world->simulator().freeze(false);
        const auto movement = [&] { return m_world->changes(before); };
        QVERIFY(eventually([&] { return movement().contains(u"patch policies/status default/voip 200"_s); }));
        letPass(10s);
        const QStringList written = movement();
        for (const QString &one : written) {
            QVERIFY2(one.contains("/status default/"_L1), qPrintable(one)); // and no Event
            QCOMPARE(written.count(one), 1);
        }
        m_world->simulator().freeze(true);
        QCOMPARE(operatorProcess->stop(), 0);
    }

private Q_SLOTS:
    void theWholeDay_data()
    {
        QTest::addColumn<bool>("ratcheting");
        QTest::addColumn<QString>("crds");
        QTest::newRow("our CRDs") << true << u"crds"_s;
        QTest::newRow("our CRDs, Kubernetes without ratcheting") << false << u"crds"_s;
        QTest::newRow("today's CRDs") << true << u"tests/data/crds/today"_s;
        QTest::newRow("today's CRDs, Kubernetes without ratcheting") << false << u"tests/data/crds/today"_s;
    }
    void theWholeDay()
    {
        QFETCH(const bool, ratcheting);
        QFETCH(const QString, crds);
        m_isToday = crds != "crds"_L1;
        auto started = OperatorWorld::start({.plane = {.ratcheting = ratcheting, .crds = sourcePath(crds)},
            .simulator = {.isFrozen = true, .interval = 500ms}});
        QVERIFY2(started, started ? "" : qPrintable(started.error().message));
        m_world = std::move(*started);
        for (const auto part : {&TestOperatorJob::everyObjectIsLookedAfterOrSaysWhyNot,
                 &TestOperatorJob::thePatronusApiHoldsExactlyWhatIsRight,
                 &TestOperatorJob::inSteadyStateNothingIsWritten, &TestOperatorJob::aRestartWritesNothing,
                 &TestOperatorJob::movingNumbersAreWrittenOnceAMinute}) {
            (this->*part)();
            if (QTest::currentTestFailed())
                return;
        }
    }

    void cleanup() { m_world.reset(); }
};

QTEST_GUILESS_MAIN(TestOperatorJob)
#include "tst_operatorjob.moc"
