// SPDX-License-Identifier: GPL-3.0-or-later
#include "e2e/credentialworld.h"
#include "kube/connection.h"
#include "kube/incluster.h"
#include "kube/kubeconfig.h"
#include "support/manualclock.h"
#include "support/testcase.h"

#include <QDir>
#include <QJsonDocument>

using namespace Qt::StringLiterals;
using namespace patronus;
using namespace std::chrono_literals;

// Every way to say who one is, against a real API server: what it says of us is what it says of kubectl with the same
// file.
class TestAuth : public TestCase
{
    Q_OBJECT

private:
    std::unique_ptr<CredentialWorld> m_world;
    ManualClock m_clock;

    ControlPlane &plane() const { return m_world->plane(); }
    QString write(const QString &name, const QByteArray &content, bool isProgram = false) const
    {
        return m_world->write(name, content, isProgram);
    }
    QString kubeconfig(const QByteArray &cluster, const QByteArray &user) const
    {
        return m_world->kubeconfig(cluster, user);
    }
    QByteArray pki(const char *name) const { return m_world->pki(name); }
    QByteArray server() const { return m_world->server(); }
    QByteArray ca() const { return m_world->ca(); }
    QByteArray admin() const { return m_world->admin(); }
    static QByteArray contents(const QString &path) { return CredentialWorld::contentOf(path); }
    Expected<std::unique_ptr<KubeConnection>> connectionOf(const QString &file)
    {
        return Kubeconfig::load({file})
            .and_then([](const Kubeconfig &config) { return config.context(); })
            .and_then([this](const KubeContext &context) {
                return KubeConnection::open(context, m_clock, {.environment = {}});
            });
    }
    static Expected<QJsonObject> whoAmI(KubeClient &client)
    {
        const ResourceType reviews{
            u"authentication.k8s.io"_s, u"v1"_s, u"selfsubjectreviews"_s, u"SelfSubjectReview"_s, false};
        const QJsonObject review{{u"apiVersion"_s, reviews.apiVersion()}, {u"kind"_s, reviews.kind}};
        return QCoro::waitFor(client.create(reviews, review, {}, {})).transform([](const Object &answer) {
            return answer.status().value("userInfo"_L1).toObject();
        });
    }
    Expected<QJsonObject> whoAmI(const QString &file)
    {
        return connectionOf(file)
            .and_then([](const auto &connection) { return connection->makeClient(); })
            .and_then([](const auto &client) { return whoAmI(*client); });
    }
    ControlPlane::Output kubectlWhoAmI(const QString &file) const
    {
        return plane().kubectl({u"--kubeconfig"_s, file, u"auth"_s, u"whoami"_s, u"-o"_s, u"json"_s});
    }
    static QJsonObject userOf(const ControlPlane::Output &output)
    {
        return QJsonDocument::fromJson(output.out).object().value("status"_L1)["userInfo"_L1].toObject();
    }

private Q_SLOTS:
    void initTestCase()
    {
        auto started = CredentialWorld::start({.crds = {}});
        QVERIFY2(started, started ? "" : qPrintable(started.error().message));
        m_world = *std::move(started);
    }
    void cleanupTestCase() { m_world.reset(); }

    void theServerKnowsUsAsItKnowsKubectl_data()
    {
        QTest::addColumn<QByteArray>("cluster");
        QTest::addColumn<QByteArray>("user");
        QTest::addColumn<QString>("name");
        for (const CredentialWorld::Way &way : m_world->ways())
            QTest::newRow(way.name) << way.cluster << way.user << way.knownAs;
    }
    void theServerKnowsUsAsItKnowsKubectl()
    {
        QFETCH(const QByteArray, cluster);
        QFETCH(const QByteArray, user);
        QFETCH(const QString, name);
        const QString file = kubeconfig(cluster, user);
        const auto us = whoAmI(file);
        const auto kubectl = kubectlWhoAmI(file);
        QCOMPARE(us.has_value(), kubectl.exitCode == 0);
        QVERIFY2(us.has_value() != name.isEmpty(), us ? kubectl.err.constData() : qPrintable(us.error().message));
        if (us) {
            QCOMPARE(us->value("username"_L1).toString(), name);
            QCOMPARE(*us, userOf(kubectl));
        }
    }

