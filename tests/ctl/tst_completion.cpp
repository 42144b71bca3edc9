// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/completion.h"
#include "support/testcase.h"

using namespace Qt::StringLiterals;
using namespace patronus;

class TestCompletion : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void whatMayStandAtTheEnd_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<int>("from");
        QTest::addColumn<QStringList>("words");
        using enum Completion::From;
        const auto row = [](const char *name, const QStringList &arguments, Completion::From from,
                             const QStringList &words) { QTest::newRow(name) << arguments << int(from) << words; };
        row("a command", {u"res"_s}, Words, {u"restore"_s});
        row("its second word", {u"maintenance"_s, u""_s}, Words, {u"start"_s, u"status"_s, u"resume"_s});
        row("the second word of what is a command already", {u"journal"_s, u""_s}, Words, {u"revert"_s});
        row("a chart", {u"recover"_s, u"BACKUP"_s, u""_s}, Files, {});
        row("a flag of it", {u"drift"_s, u"--patronus-api-t"_s}, Words, {u"--patronus-api-token-file"_s});
        row("none of another's", {u"drift"_s, u"--kee"_s}, Words, {});
        row("a flag of all", {u"--cont"_s}, Words, {u"--context"_s});
        row("a format", {u"diagnose"_s, u"-o"_s, u"y"_s}, Words, {u"yaml"_s});
        row("a format behind =", {u"diagnose"_s, u"--output=w"_s}, Words, {u"wide"_s});
        row("one of two", {u"restore"_s, u"--existing"_s, u""_s}, Words, {u"skip"_s, u"update"_s});
        row("a context", {u"diagnose"_s, u"--context"_s, u""_s}, Contexts, {});
        row("a namespace", {u"--context"_s, u"x"_s, u"drift"_s, u"-n"_s, u""_s}, Namespaces, {});
        row("a file", {u"preview"_s, u"-f"_s, u""_s}, Files, {});
        row("a file as argument", {u"restore"_s, u""_s}, Files, {});
        row("the beginning of an object", {u"preview"_s, u"s"_s}, Words, {u"site/"_s});
        row("a shell", {u"completion"_s, u""_s}, Words, {u"bash"_s, u"zsh"_s, u"fish"_s, u"kubectl"_s});
        row("what takes none", {u"diagnose"_s, u""_s}, Words, {});
        row("a number, which nobody knows", {u"backup"_s, u"--keep"_s, u""_s}, Words, {});
    }
    void whatMayStandAtTheEnd()
    {
        QFETCH(const QStringList, arguments);
        QFETCH(const int, from);
        QFETCH(const QStringList, words);
        const Completion completion = completionOf(arguments);
        QCOMPARE(int(completion.from), from);
        QCOMPARE(completion.words, words);
    }

    void aFlagBeforeTheEqualsIsAPartOfTheWord()
    {
        const Completion completion = completionOf({u"diagnose"_s, u"--context=pro"_s});
        QCOMPARE(completion.prefix, u"--context="_s);
        QCOMPARE(completion.begun, u"pro"_s);
    }

    void everyShellHasAScript()
    {
        for (const QString &shell : {u"bash"_s, u"zsh"_s, u"fish"_s, u"kubectl"_s})
            QVERIFY2(completionScript(shell).contains(u"kubectl-patronus __complete"_s), qPrintable(shell));
        QVERIFY(completionScript(u"tcsh"_s).isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestCompletion)
#include "tst_completion.moc"
