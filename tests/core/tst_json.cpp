// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/json.h"

#include "support/testcase.h"

#include <limits>

using namespace patronus;
using namespace Qt::StringLiterals;

class tst_Json : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void whatWasReadIsWhatWasWritten_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("empty") << "{}"_ba;
        QTest::newRow("every type")
            << R"({"a":[],"b":[1,"x",null,true,{}],"c":{"d":{}},"e":false,"f":1.5,"g":null,"h":"","i":-7})"_ba;
        QTest::newRow("64-bit integers") << R"({"max":9223372036854775807,"min":-9223372036854775808})"_ba;
        QTest::newRow("more digits than a double holds") << R"({"v":9007199254740993})"_ba;
        QTest::newRow("text beyond ASCII") << R"({"é":"北京 🛰"})"_ba;
        QTest::newRow("empty name") << R"({"":1})"_ba;
        QTest::newRow("byte order marks inside strings")
            << "{\"\xef\xbb\xbf\":1,\"\xef\xbb\xbf\xef\xbb\xbf\":[\"\xef\xbb\xbfx\"]}"_ba;
    }
    void whatWasReadIsWhatWasWritten()
    {
        QFETCH(const QByteArray, text);
        const auto object = parseJsonObject(text);
        QVERIFY(object);
        QCOMPARE(toJson(*object), text);
    }

    void spacesEscapesAndAByteOrderMarkAreRead()
    {
        const auto object
            = parseJsonObject("\xef\xbb\xbf \r\n\t{ \"a\\u0062\" : \"\\ud83d\\udef0\\n\\u0000\\/\" } \n"_ba);
        QVERIFY(object);
        QCOMPARE(*object, (QJsonObject{{u"ab"_s, u"🛰\n\0/"_s}}));

        const auto both = parseJsonObject("\xef\xbb\xbf{\"a\":\"\xef\xbb\xbf!\"}"_ba);
        QVERIFY(both);
        QCOMPARE(toJson(*both), "{\"a\":\"\xef\xbb\xbf!\"}"_ba);
    }

    void integersBeyond64BitsBecomeDoubles()
    {
        const auto object
            = parseJsonObject(R"({"unsigned":18446744073709551615,"larger":100000000000000000000,"exponent":1e3})");
        QVERIFY(object);
        QCOMPARE(object->value("unsigned"_L1).toDouble(), 18446744073709551615.0);
        QCOMPARE(object->value("larger"_L1).toDouble(), 1e20);
        QCOMPARE(object->value("exponent"_L1).toDouble(), 1000.0);
    }

    void ofMembersWithOneNameTheLastCounts()
    {
        const auto object = parseJsonObject(R"({"a":{"b":1},"a":2})");
        QVERIFY(object);
        QCOMPARE(toJson(*object), R"({"a":2})");
    }

    void anErrorNamesThePlace_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("place"); // empty: any
        QTest::newRow("nothing") << ""_ba << u"byte 0"_s;
        QTest::newRow("spaces") << "  \n "_ba << u""_s;
        QTest::newRow("array at the top") << "[1]"_ba << u"byte 0): the top has to be an object"_s;
        QTest::newRow("string at the top") << "\"x\""_ba << u"byte 0): the top has to be an object"_s;
        QTest::newRow("null at the top") << "null"_ba << u"byte 0): the top has to be an object"_s;
        QTest::newRow("cut short") << R"({"metadata":)"_ba << u"byte 12"_s;
        QTest::newRow("cut short in an object") << R"({"a":{"b":1)"_ba << u"byte 11"_s;
        QTest::newRow("word") << "{\n \"a\": tru\n}"_ba << u"line 2, column 7 (byte 8)"_s;
        QTest::newRow("no colon") << R"({"a" 1})"_ba << u"byte 5"_s;
        QTest::newRow("no comma") << R"({"a":1 "b":2})"_ba << u"byte 7"_s;
        QTest::newRow("comma at the end") << R"({"a":1,})"_ba << u"byte 7"_s;
        QTest::newRow("comma at an array's end") << R"({"a":[1,]})"_ba << u""_s;
        QTest::newRow("name without quotes") << "{a:1}"_ba << u"byte 1"_s;
        QTest::newRow("leading zero") << R"({"a":012})"_ba << u"byte 5"_s;
        QTest::newRow("plus") << R"({"a":+1})"_ba << u"byte 5"_s;
        QTest::newRow("NaN") << R"({"a":NaN})"_ba << u"byte 5"_s;
        QTest::newRow("number too large") << R"({"a":1e999})"_ba << u"byte 5"_s;
        QTest::newRow("after the end") << "{\"a\":1}\n{\"b\":2}"_ba << u"line 2, column 1 (byte 8)"_s;
        QTest::newRow("bracket after the end") << R"({"a":1}})"_ba << u"byte 7"_s;
        QTest::newRow("brackets crossed") << R"({"a":[1}])"_ba << u""_s;
        QTest::newRow("string without end") << "{\"a\":\"b}"_ba << u"byte 5"_s;
        QTest::newRow("line end in a string") << "{\"a\":\"b\nc\"}"_ba << u"byte 7"_s;
        QTest::newRow("wrong escape") << "{\"a\":\"\\x\"}"_ba << u""_s;
        QTest::newRow("half a surrogate pair") << "{\"a\":\"\\ud800\"}"_ba << u""_s;
        QTest::newRow("no UTF-8") << "{\n\"a\":\"\xff\"}"_ba << u"line 2, column 6 (byte 7)"_s;
        QTest::newRow("UTF-8 cut short") << "{\"a\":\"\xe2\x82\"}"_ba << u"byte 6"_s;
        QTest::newRow("overlong UTF-8") << "{\"\xc0\x80\":1}"_ba << u"byte 2"_s;
        QTest::newRow("surrogate in UTF-8") << "{\"\xed\xa0\x80\":1}"_ba << u"byte 2"_s;
        QTest::newRow("zero bytes") << QByteArray(10, '\0') << u""_s;
    }
    void anErrorNamesThePlace()
    {
        QFETCH(const QByteArray, text);
        QFETCH(const QString, place);
        const auto object = parseJsonObject(text);
        QVERIFY(!object);
        QCOMPARE(object.error().kind, Error::Kind::Malformed);
        QVERIFY2(
            object.error().message.contains(place.isEmpty() ? u"byte "_s : place), qPrintable(object.error().message));
    }

    void everyCutOfADocumentIsAnErrorAndNoCrash()
    {
        const QByteArray text = "{\"a\":[1,-2.5e3,\"\\u00e9\\n\",{\"b\":null}],\"ünï\":{\"c\":true,\"d\":[[],{}]}}";
        QVERIFY(parseJsonObject(text));
        for (qsizetype length = 0; length < text.size(); ++length)
            QVERIFY2(!parseJsonObject(text.first(length)), qPrintable(QString::number(length)));
    }

    void nestingIsLimitedTo256()
    {
        const auto nested = [](int depth) { // arrays below the top object
            return R"({"a":)" + QByteArray(depth - 1, '[') + QByteArray(depth - 1, ']') + '}';
        };
        QVERIFY(parseJsonObject(nested(256)));
        const auto deeper = parseJsonObject(nested(257));
        QVERIFY(!deeper);
        QVERIFY(deeper.error().message.contains("256"_L1));
        QVERIFY(!parseJsonObject(nested(1'000'000)));
        QByteArray objects;
        for (int i = 0; i < 257; ++i)
            objects += R"({"a":)";
        QVERIFY(!parseJsonObject(objects + "1" + QByteArray(257, '}')));
    }

    void droppedMembersAreNotThere()
    {
        const auto drop = [](std::span<const std::string_view> path) {
            return path.size() == 2 && path[0] == "metadata" && path[1] == "managedFields";
        };
        const auto object = parseJsonObject("{\"managedFields\":1,\"metadata\":{\"managedFields\":[{\"a\":\"]}\"}],"
                                            "\"name\":\"x\"},\"z\":{\"managedFields\":2}}",
            drop);
        QVERIFY(object);
        QCOMPARE(toJson(*object), R"({"managedFields":1,"metadata":{"name":"x"},"z":{"managedFields":2}})");
    }

    void whateverStandsAroundADroppedMemberStays_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("kept");
        QTest::newRow("alone") << R"({"x":1})"_ba << "{}"_ba;
        QTest::newRow("alone, spaced") << "{ \"x\" : 1 }"_ba << "{}"_ba;
        QTest::newRow("first") << R"({"x":[1,2],"a":1})"_ba << R"({"a":1})"_ba;
        QTest::newRow("last, spaced") << "{\"a\":1 ,\n \"x\":{} }"_ba << R"({"a":1})"_ba;
        QTest::newRow("between, spaced") << "{\"a\":1 , \"x\": true ,\t\"b\":2}"_ba << R"({"a":1,"b":2})"_ba;
        QTest::newRow("twice, at the end") << "{\"a\":1,\"x\":\"},\",\"x\":\"\\\\\"}"_ba << R"({"a":1})"_ba;
        QTest::newRow("twice, all") << R"({"x":null,"x":-1e3})"_ba << "{}"_ba;
        QTest::newRow("in objects side by side") << R"({"a":{"x":1},"b":[{"x":1},{"c":2,"x":3}]})"_ba
                                                 << R"({"a":{},"b":[{},{"c":2}]})"_ba;
    }

    void whateverStandsAroundADroppedMemberStays()
    {
        QFETCH(const QByteArray, text);
        QFETCH(const QByteArray, kept);
        const auto object
            = parseJsonObject(text, [](std::span<const std::string_view> path) { return path.back() == "x"; });
        QVERIFY2(object, qPrintable(object ? QString() : object.error().message));
        QCOMPARE(toJson(*object), kept);
    }

    void theLastOfMembersWithOneNameCounts()
    {
        const auto object = parseJsonObject(R"({"a":1,"b":2,"a":{"c":3}})");
        QVERIFY(object);
        QCOMPARE(toJson(*object), R"({"a":{"c":3},"b":2})");
    }

    void membersOfArrayItemsAreDroppedByThePathWithoutTheArray()
    {
        QList<QByteArray> asked;
        const auto drop = [&](std::span<const std::string_view> path) {
            QByteArray joined;
            for (const std::string_view name : path)
                joined += '/' + QByteArray(name.data(), static_cast<qsizetype>(name.size()));
            asked.append(joined);
            return joined == "/items/b\n";
        };
        const auto object = parseJsonObject("{\"items\":[{\"a\":1,\"b\\n\":{\"c\":1}},[{\"b\\n\":2}]],\"z\":0}", drop);
        QVERIFY(object);
        QCOMPARE(toJson(*object), R"({"items":[{"a":1},[{}]],"z":0})");
        QCOMPARE(asked, (QList<QByteArray>{"/items", "/items/a", "/items/b\n", "/items/b\n", "/z"}));
    }

    void aDocumentOfManyMembersIsReadInOneGo()
    {
        QByteArray text = "{\"items\":[";
        for (int i = 0; i < 20'000; ++i)
            text += (i == 0 ? "" : ",") + "{\"metadata\":{\"name\":\"site-"_ba + QByteArray::number(i)
                + "\"},\"spec\":{\"n\":" + QByteArray::number(i) + "}}";
        const auto object = parseJsonObject(text + "]}");
        QVERIFY(object);
        QCOMPARE(object->value("items"_L1).toArray().size(), 20'000);
        QCOMPARE(valueAt(object->value("items"_L1).toArray().last().toObject(), u"spec.n").toInteger(), 19'999);
    }

    void requiredReadsEveryType()
    {
        const QJsonObject object = document();
        QCOMPARE(required<bool>(object, u"yes").value(), true);
        QCOMPARE(required<int>(object, u"spec.port").value(), 51820);
        QCOMPARE(required<qint64>(object, u"spec.big").value(), std::numeric_limits<qint64>::max());
        QCOMPARE(required<double>(object, u"spec.port").value(), 51820.0);
        QCOMPARE(required<int>(object, u"spec.whole").value(), 3);
        QCOMPARE(required<QString>(object, u"spec.deep.text").value(), u"t"_s);
        QCOMPARE(required<QJsonObject>(object, u"spec.deep").value(), (QJsonObject{{u"text"_s, u"t"_s}}));
        QCOMPARE(required<QJsonArray>(object, u"list").value(), (QJsonArray{u"a"_s, u"b"_s}));
        QCOMPARE(required<QStringList>(object, u"list").value(), (QStringList{u"a"_s, u"b"_s}));
    }

    void optionalIsNulloptForWhatIsAbsentOrNull()
    {
        const QJsonObject object = document();
        QCOMPARE(optional<int>(object, u"spec.port").value(), 51820);
        for (const auto path : {u"nothing", u"nil", u"spec.nothing", u"nil.below", u"nothing.far.below"})
            QCOMPARE(optional<int>(object, path).value(), std::nullopt);
    }

    void aWrongTypeSaysWhatWasWantedAndNeverTheValue_data()
    {
        QTest::addColumn<Error>("error");
        QTest::addColumn<QString>("message");
        const QJsonObject object = document();
        QTest::newRow("absent") << required<int>(object, u"spec.x").error()
                                << u"spec.x: wanted an integer, found nothing"_s;
        QTest::newRow("null") << required<bool>(object, u"nil").error() << u"nil: wanted a boolean, found null"_s;
        QTest::newRow("text") << required<int>(object, u"spec.deep.text").error()
                              << u"spec.deep.text: wanted an integer, found a string"_s;
        QTest::newRow("fraction") << required<qint64>(object, u"fraction").error()
                                  << u"fraction: wanted an integer, found a number"_s;
        QTest::newRow("too large") << required<int>(object, u"spec.big").error()
                                   << u"spec.big: wanted an integer of 32 bits, found a number"_s;
        QTest::newRow("number") << required<QString>(object, u"spec.port").error()
                                << u"spec.port: wanted a string, found a number"_s;
        QTest::newRow("boolean") << required<double>(object, u"yes").error()
                                 << u"yes: wanted a number, found a boolean"_s;
        QTest::newRow("array") << required<QJsonObject>(object, u"list").error()
                               << u"list: wanted an object, found an array"_s;
        QTest::newRow("object") << required<QJsonArray>(object, u"spec").error()
                                << u"spec: wanted an array, found an object"_s;
        QTest::newRow("no list") << required<QStringList>(object, u"yes").error()
                                 << u"yes: wanted an array of strings, found a boolean"_s;
        QTest::newRow("item") << required<QStringList>(object, u"mixed").error()
                              << u"mixed[1]: wanted a string, found a number"_s;
        QTest::newRow("holder") << required<int>(object, u"yes.below.it").error()
                                << u"yes: wanted an object, found a boolean"_s;
        QTest::newRow("holder of an optional")
            << optional<int>(object, u"spec.port.x").error() << u"spec.port: wanted an object, found a number"_s;
        QTest::newRow("optional") << optional<int>(object, u"list").error()
                                  << u"list: wanted an integer, found an array"_s;
    }
    void aWrongTypeSaysWhatWasWantedAndNeverTheValue()
    {
        QFETCH(const Error, error);
        QFETCH(const QString, message);
        QCOMPARE(error.message, message);
        QCOMPARE(error.kind, Error::Kind::Malformed);
    }

    void valueAtIsUndefinedWhereNothingIs()
    {
        const QJsonObject object = document();
        QCOMPARE(valueAt(object, u"spec.deep.text"), QJsonValue(u"t"_s));
        QVERIFY(valueAt(object, u"nil").isNull());
        QVERIFY(valueAt(object, u"spec.x").isUndefined());
        QVERIFY(valueAt(object, u"list.0").isUndefined());
        QVERIFY(valueAt(object, u"yes.no").isUndefined());
    }

    void equalObjectsGiveEqualBytes()
    {
        QCOMPARE(toJson({{u"b"_s, 1}, {u"a"_s, u"x"_s}}), toJson({{u"a"_s, u"x"_s}, {u"b"_s, 1}}));
        QCOMPARE(toJson({{u"b"_s, 1}, {u"a"_s, u"x"_s}}), R"({"a":"x","b":1})");
    }

private:
    static QJsonObject document()
    {
        return parseJsonObject(R"({"yes":true,"nil":null,"fraction":1.5,"list":["a","b"],"mixed":["a",2],)"
                               R"("spec":{"port":51820,"big":9223372036854775807,"whole":3.0,"deep":{"text":"t"}}})")
            .value();
    }
};

QTEST_APPLESS_MAIN(tst_Json)
#include "tst_json.moc"
