// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/drift.h"
#include "support/testcase.h"

#include <QJsonArray>
#include <QJsonDocument>

using namespace Qt::StringLiterals;
using namespace patronus;

namespace {

using State = DriftItem::State;

const QString key = QString::fromLatin1(QByteArray(32, 'k').toBase64());

/// A Site that the operator has brought to the API; @p metadata and @p status are laid over.
Object site(const QString &name, const QJsonObject &metadata = {}, const QJsonObject &status = {},
    const QStringList &peers = {}, const QString &publicKey = key)
{
    QJsonObject meta{{u"name"_s, name}, {u"namespace"_s, u"north"_s}, {u"uid"_s, u"uid-"_s + name},
        {u"resourceVersion"_s, u"1"_s}, {u"generation"_s, 2}, {u"creationTimestamp"_s, u"2026-11-26T12:00:00Z"_s}};
    for (auto it = metadata.begin(); it != metadata.end(); ++it)
        meta.insert(it.key(), *it);
    QJsonObject held{{u"observedGeneration"_s, 2},
        {u"conditions"_s, QJsonArray{QJsonObject{{u"type"_s, u"Synced"_s}, {u"status"_s, u"True"_s}}}}};
    for (auto it = status.begin(); it != status.end(); ++it)
        held.insert(it.key(), *it);
    const QJsonObject wireguard{
        {u"publicKey"_s, publicKey}, {u"listenPort"_s, 51820}, {u"endpoints"_s, QJsonArray{u"a.example.com:1"_s}}};
    QJsonObject spec{{u"location"_s, u"Berlin"_s}, {u"wireguard"_s, wireguard}};
    if (!peers.isEmpty())
        spec.insert("mesh"_L1, QJsonObject{{u"peerWith"_s, QJsonArray::fromStringList(peers)}});
    return Object({{u"metadata"_s, meta}, {u"spec"_s, spec}, {u"status"_s, held}});
}

QJsonObject annotated(QLatin1StringView name)
{
    return {{u"annotations"_s, QJsonObject{{name, u"true"_s}}}};
}

QJsonObject notSynced(const QString &reason)
{
    return {{u"conditions"_s,
        QJsonArray{QJsonObject{
            {u"type"_s, u"Synced"_s}, {u"status"_s, u"False"_s}, {u"reason"_s, reason}, {u"message"_s, u"why"_s}}}}};
}

/// What the API holds when it holds what @p object says.
QJsonObject body(const Object &object)
{
    return siteKind().remoteBody(object);
}

QJsonObject moved(QJsonObject body)
{
    body.insert("location"_L1, u"Bonn"_s);
    return body;
}

} // namespace

