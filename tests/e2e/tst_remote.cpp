// SPDX-License-Identifier: GPL-3.0-or-later
// What an object looks like in the Patronus API, through a real API server's port-forward to a real kubelet's pod.
#include "app/console/console.h"
#include "objects.h"
#include "support/controlplane.h"
#include "support/freeport.h"
#include "support/operatorprocess.h"
#include "support/testcase.h"
#include "support/testsettings.h"
#include "ui/detailpanel.h"
#include "ui/remoteview.h"
#include "ui/signindialog.h"
#include "ui/theme.h"

#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTreeView>

#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace patronus;
using Resource = ClusterModel::Resource;
using Phase = RemoteModel::Phase;

namespace {

/// (moc takes two slashes in a raw string for a comment.) The simulated Patronus API, which asks for a token, and how
/// the operator would be told of it; the operator itself does not run, so that the API has what the test puts there.
const QByteArray world = R"(---
apiVersion: v1
kind: Secret
metadata: {name: patronus-credentials, namespace: patronus-system}
stringData: {token: open-sesame}
---
apiVersion: v1
kind: Pod
metadata: {name: patronus-api, namespace: patronus-system, labels: {app: patronus-api}}
spec:
  containers:
    - name: api
      image: "patronus/simulator:VERSION"
      imagePullPolicy: Never
      args: [--listen, "0.0.0.0:8081", --token-file, /secret/token, --frozen]
      ports: [{name: http, containerPort: 8081}]
      volumeMounts: [{name: secret, mountPath: /secret}]
  volumes: [{name: secret, secret: {secretName: patronus-credentials}}]
---
apiVersion: v1
kind: Service
metadata: {name: patronus-api, namespace: patronus-system}
spec: {selector: {app: patronus-api}, ports: [{port: 80, targetPort: http}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: patronus-operator, namespace: patronus-system, labels: {app.kubernetes.io/name: patronus-operator}}
spec:
  replicas: 0
  selector: {matchLabels: {app: operator}}
  template:
    metadata: {labels: {app: operator}}
    spec:
      containers:
        - name: operator
          image: "patronus-operator:VERSION"
          env:
            - {name: PATRONUS_API_URL, value: URL}
            - {name: PATRONUS_API_TOKEN_FILE, value: /etc/patronus/credentials/token}
          volumeMounts: [{name: credentials, mountPath: /etc/patronus/credentials}]
      volumes: [{name: credentials, secret: {secretName: patronus-credentials}}]
)";

} // namespace

class TestRemote : public TestCase
{
    Q_OBJECT

private:
    std::unique_ptr<ControlPlane> m_plane;
    std::unique_ptr<TestSettings> m_settings;
    SystemClock m_clock;

