// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/sourcetree.h"
#include "support/testcase.h"

#include <QProcess>
#include <QTcpSocket>
#include <QUrl>

#include <csignal>

using namespace Qt::StringLiterals;
using namespace patronus;

/// The program itself, as a process.
class TestProgram : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void itSaysWhereItListensAndStopsOnSigterm()
    {
        QProcess program;
        program.start(programPath(u"patronus-sim"), {u"--listen"_s, u"127.0.0.1:0"_s});
        QVERIFY(program.waitForReadyRead(30'000));
        const QString line = QString::fromUtf8(program.readLine()).trimmed();
        QVERIFY2(line.startsWith("listening on http://127.0.0.1:"_L1), qPrintable(line));

        QTcpSocket socket;
        socket.connectToHost(u"127.0.0.1"_s, quint16(QUrl(line.sliced(13)).port()));
        QVERIFY(socket.waitForConnected(30'000));
        socket.write("GET /health HTTP/1.1\r\nHost: x\r\n\r\n");
        QVERIFY(socket.waitForReadyRead(30'000));
        QVERIFY(socket.readAll().startsWith("HTTP/1.1 200"));

        QCOMPARE(::kill(pid_t(program.processId()), SIGTERM), 0); // with a connection that is open
        QVERIFY(program.waitForFinished(30'000));
        QCOMPARE(program.exitStatus(), QProcess::NormalExit);
        QCOMPARE(program.exitCode(), 0);
    }

    void itEndsAtOnce_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<int>("exitCode");
        QTest::addColumn<QByteArray>("standardOutput");
        QTest::addColumn<QByteArray>("standardError");
        QTest::newRow("help") << QStringList{u"--help"_s} << 0 << "Usage:"_ba << ""_ba;
        QTest::newRow("version") << QStringList{u"--version"_s} << 0 << "patronus-sim "_ba << ""_ba;
        QTest::newRow("wrong options") << QStringList{u"--nope"_s, u"--seed=x"_s} << 2 << ""_ba << "--seed"_ba;
        QTest::newRow("address that is not ours")
            << QStringList{u"--listen=192.0.2.1:1"_s} << 1 << ""_ba << "cannot listen"_ba;
        QTest::newRow("data that is no JSON")
            << QStringList{u"--listen=127.0.0.1:0"_s, u"--data="_s + sourcePath(u"LICENSE")} << 1 << ""_ba
            << "LICENSE"_ba;
    }
    void itEndsAtOnce()
    {
        QFETCH(const QStringList, arguments);
        QProcess program;
        program.start(programPath(u"patronus-sim"), arguments);
        QVERIFY(program.waitForFinished(30'000));
        QTEST(program.exitCode(), "exitCode");
        QFETCH(const QByteArray, standardOutput);
        QFETCH(const QByteArray, standardError);
        const QByteArray out = program.readAllStandardOutput(), err = program.readAllStandardError();
        QVERIFY2(out.contains(standardOutput) && out.isEmpty() == standardOutput.isEmpty(), out.constData());
        QVERIFY2(err.contains(standardError) && err.isEmpty() == standardError.isEmpty(), err.constData());
    }
};

QTEST_GUILESS_MAIN(TestProgram)
#include "tst_program.moc"
