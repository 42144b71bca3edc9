// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/log.h"

#include "core/json.h"
#include "support/testcase.h"

#include <QRegularExpression>
#include <QTemporaryFile>
#include <QTimeZone>

#include <functional>
#include <thread>
#include <unistd.h>
#include <vector>

using namespace patronus;
using namespace Qt::StringLiterals;

class tst_Log : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void cleanup() { QLoggingCategory::setFilterRules({}); }

    void aFilterSetsLevels_data()
    {
        QTest::addColumn<QString>("filter");
        QTest::addColumn<QByteArray>("watch"); // the levels that are on: Error Warn Info Debug
        QTest::addColumn<QByteArray>("http");
        QTest::newRow("info") << u"info"_s << "EWI"_ba << "EWI"_ba;
        QTest::newRow("empty") << u""_s << "EWI"_ba << "EWI"_ba;
        QTest::newRow("off") << u"off"_s << ""_ba << ""_ba;
        QTest::newRow("error") << u"error"_s << "E"_ba << "E"_ba;
        QTest::newRow("warn") << u"warn"_s << "EW"_ba << "EW"_ba;
        QTest::newRow("debug") << u"debug"_s << "EWID"_ba << "EWID"_ba;
        QTest::newRow("trace") << u"trace"_s << "EWID"_ba << "EWID"_ba;
        QTest::newRow("areas") << u"info,watch=debug,http=warn"_s << "EWID"_ba << "EW"_ba;
        QTest::newRow("areas before the level") << u"http=off,warn"_s << "EW"_ba << ""_ba;
        QTest::newRow("area alone") << u"watch=error"_s << "E"_ba << "EWI"_ba;
        QTest::newRow("capitals, spaces, empty parts") << u" WARN, ,watch = Debug ,"_s << "EWID"_ba << "EW"_ba;
        QTest::newRow("long name") << u"patronus.watch=debug"_s << "EWID"_ba << "EWI"_ba;
        QTest::newRow("foreign areas") << u"warn,hyper=info,patronus_operator::sites=debug"_s << "EW"_ba << "EW"_ba;
        QTest::newRow("the last counts") << u"debug,watch=debug,watch=error,warn"_s << "E"_ba << "EW"_ba;
    }
    void aFilterSetsLevels()
    {
        QFETCH(const QString, filter);
        const auto set = setLogFilter(filter);
        QVERIFY(set);
        QTEST(levelsOn(logWatch()), "watch");
        QTEST(levelsOn(logHttp()), "http");
    }

    void otherLibrariesFollowTheLevelButAreNeverChatty()
    {
        const QLoggingCategory foreign("kf.something");
        QVERIFY(setLogFilter(u"trace"));
        QCOMPARE(levelsOn(foreign), "EWI");
        QVERIFY(setLogFilter(u"error"));
        QCOMPARE(levelsOn(foreign), "E");
    }

    void everyCategoryIsAnAreaOfTheFilter()
    {
        for (const QLoggingCategory *category : {&logHttp(), &logKube(), &logWatch(), &logQueue(), &logLease(),
                 &logReconcile(), &logPatronus(), &logServing(), &logApp(), &logUi()}) {
            QLoggingCategory::setFilterRules({});
            QCOMPARE(levelsOn(*category), "EWI"); // the default
            const QString area = QString::fromLatin1(category->categoryName()).remove(u"patronus."_s);
            const auto filter = parseLogFilter(u"off,"_s + area + u"=debug"_s);
            QVERIFY(filter);
            QVERIFY2(filter->unknownAreas.isEmpty(), category->categoryName());
            QLoggingCategory::setFilterRules(filter->rules);
            QCOMPARE(levelsOn(*category), "EWID");
        }
    }

    void unknownAreasAreToldAndIgnored()
    {
        QCOMPARE(parseLogFilter(u"info,hyper=info,watch=debug,tower::buffer=warn").value().unknownAreas,
            (QStringList{u"hyper"_s, u"tower::buffer"_s}));
    }

    void aWrongFilterIsAnErrorThatNamesThePartAndChangesNothing_data()
    {
        QTest::addColumn<QString>("filter");
        QTest::addColumn<QString>("part");
        QTest::newRow("level") << u"inof"_s << u"\"inof\""_s;
        QTest::newRow("level of an area") << u"info,watch=loud"_s << u"\"watch=loud\""_s;
        QTest::newRow("area without level") << u"info,watch"_s << u"\"watch\""_s;
        QTest::newRow("no level") << u"watch="_s << u"\"watch=\""_s;
        QTest::newRow("level of a foreign area") << u"hyper=x"_s << u"\"hyper=x\""_s;
        QTest::newRow("no area") << u"=info"_s << u"\"=info\""_s;
    }
    void aWrongFilterIsAnErrorThatNamesThePartAndChangesNothing()
    {
        QFETCH(const QString, filter);
        QFETCH(const QString, part);
        QVERIFY(setLogFilter(u"error"));
        const auto set = setLogFilter(filter);
        QVERIFY(!set);
        QCOMPARE(set.error().kind, Error::Kind::Invalid);
        QVERIFY2(set.error().message.startsWith(part), qPrintable(set.error().message));
        QCOMPARE(levelsOn(logWatch()), "E");
    }

    void aTextLineIsTimeLevelAreaMessage_data()
    {
        QTest::addColumn<QtMsgType>("type");
        QTest::addColumn<QByteArray>("level");
        QTest::newRow("debug") << QtDebugMsg << "DEBUG"_ba;
        QTest::newRow("info") << QtInfoMsg << "INFO"_ba;
        QTest::newRow("warning") << QtWarningMsg << "WARN"_ba;
        QTest::newRow("critical") << QtCriticalMsg << "ERROR"_ba;
        QTest::newRow("fatal") << QtFatalMsg << "ERROR"_ba;
    }
    void aTextLineIsTimeLevelAreaMessage()
    {
        QFETCH(const QtMsgType, type);
        QFETCH(const QByteArray, level);
        QCOMPARE(logLine(LogFormat::Text, type, "patronus.watch"_L1, u"listed objects=500", time()),
            "2026-11-23T10:46:06.007Z " + level + " watch listed objects=500\n");
        const QJsonObject json
            = parsed(logLine(LogFormat::Json, type, "patronus.watch"_L1, u"listed objects=500", time()));
        QCOMPARE(json,
            (QJsonObject{{u"time"_s, u"2026-11-23T10:46:06.007Z"_s}, {u"level"_s, QString::fromLatin1(level)},
                {u"area"_s, u"watch"_s}, {u"message"_s, u"listed"_s},
                {u"fields"_s, QJsonObject{{u"objects"_s, u"500"_s}}}}));
    }

    void foreignCategoriesKeepTheirName()
    {
        QCOMPARE(logLine(LogFormat::Text, QtWarningMsg, "qt.network.ssl"_L1, u"x", time()),
            "2026-11-23T10:46:06.007Z WARN qt.network.ssl x\n");
    }

    void timesOfOtherZonesAreToldInUtc()
    {
        const QDateTime elsewhere = time().toTimeZone(QTimeZone::fromSecondsAheadOfUtc(3600));
        QCOMPARE(logLine(LogFormat::Text, QtInfoMsg, "x"_L1, u"y", elsewhere), "2026-11-23T10:46:06.007Z INFO x y\n");
    }

    void oneMessageIsOneLine()
    {
        const QString message = u"a\nb\r\nc\td\x1b[31m \u2028 \u0085 é"_s;
        QCOMPARE(logLine(LogFormat::Text, QtInfoMsg, "x"_L1, message, time()),
            "2026-11-23T10:46:06.007Z INFO x a\\nb\\r\\nc\\td\\u001b[31m \\u2028 \\u0085 \xc3\xa9\n");
        const QByteArray json = logLine(LogFormat::Json, QtInfoMsg, "x"_L1, message, time());
        QCOMPARE(json.count('\n'), 1);
        QCOMPARE(parsed(json).value("message"_L1).toString(), message);
    }

    void everyLineIsRedacted()
    {
        for (const auto format : {LogFormat::Text, LogFormat::Json}) {
            const QByteArray line = logLine(format, QtDebugMsg, "x"_L1, u"sent Authorization: Bearer S3cr", time());
            QVERIFY2(!line.contains("S3cr"), line.constData());
            const QByteArray field = logLine(format, QtDebugMsg, "x"_L1, u"logged in token=\"S3 cr\" user=a", time());
            QVERIFY2(!field.contains("S3") && field.contains("logged in"), field.constData());
        }
    }

    void aLongMessageIsCut()
    {
        const QByteArray line = logLine(LogFormat::Text, QtInfoMsg, "x"_L1, QString(20'000, u'a'), time());
        QVERIFY(line.size() < 17'000);
        QVERIFY(line.endsWith("aaa [\xe2\x80\xa6"
                              "3616 more characters]\n"));
    }

    void fieldsAreTheKeyValuePairsAtTheEnd_data()
    {
        QTest::addColumn<QString>("message");
        QTest::addColumn<QString>("said");
        QTest::addColumn<QByteArray>("fields");
        QTest::newRow("none") << u"just text"_s << u"just text"_s << ""_ba;
        QTest::newRow("two") << u"done object=ns/a seconds=0.5"_s << u"done"_s
                             << R"({"object":"ns/a","seconds":"0.5"})"_ba;
        QTest::newRow("quoted") << u"done reason=\"it \\\"was\\\" so\" n=1"_s << u"done"_s
                                << "{\"n\":\"1\",\"reason\":\"it \\\"was\\\" so\"}"_ba;
        QTest::newRow("in the middle") << u"set a=1 for all"_s << u"set a=1 for all"_s << ""_ba;
        QTest::newRow("in the middle and at the end") << u"set a=1 for b=2"_s << u"set a=1 for"_s << R"({"b":"2"})"_ba;
        QTest::newRow("fields alone") << u"a=1"_s << u""_s << R"({"a":"1"})"_ba;
        QTest::newRow("no key") << u"x =1"_s << u"x =1"_s << ""_ba;
        QTest::newRow("value with =") << u"x q=a=b"_s << u"x"_s << R"({"q":"a=b"})"_ba;
        QTest::newRow("quote without end") << u"x q=\"a b"_s << u"x"_s << "{\"q\":\"\\\"a b\"}"_ba;
        QTest::newRow("nothing") << u""_s << u""_s << ""_ba;
    }
    void fieldsAreTheKeyValuePairsAtTheEnd()
    {
        QFETCH(const QString, message);
        const QJsonObject json = parsed(logLine(LogFormat::Json, QtInfoMsg, "x"_L1, message, time()));
        QTEST(json.value("message"_L1).toString(), "said");
        QTEST(json.contains("fields"_L1) ? toJson(json.value("fields"_L1).toObject()) : QByteArray(), "fields");
    }

    void aLogFieldIsReadBackAsItWas_data()
    {
        QTest::addColumn<QString>("value");
        QTest::addColumn<QString>("text");
        QTest::newRow("plain") << u"ns/a"_s << u"key=ns/a"_s;
        QTest::newRow("spaces") << u"a b"_s << u"key=\"a b\""_s;
        QTest::newRow("quotes") << u"a\"b\\"_s << u"key=\"a\\\"b\\\\\""_s;
        QTest::newRow("empty") << u""_s << u"key=\"\""_s;
        QTest::newRow("looks like a field") << u"a b=c"_s << u"key=\"a b=c\""_s;
        QTest::newRow("line end") << u"a\nb"_s << u"key=\"a\nb\""_s;
    }
    void aLogFieldIsReadBackAsItWas()
    {
        QFETCH(const QString, value);
        QString message;
        QDebug(&message) << "said" << logField("key", value) << logField("n", -5);
        QTEST(logField("key", value).text, "text");
        const QJsonObject json = parsed(logLine(LogFormat::Json, QtInfoMsg, "x"_L1, message, time()));
        QCOMPARE(json.value("message"_L1).toString(), u"said"_s);
        QCOMPARE(json.value("fields"_L1).toObject(), (QJsonObject{{u"key"_s, value}, {u"n"_s, u"-5"_s}}));
    }

    void theHandlerWritesToStandardError()
    {
        const QList<QByteArray> lines = linesWrittenBy([] {
            installLogHandler(LogFormat::Text);
            qCInfo(logWatch) << "listed" << logField("objects", 500);
            qCDebug(logWatch) << "not shown at info";
            qCWarning(logKube, "password: %s", "S3cr");
            installLogHandler(LogFormat::Json);
            qCCritical(logApp) << "needs a person";
        });
        QCOMPARE(lines.size(), 4); // and nothing behind the last line's end
        const QRegularExpression listed(uR"(^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z INFO watch listed objects=500$)"_s);
        QVERIFY2(listed.match(QString::fromUtf8(lines[0])).hasMatch(), lines[0].constData());
        QVERIFY2(lines[1].endsWith(" WARN kube password: [redacted]"), lines[1].constData());
        QCOMPARE(parsed(lines[2]).value("message"_L1).toString(), u"needs a person"_s);
        QCOMPARE(lines[3], "");
    }

    void linesOfThreadsDoNotMix()
    {
        constexpr int threadCount = 4;
        constexpr int lineCount = 200; // of each
        const QList<QByteArray> lines = linesWrittenBy([] {
            installLogHandler(LogFormat::Text);
            std::vector<std::jthread> threads;
            for (int thread = 0; thread < threadCount; ++thread)
                threads.emplace_back([thread] {
                    for (int i = 0; i < lineCount; ++i)
                        qCInfo(logServing).noquote() << QString(100, QChar(u'a' + thread));
                });
        });
        QCOMPARE(lines.size(), threadCount * lineCount + 1);
        const QRegularExpression whole(u"^\\S+ INFO serving (a{100}|b{100}|c{100}|d{100})$"_s);
        for (const QByteArray &line : lines.first(threadCount * lineCount))
            QVERIFY2(whole.match(QString::fromUtf8(line)).hasMatch(), line.constData());
    }

private:
    /// What goes to standard error while @p write runs, which installs the handler.
    static QList<QByteArray> linesWrittenBy(const std::function<void()> &write)
    {
        QTemporaryFile file;
        if (!file.open())
            qFatal("cannot make a file");
        const QtMessageHandler before = qInstallMessageHandler(nullptr);
        const int standardError = dup(STDERR_FILENO);
        dup2(file.handle(), STDERR_FILENO);
        write();
        dup2(standardError, STDERR_FILENO);
        close(standardError);
        qInstallMessageHandler(before);
        file.seek(0);
        return file.readAll().split('\n');
    }
    static QDateTime time() { return QDateTime(QDate(2026, 11, 23), QTime(10, 46, 6, 7), QTimeZone::UTC); }
    static QJsonObject parsed(const QByteArray &line) { return parseJsonObject(line).value_or(QJsonObject()); }
    static QByteArray levelsOn(const QLoggingCategory &category)
    {
        return QByteArray(category.isCriticalEnabled() ? "E" : "") + (category.isWarningEnabled() ? "W" : "")
            + (category.isInfoEnabled() ? "I" : "") + (category.isDebugEnabled() ? "D" : "");
    }
};

QTEST_GUILESS_MAIN(tst_Log)
#include "tst_log.moc"
