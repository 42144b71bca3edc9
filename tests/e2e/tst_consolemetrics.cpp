// SPDX-License-Identifier: GPL-3.0-or-later
// The charts, from a real Prometheus behind a real API server's service proxy.
#include "app/console/console.h"
#include "objects.h"
#include "prometheusprocess.h"
#include "support/operatorworld.h"
#include "support/testcase.h"
#include "support/testsettings.h"
#include "ui/chartcanvas.h"
#include "ui/metricchart.h"
#include "ui/metricsview.h"
#include "ui/prometheusdialog.h"
#include "ui/theme.h"

#include <QComboBox>
#include <QImage>
#include <QLineEdit>
#include <QNetworkInterface>
#include <QPushButton>

#include <cmath>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace patronus;

namespace {

/// An address of this machine that is not loopback: to another the API server does not proxy.
QString ownAddress()
{
    for (const QHostAddress &address : QNetworkInterface::allAddresses())
        if (address.protocol() == QAbstractSocket::IPv4Protocol && !address.isLoopback() && !address.isLinkLocal())
            return address.toString();
    return {};
}

/// A Service as kube-prometheus has it, in front of one pod that is this machine.
QByteArray prometheusService(const QString &address, quint16 port)
{
    return uR"(---
apiVersion: v1
kind: Service
metadata: {name: prometheus-k8s, namespace: monitoring, labels: {app.kubernetes.io/name: prometheus}}
spec: {ports: [{name: web, port: 9090}]}
---
apiVersion: v1
kind: Endpoints
metadata: {name: prometheus-k8s, namespace: monitoring}
subsets:
  - addresses: [{ip: %1, targetRef: {kind: Pod, name: prometheus-k8s-0, namespace: monitoring}}]
    ports: [{name: web, port: %2}]
)"_s.arg(address)
        .arg(port)
        .toUtf8();
}

} // namespace

class TestConsoleMetrics : public TestCase
{
    Q_OBJECT

private:
    std::unique_ptr<OperatorWorld> m_world;
    std::unique_ptr<TestSettings> m_settings;
    std::unique_ptr<OperatorProcess> m_operator;
    std::unique_ptr<PrometheusProcess> m_prometheus;
    SystemClock m_clock;
    const quint16 m_metricsPort = freePort();

