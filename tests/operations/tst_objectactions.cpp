// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/edit.h"
#include "operations/mergededit.h"
#include "operations/pause.h"
#include "operations/removal.h"
#include "support/manualclock.h"
#include "support/scriptedtransport.h"
#include "support/testcase.h"

#include <QCoroTask>
#include <QJsonArray>
#include <QTemporaryDir>

using namespace Qt::StringLiterals;
using namespace patronus;

namespace {

/// An action of one change, which it has the server try out.
class OneChange : public Action
{
public:
    OneChange(ActionWorld world, Change change) : Action(std::move(world)), m_change(std::move(change)) { }
    Task<ActionPlan> plan(std::stop_token stop) override
    {
        ActionPlan plan;
        const auto step = co_await tried(m_change, true, stop);
        if (!step)
            co_return std::unexpected(step.error());
        plan.steps.append(*step);
        co_return plan;
    }

protected:
    QCoro::Task<ActionOutcome> carryOut(std::stop_token) override { co_return ActionOutcome(); }

private:
    const Change m_change;
};

} // namespace

/// What pausing, deleting and editing decide; how they are carried out is shown by tests/e2e/tst_actions.
class TestObjectActions : public TestCase
{
    Q_OBJECT

private:
    static QJsonObject siteJson(const QString &name, const QJsonObject &annotations = {}, const QStringList &peers = {})
    {
        return {{u"apiVersion"_s, u"sdwan.patronus.dev/v1alpha1"_s}, {u"kind"_s, u"Site"_s},
            {u"metadata"_s,
                QJsonObject{{u"name"_s, name}, {u"namespace"_s, u"default"_s}, {u"uid"_s, u"uid-"_s + name},
                    {u"resourceVersion"_s, u"7"_s}, {u"annotations"_s, annotations}}},
            {u"spec"_s,
                QJsonObject{{u"location"_s, u"X"_s},
                    {u"mesh"_s, QJsonObject{{u"peerWith"_s, QJsonArray::fromStringList(peers)}}}}}};
    }
    static Object policy(const QString &name, const QString &site)
    {
        const QJsonObject path{{u"siteRef"_s, site}, {u"pathId"_s, u"wan"_s}};
        return Object(QJsonObject{{u"kind"_s, u"Policy"_s},
            {u"metadata"_s,
                QJsonObject{{u"name"_s, name}, {u"namespace"_s, u"default"_s}, {u"uid"_s, u"uid-"_s + name}}},
            {u"spec"_s, QJsonObject{{u"action"_s, QJsonObject{{u"type"_s, u"route"_s}, {u"primaryPath"_s, path}}}}}});
    }
    static QList<ChosenObject> chosen(const QString &name)
    {
        return {{resources::sites(), {u"default"_s, name}, u"uid-"_s + name}};
    }
    /// @p json with @p value at spec.@p member.
    static QJsonObject with(QJsonObject json, const QString &member, const QJsonValue &value)
    {
        QJsonObject spec = json["spec"_L1].toObject();
        spec.insert(member, value);
        json.insert("spec"_L1, spec);
        return json;
    }

private Q_SLOTS:
    void whatMovesWhileItIsTriedOutIsPlannedAnew()
    {
        const auto server = std::make_shared<ScriptedTransport>();
        KubeClient client(server, nullptr);
        ManualClock clock;
        const QTemporaryDir home;
        Changes changes(client, home.filePath(u"journal"_s), {}, clock);
        const Object site(siteJson(u"a"_s));
        OneChange action({.client = client, .changes = changes, .clock = clock, .context = {}, .target = {}},
            {.verb = Change::Verb::Patch,
                .type = resources::sites(),
                .key = site.key(),
                .body = {{u"spec"_s, QJsonObject{{u"location"_s, u"Y"_s}}}},
                .before = site});
        const QByteArray conflict
            = R"({"kind":"Status","code":409,"reason":"Conflict","message":"the object has been modified"})";
        server->queue(409, conflict);
        server->queue(200, toJson(site.json()));
        const auto settled = QCoro::waitFor(action.settledPlan({}));
        QVERIFY2(settled, settled ? "" : qPrintable(settled.error().message));
        QCOMPARE(settled->steps.first().check, ActionStep::Check::Accepted);
        QCOMPARE(server->calls.size(), 2);
        for (int i = 0; i < 3; ++i)
            server->queue(409, conflict);
        const auto moving = QCoro::waitFor(action.settledPlan({}));
        QCOMPARE(moving->steps.first().check, ActionStep::Check::Refused);
        QVERIFY(moving->steps.first().remark.contains(u"the object has been modified"_s));
        QCOMPARE(server->calls.size(), 5);
    }

