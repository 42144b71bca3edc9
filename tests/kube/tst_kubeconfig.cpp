// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/kubeconfig.h"

#include "support/testcase.h"

#include <QTemporaryDir>

using namespace Qt::StringLiterals;
using namespace patronus;

namespace {

const auto pem = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"_ba;

// One context "c" with the cluster's and the user's fields in YAML's flow style.
QByteArray config(const QByteArray &cluster, const QByteArray &user, const QByteArray &context = {})
{
    return "apiVersion: v1\nkind: Config\ncurrent-context: c\n"
           "clusters: [{name: k, cluster: {"
        + cluster
        + "}}]\n"
          "users: [{name: u, user: {"
        + user
        + "}}]\n"
          "contexts: [{name: c, context: {cluster: k, user: u"
        + context + "}}]\n";
}

const auto server = "server: 'https://host:6443'"_ba;
const auto execFields = "apiVersion: client.authentication.k8s.io/v1, command: login, interactiveMode: Never"_ba;

} // namespace

class TestKubeconfig : public TestCase
{
    Q_OBJECT

private:
    QTemporaryDir m_dir;

    QString write(const QString &name, const QByteArray &content)
    {
        QFile file(m_dir.filePath(name));
        if (!QDir(m_dir.path()).mkpath(QFileInfo(file).path()) || !file.open(QIODevice::WriteOnly)
            || file.write(content) != content.size())
            qFatal("cannot write %s", qPrintable(file.fileName()));
        return file.fileName();
    }
    Expected<KubeContext> contextOf(const QByteArray &content)
    {
        return Kubeconfig::load({write(u"config"_s, content)}).and_then([](const Kubeconfig &kubeconfig) {
            return kubeconfig.context();
        });
    }

private Q_SLOTS:
    void readsEveryField()
    {
        const QString file = write(u"folder/config"_s,
            R"(
apiVersion: v1
kind: Config
preferences: {colors: true}
current-context: c
clusters:
- name: k
  cluster:
    server: https://host:6443/prefix
    tls-server-name: other
    certificate-authority: pki/../ca.crt
    proxy-url: socks5://proxy:1080
    disable-compression: true
    extensions:
    - {name: client.authentication.k8s.io/exec, extension: {audience: a}}
users:
- name: u
  user:
    client-certificate: u.crt
    client-key-data: )"
                + pem.toBase64() + R"(
    token: t
    tokenFile: token
    as: bob
    as-uid: "7"
    as-groups: [a, b]
    as-user-extra: {scopes: [x, z]}
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      command: ./login
      args: [-v, "1"]
      env: [{name: A, value: b}]
      installHint: get it
      provideClusterInfo: true
contexts:
- name: c
  context: {cluster: k, user: u, namespace: ns, extensions: [], unknown: 1}
extensions: []
unknown: 1
)");
        const auto loaded = Kubeconfig::load({file});
        QVERIFY2(loaded, loaded ? "" : qPrintable(loaded.error().message));
        const auto read = loaded->context();
        QVERIFY2(read, read ? "" : qPrintable(read.error().message));
        const QString folder = m_dir.filePath(u"folder"_s);
        const KubeContext expected{
            .name = u"c"_s,
            .clusterName = u"k"_s,
            .userName = u"u"_s,
            .nameSpace = u"ns"_s,
            .file = file,
            .server = QUrl(u"https://host:6443/prefix"_s),
            .tlsServerName = u"other"_s,
            .caFile = folder + u"/ca.crt"_s,
            .proxy = QUrl(u"socks5://proxy:1080"_s),
            .disableCompression = true,
            .execClusterConfig = QJsonObject{{u"audience"_s, u"a"_s}},
            .clientCertificateFile = folder + u"/u.crt"_s,
            .clientKeyData = pem,
            .token = u"t"_s,
            .tokenFile = folder + u"/token"_s,
            .exec = ExecConfig{.apiVersion = u"client.authentication.k8s.io/v1beta1"_s,
                .command = folder + u"/login"_s,
                .arguments = {u"-v"_s, u"1"_s},
                .environment = {{u"A"_s, u"b"_s}},
                .installHint = u"get it"_s,
                .provideClusterInfo = true,
                .file = file},
            .impersonation
            = {.user = u"bob"_s, .uid = u"7"_s, .groups = {u"a"_s, u"b"_s}, .extra = {{u"scopes"_s, {u"x"_s, u"z"_s}}}},
        };
        QVERIFY(*read == expected);
    }

    void namesTheKindOfCredential_data()
    {
        QTest::addColumn<QByteArray>("user");
        QTest::addColumn<QString>("kind");
        const QByteArray certificate = "client-certificate: a, client-key: b";
        QTest::newRow("none") << ""_ba << u"none"_s;
        QTest::newRow("certificate") << certificate << u"client certificate"_s;
        QTest::newRow("token") << "token: t"_ba << u"token"_s;
        QTest::newRow("token file before token") << "token: t, tokenFile: f"_ba << u"token file"_s;
        QTest::newRow("basic") << "username: u, password: p"_ba << u"user name and password"_s;
        QTest::newRow("plugin") << "exec: {" + execFields + '}' << u"plugin login"_s;
        QTest::newRow("impersonation") << "token: t, as: bob"_ba << u"token, as bob"_s;
        QTest::newRow("certificate before plugin")
            << certificate + ", exec: {" + execFields + '}' << u"client certificate"_s;
    }
    void namesTheKindOfCredential()
    {
        QFETCH(const QByteArray, user);
        const auto loaded = Kubeconfig::load({write(u"config"_s, config(server, user))});
        QVERIFY(loaded);
        const auto contexts = loaded->contexts();
        QCOMPARE(contexts.size(), 1);
        QCOMPARE(contexts[0].problem, QString());
        QTEST(contexts[0].credentialKind, "kind");
        QCOMPARE(contexts[0].server, u"https://host:6443"_s);
        QVERIFY(contexts[0].isCurrent);
    }

    void sendsNoCredentialsWithoutTls()
    {
        const auto read = contextOf(config("server: 'http://localhost:8001'", "token: t"));
        QVERIFY(read);
        QCOMPARE(read->credentialKind(), KubeContext::CredentialKind::None);
    }

    void refusesWithFilePathAndRemedy_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("remedy");
        const auto row = [](const char *name, const QByteArray &content, const char *path, const char *remedy) {
            QTest::newRow(name) << content << QString::fromUtf8(path) << QString::fromUtf8(remedy);
        };
        const auto cluster = [&](const char *name, const QByteArray &fields, const char *path, const char *remedy) {
            row(name, config(fields, "token: t"), path, remedy);
        };
        const auto user = [&](const char *name, const QByteArray &fields, const char *path, const char *remedy) {
            row(name, config(server, fields), path, remedy);
        };
        const auto exec = [&](const char *name, const QByteArray &fields, const char *path, const char *remedy) {
            user(name, "exec: {" + fields + '}', path, remedy);
        };
        const QByteArray pemData = pem.toBase64();

        cluster("misspelt CA", server + ", certificate-authorty-data: x",
            "clusters[0].cluster.certificate-authorty-data", "did you mean \"certificate-authority-data\"?");
        cluster("another case", server + ", Tls-Server-Name: x", "clusters[0].cluster.Tls-Server-Name",
            "did you mean \"tls-server-name\"?");
        cluster("unknown", server + ", frobnicate: x", "clusters[0].cluster.frobnicate", "remove it");
        row("one level too high",
            "current-context: c\nclusters: [{name: k, cluster: {" + server
                + "}, insecure-skip-tls-verify: true}]\n"
                  "users: [{name: u, user: {}}]\ncontexts: [{name: c, context: {cluster: k, user: u}}]",
            "clusters[0].insecure-skip-tls-verify", "move it");
        cluster("insecure with CA", server + ", insecure-skip-tls-verify: true, certificate-authority-data: " + pemData,
            "clusters[0].cluster.insecure-skip-tls-verify", "remove one of them");
        cluster("CA twice", server + ", certificate-authority: f, certificate-authority-data: " + pemData,
            "certificate-authority", "keep one");
        cluster("CA not base64", server + ", certificate-authority-data: '***'", "certificate-authority-data",
            "base64 -w0");
        cluster(
            "CA not PEM", server + ", certificate-authority-data: aGVsbG8=", "certificate-authority-data", "no PEM");
        cluster("flag as text", server + ", insecure-skip-tls-verify: 'true'", "insecure-skip-tls-verify",
            "not true or false");
        cluster("no server", "tls-server-name: x", "clusters[0].cluster.server", "is not set");
        cluster("server without scheme", "server: 'host:6443'", "clusters[0].cluster.server", "https://HOST");
        cluster("server with password", "server: 'https://u:p@host'", "clusters[0].cluster.server",
            "\"username\" and \"password\"");
        cluster("https proxy", server + ", proxy-url: 'https://p:1'", "proxy-url", "http:// or socks5://");
        cluster("proxy of another scheme", server + ", proxy-url: 'ftp://p:1'", "proxy-url", "http and socks5");
        cluster("proxy without scheme", server + ", proxy-url: 'proxy'", "proxy-url", "http://HOST:PORT");

        user("misspelt", "tokenfile: x", "users[0].user.tokenfile", "did you mean \"tokenFile\"?");
        user("number as token", "token: 123456789", "users[0].user.token", "put it in quotes");
        user("text as list", "as: a, as-groups: b", "users[0].user.as-groups", "not a list");
        user("number in a list", "as: a, as-groups: [1]", "users[0].user.as-groups[0]", "put it in quotes");
        user("number in extra", "as: a, as-user-extra: {k: [1]}", "users[0].user.as-user-extra.k[0]",
            "put it in quotes");
        user("certificate without key", "client-certificate: f", "users[0].user.client-key", "needs it");
        user("key without certificate", "client-key: f", "users[0].user.client-certificate", "belongs to one");
        user("certificate twice", "client-certificate: f, client-key: k, client-certificate-data: " + pemData,
            "client-certificate", "keep one");
        user(
            "key twice", "client-certificate: f, client-key: k, client-key-data: " + pemData, "client-key", "keep one");
        user("token and password", "token: t, username: u", "users[0].user.username", "keep one way");
        user("group without user", "as-groups: [a]", "users[0].user.as", "need it");
        user("gcp", "auth-provider: {name: gcp}", "users[0].user.auth-provider", "gke-gcloud-auth-plugin");
        user("oidc", "auth-provider: {name: oidc, config: {}}", "users[0].user.auth-provider", "oidc-login");

        exec("misspelt in exec", execFields + ", arg: [x]", "users[0].user.exec.arg", "did you mean \"args\"?");
        exec("no command", "apiVersion: client.authentication.k8s.io/v1beta1", "users[0].user.exec.command",
            "is not set");
        exec("old version", "apiVersion: client.authentication.k8s.io/v1alpha1, command: x",
            "users[0].user.exec.apiVersion", "updated");
        exec("v1 without mode", "apiVersion: client.authentication.k8s.io/v1, command: x", "exec.interactiveMode",
            "Never, IfAvailable or Always");
        exec("unknown mode", "apiVersion: client.authentication.k8s.io/v1, command: x, interactiveMode: Sometimes",
            "exec.interactiveMode", "Never");
        exec("unknown in env", execFields + ", env: [{name: A, vlaue: b}]", "users[0].user.exec.env[0].vlaue",
            "\"value\"");
        exec("bad name in env", execFields + ", env: [{name: 'A=B', value: b}]", "users[0].user.exec.env[0].name",
            "no name of a variable");

        row("bad namespace", config(server, "", ", namespace: A_b"), "contexts[0].context.namespace", "lower-case");
        row("no such user",
            "current-context: c\nclusters: [{name: k, cluster: {" + server
                + "}}]\ncontexts: [{name: c, context: {cluster: k, user: x}}]",
            "contexts[0].context.user", "\"x\"");
        row("no cluster", "current-context: c\nusers: [{name: u, user: {}}]\ncontexts: [{name: c, context: {user: u}}]",
            "contexts[0].context.cluster", "is not set");
        row("name twice", "clusters: [{name: k, cluster: {}}, {name: k, cluster: {}}]", "clusters[1].name",
            "stands twice");
        row("clusters are no list", "clusters: {name: k}", "clusters", "not a list");
        row("an entry is no map", "users: [u]", "users[0]", "not a map");
        row("another kind", "apiVersion: v1\nkind: Pod", "kind", "Config of v1");
        row("no map", "- a\n", "config", "top is not a map");
        row("two documents", "kind: Config\n---\nkind: Config\n", "config", "KUBECONFIG");
        row("bad YAML", "a: [\n", "config", "line 2");
    }
    void refusesWithFilePathAndRemedy()
    {
        QFETCH(const QByteArray, content);
        QFETCH(const QString, path);
        QFETCH(const QString, remedy);
        const auto read = contextOf(content);
        QVERIFY(!read);
        const QString message = read.error().message;
        QVERIFY2(message.contains(m_dir.filePath(u"config"_s)), qPrintable(message));
        QVERIFY2(message.contains(path), qPrintable(message));
        QVERIFY2(message.contains(remedy), qPrintable(message));
        QVERIFY2(!message.contains("123456789"_L1), "a value that may be a secret");
    }

    void oneBadEntryLeavesTheOthersUsable()
    {
        const auto loaded = Kubeconfig::load({write(u"config"_s, R"(
clusters: [{name: k, cluster: {server: 'https://host'}}]
users: [{name: good, user: {token: t}}, {name: bad, user: {tokn: t}}]
contexts: [{name: b, context: {cluster: k, user: bad}}, {name: a, context: {cluster: k, user: good}}]
)")});
        QVERIFY(loaded);
        const auto contexts = loaded->contexts();
        QCOMPARE(contexts.size(), 2);
        QCOMPARE(contexts[0].name, u"a"_s);
        QVERIFY(contexts[0].problem.isEmpty());
        QVERIFY(contexts[1].problem.contains("did you mean \"token\""_L1));
        QVERIFY(loaded->context(u"a"_s));
        QVERIFY(!loaded->context(u"b"_s));
        QVERIFY(loaded->context().error().message.contains("choose one with --context; there are: a, b"_L1));
        QVERIFY(loaded->context(u"z"_s).error().message.contains("no context \"z\""_L1));
    }

    void theFirstFileThatSaysItWins()
    {
        const QString first = write(u"1"_s,
            "clusters: [{name: k, cluster: {server: 'https://one'}}]\n"
            "contexts: [{name: c, context: {cluster: k, user: u}}]");
        const QString second = write(u"sub/2"_s,
            "current-context: c\nclusters: [{name: k, cluster: {server: 'https://two', tls-server-name: x}}]\n"
            "users: [{name: u, user: {tokenFile: token}}]");
        const QString third = write(u"3"_s,
            "current-context: d\nusers: [{name: u, user: {token: x}}]\n"
            "contexts: [{name: d, context: {cluster: k, user: u}}]");
        const auto loaded = Kubeconfig::load({first, m_dir.filePath(u"missing"_s), QString(), second, third, first});
        QVERIFY(loaded);
        QCOMPARE(loaded->currentContext(), u"c"_s);
        QCOMPARE(loaded->files(), QStringList({first, m_dir.filePath(u"missing"_s), second, third}));
        const auto read = loaded->context(u"d"_s);
        QVERIFY(read);
        QCOMPARE(read->server, QUrl(u"https://one"_s));
        QCOMPARE(read->tlsServerName, QString());
        QCOMPARE(read->tokenFile, m_dir.filePath(u"sub/token"_s));
        QCOMPARE(read->token, QString());
    }

    void aContextThatAnEarlierFileHidesIsToldSo()
    {
        const QByteArray entry = "contexts: [{name: c, context: {}}]";
        const QString first = write(u"1"_s, entry), second = write(u"2"_s, entry);
        const auto contexts = Kubeconfig::load({first, second})->contexts();
        QCOMPARE(contexts.size(), 2);
        QCOMPARE(contexts[1].file, second);
        QVERIFY(contexts[1].problem.contains(first + u" has a context of this name too"_s));
    }

    void forAPersonTheGoodFilesDoWithoutTheBadOnes()
    {
        const QString bad = write(
            u"bad"_s, "current-context: x\nclusters: [{name: k, cluster: {server: 'https://bad'}}]\nusers: [1]");
        const QString good = write(u"good"_s, config(server, "token: t"));
        QVERIFY(!Kubeconfig::load({bad, good}));
        const Kubeconfig loaded = Kubeconfig::loadWhatIsGood({bad, good});
        QCOMPARE(loaded.context()->server, QUrl(u"https://host:6443"_s)); // nothing of the bad one stays
        QCOMPARE(loaded.files(), QStringList({bad, good}));
        QCOMPARE(loaded.problems().size(), 1);
        QCOMPARE(loaded.problems()[0].file, bad);
        QVERIFY(loaded.problems()[0].error.message.contains(u"users[0] is not a map"_s));
    }

    void looksWhereKubectlLooks()
    {
        const auto named = [](const QByteArray &name) {
            return "current-context: " + name + "\ncontexts: [{name: " + name + ", context: {}}]";
        };
        const QString one = write(u"one"_s, named("one"));
        const QString two = write(u"two"_s, named("two"));
        write(u".kube/config"_s, named("home"));
        QProcessEnvironment environment;
        environment.insert(u"HOME"_s, m_dir.path());
        QCOMPARE(Kubeconfig::fromEnvironment(environment)->currentContext(), u"home"_s);
        environment.insert(u"KUBECONFIG"_s, two + u"::"_s + one);
        QCOMPARE(Kubeconfig::fromEnvironment(environment)->currentContext(), u"two"_s);
        const auto explicitly = Kubeconfig::fromEnvironment(environment, one);
        QCOMPARE(explicitly->currentContext(), u"one"_s);
        QCOMPARE(explicitly->contexts().size(), 1);
        QVERIFY(Kubeconfig::fromEnvironment(environment, u"/no/such"_s)
                .error()
                .message.contains("/no/such does not exist"_L1));
    }

    void withoutAnyFileItSaysWhereItLooked()
    {
        const auto loaded = Kubeconfig::load({m_dir.filePath(u"nowhere"_s), write(u"empty"_s, "")});
        QVERIFY(loaded);
        QVERIFY(loaded->contexts().isEmpty());
        QVERIFY(loaded->context().error().message.contains(m_dir.filePath(u"nowhere"_s)));
        QVERIFY(!Kubeconfig::load({m_dir.path()})); // a folder
    }
};

QTEST_GUILESS_MAIN(TestKubeconfig)
#include "tst_kubeconfig.moc"
