// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/yaml.h"

#include "support/testcase.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

using namespace Qt::StringLiterals;
using namespace patronus;

namespace {

QByteArray asJson(const QJsonValue &value)
{
    const QByteArray text = QJsonDocument(QJsonArray{value}).toJson(QJsonDocument::Compact);
    return text.sliced(1, text.size() - 2);
}

} // namespace

class TestYaml : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void readsValuesAsKubectlDoes_data()
    {
        QTest::addColumn<QByteArray>("yaml");
        QTest::addColumn<QByteArray>("json");
        const auto row = [](const char *name, const char *yaml, const char *json) {
            QTest::newRow(name) << QByteArray(yaml) << QByteArray(json);
        };
        row("text", "[a, 'true', \"1\", a b]", R"(["a","true","1","a b"])");
        row("block scalars", "a: |\n  1\n  2\nb: >-\n  x\n  y\nc: |+\n  z\n\n",
            R"({"a":"1\n2\n","b":"x y","c":"z\n\n"})");
        row("booleans", "[true, False, yes, No, on, OFF, y, n]", "[true,false,true,false,true,false,true,false]");
        row("nothing", "[null, ~, Null, '', \"~\"]", R"([null,null,null,"","~"])");
        row("integers", "[0, -7, +12, 1_000, 0x1F, 0b11, 0644, 0o17, -0x10]", "[0,-7,12,1000,31,3,420,15,-16]");
        row("64 bits", "[9223372036854775807, -9223372036854775808]", "[9223372036854775807,-9223372036854775808]");
        row("more than 64 bits", "[18446744073709551616, 1e30]", "[18446744073709552000,1e+30]");
        row("numbers", "[1.5, .5, 5., 1e3, -2.5E-3, 08]", "[1.5,0.5,5,1000,-0.0025,8]");
        row("almost numbers", "[1.2.3, 0x, 12:30, 2001-01-01, -, _1, 1e, .inf2, 10Mi, 0b2]",
            R"(["1.2.3","0x","12:30","2001-01-01","-","_1","1e",".inf2","10Mi","0b2"])");
        row("keys of any scalar type", "{1: a, true: b, no: c, 1.5: d, '': e}",
            R"({"":"e","1":"a","1.5":"d","false":"c","true":"b"})");
        row("tags", "[!!str 5, !!int '5', !!float 2, !!bool 'yes', !!null '', !!map {}, !!seq []]",
            R"(["5",5,2,true,null,{},[]])");
        row("anchors", "a: &x [1, 2]\nb: *x", R"({"a":[1,2],"b":[1,2]})");
        row("merge", "a: &x {k: 1, l: 2}\nb: {<<: *x, l: 3}", R"({"a":{"k":1,"l":2},"b":{"k":1,"l":3}})");
        row("merge of several: the first wins", "a: [&x {k: 1}, &y {k: 2, l: 3}]\nb: {<<: [*x, *y]}",
            R"({"a":[{"k":1},{"k":2,"l":3}],"b":{"k":1,"l":3}})");
        row("quoted << is a key", "{'<<': 1}", R"({"<<":1})");
        row("JSON", "{\"a\": [1, {\"b\": \"\\u00e9\"}]}", "{\"a\":[1,{\"b\":\"\u00e9\"}]}");
        row("byte order mark",
            "\xEF\xBB\xBF"
            "a: 1",
            R"({"a":1})");
        row("CRLF", "a: 1\r\nb: x\r\n", R"({"a":1,"b":"x"})");
        row("comments", "# c\na: 1 # d\nb: x#y", "{\"a\":1,\"b\":\"x#y\"}");
    }
    void readsValuesAsKubectlDoes()
    {
        QFETCH(const QByteArray, yaml);
        QFETCH(const QByteArray, json);
        const auto read = parseYaml(yaml);
        QVERIFY2(read, read ? "" : qPrintable(read.error().message));
        QCOMPARE(read->size(), 1);
        QCOMPARE(asJson(read->first()), json);
    }

    void leavesOutDocumentsWithoutContent()
    {
        const auto read = parseYaml("# nothing\n---\na: 1\n---\n---\n# still nothing\n---\nb\n...\n");
        QVERIFY(read);
        QCOMPARE(*read, QList<QJsonValue>({QJsonObject{{u"a"_s, 1}}, u"b"_s}));
        QVERIFY(parseYaml("").value().isEmpty());
    }

    void namesThePlaceOfAMistake_data()
    {
        QTest::addColumn<QByteArray>("yaml");
        QTest::addColumn<QString>("place");
        QTest::addColumn<QString>("reason");
        const auto row = [](const char *name, const QByteArray &yaml, const char *place, const char *reason) {
            QTest::newRow(name) << yaml << QString::fromUtf8(place) << QString::fromUtf8(reason);
        };
        row("key stands twice", "a: 1\nb: 2\na: 3\n", "line 3, column 1", "\"a\" stands twice");
        row("twice in another type", "{1: a, '1': b}", "line 1, column 8", "stands twice");
        row("open list", "a: [1\nb: 2\n", "line 2, column 2", "");
        row("bad indentation", "a:\n  - 1\n b: 2\n", "line 3, column 2", "");
        row("comma outside of a list", ",# c\n", "line 1, column 1", "can begin");
        row("comma after a document", "a: 1\n---\n, b\n", "line 3, column 1", "can begin");
        row("tab", "a:\n\tb: 1\n", "line 2, column 3", "");
        row("unknown anchor", "a: *x", "line 1, column 4", "anchor");
        row("alias inside itself", "a: &x [*x]", "line 1, column 8", "inside what it names");
        row("infinite", "a: .inf", "line 1, column 4", "JSON has no number");
        row("no such tag", "a: !vault x", "line 1, column 4", "not supported");
        row("value against its tag", "a: !!int x", "line 1, column 4", "tag's type");
        row("a list as key", "? [1]\n: 2\n", "line 1, column 3", "a key is neither");
        row("merges a scalar", "{<<: 1}", "line 1, column 6", "\"<<\" merges");
        row("control character", "a: b\nc: \x04\n", "line 2, column 4", "control character U+0004");
        row("UTF-16",
            QByteArray::fromRawData("\xFF\xFE"
                                    "a\0",
                4),
            "line 1, column 1", "save it as UTF-8");
        row("UTF-16 without a mark", QByteArray::fromRawData("a\0:\0", 4), "line 1, column 1", "save it as UTF-8");
    }
    void namesThePlaceOfAMistake()
    {
        QFETCH(const QByteArray, yaml);
        QFETCH(const QString, place);
        QFETCH(const QString, reason);
        const auto read = parseYaml(yaml);
        QVERIFY(!read);
        QCOMPARE(read.error().kind, Error::Kind::Malformed);
        QVERIFY2(read.error().message.contains(place), qPrintable(read.error().message));
        QVERIFY2(read.error().message.contains(reason), qPrintable(read.error().message));
    }

    void refusesWhatIsTooLarge_data()
    {
        QTest::addColumn<QByteArray>("yaml");
        QTest::addColumn<QString>("reason");
        QTest::newRow("flow levels") << QByteArray(200, '[') + QByteArray(200, ']') << u"more than 128 levels"_s;
        QTest::newRow("very many flow levels") << QByteArray(100000, '[') << QString();
        QTest::newRow("not UTF-8") << "a: \xC3\x28"_ba << u"not UTF-8"_s;
        QByteArray laughs = "a0: &a0 [" + QByteArray("lol, ").repeated(100) + "]\n";
        for (int i = 1; i < 12; ++i)
            laughs += "a%: &a% ["_ba.replace('%', QByteArray::number(i))
                + ("*a" + QByteArray::number(i - 1) + ", ").repeated(10) + "]\n";
        QTest::newRow("billion laughs") << laughs << u"aliases repeat more than 16 MiB"_s;
    }
    void refusesWhatIsTooLarge()
    {
        QFETCH(const QByteArray, yaml);
        QFETCH(const QString, reason);
        const auto read = parseYaml(yaml);
        QVERIFY(!read);
        QCOMPARE(read.error().kind, Error::Kind::Malformed);
        QVERIFY2(read.error().message.contains(reason), qPrintable(read.error().message));
    }

    void writesInKubectlsStyle()
    {
        const QJsonObject object{
            {u"kind"_s, u"Site"_s},
            {u"list"_s,
                QJsonArray{1, u"two"_s, QJsonObject{{u"a"_s, 1}, {u"b"_s, QJsonArray{true}}}, QJsonArray{1, 2}}},
            {u"empty"_s,
                QJsonObject{{u"list"_s, QJsonArray()}, {u"map"_s, QJsonObject()}, {u"null"_s, QJsonValue::Null},
                    {u"text"_s, u""_s}}},
            {u"script"_s, u"#!/bin/sh\n\nexit 0\n"_s},
            {u"url"_s, u"https://host:443/a?b=c#d"_s},
            {u"yes"_s, u"yes"_s},
        };
        const QByteArray expected = "empty:\n"
                                    "  list: []\n"
                                    "  map: {}\n"
                                    "  \"null\": null\n"
                                    "  text: \"\"\n"
                                    "kind: Site\n"
                                    "list:\n"
                                    "- 1\n"
                                    "- two\n"
                                    "- a: 1\n"
                                    "  b:\n"
                                    "  - true\n"
                                    "- - 1\n"
                                    "  - 2\n"
                                    "script: |\n"
                                    "  #!/bin/sh\n"
                                    "\n"
                                    "  exit 0\n"
                                    "url: https://host:443/a?b=c#d\n"
                                    "\"yes\": \"yes\"\n";
        QCOMPARE(toYaml(object), expected);
    }

    void readsBackWhatItWrote_data()
    {
        QTest::addColumn<QString>("text");
        const QStringList texts = {
            u"plain"_s,
            u""_s,
            u" "_s,
            u" a"_s,
            u"a "_s,
            u"a b"_s,
            u"true"_s,
            u"No"_s,
            u"y"_s,
            u"null"_s,
            u"~"_s,
            u"0644"_s,
            u"0o17"_s,
            u"1e3"_s,
            u".5"_s,
            u".inf"_s,
            u"1_000"_s,
            u"12:30:45"_s,
            u"2001-01-01"_s,
            u"<<"_s,
            u"="_s,
            u"- a"_s,
            u"-"_s,
            u"a: b"_s,
            u"a:"_s,
            u"a #b"_s,
            u"#a"_s,
            u"'a'"_s,
            u"\"a\""_s,
            u"{a}"_s,
            u"[a]"_s,
            u"*a"_s,
            u"&a"_s,
            u"!a"_s,
            u"%a"_s,
            u"@a"_s,
            u"`a"_s,
            u"|"_s,
            u">"_s,
            u"..."_s,
            u"---"_s,
            u"? a"_s,
            u"a\nb"_s,
            u"a\nb\n"_s,
            u"a\n\n"_s,
            u"\n"_s,
            u"\na"_s,
            u" a\nb"_s,
            u"a \nb"_s,
            u"a\n b\n"_s,
            u"a\tb"_s,
            u"\ta"_s,
            u"a\r\nb"_s,
            u"a\\b"_s,
            u"\u00e9\U0001F600"_s,
            u"\u0085"_s,
            u"a\u2028b"_s,
            u"\uFEFFa"_s,
            u"a\u0001"_s,
            u"# a\n# b\n"_s,
            u"a\n---\nb\n"_s,
            u"key: |\n  x\n"_s,
        };
        for (const QString &text : texts)
            QTest::newRow(QByteArray::fromStdString(QDebug::toString(text).toStdString()).constData()) << text;
    }
    void readsBackWhatItWrote()
    {
        QFETCH(const QString, text);
        const QJsonObject object{{u"value"_s, text}, {text, QJsonArray{text, QJsonObject{{u"nested"_s, text}}}}};
        const QByteArray yaml = toYaml(object);
        const auto read = parseYaml(yaml);
        QVERIFY2(read, read ? "" : qPrintable(read.error().message + QString::fromUtf8(yaml)));
        QCOMPARE(asJson(read->first()), asJson(object));
        QCOMPARE(parseYaml(toYaml(text)).value(), QList<QJsonValue>({text}));
    }

    void keepsNumbersExactly()
    {
        const QJsonArray numbers{
            std::numeric_limits<qint64>::max(), std::numeric_limits<qint64>::min(), 0, 0.1, 1e300, -2.5e-7, 1.0 / 3};
        QCOMPARE(parseYaml(toYaml(numbers)).value().first(), QJsonValue(numbers));
    }
};

QTEST_GUILESS_MAIN(TestYaml)
#include "tst_yaml.moc"
