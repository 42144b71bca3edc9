// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/simulator/options.h"
#include "support/testcase.h"

#include <QTemporaryDir>

using namespace Qt::StringLiterals;
using namespace patronus;
using namespace patronus::simulator;
using namespace std::chrono_literals;

class TestOptions : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void withoutOptionsTheDefaultsCount()
    {
        const auto options = read({});
        QVERIFY(options);
        QCOMPARE(options->address, QHostAddress(u"127.0.0.1"_s));
        QCOMPARE(options->port, 8081);
        QCOMPARE(options->settings.faults, Faults());
        QVERIFY(!options->settings.isFrozen && options->settings.hasControl);
    }

    void everyOptionIsTaken()
    {
        const QString password = m_folder.filePath(u"password"_s);
        QFile file(password);
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write("s3cret\n") > 0);
        file.close();
        const auto options = read({u"--listen"_s, u"[::1]:0"_s, u"--data=d.json"_s, u"--api-version=2.0"_s,
            u"--username=ada"_s, u"--password-file"_s, password, u"--token-file=t"_s, u"--token-lifetime=2m"_s,
            u"--rate-limit=100"_s, u"--user-rate-limit=1000"_s, u"--seed=9"_s, u"--interval=250ms"_s, u"--frozen"_s,
            u"--latency=1s"_s, u"--jitter=5ms"_s, u"--error-rate=0.1"_s, u"--throttle-rate=0.2"_s, u"--hang-rate=0.3"_s,
            u"--cut-rate=0.05"_s, u"--garbage-rate=0.06"_s, u"--down=close"_s, u"--no-control"_s});
        QVERIFY2(options, options ? "" : qPrintable(options.error().message));
        const auto &settings = options->settings;
        QCOMPARE(options->address, QHostAddress(QHostAddress::LocalHostIPv6));
        QCOMPARE(options->port, 0);
        QCOMPARE(settings.dataFile, u"d.json"_s);
        QCOMPARE(settings.version, u"2.0"_s);
        QCOMPARE(settings.signIn.username, u"ada"_s);
        QCOMPARE(settings.signIn.password, u"s3cret"_s);
        QCOMPARE(settings.signIn.tokenFile, u"t"_s);
        QCOMPARE(settings.signIn.lifetime, 120s);
        QCOMPARE(settings.requestsPerMinute, 100);
        QCOMPARE(settings.requestsPerHour, 1000);
        QCOMPARE(settings.seed, 9u);
        QCOMPARE(settings.interval, 250ms);
        QVERIFY(settings.isFrozen && !settings.hasControl);
        Faults faults;
        faults.latency = 1s;
        faults.jitter = 5ms;
        faults.errorRate = 0.1;
        faults.throttleRate = 0.2;
        faults.hangRate = 0.3;
        faults.cutRate = 0.05;
        faults.garbageRate = 0.06;
        faults.down = Faults::Down::Close;
        QCOMPARE(settings.faults, faults);
    }

    void aMistakeIsNamed_data()
    {
        QTest::addColumn<QString>("argument");
        QTest::addColumn<QString>("named");
        QTest::newRow("unknown") << u"--nope"_s << u"--nope"_s;
        QTest::newRow("no option") << u"file"_s << u"file"_s;
        QTest::newRow("port") << u"--listen=127.0.0.1:99999"_s << u"--listen"_s;
        QTest::newRow("no port") << u"--listen=127.0.0.1"_s << u"--listen"_s;
        QTest::newRow("address") << u"--listen=host:80"_s << u"--listen"_s;
        QTest::newRow("time without unit") << u"--interval=5"_s << u"--interval"_s;
        QTest::newRow("time of nothing") << u"--interval=ms"_s << u"--interval"_s;
        QTest::newRow("interval too short") << u"--interval=0s"_s << u"--interval"_s;
        QTest::newRow("lifetime too short") << u"--token-lifetime=1ms"_s << u"--token-lifetime"_s;
        QTest::newRow("share above 1") << u"--error-rate=1.5"_s << u"--error-rate"_s;
        QTest::newRow("share of text") << u"--cut-rate=many"_s << u"--cut-rate"_s;
        QTest::newRow("negative") << u"--rate-limit=-1"_s << u"--rate-limit"_s;
        QTest::newRow("down") << u"--down=yes"_s << u"--down"_s;
        QTest::newRow("user without password") << u"--username=ada"_s << u"--password-file"_s;
        QTest::newRow("no such file") << u"--password-file=/nonexistent"_s << u"/nonexistent"_s;
        QTest::newRow("value missing") << u"--seed"_s << u"seed"_s;
    }
    void aMistakeIsNamed()
    {
        QFETCH(const QString, argument);
        QFETCH(const QString, named);
        const auto options = read({argument});
        QVERIFY(!options);
        QCOMPARE(options.error().kind, Error::Kind::Invalid);
        QVERIFY2(options.error().message.contains(named), qPrintable(options.error().message));
    }

    void allMistakesAreToldAtOnce()
    {
        const auto options = read({u"--nope"_s, u"--error-rate=7"_s, u"--interval=5"_s});
        QVERIFY(!options);
        QCOMPARE(options.error().message.split(u'\n').size(), 3);
    }

    void theHelpNamesEveryOptionAndControlCall()
    {
        const QString help = simulatorHelp();
        for (const QString &text : {u"--listen <ADDRESS:PORT>"_s, u"--data"_s, u"--garbage-rate"_s, u"--frozen"_s,
                 u"/_control/requests"_s, u"/_control/reset"_s, u"/_control/revoke"_s, u"Exit status"_s, u"Examples"_s})
            QVERIFY2(help.contains(text), qPrintable(text));
    }

private:
    static Expected<SimulatorOptions> read(const QStringList &arguments)
    {
        return readSimulatorOptions(QStringList{u"patronus-sim"_s} + arguments);
    }

    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TestOptions)
#include "tst_options.moc"
