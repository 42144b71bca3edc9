// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/page.h"
#include "support/testcase.h"

using namespace Qt::StringLiterals;
using namespace patronus;

class TestCtlOptions : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void flagsAreReadAsKubectlReadsThem_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::newRow("values behind") << QStringList{
            u"backup"_s, u"-n"_s, u"north"_s, u"--context"_s, u"c"_s, u"-o"_s, u"/b"_s};
        QTest::newRow("values with =") << QStringList{
            u"--namespace=north"_s, u"--context=c"_s, u"backup"_s, u"--output=/b"_s};
        QTest::newRow("flags first") << QStringList{
            u"-n"_s, u"north"_s, u"--output"_s, u"/b"_s, u"--context"_s, u"c"_s, u"backup"_s};
    }
    void flagsAreReadAsKubectlReadsThem()
    {
        QFETCH(const QStringList, arguments);
        const auto options = parseCtlOptions(arguments);
        QVERIFY2(options, options ? "" : qPrintable(options.error().text));
        QCOMPARE(options->command, CtlOptions::Command::Backup);
        QCOMPARE(options->nameSpace, u"north"_s);
        QCOMPARE(options->context, u"c"_s);
        QCOMPARE(options->folder, u"/b"_s);
    }

    void mistakesAreAllToldAndExit2_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("said");
        const auto row = [](const char *name, const QStringList &arguments, const QString &said) {
            QTest::newRow(name) << arguments << said;
        };
        row("nothing", {}, u"Commands:"_s);
        row("unknown command", {u"backpu"_s}, u"unknown command: backpu"_s);
        row("unknown flag", {u"backup"_s, u"--al"_s, u"--x"_s}, u"unknown flag: --al\nerror: unknown flag: --x"_s);
        row("no value", {u"backup"_s, u"--context"_s}, u"flag needs a value: --context NAME"_s);
        row("empty value", {u"backup"_s, u"--context="_s}, u"--context: needs a value"_s);
        row("no number", {u"backup"_s, u"--keep=many"_s}, u"--keep: \"many\" is no number of backups"_s);
        row("argument too many", {u"backup"_s, u"now"_s}, u"now: unexpected argument"_s);
    }
    void mistakesAreAllToldAndExit2()
    {
        QFETCH(const QStringList, arguments);
        QFETCH(const QString, said);
        const auto options = parseCtlOptions(arguments);
        QVERIFY(!options);
        QCOMPARE(options.error().exitCode, 2);
        QVERIFY2(options.error().text.contains(said), qPrintable(options.error().text));
    }

    void everyCommandHasAPage()
    {
        const auto all = parseCtlOptions({u"--help"_s});
        QCOMPARE(all.error().exitCode, 0);
        for (const CtlPage &page : ctlPages()) {
            QVERIFY(all.error().text.contains(u"  "_s + page.name));
            const auto help = parseCtlOptions(QString(page.name).split(u' ') << u"--help"_s);
            QVERIFY(!help);
            QCOMPARE(help.error().exitCode, 0);
            for (const CtlFlag &flag : page.flags)
                QVERIFY2(help.error().text.contains(flag.name), flag.name.data());
            for (const QString &line : help.error().text.split(u'\n'))
                QVERIFY2(line.size() <= 80, qPrintable(line));
        }
        QVERIFY(parseCtlOptions({u"--version"_s}).error().text.startsWith(u"kubectl-patronus "_s));
    }
};

QTEST_GUILESS_MAIN(TestCtlOptions)
#include "tst_ctloptions.moc"