    [[nodiscard]] std::unique_ptr<Console> open(const QString &kubeconfig, const QUrl &prometheusUrl = {})
    {
        auto console = std::make_unique<Console>(
            ConsoleOptions{.kubeconfig = kubeconfig, .prometheusUrl = prometheusUrl}, m_clock);
        console->start();
        Q_EMIT console->window().connectRequested({Kubeconfig::load({kubeconfig})->currentContext()});
        return console;
    }
    /// A pod that, for the API server, runs at this machine's address.
    void runPod(const QString &nameSpace, const QString &name, const QString &labels)
    {
        QVERIFY(m_world->plane().apply(
            u"{apiVersion: v1, kind: ServiceAccount, metadata: {name: default, namespace: %1}}"_s.arg(nameSpace)
                .toUtf8()));
        QVERIFY(m_world->plane().apply(
            u"{apiVersion: v1, kind: Pod, metadata: {name: %1, namespace: %2, labels: {%3}}, "
            "spec: {nodeName: here, automountServiceAccountToken: false, containers: [{name: operator, image: none}]}}"_s
                .arg(name, nameSpace, labels)
                .toUtf8()));
        const auto patched = m_world->plane().kubectl({u"patch"_s, u"pod"_s, name, u"-n"_s, nameSpace,
            u"--subresource=status"_s, u"-p"_s,
            u"{\"status\":{\"phase\":\"Running\",\"podIP\":\"%1\",\"podIPs\":[{\"ip\":\"%1\"}],\"startTime\":\"%2\"}}"_s
                .arg(ownAddress(), QDateTime::currentDateTimeUtc().toString(Qt::ISODate))});
        QVERIFY2(patched.exitCode == 0, patched.err.constData());
    }
    [[nodiscard]] static const ChartModel &chart(Console &console, QStringView id)
    {
        const QList<ChartModel *> charts = console.session()->model().charts();
        return **std::ranges::find(charts, id, [](const ChartModel *model) { return model->question().id; });
    }
    [[nodiscard]] static QString remark(Console &console)
    {
        return console.session()->model().metricsDescription().remark;
    }
    [[nodiscard]] static QString source(Console &console)
    {
        return console.session()->model().metricsDescription().source;
    }
    /// By keys, as a person does.
    static void choosePrometheus(Console &console, const QString &url)
    {
        console.window().page()->showView(ClusterPage::View::Metrics);
        QTest::keyClick(console.window().findChild<QPushButton *>(u"chooseSource"_s), Qt::Key_Space);
        auto *line = console.window().findChild<PrometheusDialog *>()->findChild<QLineEdit *>(u"server"_s);
        line->selectAll();
        QTest::keyClick(line, Qt::Key_Delete);
        QTest::keyClicks(line, url);
        QTest::keyClick(line, Qt::Key_Return);
    }
    /// As ada, with @p password, in that dialog.
    static void signIn(Console &console, const QString &authority, const QString &password)
    {
        QTest::keyClick(console.window().findChild<QPushButton *>(u"chooseSource"_s), Qt::Key_Space);
        auto *dialog = console.window().findChild<PrometheusDialog *>();
        dialog->findChild<QLineEdit *>(u"caFile"_s)->setText(authority);
        dialog->findChild<QComboBox *>(u"signIn"_s)->setCurrentIndex(int(PrometheusServer::SignIn::Password));
        dialog->findChild<QLineEdit *>(u"username"_s)->setText(u"ada"_s);
        auto *line = dialog->findChild<QLineEdit *>(u"secret"_s);
        QTest::keyClicks(line, password);
        QTest::keyClick(line, Qt::Key_Return);
    }
    /// A kubeconfig of somebody who may do what @p rules say.
    [[nodiscard]] QString kubeconfigOf(const QString &user, const QByteArray &rules)
    {
        const QByteArray name = user.toUtf8();
        (void)m_world->plane().apply("apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: "
            + name + "}\nrules: " + rules
            + "\n---\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {name: " + name
            + "}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: " + name
            + "}\nsubjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: " + name + "}]\n");
        QFile own(m_world->plane().kubeconfig()), file(m_world->plane().directory() + u'/' + user);
        if (!own.open(QIODevice::ReadOnly) || !file.open(QIODevice::WriteOnly))
            return {};
        file.write(own.readAll().replace("user: {", "user: {as: " + name + ", "));
        return file.fileName();
    }

private Q_SLOTS:
    void initTestCase()
    {
        qputenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere"); // no secret goes to the keychain of who runs this
        if (ownAddress().isEmpty())
            QSKIP("this machine has no address but loopback, to which an API server does not proxy");
        theme::apply(theme::Scheme::Light);
        auto world = OperatorWorld::start();
        QVERIFY2(world, qPrintable(world ? QString() : world.error().message));
        m_world = *std::move(world);
        m_prometheus = std::make_unique<PrometheusProcess>(PrometheusProcess::Options{.metricsPorts = {m_metricsPort},
            .listenOn = ownAddress(),
            .labels = u"namespace: patronus-system, pod: operator-0"_s});
        QVERIFY(m_world->plane().apply("{apiVersion: v1, kind: Namespace, metadata: {name: monitoring}}"));
        runPod(u"monitoring"_s, u"prometheus-k8s-0"_s, {});
        QVERIFY(m_world->plane().apply(prometheusService(ownAddress(), m_prometheus->port())));
        m_operator = m_world->startOperator({u"--reconcile-success-interval=2s"_s, u"--leader-election-enabled=true"_s,
            u"--metrics-port=%1"_s.arg(m_metricsPort)});
        for (const QString &name : {u"hq"_s, u"branch"_s})
            QVERIFY(m_world->plane().apply(SiteManifest{.name = name}.yaml()));
        QVERIFY(eventually([&] { return m_world->reasonOf(resources::sites(), u"hq"_s) == "Synced"_L1; }));
        QVERIFY(eventually([&] { return m_prometheus->hasData(u"patronus_operator_reconcile_total"_s); }));
    }
    void init() override
    {
        QTest::failOnWarning(QRegularExpression(u"^(?!.* trying again in )"_s));
        m_settings = std::make_unique<TestSettings>();
    }

