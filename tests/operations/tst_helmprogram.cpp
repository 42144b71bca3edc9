// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/helmprogram.h"
#include "support/manualclock.h"
#include "support/testcase.h"

#include <QJsonDocument>
#include <QTemporaryDir>

using namespace Qt::StringLiterals;
using namespace patronus;

// A shell script in place of helm tells what it gets. The real one is tests/e2e/tst_kubectlrollback's.
class TestHelmProgram : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void init() override
    {
        TestCase::init();
        m_dir = std::make_unique<QTemporaryDir>();
    }

    void theKubeconfigIsOfOneServerAndUser()
    {
        const KubeConnection::Access access{.server = QUrl(u"https://host:6443/p"_s),
            .tls = {.caPem = "ca", .certificatePem = "cert", .keyPem = "key", .serverName = u"other"_s},
            .proxy = QUrl(u"socks5://proxy:1080"_s),
            .headers = {{"authorization", "Bearer hush"}, {"user-agent", "x"}}};
        const QJsonObject json = helmKubeconfig(access, {.user = u"alice"_s, .groups = {u"ops"_s}});
        QCOMPARE(json["clusters"_L1].toArray().size(), 1);
        const QJsonObject cluster{{u"server"_s, u"https://host:6443/p"_s}, {u"certificate-authority-data"_s, u"Y2E="_s},
            {u"tls-server-name"_s, u"other"_s}, {u"proxy-url"_s, u"socks5://proxy:1080"_s}};
        QCOMPARE(json["clusters"_L1][0]["cluster"_L1].toObject(), cluster);
        const QJsonObject user{{u"token"_s, u"hush"_s}, {u"client-certificate-data"_s, u"Y2VydA=="_s},
            {u"client-key-data"_s, u"a2V5"_s}, {u"as"_s, u"alice"_s}, {u"as-groups"_s, QJsonArray{u"ops"_s}}};
        QCOMPARE(json["users"_L1][0]["user"_L1].toObject(), user);

        const QJsonObject basic
            = helmKubeconfig({.server = QUrl(u"https://h"_s),
                                 .tls = {.insecureSkipVerify = true},
                                 .proxy = {},
                                 .headers = {{"authorization", "Basic " + "me:pass:word"_ba.toBase64()}}},
                {});
        QCOMPARE(basic["users"_L1][0]["user"_L1]["username"_L1].toString(), u"me"_s);
        QCOMPARE(basic["users"_L1][0]["user"_L1]["password"_L1].toString(), u"pass:word"_s);
        QCOMPARE(basic["clusters"_L1][0]["cluster"_L1]["insecure-skip-tls-verify"_L1].toBool(), true);
    }

    void nothingInTheEnvironmentLeadsElsewhere()
    {
        QProcessEnvironment all;
        for (const QString &name : {u"PATH"_s, u"HOME"_s, u"KUBECONFIG"_s, u"HELM_KUBEAPISERVER"_s, u"HELM_KUBETOKEN"_s,
                 u"HELM_NAMESPACE"_s, u"HELM_DRIVER"_s, u"HTTPS_PROXY"_s, u"HELM_DATA_HOME"_s})
            all.insert(name, u"x"_s);
        QStringList kept = helmEnvironment(all).keys();
        kept.sort();
        QCOMPARE(kept, (QStringList{u"HELM_DATA_HOME"_s, u"HOME"_s, u"PATH"_s}));
    }

    void theProgramIsFoundOrItsAbsenceExplained()
    {
        const QString helm = script(u"helm"_s, "true");
        QProcessEnvironment environment;
        environment.insert(u"PATH"_s, m_dir->path());
        QCOMPARE(HelmProgram::find({}, environment).value_or(QString()), helm);
        const QString other = script(u"helm4"_s, "true");
        environment.insert(u"HELM"_s, u"helm4"_s);
        QCOMPARE(HelmProgram::find({}, environment).value_or(QString()), other);
        QCOMPARE(HelmProgram::find(helm, environment).value_or(QString()), helm);
        const auto absent = HelmProgram::find(u"/no/helm"_s, environment);
        QVERIFY(!absent);
        QVERIFY2(absent.error().message.contains(u"--helm PROGRAM"_s), qPrintable(absent.error().message));
    }

    void whatIsNoHelm3IsRefused()
    {
        HelmProgram good(script(u"good"_s, "printf v3.19.5"), connection(), m_clock);
        QCOMPARE(QCoro::waitFor(good.version({})).value_or(QString()), u"v3.19.5"_s);
        for (const QByteArray &body : {"printf v2.17.0"_ba, "exit 1"_ba, "true"_ba}) {
            HelmProgram bad(script(u"bad"_s, body), connection(), m_clock);
            const auto version = QCoro::waitFor(bad.version({}));
            QVERIFY(!version);
            QVERIFY2(version.error().message.contains(u"no Helm 3"_s), qPrintable(version.error().message));
        }
    }

    void theSecretIsInMemoryAloneAndCanBeReadAgain()
    {
        HelmProgram helm(script(u"helm"_s,
                             "cat /dev/fd/3 > first; cat /dev/fd/3 > second; tr '\\0' ' ' < /proc/$$/cmdline > argv\n"
                             "env > environment; readlink /proc/self/fd/3; echo x 2> /dev/null >> /dev/fd/3\n"
                             "ls /proc/$$/fd | tr '\\n' ' '; echo 'client.go:1: 2026-11-26 m=+0.4 [debug] one line' "
                             ">&2; echo password=hush >&2"),
            connection(), m_clock);
        QStringList heard;
        const auto said = QCoro::waitFor(
            helm.run({u"rollback"_s, u"x"_s, u"3"_s}, [&heard](const QString &line) { heard.append(line); }, {}));
        QVERIFY2(said, said ? "" : qPrintable(said.error().message));
        QVERIFY2(said->output.startsWith("/memfd:"), said->output.constData());
        const QJsonObject json = QJsonDocument::fromJson(contents(u"first"_s)).object();
        QCOMPARE(json["users"_L1][0]["user"_L1]["token"_L1].toString(), u"a-token"_s);
        QCOMPARE(contents(u"second"_s), contents(u"first"_s));
        QVERIFY(contents(u"argv"_s).contains("rollback x 3 --kubeconfig /dev/fd/3"));
        QVERIFY(!contents(u"argv"_s).contains("a-token"));
        QVERIFY(!contents(u"environment"_s).contains("a-token"));
        QCOMPARE(heard.first(), u"one line"_s);
        QVERIFY(!heard.join(u' ').contains(u"hush"_s));
        QCOMPARE(said->lines, heard);
    }

    void itsWordsAreTheErrorWhereItFails()
    {
        HelmProgram helm(script(u"helm"_s, "echo 'Error: release: not found' >&2; exit 1"), connection(), m_clock);
        const auto said = QCoro::waitFor(helm.run({u"rollback"_s}, {}, {}));
        QVERIFY(!said);
        QCOMPARE(said.error().message, u"helm rollback failed: Error: release: not found"_s);
    }

private:
    QString script(const QString &name, const QByteArray &body)
    {
        QFile file(m_dir->filePath(name));
        if (!file.open(QIODevice::WriteOnly)
            || file.write("#!/bin/bash\ncd " + m_dir->path().toUtf8() + '\n' + body + '\n') < 0)
            qFatal("cannot write %s", qPrintable(name));
        file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        return file.fileName();
    }
    QByteArray contents(const QString &name) const
    {
        QFile file(m_dir->filePath(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    KubeConnection &connection()
    {
        if (!m_connection)
            m_connection = *KubeConnection::open(
                {.name = u"c"_s, .server = QUrl(u"https://host:6443"_s), .token = u"a-token"_s}, m_clock, {});
        return *m_connection;
    }

    std::unique_ptr<QTemporaryDir> m_dir;
    ManualClock m_clock;
    std::unique_ptr<KubeConnection> m_connection;
};

QTEST_GUILESS_MAIN(TestHelmProgram)
#include "tst_helmprogram.moc"
