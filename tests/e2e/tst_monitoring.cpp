// SPDX-License-Identifier: GPL-3.0-or-later
#include "objects.h"
#include "prometheusprocess.h"
#include "support/operatorworld.h"
#include "support/sourcetree.h"
#include "support/testcase.h"

#include <QJsonDocument>
#include <QProcess>
#include <QRegularExpression>

#include <csignal>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace patronus;

namespace {

constexpr QStringView rulesPath = u"resources/monitoring/patronus-operator.rules.yaml";

/// The alert rules as they are but for their times: 20 s stand for the minutes of their windows, and an alert fires as
/// soon as it is true.
QString quickRules()
{
    static const QRegularExpression window(u"\\[\\d+[mh]\\]"_s);
    static const QRegularExpression wait(u"\\n +for: \\d+m"_s);
    return QString::fromUtf8(sourceText(rulesPath)).replace(window, u"[20s]"_s).replace(wait, {});
}

/// Waits until @p alert fires.
bool fires(const PrometheusProcess &prometheus, const QString &alert)
{
    return eventually(
        [&] { return prometheus.hasData(u"ALERTS{alertname=\"%1\",alertstate=\"firing\"}"_s.arg(alert)); }, 90s);
}

/// What the first group of @p expression finds in a file of the source tree, sorted, each once.
QStringList matches(QStringView path, const QRegularExpression &expression)
{
    const QString text = QString::fromUtf8(sourceText(path));
    QStringList found;
    for (const QRegularExpressionMatch &match : expression.globalMatch(text))
        found.append(match.captured(1));
    found.sort();
    found.removeDuplicates();
    return found;
}

} // namespace