    void aPrometheusOfTheClusterIsFoundAndAsked()
    {
        const auto console = open(m_world->plane().kubeconfig());
        QVERIFY2(eventually([&] { return source(*console).contains(u"Service monitoring/prometheus-k8s"_s); }),
            qPrintable(source(*console) + remark(*console)));
        QVERIFY(source(*console).contains(u"label app.kubernetes.io/name=prometheus"_s));
        for (const ChartModel *model : console->session()->model().charts())
            QVERIFY2(eventually([&] { return !model->lines().isEmpty(); }),
                qPrintable(model->question().id + u": "_s + model->emptyReason()));
        QVERIFY(eventually([&] { return chart(*console, u"reconcile-rate").latest(u"site success"_s) > 0; }));
        QVERIFY(eventually([&] { return chart(*console, u"active-resources").latest(u"site active"_s) == 2; }));
        QCOMPARE(chart(*console, u"leader").latest(u"operator-0"_s), 1);
        QVERIFY(chart(*console, u"duration-p95").latest(u"site"_s) > 0);
        QVERIFY(std::isnan(chart(*console, u"reconcile-rate").lines().first().points.first().value)); // before it ran
        QVERIFY(remark(*console).isEmpty());
    }

    void aPersonChoosesTheTimePausesPointsAndSaves()
    {
        const auto console = open(m_world->plane().kubeconfig());
        const ChartModel &rate = chart(*console, u"reconcile-rate");
        QVERIFY(eventually(
            [&] { return source(*console).contains(u"Prometheus"_s) && rate.latest(u"site success"_s) > 0; }));
        console->window().page()->showView(ClusterPage::View::Metrics);
        auto *view = console->window().findChild<MetricsView *>();
        auto *span = view->findChild<QComboBox *>(u"span"_s);
        auto *pause = view->findChild<QPushButton *>(u"pause"_s);
        QTest::keyClick(span, Qt::Key_Up); // 5 minutes
        QVERIFY(eventually([&] { return rate.to() - rate.from() == 5min; }));

        QTest::mouseClick(pause, Qt::LeftButton);
        QVERIFY(pause->text().contains(u"Paused at"_s));
        letPass(2s); // what was asked before may still come
        const WallTime held = rate.to();
        letPass(6s);
        QCOMPARE(rate.to(), held);

        auto *drawn = view->findChild<MetricChart *>(u"reconcile-rate"_s);
        auto *canvas = drawn->findChild<ChartCanvas *>();
        canvas->setFocus();
        QTest::keyClick(canvas, Qt::Key_Left);
        QVERIFY(drawn->accessibleDescription().contains(u"site success "_s));
        const QString picture = m_world->plane().directory() + u"/charts.png"_s;
        const QString table = m_world->plane().directory() + u"/charts.csv"_s;
        view->savePicture(picture);
        view->saveNumbers(table);
        QVERIFY(QImage(picture).width() > 300);
        QFile file(table);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray text = file.readAll();
        QVERIFY(text.startsWith("time,chart,line,value,unit,note\r\n"));
        QVERIFY(text.count(",reconcile-rate,site success,") == rate.lines().first().points.size());

        QTest::mouseClick(pause, Qt::LeftButton);
        QVERIFY(eventually([&] { return rate.to() > held; }));
    }

