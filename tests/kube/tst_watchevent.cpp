// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/watchevent.h"
#include "support/testcase.h"

using namespace patronus;
using namespace Qt::StringLiterals;

namespace {

const JsonDrop managedFields = [](std::span<const std::string_view> path) {
    return path.size() == 2 && path[0] == "metadata" && path[1] == "managedFields";
};

} // namespace

class tst_WatchEvent : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void anEventHasATypeAndAnObject_data()
    {
        QTest::addColumn<QByteArray>("type");
        QTest::addColumn<WatchEvent::Type>("expected");
        QTest::newRow("added") << "ADDED"_ba << WatchEvent::Type::Added;
        QTest::newRow("modified") << "MODIFIED"_ba << WatchEvent::Type::Modified;
        QTest::newRow("deleted") << "DELETED"_ba << WatchEvent::Type::Deleted;
    }
    void anEventHasATypeAndAnObject()
    {
        QFETCH(const QByteArray, type);
        QByteArray line = R"({"type":"@","object":{"kind":"Site",
            "metadata":{"namespace":"office","name":"hq","resourceVersion":"5"},"spec":{"a":1}}})";
        line.replace("@", type);
        const auto event = parseWatchEvent(line);
        QVERIFY2(event, event ? "" : qPrintable(event.error().message));
        QTEST(event->type, "expected");
        QCOMPARE(event->object.key(), (ObjectKey{u"office"_s, u"hq"_s}));
        QCOMPARE(event->object.resourceVersion(), u"5"_s);
        QCOMPARE(event->object.spec(), (QJsonObject{{u"a"_s, 1}}));
        QVERIFY(!event->initialEventsEnd);
    }

    void aBookmarkNeedsNoName()
    {
        const auto event = parseWatchEvent(R"({"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"9"}}})");
        QVERIFY(event);
        QCOMPARE(event->type, WatchEvent::Type::Bookmark);
        QCOMPARE(event->object.resourceVersion(), u"9"_s);
        QVERIFY(!event->initialEventsEnd);
    }

    void theBookmarkThatEndsTheInitialEventsIsTold()
    {
        const QByteArray line = R"({"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"9",
            "annotations":{"k8s.io/initial-events-end":"true"}}}})";
        const JsonDrop annotations
            = [](std::span<const std::string_view> path) { return path.back() == "annotations"; };
        for (const JsonDrop &drop : {JsonDrop(), annotations}) {
            const auto event = parseWatchEvent(line, drop);
            QVERIFY(event);
            QVERIFY(event->initialEventsEnd);
        }
    }

    void whatIsDroppedIsNotKept()
    {
        const auto event
            = parseWatchEvent(R"({"object":{"metadata":{"name":"hq","resourceVersion":"5","managedFields":[{}]},
            "managedFields":1},"type":"ADDED"})",
                managedFields);
        QVERIFY(event);
        const QJsonObject json = event->object.json();
        QVERIFY(!json.value("metadata"_L1).toObject().contains("managedFields"_L1));
        QVERIFY(json.contains("managedFields"_L1)); // a path starts inside the object
    }

    void theVersionOfAChangeIsReadByItself()
    {
        const auto version = modifiedVersion(R"({"type":"MODIFIED","object":{"metadata":{"annotations":{"uid":"x"},
            "name":"hq","namespace":"office","resourceVersion":"5","uid":"u"},"spec":{"name":"y"}}})");
        QVERIFY(version);
        QCOMPARE(version->key, (ObjectKey{u"office"_s, u"hq"_s}));
        QCOMPARE(version->uid, u"u"_s);
        QCOMPARE(version->resourceVersion, u"5"_s);
    }
    void otherLinesHaveNoVersionOfAChange_data()
    {
        QTest::addColumn<QByteArray>("line");
        const QByteArray object = R"({"metadata":{"name":"hq","resourceVersion":"5"}})";
        for (const char *type : {"ADDED", "DELETED", "BOOKMARK", "ERROR"})
            QTest::newRow(type)
                << R"({"type":"TYPE","object":OBJECT})"_ba.replace("TYPE", type).replace("OBJECT", object);
        QTest::newRow("no name") << R"({"type":"MODIFIED","object":{"metadata":{"resourceVersion":"5"}}})"_ba;
        QTest::newRow("no version") << R"({"type":"MODIFIED","object":{"metadata":{"name":"hq"}}})"_ba;
        QTest::newRow("a number")
            << R"({"type":"MODIFIED","object":{"metadata":{"name":"hq","resourceVersion":5}}})"_ba;
        QTest::newRow("object is a number") << R"({"type":"MODIFIED","object":7})"_ba;
        QTest::newRow("empty") << ""_ba;
        QTest::newRow("no JSON") << "<html>"_ba;
        QTest::newRow("cut")
            << R"({"type":"MODIFIED","object":{"metadata":{"name":"hq","resourceVersion":"5"}}})"_ba.chopped(8);
    }
    void otherLinesHaveNoVersionOfAChange()
    {
        QFETCH(const QByteArray, line);
        QVERIFY(!modifiedVersion(line));
    }

    void anErrorEventIsItsStatus()
    {
        const QByteArray line = R"json({"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired",
            "message":"too old resource version: 1 (9)"}})json";
        const JsonDrop everything = [](std::span<const std::string_view>) { return true; };
        for (const JsonDrop &drop : {JsonDrop(), everything}) {
            const auto event = parseWatchEvent(line, drop);
            QVERIFY(!event);
            QCOMPARE(event.error().kind, Error::Kind::Gone);
            QCOMPARE(event.error().message, u"watch: too old resource version: 1 (9)"_s);
        }
    }

    void garbageIsMalformed_data()
    {
        QTest::addColumn<QByteArray>("line");
        QTest::newRow("empty") << ""_ba;
        QTest::newRow("no JSON") << "<html>"_ba;
        QTest::newRow("cut") << R"({"type":"ADDED","object":{"metadata":{"name":"a"}}})"_ba.chopped(5);
        QTest::newRow("a list") << "[]"_ba;
        QTest::newRow("no type") << R"({"object":{"metadata":{"name":"a","resourceVersion":"1"}}})"_ba;
        QTest::newRow("unknown type")
            << R"({"type":"RENAMED","object":{"metadata":{"name":"a","resourceVersion":"1"}}})"_ba;
        QTest::newRow("no object") << R"({"type":"ADDED"})"_ba;
        QTest::newRow("object is a number") << R"({"type":"MODIFIED","object":7})"_ba;
        QTest::newRow("no name") << R"({"type":"ADDED","object":{"metadata":{"resourceVersion":"1"}}})"_ba;
        QTest::newRow("no version") << R"({"type":"ADDED","object":{"metadata":{"name":"a"}}})"_ba;
        QTest::newRow("bookmark without version") << R"({"type":"BOOKMARK","object":{"metadata":{}}})"_ba;
        QTest::newRow("deep") << R"({"type":"ADDED","object":@})"_ba.replace("@", QByteArray(100'000, '['));
    }
    void garbageIsMalformed()
    {
        QFETCH(const QByteArray, line);
        const auto event = parseWatchEvent(line, managedFields);
        QVERIFY(!event);
        QCOMPARE(event.error().kind, Error::Kind::Malformed);
        QVERIFY(event.error().message.startsWith("watch: "_L1));
    }
};

QTEST_GUILESS_MAIN(tst_WatchEvent)
#include "tst_watchevent.moc"
