// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/crds.h"
#include "operations/structuralschema.h"
#include "support/testcase.h"

#include <QJsonArray>
#include <QJsonDocument>

using namespace Qt::StringLiterals;
using namespace patronus;

// That a real server says the same is shown by tests/e2e/tst_kubectlcrds.
class TestStructuralSchema : public TestCase
{
    Q_OBJECT

private:
    static QJsonObject json(const QByteArray &text)
    {
        QJsonParseError error;
        const QJsonObject object = QJsonDocument::fromJson(text, &error).object();
        if (error.error != QJsonParseError::NoError)
            qFatal("%s: %s", text.constData(), qPrintable(error.errorString()));
        return object;
    }
    /// Of an object with the one field x.
    static QJsonObject schema(const QByteArray &field)
    {
        return json(R"({"type":"object","properties":{"x":)" + field + "}}");
    }

private Q_SLOTS:
    void whatTheSchemaDoesNotKnowIsPruned_data()
    {
        QTest::addColumn<QByteArray>("object");
        QTest::addColumn<QByteArray>("field");
        QTest::addColumn<QStringList>("pruned");
        const auto row = [](const char *name, const QByteArray &object, const QByteArray &field,
                             const QStringList &pruned) { QTest::newRow(name) << object << field << pruned; };
        row("all known", R"({"x":{"a":1}})", R"({"type":"object","properties":{"a":{}}})", {});
        row("unknown", R"({"x":{"a":1,"b":2},"y":1})", R"({"type":"object","properties":{"a":{}}})",
            {u"x.b"_s, u"y"_s});
        row("below a list", R"({"x":[{"a":1},{"b":{"c":2}}]})",
            R"({"type":"array","items":{"type":"object","properties":{"a":{}}}})", {u"x[1].b"_s});
        row("any names", R"({"x":{"a":{"b":1}}})",
            R"({"type":"object","additionalProperties":{"type":"object","properties":{}}})", {u"x.a.b"_s});
        row("kept", R"({"x":{"a":1}})", R"({"type":"object","x-kubernetes-preserve-unknown-fields":true})", {});
        row("what every object has", R"({"apiVersion":"v1","kind":"K","metadata":{"labels":{}}})", "{}", {});
    }
    void whatTheSchemaDoesNotKnowIsPruned()
    {
        QFETCH(const QByteArray, object);
        QFETCH(const QByteArray, field);
        QTEST(prunedFields(json(object), schema(field)), "pruned");
    }