    void whatHappenedToTheOperatorIsMarked()
    {
        const QString labels = u"app.kubernetes.io/name: patronus-operator"_s;
        const QString workload
            = u"metadata: {name: %1, namespace: patronus-system, labels: {%2}, annotations: {%3}}, "
              "spec: {replicas: 1, selector: {matchLabels: {%2}}, template: {metadata: {labels: {%2}}, "
              "spec: {containers: [{name: operator, image: 'patronus-operator:1.2.3'}]}}}"_s;
        QVERIFY(m_world->plane().apply((u"{apiVersion: apps/v1, kind: ReplicaSet, "_s
            + workload.arg(u"patronus-operator-1"_s, labels, u"deployment.kubernetes.io/revision: '7'"_s) + u'}')
                .toUtf8()));
        QVERIFY(m_world->plane().apply((u"{apiVersion: apps/v1, kind: Deployment, "_s
            + workload.arg(u"patronus-operator"_s, labels,
                u"sdwan.patronus.dev/maintenance: '{\"replicas\":3,\"actor\":\"ada\",\"reason\":\"disks\",\"since\":\"%1\"}'"_s
                    .arg(QDateTime::currentDateTimeUtc().addSecs(-120).toString(Qt::ISODate)))
            + u'}')
                .toUtf8()));
        const auto console = open(m_world->plane().kubeconfig());
        const ChartModel &rate = chart(*console, u"reconcile-rate");
        const auto marked
            = [&rate](const QString &name) { return std::ranges::contains(rate.marks(), name, &ChartMark::name); };
        QVERIFY(eventually([&] { return marked(u"rollout 7"_s) && marked(u"maintenance"_s); }));
        QVERIFY(eventually([&] { return rate.latest(u"site success"_s) > 0; }));
        QCOMPARE(m_world->plane()
                     .kubectl({u"delete"_s, u"deployment,replicaset"_s, u"--all"_s, u"-n"_s, u"patronus-system"_s})
                     .exitCode,
            0);
    }

    void whoMayNotUseTheProxyIsToldWhichRightIsMissing()
    {
        const auto console = open(kubeconfigOf(
            u"looker"_s, "[{apiGroups: ['', apps, sdwan.patronus.dev], resources: ['*'], verbs: [list, watch]}]"));
        QVERIFY2(eventually([&] { return remark(*console).contains(u"cannot get resource \"services/proxy\""_s); }),
            qPrintable(remark(*console)));
        QVERIFY(chart(*console, u"errors").emptyReason().contains(u"No running pod"_s));
        const auto blind = open(
            kubeconfigOf(u"stranger"_s, "[{apiGroups: [sdwan.patronus.dev], resources: ['*'], verbs: [list, watch]}]"));
        QVERIFY2(eventually([&] { return remark(*blind).contains(u"cannot list resource \"services\""_s); }),
            qPrintable(remark(*blind)));
        QVERIFY2(eventually([&] {
            return chart(*blind, u"errors").emptyReason().contains(u"cannot list resource \"pods\""_s);
        }),
            qPrintable(chart(*blind, u"errors").emptyReason()));
    }

    void aUrlThatIsGivenIsAskedFirst()
    {
        const auto console
            = open(m_world->plane().kubeconfig(), QUrl(u"http://%1:%2"_s.arg(ownAddress()).arg(m_prometheus->port())));
        QVERIFY2(eventually([&] { return source(*console).contains(u"given by the user"_s); }),
            qPrintable(remark(*console)));
        QVERIFY(eventually([&] {
            return chart(*console, u"queue-depth").latest(u"site"_s) >= 0
                || chart(*console, u"queue-depth").latest(u"all"_s) == 0;
        }));
    }

