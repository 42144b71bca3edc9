// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/connection.h"
#include "kube/incluster.h"
#include "kube/kubeconfig.h"
#include "support/controlplane.h"
#include "support/freeport.h"
#include "support/httpdouble.h"
#include "support/manualclock.h"
#include "support/testcase.h"

#include <QJsonDocument>
#include <QProcess>
#include <QSslKey>
#include <QTcpServer>

using namespace Qt::StringLiterals;
using namespace patronus;
using namespace std::chrono_literals;

namespace {

QByteArray contents(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        qFatal("cannot read %s", qPrintable(path));
    return file.readAll();
}

// A program beside the tests: ends with this.
class Program
{
public:
    Program(const QString &program, const QStringList &arguments)
    {
        m_process.setProcessChannelMode(QProcess::MergedChannels);
        m_process.start(program, arguments);
        if (!m_process.waitForStarted())
            qFatal("cannot start %s: %s", qPrintable(program), qPrintable(m_process.errorString()));
    }
    ~Program()
    {
        m_process.kill();
        m_process.waitForFinished();
    }
    Q_DISABLE_COPY_MOVE(Program)

    QByteArray output()
    {
        m_process.waitForReadyRead(0);
        return m_output += m_process.readAll();
    }

private:
    QProcess m_process;
    QByteArray m_output;
};

bool accepts(quint16 port)
{
    QTcpSocket socket;
    socket.connectToHost(QHostAddress::LocalHost, port);
    return socket.waitForConnected(200);
}

// The API server's port at an address that its certificate does not name.
class Forwarder
{
public:
    explicit Forwarder(quint16 to)
    {
        if (!m_server.listen(QHostAddress(u"127.0.0.2"_s)))
            qFatal("cannot listen on 127.0.0.2");
        QObject::connect(&m_server, &QTcpServer::newConnection, &m_server, [this, to] {
            auto *const from = m_server.nextPendingConnection();
            auto *const upstream = new QTcpSocket(from);
            upstream->connectToHost(QHostAddress::LocalHost, to);
            QObject::connect(from, &QTcpSocket::readyRead, upstream, [=] { upstream->write(from->readAll()); });
            QObject::connect(upstream, &QTcpSocket::readyRead, from, [=] { from->write(upstream->readAll()); });
            QObject::connect(upstream, &QTcpSocket::disconnected, from, &QTcpSocket::disconnectFromHost);
            QObject::connect(from, &QTcpSocket::disconnected, from, &QObject::deleteLater);
        });
    }
    QByteArray server() const
    {
        return "server: 'https://127.0.0.2:" + QByteArray::number(m_server.serverPort()) + '\'';
    }

private:
    QTcpServer m_server;
};

// An authenticating reverse proxy, as stands before some API servers: it checks a name and a password, and tells the
// API server who that is, which believes its certificate. https, with the API server's own certificate.
class AuthenticatingProxy
{
public:
    explicit AuthenticatingProxy(const ControlPlane &plane)
        : m_server([this](const HttpDouble::Request &request,
                       HttpDouble::Peer &peer) { forward(m_upstream, request, &peer); },
              serverTls(plane.pkiDir()))
    {
        const QString pki = plane.pkiDir();
        const Endpoint endpoint{.server = plane.url(),
            .tls = {.caPem = contents(pki + u"/ca.crt"_s),
                .certificatePem = contents(pki + u"/front-proxy.crt"_s),
                .keyPem = contents(pki + u"/front-proxy.key"_s)}};
        m_upstream = std::move(makeTransport(endpoint).value());
    }
    QUrl url() const
    {
        QUrl url = m_server.url();
        url.setScheme(u"https"_s);
        return url;
    }

private:
    static QSslConfiguration serverTls(const QString &pki)
    {
        QSslConfiguration tls = QSslConfiguration::defaultConfiguration();
        tls.setLocalCertificate(QSslCertificate(contents(pki + u"/apiserver.crt"_s)));
        tls.setPrivateKey(QSslKey(contents(pki + u"/apiserver.key"_s), QSsl::Ec));
        return tls;
    }
    static QCoro::Task<> forward(
        std::shared_ptr<Transport> upstream, HttpDouble::Request request, QPointer<HttpDouble::Peer> peer)
    {
        if (request.header("authorization") != "Basic " + "alice:s3cret"_ba.toBase64()) {
            peer->answer(401, "{}");
            co_return;
        }
        HttpRequest forwarded{.verb = request.verb == "POST" ? HttpRequest::Verb::Post : HttpRequest::Verb::Get,
            .target = request.target,
            .headers = {{"x-remote-user", "alice"}, {"x-remote-group", "system:authenticated"}},
            .body = request.body};
        for (const char *const name : {"accept", "content-type"})
            forwarded.headers.append({name, request.header(name)});
        const auto reply = co_await upstream->send(forwarded, {});
        if (peer)
            peer->answer(reply ? reply->status : 502, reply ? reply->body : QByteArray(),
                {{"content-type", reply ? reply->header("content-type") : QByteArray()}});
    }

