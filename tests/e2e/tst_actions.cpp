// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/incluster.h"
#include "operations/edit.h"
#include "operations/pause.h"
#include "operations/removal.h"
#include "support/operatorworld.h"
#include "support/testcase.h"

#include <QDir>
#include <QJsonArray>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace patronus;

/// Actions on Sites and Policies, planned and carried out on a real API server beside a real operator.
class TestActions : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        auto world = OperatorWorld::start();
        QVERIFY2(world, world ? "" : qPrintable(world.error().message));
        m_world = *std::move(world);
        m_operator = m_world->startOperator();
    }
    void init()
    {
        TestCase::init();
        m_home = std::make_unique<QTemporaryDir>();
        const auto target = QCoro::waitFor(readTarget(m_world->client(), {.name = u"local"_s}, {}, {}));
        QVERIFY(target);
        m_target = *target;
        m_changes = std::make_unique<Changes>(
            m_world->client(), m_home->filePath(u"journal.jsonl"_s), m_target, m_world->clock());
    }

    void anEditIsPlannedMadeAndWatched()
    {
        const Object site = made(site1(u"edited"_s));
        Edit edit(world(), {{resources::sites(), with(site.json(), u"location"_s, u"Berlin"_s), site.json()}});
        const ActionPlan plan = planned(edit);
        QVERIFY(plan.isPossible());
        QCOMPARE(plan.steps.first().diff, (QStringList{u"- spec.location: Rome"_s, u"+ spec.location: Berlin"_s}));
        QCOMPARE(int(plan.steps.first().check), int(ActionStep::Check::Accepted));
        QCOMPARE(found(u"edited"_s).spec()["location"_L1].toString(), u"Rome"_s); // planned, and no more
        const ActionOutcome outcome = done(edit);
        QVERIFY2(!outcome.failure, outcome.failure ? qPrintable(outcome.failure->message) : "");
        QCOMPARE(outcome.result, u"done, and Ready"_s);
        QCOMPARE(found(u"edited"_s).spec()["location"_L1].toString(), u"Berlin"_s);
        const auto journal = readJournal(m_home->filePath(u"journal.jsonl"_s));
        QVERIFY(journal);
        QCOMPARE(journal->size(), 1);
        QCOMPARE(journal->first().before["spec"_L1]["location"_L1].toString(), u"Rome"_s);
        QCOMPARE(journal->first().outcome, u"done"_s);
    }

    void whoeverChangedItMeanwhileIsNotOverwritten()
    {
        const Object site = made(site1(u"shared"_s));
        Edit mine(world(), {{resources::sites(), with(site.json(), u"location"_s, u"Berlin"_s), site.json()}});
        QVERIFY(planned(mine).isPossible());
        change(u"shared"_s, QJsonObject{{u"location"_s, u"Paris"_s}}); // after the plan
        const ActionOutcome refused = done(mine);
        QVERIFY(refused.failure);
        QCOMPARE(int(refused.failure->kind), int(Error::Kind::Conflict));
        QCOMPARE(found(u"shared"_s).spec()["location"_L1].toString(), u"Paris"_s);

        const ActionPlan again = planned(mine); // and now the plan says so
        QVERIFY(!again.isPossible());
        QVERIFY2(again.obstacles.first().contains(u"spec.location"_s), qPrintable(again.obstacles.join(u'\n')));

        Edit elsewhere(world(),
            {{resources::sites(), with(site.json(), u"resources"_s, QJsonObject{{u"cpu"_s, u"2"_s}}), site.json()}});
        const ActionPlan merged = planned(elsewhere);
        QVERIFY(merged.isPossible());
        QVERIFY(merged.warnings.first().contains(u"Paris"_s));
        QVERIFY(!done(elsewhere).failure);
        QCOMPARE(found(u"shared"_s).spec()["location"_L1].toString(), u"Paris"_s);
        QCOMPARE(found(u"shared"_s).spec()["resources"_L1]["cpu"_L1].toString(), u"2"_s);
    }

    void aTypoIsRefusedBeforeAnythingIsWritten()
    {
        const Object site = made(site1(u"typo"_s));
        Edit edit(world(), {{resources::sites(), with(site.json(), u"locaton"_s, u"Berlin"_s), site.json()}});
        const ActionPlan plan = planned(edit);
        QVERIFY(!plan.isPossible());
        QVERIFY2(plan.steps.first().remark.contains(u"locaton"_s), qPrintable(plan.steps.first().remark));
    }

    void whatIsMadeIsWatchedUntilTheOperatorHasLooked()
    {
        Edit create(world(), {{resources::sites(), site1(u"new"_s), {}}});
        QCOMPARE(planned(create).title, u"Create Site default/new"_s);
        QCOMPARE(done(create).result, u"done, and Ready"_s);
        QJsonObject selfish = site1(u"selfish"_s);
        selfish = with(selfish, u"mesh"_s, QJsonObject{{u"peerWith"_s, QJsonArray{u"selfish"_s}}});
        Edit invalid(world(), {{resources::sites(), selfish, {}}});
        QVERIFY(planned(invalid).isPossible()); // the schema takes it
        const ActionOutcome outcome = done(invalid);
        QVERIFY2(
            outcome.result.contains(u"not Ready: Site default/selfish: InvalidSpec"_s), qPrintable(outcome.result));
    }

    void pausedIsLeftAloneUntilItIsResumed()
    {
        const Object site = made(site1(u"quiet"_s));
        const QList<ChosenObject> chosen{{resources::sites(), site.key(), site.uid()}};
        Pause pause(world(), chosen, Pause::Aim::Pause);
        QVERIFY(planned(pause).isPossible());
        QVERIFY(!done(pause).failure);
        QVERIFY(planned(pause).isNothing());
        QVERIFY(eventually([&] { return m_world->reasonOf(resources::sites(), u"quiet"_s) == u"Paused"; }));
        Pause resume(world(), chosen, Pause::Aim::Resume);
        QVERIFY(planned(resume).isPossible());
        QVERIFY(!done(resume).failure);
        QVERIFY(eventually([&] { return m_world->reasonOf(resources::sites(), u"quiet"_s) == u"Synced"; }));
    }

    void deletedIsSavedFirstAndOnlyWhatWasChosen()
    {
        const Object site = made(site1(u"doomed"_s));
        const QString snapshots = m_home->filePath(u"snapshots"_s);
        Removal removal(world(), {{resources::sites(), site.key(), site.uid()}}, snapshots);
        QVERIFY(planned(removal).isPossible());
        // Somebody else deletes it and makes it anew: another object, which nobody has chosen.
        QVERIFY(QCoro::waitFor(m_world->client().remove(resources::sites(), site.key(), {}, {})));
        QVERIFY(eventually([&] { return !m_world->find(resources::sites(), u"doomed"_s); }));
        const Object anew = made(site1(u"doomed"_s));
        const ActionOutcome refused = done(removal);
        QVERIFY(refused.failure);
        QCOMPARE(found(u"doomed"_s).uid(), anew.uid());
        QVERIFY(planned(removal).obstacles.first().contains(u"made anew"_s));

        Removal chosenAnew(world(), {{resources::sites(), anew.key(), anew.uid()}}, snapshots);
        QVERIFY(planned(chosenAnew).isPossible());
        const ActionOutcome outcome = done(chosenAnew);
        QVERIFY2(!outcome.failure, outcome.failure ? qPrintable(outcome.failure->message) : "");
        QVERIFY2(outcome.result.startsWith(u"deleted"_s), qPrintable(outcome.result));
        QVERIFY(!m_world->find(resources::sites(), u"doomed"_s));
        QVERIFY(eventually([&] { return !m_world->inventory().contains(u"sites/doomed"_s); }));

        const QStringList files = QDir(snapshots).entryList(QDir::Files, QDir::Time | QDir::Reversed);
        QVERIFY(!files.isEmpty());
        const auto back = m_world->plane().kubectl({u"apply"_s, u"-f"_s, QDir(snapshots).filePath(files.last())});
        QVERIFY2(back.exitCode == 0, back.err.constData());
        QCOMPARE(found(u"doomed"_s).spec(), anew.spec());
    }

    void whereNothingCanBeSavedNothingIsDeleted()
    {
        const Object site = made(site1(u"kept"_s));
        Removal removal(world(), {{resources::sites(), site.key(), site.uid()}}, u"/proc/nowhere"_s);
        QVERIFY(planned(removal).isPossible());
        const ActionOutcome refused = done(removal);
        QVERIFY(refused.failure);
        QVERIFY2(refused.failure->message.contains(u"nothing was deleted"_s), qPrintable(refused.failure->message));
        QVERIFY(m_world->find(resources::sites(), u"kept"_s));
    }

    void anotherClusterBehindTheAddressStopsIt()
    {
        const Object site = made(site1(u"elsewhere"_s));
        ActionWorld other = world();
        other.target.cluster.kubeSystemUid = u"of-another-cluster"_s;
        Pause pause(other, {{resources::sites(), site.key(), site.uid()}}, Pause::Aim::Pause);
        QVERIFY(planned(pause).isPossible());
        const ActionOutcome refused = done(pause);
        QVERIFY(refused.failure);
        QVERIFY2(refused.failure->message.contains(u"another cluster"_s), qPrintable(refused.failure->message));
        QVERIFY(found(u"elsewhere"_s).annotation(u"sdwan.patronus.dev/paused"_s).isEmpty());
    }

    void whoMayNotIsToldWhat()
    {
        const Object site = made(site1(u"guarded"_s));
        const auto connection = connectedAs(u"reader"_s);
        const auto client = connection->makeClient();
        QVERIFY(client);
        Changes changes(**client, m_home->filePath(u"journal.jsonl"_s), m_target, m_world->clock());
        ActionWorld reader{.client = **client,
            .changes = changes,
            .clock = m_world->clock(),
            .context = {.name = u"local"_s},
            .target = m_target};
        for (const QStringList &words : {QStringList{u"create"_s, u"clusterrole"_s, u"site-reader"_s,
                                             u"--verb=get,list"_s, u"--resource=sites,policies"_s},
                 {u"create"_s, u"clusterrolebinding"_s, u"site-reader"_s, u"--clusterrole=site-reader"_s,
                     u"--user=reader"_s}})
            QCOMPARE(m_world->plane().kubectl(words).exitCode, 0);
        Pause pause(reader, {{resources::sites(), site.key(), site.uid()}}, Pause::Aim::Pause);
        const ActionPlan plan = planned(pause);
        QVERIFY(!plan.isPossible());
        QVERIFY2(plan.obstacles.first().contains(u"patch sites.sdwan.patronus.dev in namespace default"_s),
            qPrintable(plan.obstacles.join(u'\n')));
    }

