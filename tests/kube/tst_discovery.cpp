// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/discovery.h"
#include "support/scriptedtransport.h"
#include "support/testcase.h"

using namespace patronus;
using namespace Qt::StringLiterals;

namespace {

QJsonObject parsed(const QByteArray &json)
{
    return parseJsonObject(json).value_or(QJsonObject());
}

const QByteArray groups = R"({"kind":"APIGroupDiscoveryList","items":[
    {"metadata":{"name":"sdwan.patronus.dev"},"versions":[
        {"version":"v1","resources":[{"resource":"sites","responseKind":{"kind":"Site"},"scope":"Namespaced"}]},
        {"version":"v1alpha1","resources":[
            {"resource":"sites","responseKind":{"kind":"Site"},"scope":"Namespaced","subresources":[{"subresource":"status"}]},
            {"resource":"fabrics","responseKind":{"kind":"Fabric"},"scope":"Cluster"},
            {"resource":7},{}]}]},
    {"metadata":{"name":"odd"},"versions":[{"version":"v1","resources":null}]},
    3]})";

const QByteArray openApi = R"({"components":{"schemas":{
    "dev.patronus.v1alpha1.Site":{
        "x-kubernetes-group-version-kind":[{"group":"sdwan.patronus.dev","version":"v1alpha1","kind":"Site"}],
        "type":"object","properties":{
            "metadata":{"description":"d","allOf":[{"$ref":"#/components/schemas/ObjectMeta"}]},
            "spec":{"type":"object","properties":{"wireguard":{"type":"object","properties":{"publicKey":{"type":"string"}}}}},
            "status":{"type":"object","properties":{
                "phase":{"type":"string"},
                "conditions":{"type":"array","items":{"type":"object","properties":{"type":{"type":"string"}}}},
                "labels":{"type":"object","additionalProperties":{"type":"string"}},
                "free":{"type":"object","x-kubernetes-preserve-unknown-fields":true,"properties":{"known":{"type":"object"}}}}}}},
    "ObjectMeta":{"type":"object","properties":{"name":{"type":"string"},"owner":{"$ref":"#/components/schemas/ObjectMeta"}}},
    "Old":{"x-kubernetes-group-version-kind":[{"group":"old","version":"v1","kind":"Site"}],"type":"object","properties":{
        "spec":{"type":"object","properties":{"both_ways":{},"bothWays":{},
            "wireguard":{"type":"object","properties":{"public_key":{"type":"string"}}}}}}}}}})";

} // namespace

