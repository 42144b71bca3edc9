// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/bundlesession.h"
#include "kube/yaml.h"
#include "operations/bundlefolder.h"
#include "operations/supportbundle.h"
#include "support/manualclock.h"
#include "support/testcase.h"

#include <QTemporaryDir>

using namespace Qt::StringLiterals;
using namespace patronus;
using Resource = ClusterModel::Resource;

/// What kubectl patronus bundle and backup have made is shown without a cluster.
class TestBundleSession : public TestCase
{
    Q_OBJECT

private:
    ManualClock m_clock;
    QTemporaryDir m_home;

    static Object site()
    {
        return Object({{u"apiVersion"_s, u"sdwan.patronus.dev/v1alpha1"_s}, {u"kind"_s, u"Site"_s},
            {u"metadata"_s,
                QJsonObject{{u"name"_s, u"hq"_s}, {u"namespace"_s, u"default"_s}, {u"uid"_s, u"u-1"_s},
                    {u"resourceVersion"_s, u"7"_s}}},
            {u"spec"_s, QJsonObject{{u"location"_s, u"Berlin"_s}}},
            {u"status"_s, QJsonObject{{u"phase"_s, u"Active"_s}}}});
    }
    static Target target()
    {
        return {.context = u"prod-eu"_s,
            .cluster = {.server = u"https://one"_s, .caSha256 = u"ca"_s, .kubeSystemUid = u"ks"_s},
            .nameSpace = {},
            .user = u"alice"_s,
            .serverVersion = u"v1.34.4"_s};
    }
    static Object deployment()
    {
        return Object({{u"kind"_s, u"Deployment"_s},
            {u"metadata"_s, QJsonObject{{u"name"_s, u"patronus-operator"_s}, {u"namespace"_s, u"patronus-system"_s}}},
            {u"spec"_s, QJsonObject{{u"replicas"_s, 3}}}, {u"status"_s, QJsonObject{{u"readyReplicas"_s, 2}}}});
    }
    /// Where @p files are on the disk as @p name.
    QString kept(const QMap<QString, QByteArray> &files, const QString &name)
    {
        const auto folder = BundleFolder::write(files, m_home.path(), name);
        const auto path = folder ? (*folder)->keep() : std::unexpected(folder.error());
        return path.value_or(QString());
    }

private Q_SLOTS:
    void aSupportBundleIsShownAsTheClusterWas()
    {
        DiagnosisFacts facts;
        facts.now = QDateTime::fromString(u"2026-11-26T12:00:00Z"_s, Qt::ISODate);
        facts.deployment = deployment();
        facts.operatorKey = {u"patronus-system"_s, u"patronus-operator"_s};
        facts.resources.append({.type = resources::sites(), .objects = QList<Object>{site()}});
        facts.resources.append({.type = resources::policies()});
        const SupportBundle bundle = makeSupportBundle(target(), facts,
            {.byName = {{u"logs/pod-a-operator.log"_s,
                 QByteArray(
                     "2026-11-26T11:59:58.000000000Z INFO reconciled\n2026-11-26T11:59:59.000000000Z ERROR no\n")}}},
            u"kubectl-patronus 0.1.0"_s);
        const QString folder = kept(bundle.files, bundle.name);
        const auto session = BundleSession::open(folder, m_clock);
        QVERIFY2(session, session ? "" : qPrintable(session.error().message));
        ClusterModel &model = (*session)->model();
        QCOMPARE(model.context().name, u"prod-eu"_s);
        QVERIFY(!model.mayChange());
        QCOMPARE(model.store(Resource::Sites).rowCount(), 1);
        QCOMPARE(int(model.liveness(Resource::Sites).state), int(Liveness::State::Recorded));
        QCOMPARE(model.liveness(Resource::Sites).heard, facts.now);
        QVERIFY(model.liveness(Resource::Sites).problem.contains(folder));
        QVERIFY(!model.liveness(Resource::Sites).problem.contains(u"A backup keeps no status"_s));
        for (const ChartModel *chart : model.charts())
            QVERIFY(chart->emptyReason().contains(u"no history"_s));
        QCOMPARE(model.operatorInfo().replicas, 3);
        QCOMPARE(model.operatorInfo().ready, 2);
        QVERIFY(!model.operatorInfo().leaseProblem.isEmpty());
        QVERIFY(model.report(ClusterModel::Report::Diagnosis).rowCount() > 10);
        QCOMPARE(model.report(ClusterModel::Report::Diagnosis).time(), facts.now);
        m_clock.advance(std::chrono::seconds(1));
        QCOMPARE(model.log().lineCount(), 2);
        model.requestPreview(Resource::Sites, {u"default"_s, u"hq"_s});
        QCOMPARE(int(model.plan().phase()), int(PlanModel::Phase::Failed));
        model.requestReport(ClusterModel::Report::Drift);
        QCOMPARE(int(model.report(ClusterModel::Report::Drift).phase()), int(ReportModel::Phase::Failed));
    }

    void aBackupIsShownToo()
    {
        BackupFacts facts{.time = QDateTime::fromString(u"2026-11-26T12:00:00Z"_s, Qt::ISODate),
            .program = u"kubectl-patronus 0.1.0"_s,
            .target = target(),
            .sites = {site()}};
        facts.deployment = deployment();
        const auto folder = BundleFolder::write(makeBundle(facts), m_home.path());
        QVERIFY(folder);
        const auto path = (*folder)->keep();
        const auto session = BundleSession::open(*path, m_clock);
        QVERIFY2(session, session ? "" : qPrintable(session.error().message));
        QCOMPARE((*session)->model().store(Resource::Sites).rowCount(), 1);
        QCOMPARE((*session)->model().operatorInfo().replicas, 3);
        QVERIFY((*session)->model().liveness(Resource::Sites).problem.contains(u"A backup keeps no status"_s));
        QCOMPARE((*session)->model().store(Resource::Events).rowCount(), 0);
    }

    void whatIsNoBundleSaysWhatToChoose()
    {
        const QTemporaryDir empty;
        const auto none = BundleSession::open(empty.path(), m_clock);
        QVERIFY(!none);
        QVERIFY2(none.error().message.contains(u"choose the folder that kubectl patronus bundle"_s),
            qPrintable(none.error().message));
        const QString broken = kept({{u"versions.json"_s, "{}"}, {u"sites.yaml"_s, "items: [\n"}}, u"broken"_s);
        const auto cut = BundleSession::open(broken, m_clock);
        QVERIFY(!cut);
        QVERIFY2(cut.error().message.contains(u"sites.yaml"_s), qPrintable(cut.error().message));
    }
};

QTEST_MAIN(TestBundleSession)
#include "tst_bundlesession.moc"
