// SPDX-License-Identifier: GPL-3.0-or-later
// What may stand at a place of a text that is being written.
#include "kube/yaml.h"
#include "models/examples.h"
#include "models/yamlplace.h"
#include "operations/structuralschema.h"
#include "support/crdschema.h"
#include "support/testcase.h"

using namespace Qt::StringLiterals;
using namespace patronus;

namespace {

QStringList words(const YamlChoices &found)
{
    QStringList words;
    for (const YamlChoice &choice : found.choices)
        words.append(choice.word);
    return words;
}

} // namespace

class TestYamlPlace : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    /// The cursor is where "|" stands.
    void whatMayStandThere_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QStringList>("wanted");
        const auto row = [](const char *name, const QString &text, const QStringList &wanted) {
            QTest::newRow(name) << text << wanted;
        };
        row("at the top", u"apiVersion: v1\n|"_s, {u"kind"_s, u"metadata"_s, u"spec"_s});
        row("nothing at all", u"|"_s, {u"apiVersion"_s, u"kind"_s, u"metadata"_s, u"spec"_s});
        row("in the metadata", u"metadata:\n  name: a\n  |"_s, {u"annotations"_s, u"labels"_s, u"namespace"_s});
        row("in the spec", u"spec:\n  |"_s, {u"action"_s, u"failover"_s, u"match"_s, u"priority"_s});
        row("what is there is not offered again", u"spec:\n  |\n  match:\n    dscp: 1\n  priority: 1\n"_s,
            {u"action"_s, u"failover"_s});
        row("a word that has begun", u"spec:\n  action:\n    t|"_s,
            {u"backupPath"_s, u"primaryPath"_s, u"qos"_s, u"type"_s});
        row("deeper than that", u"spec:\n  action:\n    type: route\n    primaryPath:\n      |"_s,
            {u"pathId"_s, u"siteRef"_s});
        row("back at the level before", u"spec:\n  action:\n    qos:\n      class: realtime\n    |"_s,
            {u"backupPath"_s, u"primaryPath"_s, u"type"_s});
        row("between two levels", u"spec:\n  action:\n   |\n    type: route\n"_s, {});
        row("below a scalar", u"spec:\n  priority: 1\n    |"_s, {});
        row("an enum", u"spec:\n  action:\n    type: |"_s, {u"route"_s, u"drop"_s, u"forward"_s});
        row("an enum that has begun", u"spec:\n  match:\n    protocol: tc|\n"_s,
            {u"tcp"_s, u"udp"_s, u"icmp"_s, u"any"_s});
        row("no enum", u"spec:\n  priority: |"_s, {});
        row("after a comment and an empty line", u"spec:\n  # of traffic\n\n  match:\n    dscp: 1\n  |"_s,
            {u"action"_s, u"failover"_s, u"priority"_s});
        row("in no member", u"other:\n  |"_s, {});
    }
    void whatMayStandThere()
    {
        QFETCH(QString, text);
        QFETCH(const QStringList, wanted);
        const qsizetype position = text.indexOf(u'|');
        text.remove(position, 1);
        QCOMPARE(words(choicesAt(text, position, schemaOfKind(u"policies"_s))), wanted);
    }

    void aChoiceWritesWhatHasToFollow()
    {
        const QJsonObject schema = schemaOfKind(u"sites"_s);
        const QString text = u"spec:\n  wi"_s;
        const YamlChoices found = choicesAt(text, text.size(), schema);
        QCOMPARE(found.begin, text.size() - 2);
        const YamlChoice object = found.choices.last();
        QCOMPARE(object.word, u"wireguard"_s);
        QCOMPARE(object.inserted, u"wireguard:\n    "_s);
        QVERIFY(object.hint.startsWith(u"required"_s));
        const QString below = u"spec:\n  wireguard:\n    "_s;
        const QList<YamlChoice> members = choicesAt(below, below.size(), schema).choices;
        QCOMPARE(members[0].inserted, u"endpoints:\n      - "_s);
        QCOMPARE(members[1].inserted, u"listenPort: "_s);
        QCOMPARE(members[1].hint, u"required; 1 to 65535"_s);
        const QString mesh = u"spec:\n  mesh:\n    enabled: "_s;
        QCOMPARE(words(choicesAt(mesh, mesh.size(), schema)), (QStringList{u"true"_s, u"false"_s}));
    }

    void eachLineKnowsItsMember()
    {
        QCOMPARE(pathsOfLines(u"metadata:\n  name: a\nspec:\n  wireguard:\n    endpoints:\n    - a:1\n    - b:2\n"
                              "    listenPort: 1\n  # nothing\n  mesh:\n    peerWith:\n      - hq"_s),
            (QStringList{u"metadata"_s, u"metadata.name"_s, u"spec"_s, u"spec.wireguard"_s,
                u"spec.wireguard.endpoints"_s, u"spec.wireguard.endpoints[]"_s, u"spec.wireguard.endpoints[]"_s,
                u"spec.wireguard.listenPort"_s, {}, u"spec.mesh"_s, u"spec.mesh.peerWith"_s,
                u"spec.mesh.peerWith[]"_s}));
    }

    void theExamplesAreThoseOfTheRepository()
    {
        const QList<Example> sites = examplesOf(resources::sites()), policies = examplesOf(resources::policies());
        QVERIFY(sites.size() >= 5 && policies.size() >= 2);
        QCOMPARE(sites.last().name, u"branch-lone – One branch office, alone: no mesh"_s);
        for (const Example &example : sites)
            QVERIFY2(schemaProblems(parseYaml(example.text.toUtf8())->first().toObject(), schemaOfKind(u"sites"_s))
                         .isEmpty(),
                qPrintable(example.name));
        for (const Example &example : policies)
            QVERIFY2(schemaProblems(parseYaml(example.text.toUtf8())->first().toObject(), schemaOfKind(u"policies"_s))
                         .isEmpty(),
                qPrintable(example.name));
    }
};

QTEST_GUILESS_MAIN(TestYamlPlace)
#include "tst_yamlplace.moc"
