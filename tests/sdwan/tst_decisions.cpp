// SPDX-License-Identifier: GPL-3.0-or-later
#include "sdwan/difference.h"
#include "sdwan/nameclaims.h"
#include "sdwan/names.h"
#include "sdwan/outcome.h"
#include "sdwan/servedschema.h"
#include "support/testcase.h"

#include <QJsonDocument>

using namespace Qt::StringLiterals;
using namespace patronus;

static QJsonObject json(const QByteArray &text)
{
    return QJsonDocument::fromJson(text).object();
}

class TestDecisions : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void differences_data()
    {
        QTest::addColumn<QByteArray>("wanted");
        QTest::addColumn<QByteArray>("remote");
        QTest::addColumn<QStringList>("found");
        const auto row = [](const char *name, const char *wanted, const char *remote, const QStringList &found) {
            QTest::newRow(name) << QByteArray(wanted) << QByteArray(remote) << found;
        };
        row("the same", R"({"name":"hq","location":"NYC"})", R"({"name":"hq","location":"NYC"})", {});
        row("another value", R"({"location":"NYC"})", R"({"location":"LON"})", {u"location"_s});
        row("an older API returns fewer", R"({"location":"NYC","mesh":{"enabled":true}})", R"({"name":"hq"})", {});
        row("the API's own members", R"({"name":"hq"})", R"({"name":"hq","id":"1","status":"active","public_key":"k"})",
            {});
        row("inside", R"({"wireguard":{"listen_port":1,"public_key":"a"}})",
            R"({"wireguard":{"listen_port":2,"public_key":"a"}})", {u"wireguard.listen_port"_s});
        row("removed", R"({"name":"hq"})", R"({"name":"hq","location":"NYC"})", {u"location"_s});
        row("removed, and the API says nothing", R"({"name":"hq"})",
            R"({"name":"hq","location":"","mesh":{"enabled":false,"peer_with":[]}})", {});
        row("removed inside", R"({"match":{"protocol":"tcp"}})", R"({"match":{"protocol":"tcp","dscp":46}})",
            {u"match.dscp"_s});
        row("lists are sets", R"({"mesh":{"peer_with":["a","b"]}})", R"({"mesh":{"peer_with":["b","a"]}})", {});
        row("lists differ", R"({"mesh":{"peer_with":["a"]}})", R"({"mesh":{"peer_with":["b"]}})",
            {u"mesh.peer_with"_s});
    }

    void differences()
    {
        QFETCH(const QByteArray, wanted);
        QFETCH(const QByteArray, remote);
        QFETCH(const QStringList, found);
        QCOMPARE(patronus::differences(json(wanted), json(remote)), found);
    }

    void lastTransitionTimeMovesOnlyWhenTheStatusFlips()
    {
        const QDateTime first = QDateTime::fromString(u"2026-01-01T00:00:00Z"_s, Qt::ISODate);
        const QDateTime later = first.addSecs(60);
        using enum Condition::Status;
        const QJsonArray held
            = mergeConditions({}, {{conditions::Ready, False, reasons::SiteNotFound, u"a"_s}}, 1, first);
        const QJsonArray same
            = mergeConditions(held, {{conditions::Ready, False, reasons::InvalidSpec, u"b"_s}}, 2, later);
        QCOMPARE(same[0]["lastTransitionTime"_L1].toString(), u"2026-01-01T00:00:00Z"_s);
        QCOMPARE(same[0]["observedGeneration"_L1].toInteger(), 2);
        const QJsonArray flipped = mergeConditions(same, {{conditions::Ready, True, reasons::Synced, {}}}, 2, later);
        QCOMPARE(flipped[0]["lastTransitionTime"_L1].toString(), u"2026-01-01T00:01:00Z"_s);
    }

    void theSameOutcomeTwiceIsTheSameStatus()
    {
        const QDateTime now = QDateTime::fromString(u"2026-01-01T00:00:00Z"_s, Qt::ISODate);
        QJsonObject site = json(R"({"metadata":{"name":"hq","namespace":"a","generation":3},"spec":{}})");
        const QJsonObject status = statusFor(siteKind(), Object(site), syncedOutcome(siteKind()), now);
        site.insert("status"_L1, status);
        QVERIFY(statusIs(Object(site), statusFor(siteKind(), Object(site), syncedOutcome(siteKind()), now.addDays(1))));
        QCOMPARE(status["phase"_L1].toString(), u"Active"_s);
        QCOMPARE(status["observedGeneration"_L1].toInteger(), 3);
        QVERIFY(
            !statusIs(Object(site), statusFor(siteKind(), Object(site), invalidOutcome({{u"spec"_s, u"bad"_s}}), now)));
    }

    void theFirstToRecordANameOwnsItElseTheOlder()
    {
        Store store;
        NameClaims claims(store);
        const auto site = [](const char *nameSpace, const char *created, const char *annotations) {
            const QJsonObject object = json(annotations);
            const QString space = QString::fromLatin1(nameSpace);
            return Object({{u"metadata"_s,
                QJsonObject{{u"name"_s, u"hq"_s}, {u"namespace"_s, space}, {u"uid"_s, space},
                    {u"resourceVersion"_s, u"1"_s}, {u"creationTimestamp"_s, QString::fromLatin1(created)},
                    {u"annotations"_s, object}}}});
        };
        store.upsert(site("younger", "2026-01-02T00:00:00Z", "{}"));
        store.upsert(site("older", "2026-01-01T00:00:00Z", "{}"));
        QCOMPARE(claims.ownerOf(u"hq"_s)->key().nameSpace, u"older"_s);

        store.upsert(site("recorded", "2026-01-03T00:00:00Z", R"({"sdwan.patronus.dev/remote-name":"hq"})"));
        QCOMPARE(claims.ownerOf(u"hq"_s)->key().nameSpace, u"recorded"_s);

        // A loser does not take over by itself when the owners have gone.
        claims.noteLoser(*store.find({u"younger"_s, u"hq"_s}));
        store.remove({u"recorded"_s, u"hq"_s});
        store.remove({u"older"_s, u"hq"_s});
        QVERIFY(!claims.ownerOf(u"hq"_s));
        QVERIFY(claims.exists(u"hq"_s));
        const Object younger = site("younger", "2026-01-02T00:00:00Z", R"({"sdwan.patronus.dev/adopt":"true"})");
        QJsonObject newer = younger.json();
        QJsonObject metadata = newer["metadata"_L1].toObject();
        metadata.insert("resourceVersion"_L1, u"2"_s);
        newer.insert("metadata"_L1, metadata);
        store.upsert(Object(newer));
        QCOMPARE(claims.ownerOf(u"hq"_s)->key().nameSpace, u"younger"_s);
    }

    /// Else it would depend on how long the operator has been running.
    void aLoserIsOneAsLongAsItSaysSo()
    {
        Store store;
        NameClaims claims(store);
        const auto says = [](const QString &version, const QString &reason) {
            const QJsonArray conditions{QJsonObject{{u"type"_s, u"Ready"_s}, {u"reason"_s, reason}}};
            return Object({{u"metadata"_s,
                               QJsonObject{{u"name"_s, u"hq"_s}, {u"namespace"_s, u"a"_s}, {u"uid"_s, u"a"_s},
                                   {u"resourceVersion"_s, version}}},
                {u"status"_s, QJsonObject{{u"conditions"_s, conditions}}}});
        };
        store.upsert(says(u"1"_s, u"Synced"_s));
        claims.noteLoser(says(u"1"_s, u"Synced"_s));
        store.upsert(says(u"2"_s, u"Synced"_s)); // somebody else's change, before it was told
        QVERIFY(!claims.ownerOf(u"hq"_s));
        store.upsert(says(u"3"_s, u"NameConflict"_s));
        QVERIFY(!claims.ownerOf(u"hq"_s));
        store.upsert(says(u"4"_s, u"Paused"_s));
        QVERIFY(claims.ownerOf(u"hq"_s));
    }

    void anOlderCrdIsKnownAndKeepsWhatItDeclares()
    {
        const ServedSchema old(json(R"({"properties":{"status":{"properties":{
            "active":{"type":"boolean"},"matchedFlows":{"type":"integer"}}}}})"));
        QCOMPARE(old.project(json(R"({"active":true,"phase":"Active","conditions":[{"type":"Ready"}]})")),
            json(R"({"active":true})"));
        QVERIFY(!old.keepsConditions());
        QCOMPARE(old.missingFields(),
            QStringList({u"status.phase"_s, u"status.observedGeneration"_s, u"status.conditions.type"_s,
                u"status.conditions.observedGeneration"_s}));

        // A member that is declared in part loses the rest, beside members that are whole.
        const ServedSchema partly(json(R"({"properties":{"status":{"properties":{"phase":{},
            "conditions":{"items":{"properties":{"type":{},"status":{}}}}}}}})"));
        QCOMPARE(partly.project(json(R"({"phase":"Active","conditions":[{"type":"Ready","reason":"Synced"}]})")),
            json(R"({"phase":"Active","conditions":[{"type":"Ready"}]})"));

        const ServedSchema whole(json(R"({"properties":{"status":{"properties":{"phase":{},"peers":{},
            "conditions":{"items":{"properties":{"type":{},"status":{},"observedGeneration":{},
                "lastTransitionTime":{},"reason":{},"message":{}}}}}}}})"));
        const QJsonObject status = json(R"({"phase":"Active","conditions":[{"type":"Ready","reason":"Synced"}]})");
        QCOMPARE(whole.project(status), status);
        QCOMPARE(whole.project(json(R"({"peers":1,"matchedFlows":2})")), json(R"({"peers":1})"));

        const ServedSchema unknown;
        QCOMPARE(unknown.project(json(R"({"phase":"Active"})")), json(R"({"phase":"Active"})"));
        QVERIFY(unknown.keepsConditions());
        QVERIFY(unknown.missingFields().isEmpty());
    }

    void theReplacedOperatorsCrdIsKnown()
    {
        const auto schema = [](const char *wireguard) {
            return ServedSchema(json(QByteArray(R"({"properties":{"spec":{"properties":{"wireguard":{"properties":)")
                + wireguard + "}}}}}"));
        };
        QCOMPARE(schema(R"({"public_key":{}})").snakeCaseField(), u"spec.wireguard.public_key"_s);
        QCOMPARE(schema(R"({"publicKey":{}})").snakeCaseField(), std::nullopt);
    }
};

QTEST_GUILESS_MAIN(TestDecisions)
#include "tst_decisions.moc"
