// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/incluster.h"

#include "support/testcase.h"

#include <QTemporaryDir>

using namespace Qt::StringLiterals;
using namespace patronus;

class TestInCluster : public TestCase
{
    Q_OBJECT

private:
    static QProcessEnvironment pod(const QString &host = u"10.96.0.1"_s, const QString &port = u"443"_s)
    {
        QProcessEnvironment environment;
        environment.insert(u"KUBERNETES_SERVICE_HOST"_s, host);
        environment.insert(u"KUBERNETES_SERVICE_PORT"_s, port);
        return environment;
    }
    static void write(const QString &name, const QByteArray &content)
    {
        QFile file(name);
        if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
            qFatal("cannot write %s", qPrintable(name));
    }
    static void fill(const QTemporaryDir &folder)
    {
        write(folder.filePath(u"token"_s), "t\n");
        write(folder.filePath(u"ca.crt"_s), "ca");
        write(folder.filePath(u"namespace"_s), "patronus-system\n");
    }

private Q_SLOTS:
    void readsTheServiceAccount_data()
    {
        QTest::addColumn<QString>("host");
        QTest::addColumn<QUrl>("server");
        QTest::newRow("IPv4") << u"10.96.0.1"_s << QUrl(u"https://10.96.0.1:443"_s);
        QTest::newRow("IPv6") << u"fd00::1"_s << QUrl(u"https://[fd00::1]:443"_s);
        QTest::newRow("name") << u"kubernetes.default.svc"_s << QUrl(u"https://kubernetes.default.svc:443"_s);
    }
    void readsTheServiceAccount()
    {
        QFETCH(const QString, host);
        const QTemporaryDir folder;
        fill(folder);
        const auto read = inClusterContext(pod(host), folder.path());
        QVERIFY2(read, read ? "" : qPrintable(read.error().message));
        QTEST(read->server, "server");
        QCOMPARE(read->nameSpace, u"patronus-system"_s);
        QCOMPARE(read->tokenFile, folder.filePath(u"token"_s));
        QCOMPARE(read->caFile, folder.filePath(u"ca.crt"_s));
        QCOMPARE(read->credentialKind(), KubeContext::CredentialKind::TokenFile);
    }

    void thePodsOwnNamespaceGoesFirst()
    {
        const QTemporaryDir folder;
        fill(folder);
        QProcessEnvironment environment = pod();
        environment.insert(u"POD_NAMESPACE"_s, u"mine"_s);
        QCOMPARE(inClusterContext(environment, folder.path())->nameSpace, u"mine"_s);
    }

    void saysWhatIsMissing_data()
    {
        QTest::addColumn<QProcessEnvironment>("environment");
        QTest::addColumn<QString>("missing");
        QTest::addColumn<QString>("text");
        QTest::newRow("no pod") << QProcessEnvironment() << QString() << u"this is no pod"_s;
        QTest::newRow("no port") << pod(u"h"_s, QString()) << QString() << u"this is no pod"_s;
        QTest::newRow("bad port") << pod(u"h"_s, u"x"_s) << QString() << u"KUBERNETES_SERVICE_PORT is no port"_s;
        QTest::newRow("bad host") << pod(u"a b"_s) << QString() << u"KUBERNETES_SERVICE_HOST is no host"_s;
        QTest::newRow("no token") << pod() << u"token"_s << u"automountServiceAccountToken"_s;
        QTest::newRow("no CA") << pod() << u"ca.crt"_s << u"ca.crt does not exist"_s;
    }
    void saysWhatIsMissing()
    {
        QFETCH(const QProcessEnvironment, environment);
        QFETCH(const QString, missing);
        QFETCH(const QString, text);
        const QTemporaryDir folder;
        fill(folder);
        if (!missing.isEmpty())
            QVERIFY(QFile::remove(folder.filePath(missing)));
        const auto read = inClusterContext(environment, folder.path());
        QVERIFY(!read);
        QCOMPARE(read.error().kind, Error::Kind::Invalid);
        QVERIFY2(read.error().message.contains(text), qPrintable(read.error().message));
    }

    void aGivenKubeconfigGoesBeforeThePod()
    {
        const QTemporaryDir folder;
        const QString file = folder.filePath(u"config"_s);
        write(file,
            "current-context: c\nclusters: [{name: k, cluster: {server: 'https://host'}}]\n"
            "users: [{name: u, user: {}}]\ncontexts: [{name: c, context: {cluster: k, user: u}}]");
        QProcessEnvironment environment = pod();
        QCOMPARE(startContext(environment, file, QString())->server, QUrl(u"https://host"_s));
        // Without one it is the pod's, whose service account folder this machine does not have.
        QVERIFY(startContext(environment, QString(), QString()).error().message.contains("/var/run/secrets"_L1));
        environment.insert(u"KUBECONFIG"_s, file);
        QCOMPARE(startContext(environment, QString(), u"c"_s)->server, QUrl(u"https://host"_s));
    }
};

QTEST_GUILESS_MAIN(TestInCluster)
#include "tst_incluster.moc"
