// SPDX-License-Identifier: GPL-3.0-or-later
#include "monitoring/exposition.h"
#include "support/testcase.h"

#include <cmath>

using namespace Qt::StringLiterals;
using namespace patronus;

class TestExposition : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void readsASample_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("labels"); // "a=1,b=2" in order
        QTest::addColumn<double>("value");

        const auto row = [](const char *name, const char *text, const QString &metric, const QString &labels,
                             double value) { QTest::newRow(name) << QByteArray(text) << metric << labels << value; };
        row("bare", "up 1", u"up"_s, {}, 1);
        row("tabs and spaces", "  up\t \t1  ", u"up"_s, {}, 1);
        row("carriage return", "up 1\r\n", u"up"_s, {}, 1);
        row("colon in the name", "job:rate5m 0.5", u"job:rate5m"_s, {}, 0.5);
        row("labels", R"(t{controller="site",result="success"} 12)", u"t"_s, u"controller=site,result=success"_s, 12);
        row("comma after the last label", R"(t{a="1",} 2)", u"t"_s, u"a=1"_s, 2);
        row("no labels in braces", "t{} 2", u"t"_s, {}, 2);
        row("space around everything", R"(t { a = "1" , b = "2" } 3)", u"t"_s, u"a=1,b=2"_s, 3);
        row("escapes", "t{p=\"C:\\\\x\\n\\\"q\\\"\"} 1", u"t"_s, u"p=C:\\x\n\"q\""_s, 1);
        row("brace and comma in a value", R"(t{p="},{"} 1)", u"t"_s, u"p=},{"_s, 1);
        row("UTF-8 in a value", "t{p=\"Zürich\"} 1", u"t"_s, u"p=Zürich"_s, 1);
        row("empty value of a label", R"(t{p=""} 1)", u"t"_s, u"p="_s, 1);
        row("exponent", "t 1.5e-3", u"t"_s, {}, 0.0015);
        row("negative", "t -4", u"t"_s, {}, -4);
        row("plus", "t +4", u"t"_s, {}, 4);
        row("plus infinity", "t +Inf", u"t"_s, {}, HUGE_VAL);
        row("minus infinity", "t -Inf", u"t"_s, {}, -HUGE_VAL);
        row("too large for a double", "t 1e999", u"t"_s, {}, HUGE_VAL);
        row("timestamp", "t 4 1395066363000", u"t"_s, {}, 4);
        row("exemplar", R"(t_bucket{le="1"} 4 # {trace_id="a"} 0.67)", u"t_bucket"_s, u"le=1"_s, 4);
        row("timestamp and exemplar", R"(t_bucket{le="1"} 4 1520879607.789 # {trace_id="a"} 0.67)", u"t_bucket"_s,
            u"le=1"_s, 4);
    }
    void readsASample()
    {
        QFETCH(const QByteArray, text);
        QFETCH(const QString, name);
        QFETCH(const QString, labels);
        QFETCH(const double, value);
        const auto samples = parseExposition(text);
        QVERIFY2(samples, qPrintable(samples ? QString() : samples.error().message));
        QCOMPARE(samples->size(), 1);
        QCOMPARE(samples->first().name, name);
        QStringList pairs;
        for (const auto &[key, label] : samples->first().labels.asKeyValueRange())
            pairs.append(key + u'=' + label);
        QCOMPARE(pairs.join(u','), labels);
        QCOMPARE(samples->first().value, value);
    }

    void namesTheLineThatIsWrong_data()
    {
        QTest::addColumn<QByteArray>("line");
        QTest::addColumn<QString>("what");
        const auto row = [](const char *name, const char *line, const QString &what) {
            QTest::newRow(name) << QByteArray(line) << what;
        };
        row("no value", "t", u"a value was expected"_s);
        row("word for a value", "t many", u"a value was expected"_s);
        row("value with a tail", "t 12x", u"a value was expected"_s);
        row("two signs", "t +-1", u"a value was expected"_s);
        row("name begins with a digit", "5t 1", u"a metric name was expected"_s);
        row("dash in the name", "a-b 1", u"a value was expected"_s);
        row("label without a name", R"(t{="1"} 1)", u"a label name or '}' was expected"_s);
        row("label without a value", "t{a} 1", u"'=' was expected after the label 'a'"_s);
        row("label not quoted", "t{a=1} 1", u"a quoted label value was expected"_s);
        row("quote not closed", "t{a=\"1} 1", u"a label value has no closing quote"_s);
        row("escape at the end", "t{a=\"1\\", u"a label value has no closing quote"_s);
        row("unknown escape", "t{a=\"\\t\"} 1", u"unknown escape"_s);
        row("label twice", R"(t{a="1",a="2"} 1)", u"the label 'a' is there twice"_s);
        row("no comma", R"(t{a="1" b="2"} 1)", u"',' or '}' was expected after the label 'a'"_s);
        row("brace not closed", R"(t{a="1",)", u"a label name or '}' was expected"_s);
        row("word after the value", "t 1 later", u"a timestamp was expected, found 'later'"_s);
        row("word after the timestamp", "t 1 2 3", u"nothing was expected after the timestamp"_s);
        row("binary", "\x01\x02", u"a metric name was expected"_s);
    }
    void namesTheLineThatIsWrong()
    {
        QFETCH(const QByteArray, line);
        QFETCH(const QString, what);
        const auto samples = parseExposition("# HELP t help\nok 1\n" + line + "\nok 2\n");
        QVERIFY(!samples);
        QCOMPARE(samples.error().kind, Error::Kind::Malformed);
        QVERIFY2(samples.error().message.contains(u"line 3: "_s), qPrintable(samples.error().message));
        QVERIFY2(samples.error().message.contains(what), qPrintable(samples.error().message));
    }

    void readsNotANumber()
    {
        const auto samples = parseExposition("t NaN\n");
        QVERIFY(samples);
        QVERIFY(std::isnan(samples->first().value));
    }

    void skipsCommentsAndBlankLines()
    {
        const auto samples = parseExposition("# HELP a text\n# TYPE a counter\n\n#\na 1\n# EOF\n");
        QVERIFY(samples);
        QCOMPARE(*samples, (QList<Sample>{{.name = u"a"_s, .value = 1}}));
    }

    void anEmptyTextHasNoSamples()
    {
        QCOMPARE(parseExposition("").value_or(QList<Sample>{{.name = u"x"_s}}), QList<Sample>());
    }

    void refusesMoreThanTheLimits_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("what");
        QTest::newRow("bytes") << QByteArray(201, '#') << u"201 bytes are more than the 200"_s;
        QTest::newRow("line") << QByteArray("a 1\nb{l=\"" + QByteArray(60, 'x') + "\"} 1\n")
                              << u"line 2 is longer than 50 bytes"_s;
        QTest::newRow("samples") << QByteArray("a 1\nb 1\nc 1\nd 1\n") << u"line 4: more than 3 samples"_s;
    }
    void refusesMoreThanTheLimits()
    {
        QFETCH(const QByteArray, text);
        QFETCH(const QString, what);
        const auto samples = parseExposition(text, {.bytes = 200, .lineBytes = 50, .samples = 3});
        QVERIFY(!samples);
        QVERIFY2(samples.error().message.contains(what), qPrintable(samples.error().message));
    }
};

QTEST_GUILESS_MAIN(TestExposition)
#include "tst_exposition.moc"