class tst_Discovery : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void typesComeInTheServersOrder()
    {
        const auto types = resourceTypesFrom(parsed(groups));
        QVERIFY(types);
        QCOMPARE(types->size(), 3);
        QCOMPARE(types->at(0), (ResourceType{u"sdwan.patronus.dev"_s, u"v1"_s, u"sites"_s, u"Site"_s, true}));
        QCOMPARE(types->at(1), resources::sites());
        QCOMPARE(types->at(2).namespaced, false);
    }

    void anOlderServerIsToldApart()
    {
        const auto types = resourceTypesFrom(parsed(R"({"kind":"APIGroupList","groups":[]})"));
        QCOMPARE(types.error().kind, Error::Kind::Malformed);
        QVERIFY(types.error().message.contains("1.27"_L1));
    }

    void bothRootsAreAskedAtOnce()
    {
        auto transport = std::make_shared<ScriptedTransport>();
        KubeClient client(transport, nullptr);
        Discovery discovery(client);
        auto task = discovery.types({});
        QCOMPARE(transport->calls.size(), 2);
        QCOMPARE(transport->calls[0]->request.target, "/api"_ba);
        QVERIFY(transport->calls[0]->request.headers.first().second.contains("as=APIGroupDiscoveryList"));
        transport->calls[1]->answer(200, groups);
        transport->calls[0]->answer(200, R"({"kind":"APIGroupDiscoveryList","items":[{"metadata":{},"versions":[
            {"version":"v1","resources":[{"resource":"pods","responseKind":{"kind":"Pod"},"scope":"Namespaced"}]}]}]})");
        const auto types = QCoro::waitFor(task);
        QVERIFY(types);
        QCOMPARE(types->size(), 4);
        QCOMPARE(types->first(), resources::pods());
    }

    void theServedSchemaIsRead()
    {
        auto transport = std::make_shared<ScriptedTransport>();
        KubeClient client(transport, nullptr);
        Discovery discovery(client);
        transport->queue(200, openApi);
        auto task = discovery.servedSchema(u"sdwan.patronus.dev"_s, u"v1alpha1"_s, u"Site"_s, {});
        const auto schema = QCoro::waitFor(task);
        QCOMPARE(transport->last()->request.target, "/openapi/v3/apis/sdwan.patronus.dev/v1alpha1"_ba);
        QVERIFY(schema && *schema);
        QVERIFY(declares(**schema, u"status.phase"));
        QVERIFY(declares(**schema, u"metadata.name")); // through a reference

        transport->queue(200, openApi);
        auto other = discovery.servedSchema(u"sdwan.patronus.dev"_s, u"v1alpha1"_s, u"Policy"_s, {});
        const auto noKind = QCoro::waitFor(other);
        QVERIFY(noKind && !*noKind);

        transport->queue(404, "404 page not found");
        auto core = discovery.servedSchema({}, u"v1"_s, u"Pod"_s, {});
        const auto noGroup = QCoro::waitFor(core);
        QCOMPARE(transport->last()->request.target, "/openapi/v3/api/v1"_ba);
        QVERIFY(noGroup && !*noGroup);

        transport->queue(403);
        auto refused = discovery.servedSchema({}, u"v1"_s, u"Pod"_s, {});
        QCOMPARE(QCoro::waitFor(refused).error().kind, Error::Kind::Forbidden);
    }

    void aSchemaThatRefersToItselfEnds()
    {
        const auto schema = schemaFrom(parsed(openApi), u"sdwan.patronus.dev"_s, u"v1alpha1"_s, u"Site"_s);
        QVERIFY(declares(*schema, u"metadata.owner.owner.owner.name"));

        // Ten references each, to a depth that could never be written out.
        QJsonObject schemas;
        for (int i = 0; i < 30; ++i) {
            QJsonObject properties;
            for (int j = 0; j < 10; ++j)
                properties.insert(u"p%1"_s.arg(j), QJsonObject{{u"$ref"_s, u"#/components/schemas/s%1"_s.arg(i + 1)}});
            schemas.insert(u"s%1"_s.arg(i), QJsonObject{{u"properties"_s, properties}});
        }
        QJsonObject first = schemas.value("s0"_L1).toObject();
        first.insert(u"x-kubernetes-group-version-kind"_s,
            QJsonArray{QJsonObject{{u"group"_s, u"g"_s}, {u"version"_s, u"v"_s}, {u"kind"_s, u"K"_s}}});
        schemas.insert(u"s0"_s, first);
        QVERIFY(schemaFrom({{u"components"_s, QJsonObject{{u"schemas"_s, schemas}}}}, u"g"_s, u"v"_s, u"K"_s));
    }

    void declared_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<bool>("expected");
        QTest::newRow("field") << u"status.phase"_s << true;
        QTest::newRow("other field") << u"status.observedGeneration"_s << false;
        QTest::newRow("in a list's items") << u"status.conditions.type"_s << true;
        QTest::newRow("not in a list's items") << u"status.conditions.reason"_s << false;
        QTest::newRow("key of a map") << u"status.labels.any"_s << true;
        QTest::newRow("unknown, preserved") << u"status.free.any.thing"_s << true;
        QTest::newRow("below a string") << u"status.phase.x"_s << false;
    }
    void declared()
    {
        QFETCH(const QString, path);
        const auto schema = schemaFrom(parsed(openApi), u"sdwan.patronus.dev"_s, u"v1alpha1"_s, u"Site"_s);
        QTEST(declares(*schema, path), "expected");
    }

    void aStatusIsProjectedOntoTheSchema()
    {
        const auto schema = schemaFrom(parsed(openApi), u"sdwan.patronus.dev"_s, u"v1alpha1"_s, u"Site"_s);
        const QJsonObject status = parsed(R"({"status":{"phase":"Active","observedGeneration":3,
            "conditions":[{"type":"Ready","reason":"Synced"},{"type":"Synced"}],"labels":{"a":"b"},
            "free":{"known":{"dropped":1},"unknown":{"kept":[1,{"x":2}]}}}})");
        QCOMPARE(project(status, *schema), parsed(R"({"status":{"phase":"Active",
            "conditions":[{"type":"Ready"},{"type":"Synced"}],"labels":{"a":"b"},
            "free":{"known":{},"unknown":{"kept":[1,{"x":2}]}}}})"));
    }

    void aSnakeCaseFieldIsFound()
    {
        const auto ours = schemaFrom(parsed(openApi), u"sdwan.patronus.dev"_s, u"v1alpha1"_s, u"Site"_s);
        QCOMPARE(snakeCaseField(*ours), std::nullopt);
        const auto old = schemaFrom(parsed(openApi), u"old"_s, u"v1"_s, u"Site"_s);
        QCOMPARE(snakeCaseField(*old), u"spec.wireguard.public_key"_s);
    }
};

QTEST_GUILESS_MAIN(tst_Discovery)
#include "tst_discovery.moc"