private:
    [[nodiscard]] ActionWorld world() const
    {
        return {.client = m_world->client(),
            .changes = *m_changes,
            .clock = m_world->clock(),
            .context = {.name = u"local"_s},
            .target = m_target};
    }
    [[nodiscard]] static ActionPlan planned(Action &action)
    {
        const auto plan = QCoro::waitFor(action.plan({}));
        if (!plan)
            qFatal("%s", qPrintable(plan.error().message));
        return *plan;
    }
    [[nodiscard]] static ActionOutcome done(Action &action) { return QCoro::waitFor(action.perform({})); }
    [[nodiscard]] static QJsonObject site1(const QString &name)
    {
        return {{u"apiVersion"_s, u"sdwan.patronus.dev/v1alpha1"_s}, {u"kind"_s, u"Site"_s},
            {u"metadata"_s, QJsonObject{{u"name"_s, name}, {u"namespace"_s, u"default"_s}}},
            {u"spec"_s,
                QJsonObject{{u"location"_s, u"Rome"_s},
                    {u"wireguard"_s,
                        QJsonObject{{u"publicKey"_s, QString::fromLatin1(QByteArray(32, 'k').toBase64())},
                            {u"listenPort"_s, 51820}, {u"endpoints"_s, QJsonArray{u"a.example.com:51820"_s}}}}}}};
    }
    [[nodiscard]] static QJsonObject with(QJsonObject json, const QString &member, const QJsonValue &value)
    {
        QJsonObject spec = json["spec"_L1].toObject();
        spec.insert(member, value);
        json.insert("spec"_L1, spec);
        return json;
    }
    /// Makes it, and waits until the operator has: it is then as it stays.
    [[nodiscard]] Object made(const QJsonObject &json) const
    {
        const auto created = QCoro::waitFor(m_world->client().create(resources::sites(), json, {}, {}));
        if (!created)
            qFatal("%s", qPrintable(created.error().message));
        const QString name = created->key().name;
        if (!eventually([&] { return m_world->reasonOf(resources::sites(), name) == u"Synced"; }))
            qFatal("the operator does not look at %s", qPrintable(name));
        return found(name);
    }
    [[nodiscard]] Object found(const QString &name) const
    {
        return m_world->find(resources::sites(), name).value_or(Object());
    }
    void change(const QString &name, const QJsonObject &spec) const
    {
        const auto changed = QCoro::waitFor(m_world->client().patch(
            resources::sites(), {u"default"_s, name}, {}, PatchType::Merge, QJsonObject{{u"spec"_s, spec}}, {}, {}));
        if (!changed)
            qFatal("%s", qPrintable(changed.error().message));
    }
    [[nodiscard]] std::unique_ptr<KubeConnection> connectedAs(const QString &user) const
    {
        KubeContext context
            = *startContext(QProcessEnvironment::systemEnvironment(), m_world->plane().kubeconfig(), {});
        context.impersonation.user = user;
        auto connection = KubeConnection::open(context, m_world->clock(), {});
        if (!connection)
            qFatal("%s", qPrintable(connection.error().message));
        return *std::move(connection);
    }

    std::unique_ptr<OperatorWorld> m_world;
    std::unique_ptr<OperatorProcess> m_operator;
    std::unique_ptr<QTemporaryDir> m_home;
    std::unique_ptr<Changes> m_changes;
    Target m_target;
};

QTEST_GUILESS_MAIN(TestActions)
#include "tst_actions.moc"
