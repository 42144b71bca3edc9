// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/kubeconfigfiles.h"
#include "support/testcase.h"
#include "support/testsettings.h"

#include <QDir>

#include <cstdio>

using namespace Qt::StringLiterals;
using namespace patronus;

namespace {

QByteArray config(const QByteArray &name, const QByteArray &server, const QByteArray &user)
{
    return "apiVersion: v1\nkind: Config\ncurrent-context: " + name
        + "\nclusters: [{name: k, cluster: {server: 'https://" + server + "'}}]\nusers: [{name: u, user: {" + user
        + "}}]\ncontexts: [{name: " + name + ", context: {cluster: k, user: u}}]\n";
}

} // namespace

// The files of the user, KUBECONFIG's and added ones.
class TestKubeconfigFiles : public TestCase
{
    Q_OBJECT

private:
    std::unique_ptr<TestSettings> m_settings;

    QString write(const QString &name, const QByteArray &content)
    {
        QFile file(m_settings->folder() + u'/' + name);
        if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
            qFatal("cannot write %s", qPrintable(file.fileName()));
        return file.fileName();
    }
    static QString table(const ContextsModel &contexts)
    {
        QStringList rows;
        for (const ContextEntry &entry : contexts.entries())
            rows.append(u"%1 %2 %3%4"_s.arg(entry.label(), entry.server, entry.credentials,
                entry.problem.isEmpty() ? QString() : u'!' + entry.problem));
        return rows.join(u'\n');
    }

private Q_SLOTS:
    void init() override
    {
        TestCase::init();
        m_settings = std::make_unique<TestSettings>();
        qputenv("KUBECONFIG", write(u"own"_s, config("dev", "own", "token: t")).toUtf8());
    }
    void cleanupTestCase() { qunsetenv("KUBECONFIG"); }

    void anAddedFileIsListedAndRemembered()
    {
        const QString file = write(u"added"_s, config("prod", "added", "username: a, password: b"));
        {
            ContextsModel contexts;
            KubeconfigFiles files(contexts, {});
            files.read();
            QCOMPARE(table(contexts), u"dev https://own token"_s);
            contexts.requestFiles({file, file});
            QCOMPARE(table(contexts), u"dev https://own token\nprod https://added user name and password"_s);
        }
        ContextsModel contexts;
        KubeconfigFiles files(contexts, {});
        files.read();
        QCOMPARE(files.context({u"prod"_s, file})->server, QUrl(u"https://added"_s));
        contexts.requestRemoval(file);
        QCOMPARE(table(contexts), u"dev https://own token"_s);
        QVERIFY(!files.context({u"prod"_s, file}));
    }

    void aFileOfTheEnvironmentIsNotAddedAgain()
    {
        ContextsModel contexts;
        KubeconfigFiles files(contexts, {});
        files.read();
        contexts.requestFiles({qEnvironmentVariable("KUBECONFIG")});
        QCOMPARE(table(contexts), u"dev https://own token"_s);
    }

    void namesOfOneFileMeanNothingInAnother()
    {
        const QString file = write(u"added"_s, config("dev", "added", "tokenFile: /f"));
        const QString lacking = write(
            u"lacking"_s, "apiVersion: v1\nkind: Config\ncontexts: [{name: x, context: {cluster: k, user: u}}]\n");
        ContextsModel contexts;
        KubeconfigFiles files(contexts, {});
        files.read();
        contexts.requestFiles({file, lacking});
        QVERIFY2(
            table(contexts).startsWith(u"dev (own) https://own token\ndev (added) https://added token file\nx  !"_s),
            qPrintable(table(contexts)));
        QVERIFY(contexts.entries().last().problem.contains(u"not among the clusters"_s));
        QCOMPARE(files.context({u"dev"_s})->token, u"t"_s);
        QCOMPARE(files.context({u"dev"_s, file})->tokenFile, u"/f"_s);
    }

    void aBrokenFileIsShownAndTheOthersWork()
    {
        const QByteArray list
            = (write(u"broken"_s, "clusters: [") + u':' + qEnvironmentVariable("KUBECONFIG")).toUtf8();
        qputenv("KUBECONFIG", list);
        ContextsModel contexts;
        KubeconfigFiles files(contexts, {});
        files.read();
        QCOMPARE(contexts.rowCount(), 2);
        QVERIFY(contexts.find({u"dev"_s}));
        QVERIFY2(contexts.entries()[1].problem.contains(u"line "_s), qPrintable(contexts.entries()[1].problem));
        QVERIFY(contexts.entries()[1].file.endsWith(u"/broken"_s));

        const QString gone = write(u"gone"_s, config("prod", "added", {}));
        contexts.requestFiles({gone});
        QVERIFY(QFile::remove(gone));
        files.read();
        QVERIFY(contexts.entries()[2].problem.contains(u"put it back, or remove it"_s));
        contexts.requestRemoval(contexts.entries()[2].scope);
        QCOMPARE(contexts.rowCount(), 2);
    }

