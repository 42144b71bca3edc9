// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/commandline.h"

#include "support/testcase.h"

using namespace Qt::StringLiterals;
using namespace patronus;

class TestCommandLine : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void isWhatAShellWouldTake_data()
    {
        QTest::addColumn<QStringList>("words");
        QTest::addColumn<QString>("text");
        QTest::newRow("plain") << QStringList{u"/bin/login"_s, u"--org=a"_s} << u"/bin/login --org=a"_s;
        QTest::newRow("spaces") << QStringList{u"a b"_s, u""_s} << u"'a b' ''"_s;
        QTest::newRow("quotes") << QStringList{u"it's"_s} << u"'it'\\''s'"_s;
        QTest::newRow("other letters") << QStringList{u"grün"_s} << u"'grün'"_s;
        QTest::newRow("line break") << QStringList{u"a\nb"_s} << u"$'a\\u000ab'"_s;
        QTest::newRow("written backwards") << QStringList{u"a\u202eb'"_s} << u"$'a\\u202eb\\''"_s;
        QTest::newRow("space that is none") << QStringList{u"a\u00a0b"_s} << u"$'a\\u00a0b'"_s;
        QTest::newRow("beyond 16 bits") << QStringList{u"\U0001F511\t"_s} << u"$'\U0001F511\\u0009'"_s;
        QTest::newRow("hidden tag") << QStringList{u"\U000E0041"_s} << u"$'\\U000e0041'"_s;
    }
    void isWhatAShellWouldTake()
    {
        QFETCH(const QStringList, words);
        QTEST(commandLineText(words), "text");
    }
};

QTEST_GUILESS_MAIN(TestCommandLine)
#include "tst_commandline.moc"