    void pausingTouchesOnlyWhatIsNotPaused()
    {
        const QJsonObject paused{{u"sdwan.patronus.dev/paused"_s, u"true"_s}};
        const FoundObjects found{.objects = {Object(siteJson(u"a"_s)), Object(siteJson(u"b"_s, paused))}};
        const QList<ChosenObject> both = chosen(u"a"_s) + chosen(u"b"_s);
        const auto pause = Pause::decisionFor(found, both, Pause::Aim::Pause);
        QCOMPARE(pause.changes.size(), 1);
        QCOMPARE(
            pause.changes.first().diff(), QStringList{u"+ metadata.annotations[sdwan.patronus.dev/paused]: true"_s});
        QCOMPARE(pause.plan.title, u"Pause 2 objects (Site default/a … Site default/b)"_s);
        QCOMPARE(int(pause.plan.tier), int(Tier::Service));

        const auto resume = Pause::decisionFor(found, both, Pause::Aim::Resume);
        QCOMPARE(resume.changes.size(), 1);
        QCOMPARE(resume.changes.first().key.name, u"b"_s);
    }

    void deletingSaysWhoLosesWhat()
    {
        const Object hub(siteJson(u"hub"_s)), spoke(siteJson(u"spoke"_s, {}, {u"hub"_s}));
        const RemovalFacts facts{.found = {.objects = {hub}},
            .sites = {hub, spoke},
            .policies = {policy(u"voip"_s, u"hub"_s), policy(u"web"_s, u"spoke"_s)},
            .operatorReplicas = 0,
            .snapshot = u"/s/x.yaml"_s};
        const auto decision = Removal::decisionFor(facts, chosen(u"hub"_s));
        QVERIFY(decision.plan.consequences.contains(u"Site default/spoke loses hub as a peer"_s));
        QVERIFY(decision.plan.consequences.contains(
            u"Policy default/voip loses hub as a path, and routes nothing by it"_s));
        QCOMPARE(decision.plan.consequences.filter(u"loses"_s).size(), 2);
        QVERIFY(decision.plan.consequences.last().contains(u"/s/x.yaml"_s));
        QVERIFY(decision.plan.warnings.first().contains(u"the operator is stopped"_s));
        QCOMPARE(int(decision.plan.tier), int(Tier::Destructive));
        QCOMPARE(decision.changes.first().text(), u"delete Site default/hub"_s);

        RemovalFacts together = facts; // who goes too loses nothing
        together.found.objects.append(spoke);
        const auto both = Removal::decisionFor(together, chosen(u"hub"_s) + chosen(u"spoke"_s));
        QCOMPARE(both.plan.consequences.filter(u"loses"_s).size(), 2); // the two Policies
    }

    void anOrphanStaysInTheApi()
    {
        const QJsonObject orphan{{u"sdwan.patronus.dev/deletion-policy"_s, u"Orphan"_s}};
        const auto decision
            = Removal::decisionFor({.found = {.objects = {Object(siteJson(u"a"_s, orphan))}}}, chosen(u"a"_s));
        QVERIFY(decision.plan.consequences.first().startsWith(u"The Patronus API keeps it"_s));
    }

    void twoMayEditOneObject()
    {
        const QJsonObject base = siteJson(u"a"_s);
        const QJsonObject mine = with(base, u"location"_s, u"Berlin"_s);
        const QJsonObject live = with(base, u"resources"_s, QJsonObject{{u"cpu"_s, u"1"_s}});
        const MergedEdit merge = mergeEdit(base, mine, live);
        QVERIFY(merge.conflicts.isEmpty());
        QCOMPARE(merge.patch, (QJsonObject{{u"spec"_s, QJsonObject{{u"location"_s, u"Berlin"_s}}}}));
    }

    void twoMayNotEditOneField()
    {
        const QJsonObject base = siteJson(u"a"_s);
        const QJsonObject mine = with(base, u"location"_s, u"Berlin"_s);
        QCOMPARE(
            mergeEdit(base, mine, with(base, u"location"_s, u"Rome"_s)).conflicts, QStringList{u"spec.location"_s});
        const MergedEdit same = mergeEdit(base, mine, with(base, u"location"_s, u"Berlin"_s));
        QVERIFY(same.conflicts.isEmpty());
        QVERIFY(same.patch.isEmpty()); // it is there already
        const QJsonObject gone = with(base, u"mesh"_s, QJsonValue::Null);
        QCOMPARE(mergeEdit(base, with(base, u"mesh"_s, QJsonObject{{u"enabled"_s, true}}), gone).conflicts,
            (QStringList{u"spec.mesh.enabled"_s, u"spec.mesh.peerWith"_s}));
    }

    void whatOthersKeepOnItIsNoEdit()
    {
        QJsonObject base = siteJson(u"a"_s);
        QJsonObject live = base;
        QJsonObject metadata = live["metadata"_L1].toObject();
        metadata.insert("finalizers"_L1, QJsonArray{u"sdwan.patronus.dev/cleanup"_s});
        metadata.insert("resourceVersion"_L1, u"9"_s);
        live.insert("metadata"_L1, metadata);
        live.insert("status"_L1, QJsonObject{{u"phase"_s, u"Active"_s}});
        QVERIFY(mergeEdit(base, base, live).patch.isEmpty());
        base.insert("metadata"_L1, metadata);
        const MergedEdit merge
            = mergeEdit(base, siteJson(u"a"_s), base); // who leaves the finalizer out means nothing by it
        QVERIFY(merge.patch.isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestObjectActions)
#include "tst_objectactions.moc"