    [[nodiscard]] std::unique_ptr<Console> open(const QString &kubeconfig)
    {
        auto console = std::make_unique<Console>(ConsoleOptions{.kubeconfig = kubeconfig}, m_clock);
        console->start();
        Q_EMIT console->window().connectRequested({Kubeconfig::load({kubeconfig})->currentContext()});
        return console;
    }
    /// Selects a Site and looks at its page of the Patronus API until it says @p phase.
    [[nodiscard]] static bool shows(Console &console, const QString &site, Phase phase)
    {
        ClusterModel &model = console.session()->model();
        if (!eventually(
                [&] { return model.store(Resource::Sites).rowCount() > 0 && model.operatorInfo().replicas >= 0; }))
            return false;
        console.window().page()->select(Resource::Sites, {u"default"_s, site});
        console.window().page()->details().showTab(DetailPanel::Tab::Remote);
        return eventually([&] { return model.remote().phase() == phase; }, 30s);
    }
    [[nodiscard]] static QString said(Console &console)
    {
        const RemoteModel &remote = console.session()->model().remote();
        return remote.summary() + u' ' + remote.note();
    }
    [[nodiscard]] QString kubeconfigOf(const QString &user, const QByteArray &rules)
    {
        const QByteArray name = user.toUtf8();
        const QByteArray roles = "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: " + name
            + "}\nrules: " + rules
            + "\n---\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {name: " + name
            + "}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: " + name
            + "}\nsubjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: " + name + "}]\n";
        QFile own(m_plane->kubeconfig()), file(m_plane->directory() + u'/' + user);
        if (!m_plane->apply(roles) || !own.open(QIODevice::ReadOnly) || !file.open(QIODevice::WriteOnly))
            return {};
        file.write(own.readAll().replace("user: {", "user: {as: " + name + ", "));
        return file.fileName();
    }
    /// Puts @p body as the Site @p name into the Patronus API, by the API server's proxy.
    [[nodiscard]] bool put(const QString &name, const QByteArray &body)
    {
        QFile file(m_plane->directory() + u"/body.json"_s);
        if (!file.open(QIODevice::WriteOnly) || file.write(body) != body.size())
            return false;
        file.close();
        // A port-forward of kubectl's own: what ours is measured by.
        const auto answer = m_plane->shell(
            u"kubectl port-forward -n patronus-system svc/patronus-api %2:80 > forward.log & sleep 3; "
            "curl -sS -o answer -w '%{http_code}' -X PUT -H 'authorization: Bearer open-sesame' "
            "-H 'content-type: application/json' --data @%3 http://127.0.0.1:%2/api/v1/sites/%1; kill $!"_s.arg(name)
                .arg(freePort())
                .arg(file.fileName()));
        if (!answer.out.startsWith("20"))
            qInfo().noquote() << answer.out << answer.err;
        return answer.out.startsWith("20");
    }

private Q_SLOTS:
    void initTestCase()
    {
        if (geteuid() != 0 || !QFile::exists(sourcePath(u"build/image/patronus-sim.tar"_s)))
            QSKIP("a node needs root, and the image that ./dev guide makes");
        theme::apply(theme::Scheme::Light);
        auto plane = ControlPlane::start({.node = true});
        QVERIFY2(plane, qPrintable(plane ? QString() : plane.error().message));
        m_plane = *std::move(plane);
        QVERIFY(m_plane->importImage(u"patronus-sim"_s));
        QVERIFY(m_plane->apply("{apiVersion: v1, kind: Namespace, metadata: {name: patronus-system}}"));
        QVERIFY(m_plane->shell(u"kubectl wait serviceaccount default -n patronus-system --for=create --timeout=60s"_s)
                    .exitCode
            == 0);
        QVERIFY(m_plane->apply(QByteArray(world)
                .replace("VERSION", PATRONUS_VERSION)
                .replace(": URL", ": 'http://patronus-api.patronus-system.svc.cluster.local'")));
        const auto ready
            = m_plane->shell(u"kubectl wait -n patronus-system --for=condition=Ready pod/patronus-api --timeout=80s"_s);
        QVERIFY2(ready.exitCode == 0, ready.err.constData());
        QVERIFY(m_plane->apply(SiteManifest{.name = u"hq"_s}.yaml()));
        QVERIFY(m_plane->apply(SiteManifest{.name = u"branch"_s}.yaml()));
    }
    void init() override
    {
        QTest::failOnWarning(QRegularExpression(u"^(?!.* trying again in )"_s));
        m_settings = std::make_unique<TestSettings>();
    }

    void anObjectIsReadThroughAPortForwardAndCompared()
    {
        const auto console = open(m_plane->kubeconfig());
        QVERIFY2(shows(*console, u"hq"_s, Phase::Missing), qPrintable(said(*console)));
        QVERIFY(said(*console).contains(u"a port-forward to pod patronus-system/patronus-api, port 8081"_s));

        const QByteArray body = QByteArray(R"({"name":"hq","location":"PLACE","mesh":{"enabled":true,"peer_with":[]},
            "wireguard":{"public_key":"KEY","listen_port":51820,"endpoints":["hq.example.com:51820"]}})")
                                    .replace("KEY", QByteArray(32, 'k').toBase64());
        QVERIFY(put(u"hq"_s, QByteArray(body).replace("PLACE", "Paris")));
        auto *page = console->window().findChild<RemoteView *>();
        const auto buttons = page->findChildren<QPushButton *>();
        const auto again = std::ranges::find_if(
            buttons, [](const QPushButton *button) { return button->text() == u"Read it again"_s; });
        QTest::mouseClick(*again, Qt::LeftButton);
        const RemoteModel &remote = console->session()->model().remote();
        QVERIFY2(eventually([&] { return remote.phase() == Phase::Differs; }), qPrintable(said(*console)));
        QCOMPARE(remote.summary(), u"Differs in location."_s);
        QCOMPARE(remote.index(0, RemoteModel::FieldColumn).data().toString(), u"location"_s);
        QCOMPARE(remote.index(0, RemoteModel::WantedColumn).data().toString(), u"Berlin"_s);
        QCOMPARE(remote.index(0, RemoteModel::RemoteColumn).data().toString(), u"Paris"_s);
        QVERIFY(remote.index(0, 0).data(RemoteModel::DiffersRole).toBool());