    void anErrorSaysWhatToMend_data()
    {
        QTest::addColumn<QByteArray>("cluster");
        QTest::addColumn<QByteArray>("user");
        QTest::addColumn<Error::Kind>("kind");
        QTest::addColumn<QString>("text");
        const QByteArray cluster = server() + ", " + ca();
        QTest::newRow("wrong CA") << server() + ", certificate-authority: " + pki("front-proxy-ca.crt") << admin()
                                  << Error::Kind::Unreachable << u"certificate-authority"_s;
        QTest::newRow("wrong name") << cluster + ", tls-server-name: elsewhere" << admin() << Error::Kind::Unreachable
                                    << u"tls-server-name"_s;
        QTest::newRow("wrong token") << cluster << "token: wrong"_ba << Error::Kind::Unauthorized << u"Unauthorized"_s;
        QTest::newRow("forbidden") << cluster << "token: " + m_world->tokenOfOne() + ", as: bob"
                                   << Error::Kind::Forbidden << u"impersonate"_s;
        QTest::newRow("plugin without program")
            << cluster
            << "exec: {apiVersion: client.authentication.k8s.io/v1, command: no-such-plugin, interactiveMode: Never, installHint: install it}"_ba
            << Error::Kind::Unauthorized << u"install it"_s;
        QTest::newRow("proxy that is spoken to by TLS") << cluster + ", proxy-url: 'https://127.0.0.1:1'" << admin()
                                                        << Error::Kind::Invalid << u"http:// or socks5://"_s;
        QTest::newRow("proxy of another kind")
            << cluster + ", proxy-url: 'ftp://127.0.0.1:1'" << admin() << Error::Kind::Invalid << u"socks5"_s;
        QTest::newRow("field that is not known") << cluster + ", tls-server-nam: elsewhere" << admin()
                                                 << Error::Kind::Invalid << u"did you mean \"tls-server-name\""_s;
        QTest::newRow("built-in provider")
            << cluster << "auth-provider: {name: gcp}"_ba << Error::Kind::Invalid << u"gke-gcloud-auth-plugin"_s;
    }
    void anErrorSaysWhatToMend()
    {
        QFETCH(const QByteArray, cluster);
        QFETCH(const QByteArray, user);
        QFETCH(const QString, text);
        const auto us = whoAmI(kubeconfig(cluster, user));
        QVERIFY(!us);
        QTEST(us.error().kind, "kind");
        QVERIFY2(us.error().message.contains(text), qPrintable(us.error().message));
    }

    void proxiesAreReallyUsed()
    {
        QVERIFY(m_world->httpProxyOutput().contains("CONNECT 127.0.0.1:" + QByteArray::number(plane().url().port())));
        QVERIFY(
            m_world->socksProxyOutput().contains("connected to 127.0.0.1:" + QByteArray::number(plane().url().port())));
    }

    void aTokenFileRotates()
    {
        const QString token = write(u"rotating"_s, m_world->tokenOfOne());
        const auto connection = connectionOf(kubeconfig(server() + ", " + ca(), "tokenFile: rotating"));
        const auto client = (*connection)->makeClient().value();
        QCOMPARE(whoAmI(*client)->value("username"_L1), u"system:serviceaccount:default:one"_s);
        write(u"rotating"_s, m_world->tokenOfTwo());
        QCOMPARE(whoAmI(*client)->value("username"_L1), u"system:serviceaccount:default:one"_s);
        m_clock.advance(60s);
        QCOMPARE(whoAmI(*client)->value("username"_L1), u"system:serviceaccount:default:two"_s);
    }

    void aRefusedTokenIsReadAgainWithinOneCall()
    {
        write(u"rotating"_s, "expired");
        const auto connection = connectionOf(kubeconfig(server() + ", " + ca(), "tokenFile: rotating"));
        const auto client = (*connection)->makeClient().value();
        QVERIFY(!whoAmI(*client));
        write(u"rotating"_s, m_world->tokenOfTwo());
        QCOMPARE(whoAmI(*client)->value("username"_L1), u"system:serviceaccount:default:two"_s);
    }

    void aClientCertificateRotates()
    {
        write(u"crt"_s, contents(QString::fromUtf8(pki("admin.crt"))));
        write(u"key"_s, contents(QString::fromUtf8(pki("admin.key"))));
        const auto connection
            = connectionOf(kubeconfig(server() + ", " + ca(), "client-certificate: crt, client-key: key"));
        const auto client = (*connection)->makeClient().value();
        QCOMPARE(whoAmI(*client)->value("username"_L1), u"admin"_s);
        write(u"crt"_s, contents(QString::fromUtf8(pki("apiserver.crt"))));
        write(u"key"_s, contents(QString::fromUtf8(pki("apiserver.key"))));
        m_clock.advance(60s);
        QCOMPARE(whoAmI(*client)->value("username"_L1), u"kube-apiserver"_s);
    }

