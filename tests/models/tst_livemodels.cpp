// SPDX-License-Identifier: GPL-3.0-or-later
// The models that are fed by a session: plan, the cluster as a whole.
#include "models/clustermodel.h"
#include "models/objects.h"
#include "support/manualclock.h"
#include "support/testcase.h"

#include <QSignalSpy>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace patronus;

namespace {

struct Cluster {
    Store sites, policies, events;
    ManualClock clock;
    ClusterModel model{{.name = u"prod-eu"_s}, sites, policies, events, clock};
};

} // namespace

class TestLiveModels : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void aPlanTellsWhereItStands()
    {
        PlanModel plan;
        const testing::ModelTester tester(&plan);
        QVERIFY(plan.summary().startsWith(u"Select an object"_s));
        plan.begin({u"prod"_s, u"hq"_s});
        QCOMPARE(plan.phase(), PlanModel::Phase::Computing);
        plan.finish({}, std::nullopt, {});
        QCOMPARE(plan.summary(), u"Nothing: all is as the spec says."_s);

        const PutRemote put{
            .kind = RemoteKind::Site, .name = u"hq"_s, .body = {{u"name"_s, u"hq"_s}}, .differences = {u"location"_s}};
        plan.finish({{.step = put}}, std::nullopt, u"note"_s);
        QCOMPARE(plan.rowCount(), 1);
        QVERIFY(plan.index(0).data().toString().startsWith(u"PUT /api/v1/sites/hq"_s));
        QVERIFY(plan.index(0).data(PlanModel::PayloadRole).toString().contains(u"\"hq\""_s));
        QCOMPARE(plan.note(), u"note"_s);

        plan.finish({{.step = put, .check = PlannedStep::Check::Refused, .remark = u"no"_s}}, std::nullopt, {});
        QVERIFY(plan.summary().contains(u"would refuse"_s));
        plan.finish({}, Error{.kind = Error::Kind::Invalid, .message = u"spec.x is wrong"_s}, {});
        QVERIFY(plan.summary().contains(u"spec.x is wrong"_s));
        plan.fail(u"no API"_s);
        QCOMPARE(plan.summary(), u"No preview: no API"_s);
        QCOMPARE(plan.rowCount(), 0);
    }

    void yamlIsForPeople()
    {
        Cluster cluster;
        const Object object(QJsonObject{
            {u"metadata"_s,
                QJsonObject{{u"name"_s, u"hq"_s}, {u"managedFields"_s, QJsonArray{1}},
                    {u"annotations"_s, QJsonObject{{u"kubectl.kubernetes.io/last-applied-configuration"_s, u"{}"_s}}}}},
            {u"spec"_s, QJsonObject{{u"location"_s, u"Here"_s}}}});
        const QByteArray yaml = cluster.model.yaml(object);
        QVERIFY(yaml.contains("location: Here"));
        QVERIFY(!yaml.contains("managedFields"));
        QVERIFY(!yaml.contains("annotations"));
    }

    void theWorstOfAllThatIsWatchedCounts()
    {
        Cluster cluster;
        using Resource = ClusterModel::Resource;
        using LiveState = Liveness::State;
        QCOMPARE(cluster.model.worstLiveness().state, LiveState::Connecting);
        const QDateTime now = cluster.clock.wallTime();
        cluster.model.setLiveness(Resource::Sites, {LiveState::Live, now.addSecs(-9), {}});
        cluster.model.setLiveness(Resource::Policies, {LiveState::Live, now.addSecs(-2), {}});
        cluster.model.setLiveness(
            Resource::Events, {LiveState::Refused, {}, u"forbidden"_s}); // told where it is, not here
        QCOMPARE(cluster.model.worstLiveness().state, LiveState::Live);
        QCOMPARE(cluster.model.worstLiveness().heard, now.addSecs(-2));
        cluster.model.setLiveness(Resource::Policies, {LiveState::Stale, now.addSecs(-60), u"refused"_s});
        QCOMPARE(cluster.model.worstLiveness().state, LiveState::Stale);
        QCOMPARE(cluster.model.worstLiveness().problem, u"refused"_s);
    }

    void whereNothingMayBeReadThatIsSaid()
    {
        Cluster cluster;
        using Resource = ClusterModel::Resource;
        using LiveState = Liveness::State;
        for (const Resource resource : ClusterModel::allResources)
            cluster.model.setLiveness(resource, {LiveState::Refused, {}, u"forbidden"_s});
        QCOMPARE(cluster.model.worstLiveness().state, LiveState::Refused);
        QCOMPARE(cluster.model.worstLiveness().problem, u"forbidden"_s);
        cluster.model.setLiveness(Resource::Policies, {LiveState::Live, cluster.clock.wallTime(), {}});
        QCOMPARE(cluster.model.worstLiveness().state, LiveState::Live);
    }

    void onlyWhatIsNewIsTold()
    {
        Cluster cluster;
        const QSignalSpy lively(&cluster.model, &ClusterModel::livenessChanged);
        const QSignalSpy operated(&cluster.model, &ClusterModel::operatorChanged);
        for (int i = 0; i < 3; ++i) {
            cluster.model.setLiveness(ClusterModel::Resource::Sites, {Liveness::State::Live, {}, {}});
            cluster.model.setOperatorInfo({.leader = u"pod-1"_s});
        }
        QCOMPARE(lively.size(), 1);
        QCOMPARE(operated.size(), 1);
    }

    void namespacesAreThoseOfTheObjects()
    {
        Cluster cluster;
        testing::fill(
            cluster.sites, {{.name = u"a"_s, .nameSpace = u"prod"_s}, {.name = u"b"_s, .nameSpace = u"lab"_s}});
        testing::fill(cluster.policies, {{.name = u"c"_s, .nameSpace = u"apps"_s}});
        const QSignalSpy changes(&cluster.model, &ClusterModel::namespacesChanged);
        cluster.clock.advance(100ms);
        QCOMPARE(cluster.model.namespaces(), QStringList({u"apps"_s, u"lab"_s, u"prod"_s}));
        const qsizetype told = changes.size();
        cluster.sites.upsert(testing::Made{.name = u"d"_s, .nameSpace = u"prod"_s}.object());
        cluster.clock.advance(100ms);
        QCOMPARE(changes.size(), told); // no other namespace
        cluster.sites.remove({u"lab"_s, u"b"_s});
        cluster.clock.advance(100ms);
        QCOMPARE(cluster.model.namespaces(), QStringList({u"apps"_s, u"prod"_s}));
        QCOMPARE(changes.size(), told + 1);
    }
};

QTEST_GUILESS_MAIN(TestLiveModels)
#include "tst_livemodels.moc"
