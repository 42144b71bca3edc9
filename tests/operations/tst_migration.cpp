// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/crds.h"
#include "operations/mergepatch.h"
#include "operations/migration.h"
#include "operations/structuralschema.h"
#include "support/sourcetree.h"
#include "support/testcase.h"

#include <QJsonArray>
#include <QJsonDocument>

using namespace Qt::StringLiterals;
using namespace patronus;

class TestMigration : public TestCase
{
    Q_OBJECT

private:
    static QJsonObject json(const QByteArray &text) { return QJsonDocument::fromJson(text).object(); }
    static Object site(const QByteArray &spec)
    {
        return Object(json(R"({"kind":"Site","metadata":{"name":"hq","namespace":"n"},"spec":)" + spec + "}"));
    }
    static QJsonObject old() { return readCrds({sourcePath(u"tests/data/crds/snake_case")}).value().last(); }
    static QJsonObject wanted() { return builtInCrds().last(); }

private Q_SLOTS:
    void fieldsChangeTheirNamesAndNothingElse()
    {
        QCOMPARE(toCamelCase(json(R"({"wireguard":{"public_key":"a_b","listen_port":5},"a_1":[{"peer_with":["x_y"]}],
            "_odd":1,"end_":2,"a__b":3})")),
            json(R"({"wireguard":{"publicKey":"a_b","listenPort":5},"a1":[{"peerWith":["x_y"]}],
            "Odd":1,"end_":2,"a_B":3})")); // as the filter in resources/migration has it
    }

    void objectsAreConvertedBetweenTwoChangesOfTheirDefinition()
    {
        const QByteArray spec = R"({"wireguard":{"public_key":"k","listen_port":5,"endpoints":["h:1"]}})";
        const auto decision
            = Migration::decisionFor({{.wanted = wanted(), .present = Object(old()), .objects = {site(spec)}}}, false);
        QVERIFY2(decision.plan.obstacles.isEmpty(), qPrintable(decision.plan.obstacles.join(u' ')));
        QCOMPARE(decision.changes.size(), 3);
        const auto &[open, convert, close] = std::tie(decision.changes[0], decision.changes[1], decision.changes[2]);
        QVERIFY(!open.waits && convert.waits && close.waits);
        const QJsonObject between = merged(old(), open.body);
        QVERIFY(schemaProblems(site(spec).json(), schemaOf(versionOf(between))).isEmpty());
        QVERIFY(prunedFields(site(spec).json(), schemaOf(versionOf(between))).isEmpty());
        const QJsonObject after = merged(site(spec).json(), convert.body);
        QCOMPARE(
            after["spec"_L1].toObject(), json(R"({"wireguard":{"publicKey":"k","listenPort":5,"endpoints":["h:1"]}})"));
        QVERIFY(prunedFields(after, schemaOf(versionOf(between))).isEmpty());
        QCOMPARE(schemaOf(versionOf(merged(between, close.body))), schemaOf(versionOf(wanted())));

        // Cut off after that: what is converted already is left alone.
        const auto rest = Migration::decisionFor(
            {{.wanted = wanted(), .present = Object(between), .objects = {Object(after), site(spec)}}}, false);
        QCOMPARE(rest.changes.size(), 2);
        QCOMPARE(rest.changes[0].body, convert.body);
        QVERIFY(Migration::decisionFor(
            {{.wanted = wanted(), .present = Object(wanted()), .objects = {Object(after)}}}, false)
                .plan.isNothing());
    }

    void whatTheNewSchemaRefusesStopsIt()
    {
        const QList<CrdFacts> facts{{.wanted = wanted(),
            .present = Object(old()),
            .objects
            = {site(R"({"wireguard":{"public_key":"k","listen_port":70000,"endpoints":["h:1"]},"my_own":1})")}}};
        const QString obstacles = Migration::decisionFor(facts, false).plan.obstacles.join(u'\n');
        for (const QString &part : {u"Site n/hq loses spec.myOwn"_s, u"listenPort: 70000 is more than 65535"_s})
            QVERIFY2(obstacles.contains(part), qPrintable(obstacles));
        const ActionPlan accepted = Migration::decisionFor(facts, true).plan;
        QVERIFY(accepted.obstacles.isEmpty());
        QVERIFY(accepted.warnings.join(u'\n').contains(u"loses spec.myOwn"_s));
    }
};

QTEST_GUILESS_MAIN(TestMigration)
#include "tst_migration.moc"