class TestDrift : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void oneSiteStandsSomewhere_data()
    {
        QTest::addColumn<Object>("object");
        QTest::addColumn<QJsonObject>("remote"); // empty: the API has none
        QTest::addColumn<int>("state");
        QTest::addColumn<QString>("remark");
        QTest::addColumn<QString>("remedy");
        QTest::addColumn<QStringList>("fields");
        const auto row = [](const char *name, const Object &object, const QJsonObject &remote, State state,
                             const QString &remark, const QString &remedy, const QStringList &fields = {}) {
            QTest::newRow(name) << object << remote << int(state) << remark << remedy << fields;
        };
        const Object well = site(u"hq"_s);
        row("in sync", well, body(well), State::InSync, {}, {});
        row("changed behind the operator", well, moved(body(well)), State::Changed, {}, u"at its next look"_s,
            {u"location"_s});
        row("gone behind the operator", well, {}, State::Missing, {}, u"at its next look"_s);
        const Object edited = site(u"hq"_s, {{u"generation"_s, 3}});
        row("nobody has looked yet", edited, moved(body(edited)), State::NotReconciled, u"generation 2 of 3"_s,
            u"kubectl describe site hq -n north"_s, {u"location"_s});
        const Object older({{u"metadata"_s, well.json()["metadata"_L1]}, {u"spec"_s, well.json()["spec"_L1]},
            {u"status"_s, QJsonObject{{u"phase"_s, u"Active"_s}}}});
        row("of an older CRD, and there", older, body(older), State::InSync, {}, {});
        row("of an older CRD, and not there", older, {}, State::NotReconciled, u"no status"_s, u"kubectl describe"_s);
        const Object refused = site(u"hq"_s, {}, notSynced(u"APIUnreachable"_s));
        row("the operator says why not", refused, {}, State::NotReconciled, u"APIUnreachable: why"_s,
            u"kubectl patronus diagnose"_s);
        const Object invalid = site(u"hq"_s, {}, notSynced(u"InvalidSpec"_s), {}, u"short"_s);
        row("a spec that is not sent", invalid, {}, State::Invalid, u"spec.wireguard.publicKey: "_s,
            u"edit the object"_s);
        const Object paused = site(u"hq"_s, annotated("sdwan.patronus.dev/paused"_L1));
        row("paused, and different", paused, moved(body(paused)), State::Paused, {}, u"sdwan.patronus.dev/paused-"_s,
            {u"location"_s});
        const Object deleting = site(u"hq"_s, {{u"deletionTimestamp"_s, u"2026-11-26T12:00:00Z"_s}});
        row("being deleted", deleting, body(deleting), State::Deleting, u"the API still has it"_s, u"diagnose"_s);
        const Object dangling = site(u"hq"_s, {}, {}, {u"nowhere"_s});
        row("a peer that is nowhere", dangling, body(dangling), State::Dangling, u"no such Site: nowhere"_s,
            u"create the Site"_s);
        const Object loser = site(u"hq"_s, {},
            {{u"conditions"_s,
                QJsonArray{QJsonObject{
                    {u"type"_s, u"Ready"_s}, {u"status"_s, u"False"_s}, {u"reason"_s, u"NameConflict"_s}}}}});
        row("a name that was another's", loser, {}, State::NameConflict, u"was another object's"_s,
            u"sdwan.patronus.dev/adopt=true"_s);
    }
    void oneSiteStandsSomewhere()
    {
        QFETCH(const Object, object);
        QFETCH(const QJsonObject, remote);
        QFETCH(const int, state);
        QFETCH(const QString, remark);
        QFETCH(const QString, remedy);
        QFETCH(const QStringList, fields);
        DriftFacts facts{.sites = {object}};
        if (!remote.isEmpty())
            facts.remote[RemoteKind::Site].insert(u"hq"_s, remote);
        const QList<DriftItem> items = findDrift(facts);
        QCOMPARE(items.size(), 1);
        const DriftItem &item = items.first();
        QCOMPARE(stateName(item.state), stateName(State(state)));
        QVERIFY2(item.remarks.join(u'\n').contains(remark), qPrintable(item.remarks.join(u'\n')));
        QVERIFY2(item.remedy.contains(remedy) && item.remedy.isEmpty() == remedy.isEmpty(), qPrintable(item.remedy));
        QCOMPARE(item.fields, fields);
        const QJsonObject json = item.toJson();
        QCOMPARE(json["state"_L1].toString(), QString::fromLatin1(stateName(item.state)));
        QCOMPARE(json["remote"_L1].isNull(), remote.isEmpty());
        QCOMPARE(json["status"_L1]["generation"_L1].toInteger(), object.generation());
    }

    void whatHasNoObjectIsAnOrphanWhereAllNamespacesWereRead()
    {
        const Object hq = site(u"hq"_s);
        DriftFacts facts{.sites = {hq}};
        facts.remote[RemoteKind::Site] = {{u"hq"_s, body(hq)}, {u"left"_s, body(hq)}};
        facts.remote[RemoteKind::Policy] = {{u"voice"_s, QJsonObject{{u"priority"_s, 1}}}};
        QList<DriftItem> items = findDrift(facts);
        QCOMPARE(items.size(), 3);
        QCOMPARE(items[0].state, State::Orphan); // before what is in sync
        QCOMPARE(items[0].key, (ObjectKey{{}, u"left"_s}));
        QVERIFY(items[0].remedy.contains(u"DELETE /api/v1/sites/left"_s));
        QCOMPARE(items[1].state, State::InSync);
        QCOMPARE(items[2].state, State::Orphan);
        QVERIFY(items[2].remedy.contains(u"DELETE /api/v1/policies/voice"_s));
        facts.isWhole = false;
        items = findDrift(facts);
        QCOMPARE(items.size(), 1);
    }

    void oneNameInTwoNamespacesIsTheOneThatRecordedIt()
    {
        const Object owner
            = site(u"hq"_s, {{u"annotations"_s, QJsonObject{{u"sdwan.patronus.dev/remote-name"_s, u"hq"_s}}}});
        const Object other = site(u"hq"_s,
            {{u"namespace"_s, u"south"_s}, {u"uid"_s, u"uid-older"_s},
                {u"creationTimestamp"_s, u"2020-01-01T00:00:00Z"_s}});
        DriftFacts facts{.sites = {owner, other}};
        facts.remote[RemoteKind::Site].insert(u"hq"_s, body(owner));
        const QList<DriftItem> items = findDrift(facts);
        QCOMPARE(items[0].key.nameSpace, u"south"_s);
        QCOMPARE(items[0].state, State::NameConflict);
        QVERIFY(items[0].remarks.first().contains(u"the name is that of north/hq"_s));
        QCOMPARE(items[1].state, State::InSync);
    }

    /// The API joins the peers as they come: a Site that only it has is no dangling reference.
    void aSiteOfTheApiAloneIsNotNowhere()
    {
        const Object hq = site(u"hq"_s, {}, {}, {u"far"_s});
        DriftFacts facts{.sites = {hq}, .isWhole = false};
        facts.remote[RemoteKind::Site] = {{u"hq"_s, body(hq)}, {u"far"_s, body(hq)}};
        QCOMPARE(findDrift(facts).first().state, State::InSync);
    }
};

QTEST_GUILESS_MAIN(TestDrift)
#include "tst_drift.moc"