    std::shared_ptr<Transport> m_upstream;
    HttpDouble m_server;
};

} // namespace

// Every way to say who one is, against a real API server: what it says of us is what it says of kubectl with the same
// file.
class TestAuth : public TestCase
{
    Q_OBJECT

private:
    std::unique_ptr<ControlPlane> m_plane;
    std::unique_ptr<Program> m_httpProxy;
    std::unique_ptr<Program> m_socksProxy;
    std::unique_ptr<AuthenticatingProxy> m_basicProxy;
    std::unique_ptr<Forwarder> m_forwarder;
    quint16 m_httpPort = 0;
    quint16 m_socksPort = 0;
    QByteArray m_tokenOfOne;
    QByteArray m_tokenOfTwo;
    ManualClock m_clock;

    QString write(const QString &name, const QByteArray &content, bool isProgram = false)
    {
        QFile file(m_plane->directory() + u'/' + name);
        if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
            qFatal("cannot write %s", qPrintable(file.fileName()));
        if (isProgram)
            file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        return file.fileName();
    }
    QByteArray pki(const char *name) const { return m_plane->pkiDir().toUtf8() + '/' + name; }
    QByteArray pkiData(const char *name) const { return contents(QString::fromUtf8(pki(name))).toBase64(); }
    QByteArray server() const { return "server: '" + m_plane->url().toString().toUtf8() + '\''; }
    QByteArray ca() const { return "certificate-authority: " + pki("ca.crt"); }
    QByteArray admin() const { return "client-certificate: " + pki("admin.crt") + ", client-key: " + pki("admin.key"); }

    QString kubeconfig(const QByteArray &cluster, const QByteArray &user)
    {
        return write(u"kubeconfig"_s,
            "apiVersion: v1\nkind: Config\ncurrent-context: c\n"
            "clusters: [{name: k, cluster: {"
                + cluster + "}}]\nusers: [{name: u, user: {" + user
                + "}}]\n"
                  "contexts: [{name: c, context: {cluster: k, user: u}}]\n");
    }
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
        return m_plane->kubectl({u"--kubeconfig"_s, file, u"auth"_s, u"whoami"_s, u"-o"_s, u"json"_s});
    }
    static QJsonObject userOf(const ControlPlane::Output &output)
    {
        return QJsonDocument::fromJson(output.out).object().value("status"_L1)["userInfo"_L1].toObject();
    }
    QByteArray makeToken(const QString &account)
    {
        if (m_plane->kubectl({u"create"_s, u"serviceaccount"_s, account}).exitCode != 0)
            qFatal("cannot make a service account");
        return m_plane->kubectl({u"create"_s, u"token"_s, account}).out.trimmed();
    }
    QByteArray exec(const QString &version, const QByteArray &status)
    {
        const QByteArray apiVersion = "client.authentication.k8s.io/" + version.toUtf8();
        const QByteArray answer
            = "{\"kind\":\"ExecCredential\",\"apiVersion\":\"" + apiVersion + "\",\"status\":{" + status + "}}";
        const QString name = u"plugin-"_s + QString::number(qHash(answer));
        write(name, "#!/bin/sh\ncat <<'END'\n" + answer + "\nEND\n", true);
        return "exec: {apiVersion: " + apiVersion + ", command: ./" + name.toUtf8()
            + ", interactiveMode: Never, provideClusterInfo: true}";
    }

