// SPDX-License-Identifier: GPL-3.0-or-later
#include "e2e/credentialworld.h"

#include "http/transport.h"
#include "support/freeport.h"
#include "support/httpdouble.h"

#include <QCoroTask>
#include <QElapsedTimer>
#include <QFile>
#include <QPointer>
#include <QProcess>
#include <QSslKey>
#include <QTcpServer>
#include <QTcpSocket>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

/// Whether something listens there, within a few seconds.
bool accepts(quint16 port)
{
    QElapsedTimer time;
    for (time.start(); time.elapsed() < 5000;) {
        QTcpSocket socket;
        socket.connectToHost(QHostAddress::LocalHost, port);
        if (socket.waitForConnected(200))
            return true;
    }
    return false;
}

} // namespace

// A program beside the tests: ends with this.
class CredentialWorld::Program
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

// The API server's port at an address that its certificate does not name.
class CredentialWorld::Forwarder
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
class CredentialWorld::AuthenticatingProxy
{
public:
    explicit AuthenticatingProxy(const ControlPlane &plane)
        : m_server([this](const HttpDouble::Request &request,
                       HttpDouble::Peer &peer) { forward(m_upstream, request, &peer); },
              serverTls(plane.pkiDir()))
    {
        const QString pki = plane.pkiDir();
        const Endpoint endpoint{.server = plane.url(),
            .tls = {.caPem = contentOf(pki + u"/ca.crt"_s),
                .certificatePem = contentOf(pki + u"/front-proxy.crt"_s),
                .keyPem = contentOf(pki + u"/front-proxy.key"_s)}};
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
        tls.setLocalCertificate(QSslCertificate(contentOf(pki + u"/apiserver.crt"_s)));
        tls.setPrivateKey(QSslKey(contentOf(pki + u"/apiserver.key"_s), QSsl::Ec));
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

CredentialWorld::CredentialWorld() = default;
CredentialWorld::~CredentialWorld() = default;

Expected<std::unique_ptr<CredentialWorld>> CredentialWorld::start(ControlPlane::Options options)
{
    auto plane = ControlPlane::start(std::move(options));
    if (!plane)
        return std::unexpected(plane.error());
    std::unique_ptr<CredentialWorld> world(new CredentialWorld);
    world->m_plane = *std::move(plane);
    world->m_tokenOfOne = world->makeToken(u"one"_s);
    world->m_tokenOfTwo = world->makeToken(u"two"_s);
    world->m_httpPort = freePort();
    const QString conf = world->write(u"tinyproxy.conf"_s,
        "Port " + QByteArray::number(world->m_httpPort)
            + "\nListen 127.0.0.1\nMaxClients 50\n"
              "BasicAuth proxyuser proxypass\nLogLevel Connect\n");
    world->m_httpProxy = std::make_unique<Program>(u"tinyproxy"_s, QStringList{u"-d"_s, u"-c"_s, conf});
    world->m_socksPort = freePort();
    world->m_socksProxy = std::make_unique<Program>(
        u"microsocks"_s, QStringList{u"-i"_s, u"127.0.0.1"_s, u"-p"_s, QString::number(world->m_socksPort)});
    world->m_basicProxy = std::make_unique<AuthenticatingProxy>(*world->m_plane);
    world->m_forwarder = std::make_unique<Forwarder>(static_cast<quint16>(world->m_plane->url().port()));
    if (!world->m_tokenOfTwo.startsWith("ey") || !accepts(world->m_httpPort) || !accepts(world->m_socksPort))
        return std::unexpected(Error{Error::Kind::Unreachable, u"no token, or a proxy did not start"_s});
    return world;
}

QByteArray CredentialWorld::contentOf(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        qFatal("cannot read %s", qPrintable(path));
    return file.readAll();
}

QString CredentialWorld::write(const QString &name, const QByteArray &content, bool isProgram) const
{
    QFile file(m_plane->directory() + u'/' + name);
    if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
        qFatal("cannot write %s", qPrintable(file.fileName()));
    if (isProgram)
        file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    return file.fileName();
}

QString CredentialWorld::kubeconfig(const QByteArray &cluster, const QByteArray &user) const
{
    return write(u"kubeconfig"_s,
        "apiVersion: v1\nkind: Config\ncurrent-context: c\n"
        "clusters: [{name: k, cluster: {"
            + cluster + "}}]\nusers: [{name: u, user: {" + user
            + "}}]\n"
              "contexts: [{name: c, context: {cluster: k, user: u}}]\n");
}

QByteArray CredentialWorld::makeToken(const QString &account) const
{
    if (m_plane->kubectl({u"create"_s, u"serviceaccount"_s, account}).exitCode != 0)
        qFatal("cannot make a service account");
    return m_plane->kubectl({u"create"_s, u"token"_s, account}).out.trimmed();
}

QByteArray CredentialWorld::exec(const QString &version, const QByteArray &status) const
{
    const QByteArray apiVersion = "client.authentication.k8s.io/" + version.toUtf8();
    const QByteArray answer
        = "{\"kind\":\"ExecCredential\",\"apiVersion\":\"" + apiVersion + "\",\"status\":{" + status + "}}";
    const QString name = u"plugin-"_s + QString::number(qHash(answer));
    write(name, "#!/bin/sh\ncat <<'END'\n" + answer + "\nEND\n", true);
    return "exec: {apiVersion: " + apiVersion + ", command: ./" + name.toUtf8()
        + ", interactiveMode: Never, provideClusterInfo: true}";
}

QByteArray CredentialWorld::httpProxyOutput()
{
    return m_httpProxy->output();
}

QByteArray CredentialWorld::socksProxyOutput()
{
    return m_socksProxy->output();
}

QByteArray CredentialWorld::pki(const char *name) const
{
    return m_plane->pkiDir().toUtf8() + '/' + name;
}

QByteArray CredentialWorld::pkiData(const char *name) const
{
    return contentOf(QString::fromUtf8(pki(name))).toBase64();
}

QByteArray CredentialWorld::server() const
{
    return "server: '" + m_plane->url().toString().toUtf8() + '\'';
}

QByteArray CredentialWorld::ca() const
{
    return "certificate-authority: " + pki("ca.crt");
}

QByteArray CredentialWorld::admin() const
{
    return "client-certificate: " + pki("admin.crt") + ", client-key: " + pki("admin.key");
}

QList<CredentialWorld::Way> CredentialWorld::ways()
{
    const QString one = u"system:serviceaccount:default:one"_s;
    const QByteArray cluster = server() + ", " + ca();
    QList<Way> ways;
    const auto add = [&](const char *row, const QByteArray &clusterFields, const QByteArray &fields,
                         const QString &name) { ways.append({row, clusterFields, fields, name}); };
    const auto user
        = [&](const char *row, const QByteArray &fields, const QString &name) { add(row, cluster, fields, name); };
    const auto way = [&](const char *row, const QByteArray &fields) { add(row, fields, admin(), u"admin"_s); };
    const auto quoted
        = [this](const char *file) { return '"' + contentOf(QString::fromUtf8(pki(file))).replace("\n", "\\n") + '"'; };
    const QByteArray tokenStatus = "\"token\":\"" + m_tokenOfOne + '"';
    const QByteArray certificateStatus
        = "\"clientCertificateData\":" + quoted("admin.crt") + ",\"clientKeyData\":" + quoted("admin.key");

    user("client certificate from files", admin(), u"admin"_s);
    user("client certificate inline",
        "client-certificate-data: " + pkiData("admin.crt") + ", client-key-data: " + pkiData("admin.key"), u"admin"_s);
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
    add("basic, to an authenticating proxy", "server: '" + m_basicProxy->url().toString().toUtf8() + "', " + ca(),
        "username: alice, password: s3cret", u"alice"_s);

    // Errors: neither may get in.
    const QString none;
    add("a name that is needed and not set", m_forwarder->server() + ", " + ca(), admin(), none);
    add("wrong server name", cluster + ", tls-server-name: elsewhere", admin(), none);
    add("wrong CA", server() + ", certificate-authority: " + pki("front-proxy-ca.crt"), admin(), none);
    add("no CA", server(), admin(), none);
    add("wrong password of the proxy",
        cluster + ", proxy-url: 'http://proxyuser:no@127.0.0.1:" + QByteArray::number(m_httpPort) + '\'', admin(),
        none);
    add("wrong password", "server: '" + m_basicProxy->url().toString().toUtf8() + "', " + ca(),
        "username: alice, password: wrong", none);
    add("wrong token", cluster, "token: wrong", none);
    return ways;
}

} // namespace patronus