    void aServerIsChosenInTheWindowKeptAndLeftAgain()
    {
        const QString server = u"http://%1:%2"_s.arg(ownAddress()).arg(m_prometheus->port());
        const auto isChosen
            = [](Console &console) { return source(console).contains(u"given by the user for this context"_s); };
        {
            const auto console = open(m_world->plane().kubeconfig());
            QVERIFY(eventually([&] { return source(*console).contains(u"Service monitoring/prometheus-k8s"_s); }));
            choosePrometheus(*console, server);
            QVERIFY2(eventually([&] { return isChosen(*console); }), qPrintable(remark(*console)));
            QVERIFY(source(*console).contains(server));
            QVERIFY(eventually([&] { return chart(*console, u"reconcile-rate").latest(u"site success"_s) > 0; }));
        }
        const auto later = open(m_world->plane().kubeconfig());
        QVERIFY2(eventually([&] { return isChosen(*later); }), qPrintable(remark(*later)));
        const QString option = u"http://%1:%2"_s.arg(ownAddress()).arg(freePort()); // where nobody answers
        const auto started = open(m_world->plane().kubeconfig(), QUrl(option));
        QVERIFY2(eventually([&] { return remark(*started).contains(option.mid(7)); }), qPrintable(remark(*started)));
        QVERIFY(!isChosen(*started));
        choosePrometheus(*later, {});
        QVERIFY2(eventually([&] { return source(*later).contains(u"Service monitoring/prometheus-k8s"_s); }),
            qPrintable(remark(*later)));
        QVERIFY(QSettings().allKeys().filter(u"prometheus"_s).isEmpty());
    }

    void aServerOfItsOwnAuthorityAndPasswordsIsSignedInTo()
    {
        const QString data = sourcePath(u"tests/http/data/"_s);
        const PrometheusProcess guarded({.metricsPorts = {m_metricsPort},
            .labels = u"namespace: patronus-system, pod: operator-0"_s,
            // The password is "s3cret of hers".
            .web
            = u"tls_server_config: {cert_file: %1server.pem, key_file: %1server.key}\n"
              "basic_auth_users: {ada: $2b$04$KB/N5W9y1LDk5FkffGG17.8SZ/LZWDr3WQROBDgJ1uL4jddZt5ADa}\n"_s.arg(data)});
        const QUrl url(u"https://127.0.0.1:%1"_s.arg(guarded.port()));
        const auto server = reachPrometheus({.url = url,
                                                .caFile = data + u"ca.pem"_s,
                                                .signIn = PrometheusServer::SignIn::Password,
                                                .username = u"ada"_s},
            u"s3cret of hers"_s, {}, {});
        QVERIFY2(server, server ? "" : qPrintable(server.error().message));
        QVERIFY(eventually([&] { // it has scraped
            return !QCoro::waitFor(server->now(u"patronus_operator_reconcile_total"_s, {}))
                        .value_or(QList<Series>())
                        .isEmpty();
        }));
        const auto console = open(m_world->plane().kubeconfig());
        choosePrometheus(*console, url.toString());
        QVERIFY2(eventually([&] { return remark(*console).contains(u"name the file of the server's authority"_s); }),
            qPrintable(remark(*console)));
        signIn(*console, data + u"ca.pem"_s, u"s3cret of his"_s);
        QVERIFY2(eventually([&] { return remark(*console).contains(u"what one signs in with (status 401)"_s); }),
            qPrintable(remark(*console)));
        signIn(*console, data + u"ca.pem"_s, u"s3cret of hers"_s);
        QVERIFY2(eventually([&] { return source(*console).contains(u"given by the user for this context"_s); }),
            qPrintable(remark(*console)));
        QVERIFY(eventually([&] { return chart(*console, u"reconcile-rate").latest(u"site success"_s) > 0; }));
    }

    void anOperatorThatIsGoneIsAGapAndAPrometheusThatIsGoneIsTold()
    {
        const auto console = open(m_world->plane().kubeconfig());
        const ChartModel &rate = chart(*console, u"reconcile-rate");
        QVERIFY(eventually(
            [&] { return source(*console).contains(u"Prometheus"_s) && rate.latest(u"site success"_s) > 0; }));
        QCOMPARE(m_operator->stop(), 0);
        QVERIFY(
            eventually([&] { return !rate.lines().isEmpty() && std::isnan(rate.latest(u"site success"_s)); }, 150s));
        m_prometheus->kill();
        QVERIFY2(eventually([&] { return remark(*console).contains(u"The last answer is shown"_s); }, 90s),
            qPrintable(remark(*console)));
        QVERIFY(!rate.lines().isEmpty());
    }
};

QTEST_MAIN(TestConsoleMetrics)
#include "tst_consolemetrics.moc"
