// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/keychain.h"
#include "support/testcase.h"

#include <QCoroTask>
#include <QDirIterator>
#include <QProcess>
#include <QTemporaryDir>

#include <cstdio>

using namespace Qt::StringLiterals;
using namespace patronus;

/// What the console keeps, in a real keychain (gnome-keyring) on a bus of its own: before there is one, with one, and
/// when it was ended and comes back.
class TestKeychain : public TestCase
{
    Q_OBJECT

private:
    QTemporaryDir m_home;
    QProcess m_bus, m_daemon;

    void startDaemon()
    {
        m_daemon.setProcessChannelMode(QProcess::MergedChannels);
        m_daemon.start(u"gnome-keyring-daemon"_s, {u"--foreground"_s, u"--unlock"_s, u"--components=secrets"_s});
        QVERIFY2(m_daemon.waitForStarted(), "no gnome-keyring-daemon: install gnome-keyring");
        m_daemon.write("the password of the person's session");
        m_daemon.closeWriteChannel();
        QTRY_VERIFY(QProcess::execute(u"dbus-send"_s,
                        {u"--session"_s, u"--print-reply=literal"_s, u"--dest=org.freedesktop.secrets"_s,
                            u"/org/freedesktop/secrets"_s, u"org.freedesktop.DBus.Peer.Ping"_s})
            == 0);
    }
    void stop(QProcess &process)
    {
        process.terminate();
        QVERIFY(process.waitForFinished());
    }

private Q_SLOTS:
    void initTestCase()
    {
        // Without folders of services: the bus starts no keychain by itself.
        QFile config(m_home.filePath(u"bus.conf"_s));
        QVERIFY(config.open(QIODevice::WriteOnly));
        config.write("<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen><auth>EXTERNAL</auth>"
                     "<policy context='default'><allow send_destination='*'/><allow receive_sender='*'/><allow "
                     "own='*'/></policy></busconfig>");
        config.close();
        for (const char *variable : {"HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR"})
            qputenv(variable, m_home.path().toLocal8Bit());
        m_bus.start(u"dbus-daemon"_s, {u"--nofork"_s, u"--print-address"_s, u"--config-file"_s, config.fileName()});
        QVERIFY(m_bus.waitForReadyRead());
        qputenv("DBUS_SESSION_BUS_ADDRESS", m_bus.readLine().trimmed());
    }
    void cleanupTestCase()
    {
        stop(m_daemon);
        stop(m_bus);
    }

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
    }

    void whatIsKeptIsReadBack()
    {
        startDaemon();
        const QString key = u"patronus api of prod"_s;
        QVERIFY(QCoro::waitFor(keychain::write(key, u"first"_s)));
        QVERIFY(QCoro::waitFor(keychain::write(key, u"s3cret of prod ünd more"_s)));
        QVERIFY(QCoro::waitFor(keychain::write(u"patronus api of staging"_s, u"another"_s)));
        QCOMPARE(QCoro::waitFor(keychain::read(key)), u"s3cret of prod ünd more"_s);
        QCOMPARE(QCoro::waitFor(keychain::read(u"patronus api of staging"_s)), u"another"_s);
    }

    void itIsThereAgainAndInNoFile()
    {
        stop(m_daemon);
        QVERIFY(!QCoro::waitFor(keychain::read(u"patronus api of prod"_s)));
        int files = 0;
        for (QDirIterator all(m_home.path(), QDir::Files, QDirIterator::Subdirectories); all.hasNext(); ++files) {
            QFile file(all.next());
            QVERIFY(file.open(QIODevice::ReadOnly));
            QVERIFY2(!file.readAll().contains("s3cret of prod"), qPrintable(file.fileName()));
        }
        QVERIFY(files > 1); // the keyring's is among them
        startDaemon();
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
