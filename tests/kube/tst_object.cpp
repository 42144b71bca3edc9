// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/json.h"
#include "kube/object.h"
#include "kube/resource.h"
#include "support/testcase.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTimeZone>

using namespace patronus;
using namespace Qt::StringLiterals;

namespace {

QJsonObject parsed(const char *json)
{
    return QJsonDocument::fromJson(json).object();
}

/// The object kept as values and kept as text: whoever reads them must see no difference.
QList<Object> bothWays(const char *json)
{
    return {Object(parsed(json)), Object::fromText(json).value()};
}

} // namespace

class tst_Object : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void metadataIsRead()
    {
        for (const Object &object :
            bothWays(R"({"metadata":{"namespace":"office","name":"hq","uid":"u-1","resourceVersion":"42",
            "generation":7,"creationTimestamp":"2026-11-23T10:00:00Z","deletionTimestamp":"2026-11-23T11:00:00Z",
            "finalizers":["a/b","c/d"],"annotations":{"x/y":"1"},"labels":{"app":"z"}},
            "spec":{"s":1},"status":{"t":2}})")) {
            QCOMPARE(object.key(), (ObjectKey{u"office"_s, u"hq"_s}));
            QCOMPARE(object.key().text(), u"office/hq"_s);
            QCOMPARE(object.uid(), u"u-1"_s);
            QCOMPARE(object.resourceVersion(), u"42"_s);
            QCOMPARE(object.generation(), 7);
            QVERIFY(object.isDeleting());
            QCOMPARE(object.creationTime(), QDateTime(QDate(2026, 11, 23), QTime(10, 0), QTimeZone::UTC));
            QCOMPARE(object.finalizers(), (QStringList{u"a/b"_s, u"c/d"_s}));
            QVERIFY(object.hasFinalizer(u"c/d"));
            QVERIFY(!object.hasFinalizer(u"c"));
            QCOMPARE(object.annotation(u"x/y"), u"1"_s);
            QCOMPARE(object.annotation(u"other"), QString());
            QCOMPARE(object.label(u"app"), u"z"_s);
            QCOMPARE(object.spec(), (QJsonObject{{u"s"_s, 1}}));
            QCOMPARE(object.status(), (QJsonObject{{u"t"_s, 2}}));
            QVERIFY(!object.isNull());
        }
    }

    void aWrongTypeReadsAsAbsent_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::newRow("empty") << "{}"_ba;
        QTest::newRow("metadata is a list") << R"({"metadata":[1]})"_ba;
        QTest::newRow("metadata is null") << R"({"metadata":null,"spec":null,"status":3})"_ba;
        QTest::newRow("every member wrong")
            << R"({"metadata":{"namespace":1,"name":{},"uid":[],"resourceVersion":5,"generation":"x","deletionTimestamp":true,
                   "creationTimestamp":9,"finalizers":{"a":1},"annotations":["x"],"labels":"app"},"spec":[],"status":"s"})"_ba;
        QTest::newRow("strings inside wrong")
            << R"({"metadata":{"finalizers":[1,null,{}],"annotations":{"x/y":1},"labels":{"app":[]},"generation":1.5,
                   "creationTimestamp":"yesterday"}})"_ba;
    }
    void aWrongTypeReadsAsAbsent()
    {
        QFETCH(const QByteArray, json);
        for (const Object &object : bothWays(json.constData())) {
            QCOMPARE(object.key(), ObjectKey());
            QVERIFY(object.uid().isEmpty());
            QVERIFY(object.resourceVersion().isEmpty());
            QCOMPARE(object.generation(), 0);
            QVERIFY(!object.isDeleting());
            QVERIFY(!object.creationTime().isValid());
            QVERIFY(object.finalizers().isEmpty());
            QVERIFY(object.annotation(u"x/y").isEmpty());
            QVERIFY(object.label(u"app").isEmpty());
            QVERIFY(object.spec().isEmpty());
            QVERIFY(object.status().isEmpty());
            QVERIFY(!object.isNull());
        }
    }

    void oneValueIsThatOfTheWhole_data()
    {
        QTest::addColumn<QString>("path");
        for (const char *path :
            {"a", "a.b", "a.b.c", "text", "text.x", "escaped", "mark", "list", "list.x", "empty", "empty.x", "big",
                "bigger", "negative", "real", "whole", "yes", "no", "null", "null.x", "gone", "a.gone", "escaped key",
                "\xc3\xbc"
                "ber"})
            QTest::newRow(path) << QString::fromUtf8(path);
    }
    void oneValueIsThatOfTheWhole()
    {
        QFETCH(const QString, path);
        const char *const json
            = R"({"a":{"x":{"c":1},"b":{"d":[],"c":"deep"}},"text":"t\u00fcr","escaped":"a\u0022\n\ud83d\ude00",
            "mark":"\ufeffm","list":[1,{"x":2}],"empty":{},"big":9007199254740993,"bigger":18446744073709551615,
            "negative":-7,"real":1.5e3,"whole":3.0,"yes":true,"no":false,"null":null,"escaped\u0020key":1,"\u00fcber":2})";
        const Object object = Object::fromText(json).value();
        const QJsonValue value = object.value(path); // before the whole is known
        QCOMPARE(value, valueAt(parsed(json), path));
        QCOMPARE(object.json(), parsed(json));
        QCOMPARE(object.value(path), value);
    }

    void itsTextIsChecked()
    {
        for (const char *text : {"", "[]", "{", "{\"a\":tru}", "{\"a\":01}", "{\"a\":\"\\x\"}", "{\"a\":1} x"}) {
            const auto object = Object::fromText(text);
            QVERIFY2(!object, text);
            QCOMPARE(object.error().kind, Error::Kind::Malformed);
        }
        const JsonDrop drop
            = [](std::span<const std::string_view> path) { return path.size() == 2 && path[1] == "managedFields"; };
        const auto dropped = Object::fromText(R"({"metadata":{"managedFields":[{}],"name":"hq"}})", drop);
        QVERIFY(dropped);
        QCOMPARE(dropped->json(), parsed(R"({"metadata":{"name":"hq"}})"));
    }

    void manyAreReadOneAfterAnother()
    {
        const auto numbered = [](int i) {
            return Object::fromText(
                R"({"metadata":{"name":"n@"},"spec":{"i":@}})"_ba.replace("@", QByteArray::number(i)))
                .value();
        };
        QList<Object> objects; // more than any thread remembers
        for (int i = 0; i < 500; ++i)
            objects.append(numbered(i));
        for (int round = 0; round < 2; ++round)
            for (int i = 0; i < objects.size(); ++i) {
                const int other = int(objects.size()) - 1 - i;
                QCOMPARE(objects[i].spec()["i"_L1].toInt(-1), i);
                QCOMPARE(objects[other].value(u"spec.i").toInt(-1), other);
            }
        // One that goes, and another that comes to lie where it was.
        for (int i = 0; i < 100; ++i)
            QCOMPARE(numbered(i).spec()["i"_L1].toInt(-1), i);
    }

    void aLargeOneIsReadToo()
    {
        const QByteArray large(100'000, 'x');
        const Object object
            = Object::fromText(R"({"metadata":{"name":"hq"},"spec":{"large":"@"}})"_ba.replace("@", large)).value();
        QCOMPARE(object.key().name, u"hq"_s);
        QCOMPARE(object.value(u"spec.large").toString().size(), large.size());
    }

    void aNullObjectCanBeRead()
    {
        const Object null;
        QVERIFY(null.isNull());
        QCOMPARE(null.key(), ObjectKey());
        QVERIFY(null.json().isEmpty());
        QVERIFY(null.finalizers().isEmpty());

        Object first(parsed(R"({"metadata":{"name":"hq"}})"));
        const Object second = std::move(first);
        first = Object();
        QVERIFY(first.isNull());
        QCOMPARE(second.key().name, u"hq"_s);
    }

    void theNamespaceOfNeighboursIsOneString()
    {
        const Object a(parsed(R"({"metadata":{"namespace":"office","name":"a"}})"));
        const Object b(parsed(R"({"metadata":{"namespace":"office","name":"b"}})"));
        const Object c(parsed(R"({"metadata":{"namespace":"plant","name":"c"}})"));
        QCOMPARE(a.key().nameSpace.constData(), b.key().nameSpace.constData());
        QCOMPARE(c.key().nameSpace, u"plant"_s);
    }

    void keysAreOrderedByNamespaceThenName()
    {
        const ObjectKey first{u"a"_s, u"z"_s};
        const ObjectKey second{u"b"_s, u"a"_s};
        QVERIFY(first < second);
        QVERIFY((ObjectKey{u"a"_s, u"y"_s}) < first);
        QCOMPARE((ObjectKey{{}, u"node"_s}).text(), u"node"_s);
    }

    void path_data()
    {
        QTest::addColumn<QByteArray>("path");
        QTest::addColumn<QByteArray>("expected");
        const auto &sites = resources::sites();
        QTest::newRow("all namespaces") << sites.path({}) << "/apis/sdwan.patronus.dev/v1alpha1/sites"_ba;
        QTest::newRow("one namespace") << sites.path(u"office"_s)
                                       << "/apis/sdwan.patronus.dev/v1alpha1/namespaces/office/sites"_ba;
        QTest::newRow("object") << sites.path(u"office"_s, u"hq"_s)
                                << "/apis/sdwan.patronus.dev/v1alpha1/namespaces/office/sites/hq"_ba;
        QTest::newRow("subresource") << sites.path(u"office"_s, u"hq"_s, u"status"_s)
                                     << "/apis/sdwan.patronus.dev/v1alpha1/namespaces/office/sites/hq/status"_ba;
        QTest::newRow("core group") << resources::pods().path(u"office"_s, u"p"_s, u"log"_s)
                                    << "/api/v1/namespaces/office/pods/p/log"_ba;
        QTest::newRow("cluster-wide ignores a namespace")
            << resources::namespaces().path(u"office"_s, u"plant"_s) << "/api/v1/namespaces/plant"_ba;
        QTest::newRow("what a path cannot have is encoded") << sites.path(u"a/b"_s,
            u"x?y#z é%"_s) << "/apis/sdwan.patronus.dev/v1alpha1/namespaces/a%2Fb/sites/x%3Fy%23z%20%C3%A9%25"_ba;
        QTest::newRow("no subresource without an object") << sites.path(
            u"office"_s, {}, u"status"_s) << "/apis/sdwan.patronus.dev/v1alpha1/namespaces/office/sites"_ba;
    }
    void path()
    {
        QFETCH(const QByteArray, path);
        QTEST(path, "expected");
    }
};

QTEST_GUILESS_MAIN(tst_Object)
#include "tst_object.moc"