    void aPluginsCertificateRotates()
    {
        const QString folder = plane().directory() + u"/rotating-plugin"_s;
        QVERIFY(QDir().mkpath(folder));
        const auto give = [&](const char *name, const QByteArray &expires) {
            const auto quoted = [&](const char *ending) {
                return '"' + contents(QString::fromUtf8(pki(name)) + QLatin1StringView(ending)).replace("\n", "\\n")
                    + '"';
            };
            write(u"rotating-plugin/answer"_s,
                R"({"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{)"
                    + ("\"clientCertificateData\":" + quoted(".crt") + ",\"clientKeyData\":" + quoted(".key"))
                    + ",\"expirationTimestamp\":\"" + expires + "\"}}");
        };
        write(u"rotating-plugin/login"_s, "#!/bin/sh\ncd '" + folder.toUtf8() + "'\necho run >> runs\ncat answer\n",
            true);
        const auto runs = [&] { return contents(folder + u"/runs"_s).count('\n'); };
        give("admin", m_clock.wallTime().addSecs(3600).toString(Qt::ISODate).toUtf8());

        const auto connection = connectionOf(kubeconfig(server() + ", " + ca(),
            "exec: {apiVersion: client.authentication.k8s.io/v1, command: ./rotating-plugin/login, interactiveMode: "
            "Never}"));
        QVERIFY2(connection, connection ? "" : qPrintable(connection.error().message));
        const auto one = (*connection)->makeClient().value();
        const auto two = (*connection)->makeClient().value();
        QCOMPARE(whoAmI(*one).value().value("username"_L1).toString(), u"admin"_s);
        QCOMPARE(whoAmI(*two).value().value("username"_L1).toString(), u"admin"_s);
        QCOMPARE(runs(), 1); // for both, until it expires

        give("apiserver", m_clock.wallTime().addSecs(7200).toString(Qt::ISODate).toUtf8());
        m_clock.advance(1h);
        QCOMPARE(whoAmI(*one).value().value("username"_L1).toString(), u"kube-apiserver"_s);
        QCOMPARE(whoAmI(*two).value().value("username"_L1).toString(), u"kube-apiserver"_s);
        QCOMPARE(runs(), 2);
    }

    void aPodsServiceAccountRotatesTokenAndCa()
    {
        QVERIFY(QDir().mkpath(plane().directory() + u"/serviceaccount"_s));
        const QByteArray ours = contents(QString::fromUtf8(pki("ca.crt")));
        write(u"serviceaccount/token"_s, m_world->tokenOfOne());
        write(u"serviceaccount/ca.crt"_s, ours);
        write(u"serviceaccount/namespace"_s, "default");
        QProcessEnvironment environment;
        environment.insert(u"KUBERNETES_SERVICE_HOST"_s, plane().url().host());
        environment.insert(u"KUBERNETES_SERVICE_PORT"_s, QString::number(plane().url().port()));
        const auto context = inClusterContext(environment, plane().directory() + u"/serviceaccount"_s);
        QVERIFY2(context, context ? "" : qPrintable(context.error().message));
        const auto connection = KubeConnection::open(*context, m_clock, {.environment = environment});
        const auto client = (*connection)->makeClient().value();
        QCOMPARE(whoAmI(*client).value(),
            userOf(kubectlWhoAmI(kubeconfig(server() + ", " + ca(), "token: " + m_world->tokenOfOne()))));

        write(u"serviceaccount/ca.crt"_s, contents(QString::fromUtf8(pki("front-proxy-ca.crt"))));
        m_clock.advance(60s);
        const auto distrusted = whoAmI(*client); // no connection of the old CA serves it
        QVERIFY(!distrusted);
        QVERIFY2(
            distrusted.error().message.contains("certificate-authority"_L1), qPrintable(distrusted.error().message));

        write(u"serviceaccount/ca.crt"_s, ours);
        write(u"serviceaccount/token"_s, m_world->tokenOfTwo());
        m_clock.advance(60s);
        QCOMPARE(whoAmI(*client).value().value("username"_L1).toString(), u"system:serviceaccount:default:two"_s);
    }
};

QTEST_GUILESS_MAIN(TestAuth)
#include "tst_auth.moc"