    void whatAServerRefusesIsSaid_data()
    {
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<QByteArray>("field");
        QTest::addColumn<QString>("problem"); // empty: none
        const auto row = [](const char *name, const QByteArray &value, const QByteArray &field,
                             const QString &problem = {}) { QTest::newRow(name) << value << field << problem; };
        row("text", "\"a\"", R"({"type":"string"})");
        row("no text", "1", R"({"type":"string"})", u"x: 1 is no string"_s);
        row("whole number", "3.0", R"({"type":"integer"})");
        row("broken number", "3.5", R"({"type":"integer"})", u"x: 3.5 is no integer"_s);
        row("null", "null", R"({"type":"string"})", u"x: null is no string"_s);
        row("null that may be", "null", R"({"type":"string","nullable":true})");
        row("either", "\"80%\"", R"({"x-kubernetes-int-or-string":true})");
        row("neither", "true", R"({"x-kubernetes-int-or-string":true,"type":""})", u"x: true is no "_s);
        row("of the list", "\"tcp\"", R"({"type":"string","enum":["tcp","udp"]})");
        row("not of the list", "\"sctp\"", R"({"type":"string","enum":["tcp","udp"]})",
            u"x: \"sctp\" is none of [\"tcp\",\"udp\"]"_s);
        row("too small", "0", R"({"type":"integer","minimum":1})", u"x: 0 is less than 1"_s);
        row("too large", "70000", R"({"type":"integer","maximum":65535})", u"x: 70000 is more than 65535"_s);
        row("the limit", "5", R"({"type":"integer","maximum":5,"exclusiveMaximum":true})",
            u"x: 5 is the limit, which is not allowed itself"_s);
        row("no multiple", "5", R"({"type":"integer","multipleOf":2})", u"x: 5 is no multiple of 2"_s);
        row("pattern", "\"10Mbps\"", R"({"type":"string","pattern":"^[0-9]+Mbps$"})");
        row("not the pattern", "\"10\"", R"({"type":"string","pattern":"^[0-9]+Mbps$"})",
            u"x: \"10\" does not match ^[0-9]+Mbps$"_s);
        row("letters, not bytes", "\"äöü\"", R"({"type":"string","maxLength":3})");
        row("too long", "\"abcd\"", R"({"type":"string","maxLength":3})", u"x: a length of 4 is more than 3"_s);
        row("too short", "\"\"", R"({"type":"string","minLength":1})", u"x: a length of 0 is less than 1"_s);
        row("too few", "[]", R"({"type":"array","minItems":1})", u"x: a list of 0 is less than 1"_s);
        row("too many", "[1,2]", R"({"type":"array","maxItems":1})", u"x: a list of 2 is more than 1"_s);
        row("an item", "[1,\"a\"]", R"({"type":"array","items":{"type":"integer"}})", u"x[1]: \"a\" is no integer"_s);
        row("missing", "{}", R"({"type":"object","required":["y"]})", u"x.y: is missing"_s);
        row("missing with a default", "{}",
            R"({"type":"object","required":["y"],"properties":{"y":{"type":"string","default":"d"}}})");
        row("unknown names are no problem", R"({"z":1})", R"({"type":"object"})");
        row("any names", R"({"z":"a"})", R"({"type":"object","additionalProperties":{"type":"integer"}})",
            u"x.z: \"a\" is no integer"_s);
        row("not any of", "3", R"({"type":"integer","anyOf":[{"maximum":1},{"minimum":5}]})",
            u"x: is none of what anyOf allows"_s);
        row("two of one", "3", R"({"type":"integer","oneOf":[{"maximum":5},{"minimum":1}]})",
            u"x: is not exactly one of what oneOf allows"_s);
        row("excluded", "3", R"({"type":"integer","not":{"maximum":5}})", u"x: is what the schema excludes (not)"_s);
    }
    void whatAServerRefusesIsSaid()
    {
        QFETCH(const QByteArray, value);
        QFETCH(const QByteArray, field);
        QFETCH(const QString, problem);
        const QStringList problems = schemaProblems(json(R"({"x":)" + value + "}"), schema(field));
        QCOMPARE(problems, problem.isEmpty() ? QStringList() : QStringList{problem});
    }

    void differencesAreALineEach()
    {
        const QJsonObject before = json(R"({"type":"object","required":["x"],"properties":{
            "x":{"type":"integer","maximum":1000,"description":"for people"},"old":{"type":"string"},
            "list":{"type":"array","items":{"type":"object","properties":{"a":{"type":"string"}}}}}})");
        const QJsonObject after = json(R"({"type":"object","required":["x","list"],"properties":{
            "x":{"type":"integer","maximum":500,"description":"other words"},
            "list":{"type":"array","minItems":1,"items":{"type":"object","properties":{"a":{"type":"string"},
                "b":{"type":"boolean"}}}}}})");
        QCOMPARE(schemaDifferences(before, after),
            (QStringList{u"- (the object): required [\"x\"]"_s, u"+ (the object): required [\"x\",\"list\"]"_s,
                u"+ list: minItems 1"_s, u"+ list[].b: boolean"_s, u"- old: string"_s, u"- x: maximum 1000"_s,
                u"+ x: maximum 500"_s}));
        QVERIFY(schemaDifferences(after, after).isEmpty());
    }

    void ourOwnDefinitionsAreWhole()
    {
        const QList<QJsonObject> definitions = builtInCrds();
        QCOMPARE(definitions.size(), 2);
        for (const QJsonObject &definition : definitions) {
            QVERIFY(crdType(definition));
            QVERIFY(emptyColumns(versionOf(definition)).isEmpty());
            QVERIFY(schemaFields(schemaOf(versionOf(definition))).contains(u"status.conditions[].reason"_s));
        }
    }

    void columnsThatShowNothingAreFound()
    {
        QJsonObject version = versionOf(builtInCrds().last());
        version.insert("additionalPrinterColumns"_L1,
            QJsonArray{QJsonObject{{u"name"_s, u"Paths"_s}, {u"jsonPath"_s, u".status.active_paths"_s}},
                QJsonObject{{u"name"_s, u"Age"_s}, {u"jsonPath"_s, u".metadata.creationTimestamp"_s}}});
        QCOMPARE(emptyColumns(version), QStringList{u"Paths (.status.active_paths)"_s});
    }
};

QTEST_GUILESS_MAIN(TestStructuralSchema)
#include "tst_structuralschema.moc"
