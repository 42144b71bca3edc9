// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/revert.h"
#include "support/testcase.h"

using namespace Qt::StringLiterals;
using namespace patronus;

class TestRevert : public TestCase
{
    Q_OBJECT

private:
    static QJsonObject site(const QString &location, const QString &cpu = u"1"_s)
    {
        return {{u"apiVersion"_s, u"sdwan.patronus.dev/v1alpha1"_s}, {u"kind"_s, u"Site"_s},
            {u"metadata"_s,
                QJsonObject{{u"name"_s, u"hq"_s}, {u"namespace"_s, u"default"_s}, {u"uid"_s, u"1"_s},
                    {u"resourceVersion"_s, u"7"_s}}},
            {u"spec"_s, QJsonObject{{u"location"_s, location}, {u"resources"_s, QJsonObject{{u"cpu"_s, cpu}}}}}};
    }
    static JournalEntry entry(const QString &verb, const QJsonObject &before, const QJsonObject &after)
    {
        return {.verb = verb,
            .apiVersion = u"sdwan.patronus.dev/v1alpha1"_s,
            .kind = u"Site"_s,
            .key = {u"default"_s, u"hq"_s},
            .before = before,
            .after = after};
    }
    static QJsonObject patch(const QString &location) { return {{u"spec"_s, QJsonObject{{u"location"_s, location}}}}; }

private Q_SLOTS:
    void aPatchIsTakenBackAndNothingBesideIt()
    {
        // Somebody else has changed another field since.
        const auto decision = Revert::decisionFor(entry(u"patch"_s, site(u"Rome"_s), patch(u"Berlin"_s)),
            resources::sites(), Object(site(u"Berlin"_s, u"4"_s)));
        QCOMPARE(decision.changes.size(), 1);
        QCOMPARE(decision.changes.first().body, patch(u"Rome"_s));
        QCOMPARE(
            decision.changes.first().diff(), (QStringList{u"- spec.location: Berlin"_s, u"+ spec.location: Rome"_s}));
        QVERIFY(Revert::decisionFor(entry(u"patch"_s, site(u"Rome"_s), patch(u"Berlin"_s)), resources::sites(),
            Object(site(u"Rome"_s)))
                .changes.isEmpty()); // it is so already
    }

    void whatWasMadeIsDeletedAndWhatWasDeletedIsMade()
    {
        const auto made
            = Revert::decisionFor(entry(u"create"_s, {}, site(u"Rome"_s)), resources::sites(), Object(site(u"Rome"_s)));
        QCOMPARE(made.changes.first().text(), u"delete Site default/hq"_s);
        QCOMPARE(int(made.plan.tier), int(Tier::Destructive));

        const auto deleted = Revert::decisionFor(entry(u"delete"_s, site(u"Rome"_s), {}), resources::sites(), {});
        QCOMPARE(deleted.changes.first().text(), u"create Site default/hq"_s);
        QVERIFY(!deleted.changes.first().body["metadata"_L1].toObject().contains("uid"_L1));
    }

    void aNumberOfReplicasComesBack()
    {
        const auto deployment = [](int replicas) {
            return QJsonObject{{u"metadata"_s, QJsonObject{{u"name"_s, u"o"_s}, {u"namespace"_s, u"n"_s}}},
                {u"spec"_s, QJsonObject{{u"replicas"_s, replicas}}}};
        };
        const JournalEntry scaled{.verb = u"scale"_s,
            .apiVersion = u"apps/v1"_s,
            .kind = u"Deployment"_s,
            .key = {u"n"_s, u"o"_s},
            .before = deployment(3),
            .after = deployment(0)};
        const auto decision = Revert::decisionFor(scaled, resources::deployments(), Object(deployment(0)));
        QCOMPARE(decision.changes.first().text(), u"scale Deployment n/o to 3"_s);
    }

    void whatItDoesNotKnowItLeavesAlone()
    {
        const auto decision = Revert::decisionFor(entry(u"helm"_s, {}, {}), std::nullopt, {});
        QVERIFY(!decision.plan.obstacles.isEmpty());
        QVERIFY(decision.changes.isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestRevert)
#include "tst_revert.moc"
