// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/keychain.h"
#include "support/ownkeychain.h"
#include "support/testcase.h"

#include <QCoroTask>
#include <QDirIterator>
#include <QProcess>

#include <cstdio>

using namespace Qt::StringLiterals;
using namespace patronus;

/// What the console keeps, in a real keychain (gnome-keyring) on a bus of its own: before there is one, with one, and
/// when it was ended and comes back.
class TestKeychain : public TestCase
{
    Q_OBJECT

private:
    OwnKeychain m_own;

private Q_SLOTS:
    void withoutAKeychainItSaysSo()
    {
        const auto none = QCoro::waitFor(keychain::read(u"patronus api of prod"_s));
        QVERIFY(!none);
        QCOMPARE(none.error().kind, Error::Kind::Unreachable);
        QVERIFY2(
            none.error().message.contains(u"no keychain of this desktop answers"_s), qPrintable(none.error().message));
        const auto written = QCoro::waitFor(keychain::write(u"patronus api of prod"_s, u"s3cret"_s));
        QVERIFY(!written);
        QCOMPARE(written.error().kind, Error::Kind::Unreachable);
        QVERIFY(!written.error().message.contains(u"s3cret"_s));
        const auto removed = QCoro::waitFor(keychain::remove(u"patronus api of prod"_s));
        QVERIFY(!removed);
        QCOMPARE(removed.error().kind, Error::Kind::Unreachable);
    }

    void whatIsKeptIsReadBack()
    {
        m_own.start();
        const QString key = u"patronus api of prod"_s;
        QVERIFY(QCoro::waitFor(keychain::write(key, u"first"_s)));
        QVERIFY(QCoro::waitFor(keychain::write(key, u"s3cret of prod ünd more"_s)));
        QVERIFY(QCoro::waitFor(keychain::write(u"patronus api of staging"_s, u"another"_s)));
        QCOMPARE(QCoro::waitFor(keychain::read(key)), u"s3cret of prod ünd more"_s);
        QCOMPARE(QCoro::waitFor(keychain::read(u"patronus api of staging"_s)), u"another"_s);
    }

    void whatIsRemovedIsGoneAndNothingElse()
    {
        QVERIFY(QCoro::waitFor(keychain::remove(u"patronus api of staging"_s)));
        const auto gone = QCoro::waitFor(keychain::read(u"patronus api of staging"_s));
        QVERIFY(!gone);
        QCOMPARE(gone.error().kind, Error::Kind::NotFound);
        QVERIFY(QCoro::waitFor(keychain::remove(u"patronus api of staging"_s))); // as it should be already
        QVERIFY(QCoro::waitFor(keychain::read(u"patronus api of prod"_s)));
    }

    void itIsThereAgainAndInNoFile()
    {
        m_own.stop();
        QVERIFY(!QCoro::waitFor(keychain::read(u"patronus api of prod"_s)));
        int files = 0;
        for (QDirIterator all(m_own.folder(), QDir::Files, QDirIterator::Subdirectories); all.hasNext(); ++files) {
            QFile file(all.next());
            QVERIFY(file.open(QIODevice::ReadOnly));
            QVERIFY2(!file.readAll().contains("s3cret of prod"), qPrintable(file.fileName()));
        }
        QVERIFY(files > 1); // the keyring's is among them
        m_own.start();
        // By another console: libsecret holds on to the session that it had with the keychain of before.
        QProcess other;
        other.start(QCoreApplication::applicationFilePath(), {u"--read"_s, u"patronus api of prod"_s});
        QVERIFY(other.waitForFinished());
        QCOMPARE(QString::fromUtf8(other.readAllStandardOutput()), u"s3cret of prod ünd more"_s);
    }
};

/// A second console in short: "--read KEY" prints what is kept under it.
int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.value(1) != "--read"_L1) {
        TestKeychain test;
        return QTest::qExec(&test, argc, argv);
    }
    std::fputs(QCoro::waitFor(keychain::read(arguments.value(2))).value_or(QString()).toUtf8().constData(), stdout);
    return 0;
}

#include "tst_keychain.moc"