/// Dashboard and alerts with a real Prometheus that scrapes the real operator.
class TestMonitoring : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        auto world = OperatorWorld::start();
        QVERIFY2(world, world ? "" : qPrintable(world.error().message));
        m_world = *std::move(world);
        m_prometheus = std::make_unique<PrometheusProcess>(
            PrometheusProcess::Options{.metricsPorts = {m_metricsPort, m_otherMetricsPort}, .rules = quickRules()});
        m_operator = startOperator();
        for (int i = 0; i < sites; ++i)
            QVERIFY(m_world->plane().apply(SiteManifest{.name = u"site-%1"_s.arg(i)}.yaml()));
        QVERIFY(m_world->plane().apply(PolicyManifest{.name = u"voice"_s, .site = u"site-0"_s}.yaml()));
        QVERIFY2(eventually([&] { return m_world->reasonOf(resources::policies(), u"voice"_s) == "Synced"_L1; }),
            m_operator->log().constData());
    }

    void promtoolFindsTheRulesRight()
    {
        for (const QStringList &arguments : {QStringList{u"check"_s, u"rules"_s, sourcePath(rulesPath)},
                 QStringList{
                     u"test"_s, u"rules"_s, sourcePath(u"resources/monitoring/patronus-operator.rules.test.yaml"_s)}}) {
            QProcess promtool;
            promtool.setProcessChannelMode(QProcess::MergedChannels);
            promtool.start(u"promtool"_s, arguments);
            QVERIFY(promtool.waitForFinished());
            QVERIFY2(promtool.exitCode() == 0, promtool.readAll().constData());
        }
    }

    void everyAlertHasATestAndIsOnThePage()
    {
        static const QRegularExpression alert(u"- alert: (\\w+)"_s);
        const QStringList alerts = matches(rulesPath, alert);
        QVERIFY(alerts.size() > 10);
        static const QRegularExpression tested(u"alertname=\"(\\w+)\""_s);
        QCOMPARE(matches(u"resources/monitoring/patronus-operator.rules.test.yaml", tested), alerts);
        static const QRegularExpression listed(u"\\n\\| `(Patronus\\w+)` \\|"_s);
        QCOMPARE(matches(u"docs/operations.md", listed), alerts);
    }

    void everyQueryOfTheDashboardHasData()
    {
        const QJsonObject dashboard
            = QJsonDocument::fromJson(sourceText(u"resources/monitoring/patronus-operator.dashboard.json")).object();
        int queries = 0;
        for (const QJsonValue &panel : dashboard["panels"_L1].toArray())
            for (const QJsonValue &target : panel["targets"_L1].toArray()) {
                QString query = target["expr"_L1].toString();
                query.replace("$__rate_interval"_L1, "20s"_L1);
                query.replace("$namespace"_L1, ".*"_L1);
                query.replace("$job"_L1, ".*"_L1);
                ++queries;
                QVERIFY2(eventually([&] { return m_prometheus->hasData(query); }),
                    qPrintable(
                        panel["title"_L1].toString() + u": "_s + query + QString::fromUtf8(m_prometheus->log())));
            }
        QVERIFY(queries > 12);
    }

    void everySeriesOfTheRulesIsThere()
    {
        static const QRegularExpression series(
            u"\\b((?:patronus_operator|controller_runtime|leader_election|workqueue|rest_client)_\\w+)"_s);
        for (const QString &name : matches(rulesPath, series))
            QVERIFY2(m_prometheus->hasData(u"{__name__=~\"%1(|_bucket)\"}"_s.arg(name)), qPrintable(name));
        QVERIFY(!m_prometheus->hasData(u"ALERTS"_s)); // nothing is wrong yet
    }

    // From here on one thing after the other is broken. PatronusReconcilePanics is left to promtool: it would be a bug.

    /// Each has its Lease in its own namespace.
    void aSecondInstallationIsSeen()
    {
        auto options = m_world->operatorOptions();
        options.environment.insert(u"POD_NAMESPACE"_s, u"default"_s);
        const auto second = startOperator(options, m_otherMetricsPort);
        QVERIFY2(fires(*m_prometheus, u"PatronusOperatorSeveralLeaders"_s), second->log().constData());
        QCOMPARE(second->stop(), 0);
    }

    void anInvalidObjectIsSeen()
    {
        QVERIFY(m_world->plane().apply(SiteManifest{.name = u"broken"_s, .peers = {u"broken"_s}}.yaml()));
        QVERIFY(fires(*m_prometheus, u"PatronusResourcesFailed"_s));
    }

    void aSlowApiIsSeen()
    {
        m_world->simulator().setFaults({.latency = 6s});
        changeAllSites(u"Rome"_s);
        QVERIFY(fires(*m_prometheus, u"PatronusReconcileSlow"_s));
        QVERIFY(fires(*m_prometheus, u"PatronusQueueDelayed"_s));
        m_world->simulator().setFaults({});
    }

    void refusedCredentialsAreSeen()
    {
        m_world->simulator().setFaults({.errorRate = 1, .errorStatus = 401});
        changeAllSites(u"Oslo"_s);
        QVERIFY(fires(*m_prometheus, u"PatronusAPIRefusesCredentials"_s));
        m_world->simulator().setFaults({});
    }

    void throttlingIsSeen()
    {
        m_world->simulator().setFaults({.throttleRate = 1});
        changeAllSites(u"Bern"_s);
        QVERIFY(fires(*m_prometheus, u"PatronusAPIThrottles"_s));
        m_world->simulator().setFaults({});
    }

    void anApiThatIsDownIsSeen()
    {
        m_world->simulator().setFaults({.down = simulator::Faults::Down::Close});
        changeAllSites(u"Kyiv"_s);
        QCOMPARE(m_world->plane().kubectl({u"delete"_s, u"site"_s, u"site-1"_s, u"--wait=false"_s}).exitCode, 0);
        QVERIFY(fires(*m_prometheus, u"PatronusAPIUnreachable"_s));
        QVERIFY(fires(*m_prometheus, u"PatronusReconcileErrors"_s));
        QVERIFY(fires(*m_prometheus, u"PatronusDeletionStuck"_s));
        m_world->simulator().setFaults({});
        QVERIFY(eventually([&] { return !m_world->find(resources::sites(), u"site-1"_s); }));
    }

    void anOlderCrdIsSeen()
    {
        QVERIFY(m_world->plane().applyCrds(sourcePath(u"tests/data/crds/today"_s)));
        QVERIFY(fires(*m_prometheus, u"PatronusCRDOutdated"_s));
    }

    void missingRightsAreSeen()
    {
        QCOMPARE(m_world->plane().kubectl({u"delete"_s, u"clusterrolebinding"_s, u"patronus-operator"_s}).exitCode, 0);
        changeAllSites(u"Riga"_s);
        QVERIFY(fires(*m_prometheus, u"PatronusKubernetesAPIErrors"_s));
        QVERIFY(m_world->plane().apply(sourceText(u"tests/support/operator-rbac.yaml")));
    }

    void aLeaseThatAnotherHoldsIsSeen()
    {
        QCOMPARE(m_operator->stop(), 0);
        QVERIFY(fires(*m_prometheus, u"PatronusOperatorDown"_s));
        const QByteArray lease = R"({"apiVersion":"coordination.k8s.io/v1","kind":"Lease",
            "metadata":{"name":"patronus-operator","namespace":"patronus-system"},
            "spec":{"holderIdentity":"somebody-else","leaseDurationSeconds":3600,"renewTime":"NOW"}})";
        QVERIFY(m_world->plane().apply(QByteArray(lease).replace(
            "NOW", QDateTime::currentDateTimeUtc().toString(u"yyyy-MM-ddTHH:mm:ss.zzz000Z"_s).toUtf8())));
        m_operator = startOperator();
        QVERIFY(fires(*m_prometheus, u"PatronusOperatorNoLeader"_s));
    }

private:
    static constexpr int sites = 10; // one at a time, 6 s each: the last waits longer than the alert allows

    [[nodiscard]] static std::unique_ptr<OperatorProcess> startOperator(
        OperatorProcess::Options options, quint16 metricsPort)
    {
        options.arguments += {u"--leader-election-enabled=true"_s, u"--reconcile-concurrency=1"_s,
            u"--reconcile-error-interval=2s"_s, u"--metrics-port=%1"_s.arg(metricsPort)};
        return std::make_unique<OperatorProcess>(options);
    }
    [[nodiscard]] std::unique_ptr<OperatorProcess> startOperator() const
    {
        return startOperator(m_world->operatorOptions(), m_metricsPort);
    }
    void changeAllSites(const QString &location) const
    {
        for (int i = 0; i < sites; ++i)
            (void)m_world->plane().apply(SiteManifest{.name = u"site-%1"_s.arg(i), .location = location}.yaml());
    }

    const quint16 m_metricsPort = freePort(), m_otherMetricsPort = freePort();
    std::unique_ptr<OperatorWorld> m_world;
    std::unique_ptr<PrometheusProcess> m_prometheus;
    std::unique_ptr<OperatorProcess> m_operator;
};

QTEST_GUILESS_MAIN(TestMonitoring)
#include "tst_monitoring.moc"