    void theCommandLinesNameIsFoundOrExplained()
    {
        ContextsModel contexts;
        KubeconfigFiles files(contexts, {});
        files.read();
        const QString one = write(u"one"_s, config("prod", "one", {})),
                      two = write(u"two"_s, config("prod", "two", {}));
        contexts.requestFiles({one});
        QCOMPARE(files.find(u"dev"_s).value(), (ContextKey{u"dev"_s, {}}));
        QCOMPARE(files.find(u"prod"_s).value(), (ContextKey{u"prod"_s, one}));
        contexts.requestFiles({two});
        QVERIFY(files.find(u"prod"_s).error().message.contains(u"several added files"_s));
        QVERIFY(files.context(files.find(u"none"_s).value()).error().message.contains(u"there are: dev"_s));
    }

    void readOnlyIsRemembered()
    {
        ContextsModel contexts;
        KubeconfigFiles files(contexts, {});
        files.read();
        QVERIFY(!contexts.entries()[0].isReadOnly);
        contexts.requestReadOnly({u"dev"_s}, true);
        QVERIFY(contexts.entries()[0].isReadOnly);
        ContextsModel later;
        KubeconfigFiles again(later, {});
        again.read();
        QVERIFY(later.entries()[0].isReadOnly);
        later.requestReadOnly({u"dev"_s}, false);
        QVERIFY(!later.entries()[0].isReadOnly);
    }

    void aChangeOfAFileIsNoticed_data()
    {
        QTest::addColumn<bool>("byLink");
        QTest::newRow("a file") << false;
        QTest::newRow("a link") << true;
    }
    void aChangeOfAFileIsNoticed()
    {
        QFETCH(const bool, byLink);
        const QString own = qEnvironmentVariable("KUBECONFIG");
        if (byLink) {
            QVERIFY(QDir().mkpath(m_settings->folder() + u"/elsewhere"_s));
            QVERIFY(QFile::rename(own, m_settings->folder() + u"/elsewhere/real"_s));
            QVERIFY(QFile::link(u"elsewhere/real"_s, own));
        }
        const QString real = byLink ? u"elsewhere/real"_s : u"own"_s;
        ContextsModel contexts;
        KubeconfigFiles files(contexts, {});
        files.read();
        const auto server = [&] { return contexts.rowCount() == 1 ? contexts.entries()[0].server : QString(); };

        write(real, config("dev", "written", "token: t"));
        QTRY_COMPARE(server(), u"https://written"_s);
        for (const char *const name : {"replaced", "replaced-again"}) {
            write(u"new"_s, config("dev", name, "token: t"));
            QVERIFY(
                ::rename(qPrintable(m_settings->folder() + u"/new"_s), qPrintable(m_settings->folder() + u'/' + real))
                == 0);
            QTRY_COMPARE(server(), u"https://"_s + QString::fromLatin1(name));
        }
        QVERIFY(QFile::remove(own));
        QTRY_COMPARE(contexts.rowCount(), 0);
        if (byLink) { // another target
            write(u"elsewhere/other"_s, config("dev", "other", "token: t"));
            QVERIFY(QFile::link(u"elsewhere/other"_s, own));
        } else {
            write(u"own"_s, config("dev", "other", "token: t"));
        }
        QTRY_COMPARE(server(), u"https://other"_s);
    }

    void aClassIsRememberedForThisServerAndCa()
    {
        ContextsModel contexts;
        KubeconfigFiles files(contexts, {});
        files.read();
        contexts.requestClass({u"dev"_s}, ContextClass::Production);
        QCOMPARE(contexts.entries()[0].contextClass(), ContextClass::Production);
        ContextsModel later;
        KubeconfigFiles again(later, {});
        again.read();
        QCOMPARE(later.entries()[0].contextClass(), ContextClass::Production);

        write(u"own"_s, config("dev", "elsewhere", "token: t"));
        again.read();
        QCOMPARE(later.entries()[0].contextClass(), ContextClass::Development); // by its name: another cluster
        write(u"own"_s, config("dev", "own", "token: another"));
        again.read();
        QCOMPARE(later.entries()[0].contextClass(), ContextClass::Production);
        later.requestClass({u"dev"_s}, std::nullopt);
        QCOMPARE(later.entries()[0].contextClass(), ContextClass::Development);
    }
};

QTEST_GUILESS_MAIN(TestKubeconfigFiles)
#include "tst_kubeconfigfiles.moc"