private Q_SLOTS:
    void initTestCase()
    {
        auto started = ControlPlane::start({.crds = {}});
        QVERIFY2(started, started ? "" : qPrintable(started.error().message));
        m_plane = std::move(*started);
        m_tokenOfOne = makeToken(u"one"_s);
        m_tokenOfTwo = makeToken(u"two"_s);
        QVERIFY(m_tokenOfTwo.startsWith("ey"));

        m_httpPort = freePort();
        const QString conf = write(u"tinyproxy.conf"_s,
            "Port " + QByteArray::number(m_httpPort)
                + "\nListen 127.0.0.1\nMaxClients 50\n"
                  "BasicAuth proxyuser proxypass\nLogLevel Connect\n");
        m_httpProxy = std::make_unique<Program>(u"tinyproxy"_s, QStringList{u"-d"_s, u"-c"_s, conf});
        m_socksPort = freePort();
        m_socksProxy = std::make_unique<Program>(
            u"microsocks"_s, QStringList{u"-i"_s, u"127.0.0.1"_s, u"-p"_s, QString::number(m_socksPort)});
        m_basicProxy = std::make_unique<AuthenticatingProxy>(*m_plane);
        m_forwarder = std::make_unique<Forwarder>(static_cast<quint16>(m_plane->url().port()));
        QTRY_VERIFY(accepts(m_httpPort));
        QTRY_VERIFY(accepts(m_socksPort));
    }
    void cleanupTestCase()
    {
        m_httpProxy.reset();
        m_socksProxy.reset();
        m_basicProxy.reset();
        m_forwarder.reset();
        m_plane.reset();
    }

    void theServerKnowsUsAsItKnowsKubectl_data()
    {
        QTest::addColumn<QByteArray>("cluster");
        QTest::addColumn<QByteArray>("user");
        QTest::addColumn<QString>("name");
        const QString one = u"system:serviceaccount:default:one"_s;
        const QByteArray cluster = server() + ", " + ca();
        const auto user = [&](const char *row, const QByteArray &fields, const QString &name) {
            QTest::newRow(row) << cluster << fields << name;
        };
        const auto way
            = [&](const char *row, const QByteArray &fields) { QTest::newRow(row) << fields << admin() << u"admin"_s; };
        const auto quoted = [this](const char *file) {
            return '"' + contents(QString::fromUtf8(pki(file))).replace("\n", "\\n") + '"';
        };
        const QByteArray tokenStatus = "\"token\":\"" + m_tokenOfOne + '"';
        const QByteArray certificateStatus
            = "\"clientCertificateData\":" + quoted("admin.crt") + ",\"clientKeyData\":" + quoted("admin.key");

        user("client certificate from files", admin(), u"admin"_s);
        user("client certificate inline",
            "client-certificate-data: " + pkiData("admin.crt") + ", client-key-data: " + pkiData("admin.key"),
            u"admin"_s);
        user("token", "token: " + m_tokenOfOne, one);
        user("token file", "tokenFile: " + write(u"token-one"_s, m_tokenOfOne + '\n').toUtf8(), one);
        user("token file before token", "token: wrong, tokenFile: token-one", one);
        user("exec v1 with a token", exec(u"v1"_s, tokenStatus), one);
        user("exec v1beta1 with a token", exec(u"v1beta1"_s, tokenStatus), one);
        user("exec v1 with a certificate", exec(u"v1"_s, certificateStatus), u"admin"_s);
        user("exec v1beta1 with a certificate", exec(u"v1beta1"_s, certificateStatus), u"admin"_s);
        user("a certificate goes before exec", admin() + ", " + exec(u"v1"_s, tokenStatus), u"admin"_s);
        user("impersonated user", admin() + ", as: bob", u"bob"_s);
        user("impersonated in full",
            admin()
                + ", as: bob, as-uid: '7', as-groups: [dev, \"gr\u00fcn\"], "
                  "as-user-extra: {example.com/Scope: [a, b], 'odd key%': [c]}",
            u"bob"_s);
        user("impersonated by a token that may not", "token: " + m_tokenOfOne + ", as: bob", QString());

        way("CA inline", server() + ", certificate-authority-data: " + pkiData("ca.crt"));
        way("insecure", server() + ", insecure-skip-tls-verify: true");
        way("server name", m_forwarder->server() + ", tls-server-name: kubernetes.default.svc, " + ca());
        way("without compression", cluster + ", disable-compression: true");
        way("http proxy",
            cluster + ", proxy-url: 'http://proxyuser:proxypass@127.0.0.1:" + QByteArray::number(m_httpPort) + '\'');
        way("socks5 proxy", cluster + ", proxy-url: 'socks5://127.0.0.1:" + QByteArray::number(m_socksPort) + '\'');
        QTest::newRow("basic, to an authenticating proxy")
            << "server: '" + m_basicProxy->url().toString().toUtf8() + "', " + ca()
            << "username: alice, password: s3cret"_ba << u"alice"_s;

        // Errors: neither may get in.
        const QString none;
        QTest::newRow("a name that is needed and not set") << m_forwarder->server() + ", " + ca() << admin() << none;
        QTest::newRow("wrong server name") << cluster + ", tls-server-name: elsewhere" << admin() << none;
        QTest::newRow("wrong CA") << server() + ", certificate-authority: " + pki("front-proxy-ca.crt") << admin()
                                  << none;
        QTest::newRow("no CA") << server() << admin() << none;
        QTest::newRow("wrong password of the proxy")
            << cluster + ", proxy-url: 'http://proxyuser:no@127.0.0.1:" + QByteArray::number(m_httpPort) + '\''
            << admin() << none;
        QTest::newRow("wrong password") << "server: '" + m_basicProxy->url().toString().toUtf8() + "', " + ca()
                                        << "username: alice, password: no"_ba << none;
        QTest::newRow("wrong token") << cluster << "token: wrong"_ba << none;
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
        QTest::newRow("forbidden") << cluster << "token: " + m_tokenOfOne + ", as: bob" << Error::Kind::Forbidden
                                   << u"impersonate"_s;
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
        QVERIFY(m_httpProxy->output().contains("CONNECT 127.0.0.1:" + QByteArray::number(m_plane->url().port())));
        QVERIFY(m_socksProxy->output().contains("connected to 127.0.0.1:" + QByteArray::number(m_plane->url().port())));
    }

    void aTokenFileRotates()
    {
        const QString token = write(u"rotating"_s, m_tokenOfOne);
        const auto connection = connectionOf(kubeconfig(server() + ", " + ca(), "tokenFile: rotating"));
        const auto client = (*connection)->makeClient().value();
        QCOMPARE(whoAmI(*client)->value("username"_L1), u"system:serviceaccount:default:one"_s);
        write(u"rotating"_s, m_tokenOfTwo);
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
        write(u"rotating"_s, m_tokenOfTwo);
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
        const QString folder = m_plane->directory() + u"/rotating-plugin"_s;
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
        QVERIFY(QDir().mkpath(m_plane->directory() + u"/serviceaccount"_s));
        const QByteArray ours = contents(QString::fromUtf8(pki("ca.crt")));
        write(u"serviceaccount/token"_s, m_tokenOfOne);
        write(u"serviceaccount/ca.crt"_s, ours);
        write(u"serviceaccount/namespace"_s, "default");
        QProcessEnvironment environment;
        environment.insert(u"KUBERNETES_SERVICE_HOST"_s, m_plane->url().host());
        environment.insert(u"KUBERNETES_SERVICE_PORT"_s, QString::number(m_plane->url().port()));
        const auto context = inClusterContext(environment, m_plane->directory() + u"/serviceaccount"_s);
        QVERIFY2(context, context ? "" : qPrintable(context.error().message));
        const auto connection = KubeConnection::open(*context, m_clock, {.environment = environment});
        const auto client = (*connection)->makeClient().value();
        QCOMPARE(whoAmI(*client).value(),
            userOf(kubectlWhoAmI(kubeconfig(server() + ", " + ca(), "token: " + m_tokenOfOne))));

        write(u"serviceaccount/ca.crt"_s, contents(QString::fromUtf8(pki("front-proxy-ca.crt"))));
        m_clock.advance(60s);
        const auto distrusted = whoAmI(*client); // no connection of the old CA serves it
        QVERIFY(!distrusted);
        QVERIFY2(
            distrusted.error().message.contains("certificate-authority"_L1), qPrintable(distrusted.error().message));

        write(u"serviceaccount/ca.crt"_s, ours);
        write(u"serviceaccount/token"_s, m_tokenOfTwo);
        m_clock.advance(60s);
        QCOMPARE(whoAmI(*client).value().value("username"_L1).toString(), u"system:serviceaccount:default:two"_s);
    }
};

QTEST_GUILESS_MAIN(TestAuth)
#include "tst_auth.moc"