        QVERIFY(put(u"hq"_s, QByteArray(body).replace("PLACE", "Berlin")));
        QTest::mouseClick(*again, Qt::LeftButton);
        QVERIFY2(eventually([&] { return remote.phase() == Phase::InSync; }), qPrintable(said(*console)));
    }

    void whoMayNotReadTheSecretSignsIn()
    {
        const auto console = open(kubeconfigOf(u"keyless"_s,
            "[{apiGroups: ['', apps, sdwan.patronus.dev], resources: [sites, policies, pods, services, deployments], "
            "verbs: [get, list, watch]}, {apiGroups: [''], resources: [pods/portforward], verbs: [get, create]}]"));
        QVERIFY2(shows(*console, u"hq"_s, Phase::SignInNeeded), qPrintable(said(*console)));
        QVERIFY2(said(*console).contains(u"cannot get resource \"secrets\""_s), qPrintable(said(*console)));
        QVERIFY2(said(*console).contains(u"no keychain of this desktop answers"_s), qPrintable(said(*console)));
        auto *page = console->window().findChild<RemoteView *>();
        const auto buttons = page->findChildren<QPushButton *>();
        QTest::mouseClick(
            *std::ranges::find_if(buttons, [](const QPushButton *button) { return button->text() == u"Sign in…"_s; }),
            Qt::LeftButton);
        auto *dialog = console->window().findChild<SignInDialog *>();
        QVERIFY(dialog);
        QTest::keyClicks(dialog->findChild<QLineEdit *>(u"token"_s), u"open-sesame"_s);
        QTest::keyClick(dialog->findChild<QLineEdit *>(u"token"_s), Qt::Key_Return);
        const RemoteModel &remote = console->session()->model().remote();
        QVERIFY2(eventually([&] { return remote.phase() == Phase::InSync; }, 30s), qPrintable(said(*console)));
    }

    void whoMayNotForwardIsToldWhichRightIsMissing()
    {
        const auto console = open(kubeconfigOf(u"looker"_s,
            "[{apiGroups: ['', apps, sdwan.patronus.dev], resources: [sites, policies, pods, services, deployments, "
            "secrets], verbs: [get, list, watch]}]"));
        QVERIFY2(shows(*console, u"hq"_s, Phase::OutOfReach), qPrintable(said(*console)));
        QVERIFY2(
            said(*console).contains(u"pods/portforward in namespace patronus-system"_s), qPrintable(said(*console)));
        const auto blind = open(kubeconfigOf(u"stranger"_s,
            "[{apiGroups: [apps, sdwan.patronus.dev], resources: [sites, policies, deployments], verbs: [list, "
            "watch]}]"));
        QVERIFY2(shows(*blind, u"hq"_s, Phase::OutOfReach), qPrintable(said(*blind)));
        QVERIFY2(said(*blind).contains(u"cannot get resource \"services\""_s), qPrintable(said(*blind)));
    }

    void aPodThatIsGoneIsLookedForAnew()
    {
        const auto console = open(m_plane->kubeconfig());
        QVERIFY2(shows(*console, u"branch"_s, Phase::Missing), qPrintable(said(*console)));
        QCOMPARE(m_plane->shell(u"kubectl delete pod -n patronus-system patronus-api --now"_s).exitCode, 0);
        QVERIFY2(shows(*console, u"hq"_s, Phase::OutOfReach), qPrintable(said(*console)));
        QVERIFY(shows(*console, u"branch"_s, Phase::OutOfReach));
        QVERIFY2(said(*console).contains(u"no pod of the Service patronus-system/patronus-api is ready"_s),
            qPrintable(said(*console)));
    }
};

QTEST_MAIN(TestRemote)
#include "tst_remote.moc"
