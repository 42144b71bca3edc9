// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/options.h"
#include "support/testcase.h"

using namespace Qt::StringLiterals;
using namespace patronus;

class TestConsoleOptions : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void everythingHasADefault()
    {
        const auto options = parseConsoleOptions({u"patronus-console"_s});
        QVERIFY(options);
        QCOMPARE(options->operatorNamespace, u"patronus-system"_s);
        QVERIFY(options->context.isEmpty() && options->metricsUrl.isEmpty() && options->patronusApiUrl.isEmpty());
    }

    void theDemosOptionsAreRead()
    {
        const auto options = parseConsoleOptions({u"patronus-console"_s, u"--context"_s, u"local"_s,
            u"--patronus-api-url"_s, u"http://127.0.0.1:8081"_s, u"--metrics-url=http://127.0.0.1:8080/metrics"_s,
            u"--operator-log"_s, u"/tmp/log"_s, u"--screenshots"_s, u"/tmp/pictures"_s, u"--read-only"_s});
        QVERIFY(options);
        QCOMPARE(options->context, u"local"_s);
        QCOMPARE(options->patronusApiUrl, QUrl(u"http://127.0.0.1:8081"_s));
        QCOMPARE(options->metricsUrl, QUrl(u"http://127.0.0.1:8080/metrics"_s));
        QCOMPARE(options->operatorLog, u"/tmp/log"_s);
        QCOMPARE(options->screenshots, u"/tmp/pictures"_s);
        QVERIFY(options->readOnly);
    }

    void aMistakeIsNamed_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("says");
        QTest::newRow("unknown option") << QStringList{u"--nope"_s} << u"nope"_s;
        QTest::newRow("argument") << QStringList{u"prod"_s} << u"unexpected argument 'prod'"_s;
        QTest::newRow("no URL") << QStringList{u"--metrics-url=ftp://a"_s}
                                << u"--metrics-url is no http or https URL"_s;
        QTest::newRow("URL without a host") << QStringList{u"--patronus-api-url=http:"_s} << u"--patronus-api-url"_s;
        QTest::newRow("pictures of nothing") << QStringList{u"--screenshots=x"_s} << u"--screenshots needs --context"_s;
    }
    void aMistakeIsNamed()
    {
        QFETCH(const QStringList, arguments);
        QFETCH(const QString, says);
        const auto options = parseConsoleOptions(QStringList{u"patronus-console"_s} + arguments);
        QVERIFY(!options);
        QCOMPARE(options.error().exitCode, 2);
        QVERIFY2(options.error().text.contains(says), qPrintable(options.error().text));
    }

    void allMistakesAreToldAtOnce()
    {
        const auto options = parseConsoleOptions(
            {u"patronus-console"_s, u"--metrics-url=x"_s, u"--patronus-api-url=y"_s, u"--screenshots=z"_s});
        QVERIFY(!options);
        QCOMPARE(options.error().text.count(u'\n'), 2);
    }

    void aPasswordInAUrlIsRefusedAndNotRepeated()
    {
        const auto options = parseConsoleOptions({u"patronus-console"_s, u"--metrics-url=http://me:hidden@host/"_s});
        QVERIFY(!options);
        QVERIFY(options.error().text.contains(u"must not carry"_s));
        QVERIFY(!options.error().text.contains(u"hidden"_s));
    }

    void helpAndVersionAreAnswers_data()
    {
        QTest::addColumn<QString>("option");
        QTest::addColumn<QString>("says");
        QTest::newRow("help") << u"--help"_s << u"--patronus-api-url"_s;
        QTest::newRow("version") << u"--version"_s << u"patronus-console "_s;
    }
    void helpAndVersionAreAnswers()
    {
        QFETCH(const QString, option);
        QFETCH(const QString, says);
        const auto options = parseConsoleOptions({u"patronus-console"_s, option});
        QVERIFY(!options);
        QCOMPARE(options.error().exitCode, 0);
        QVERIFY2(options.error().text.contains(says), qPrintable(options.error().text));
    }
};

QTEST_MAIN(TestConsoleOptions)
#include "tst_consoleoptions.moc"
