// SPDX-License-Identifier: GPL-3.0-or-later
// What a preview asks of the servers, and what it tells; that it is what the operator does is tests/e2e/tst_console.
#include "app/console/previewer.h"
#include "support/manualclock.h"
#include "support/scriptedtransport.h"
#include "support/testcase.h"

#include <QJsonDocument>

using namespace Qt::StringLiterals;
using namespace patronus;

namespace {

const QByteArray notFound = R"({"kind":"Status","status":"Failure","message":"not here","code":404})";

Object site(const QString &name, const QByteArray &metadata = "{}")
{
    QJsonObject json = QJsonDocument::fromJson(
        R"({"spec":{"location":"Berlin","wireguard":{)"
        R"("publicKey":"a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s=","listenPort":51820,"endpoints":["hq.example.com:51820"]}}})")
                           .object();
    QJsonObject meta = QJsonDocument::fromJson(metadata).object();
    meta.insert("name"_L1, name);
    meta.insert("namespace"_L1, u"prod"_s);
    meta.insert("uid"_L1, u"uid-"_s + name);
    meta.insert("resourceVersion"_L1, u"7"_s);
    json.insert("metadata"_L1, meta);
    return Object(json);
}

struct Desk {
    ManualClock clock;
    Store sites, policies;
    std::shared_ptr<ScriptedTransport> kube = std::make_shared<ScriptedTransport>();
    KubeClient live{kube, nullptr};
    std::unique_ptr<KubeClient> reads = live.readOnly(), dryRun = live.dryRun();
    PlanModel plan;
    Previewer previewer{*reads, *dryRun, sites, policies, nullptr, clock};

    ~Desk() { QCoro::waitFor(previewer.close()); }
    void preview(const QString &name) { previewer.preview(siteKind(), {u"prod"_s, name}, plan); }
    [[nodiscard]] QStringList steps() const
    {
        QStringList steps;
        for (const PlannedStep &step : plan.steps())
            steps.append(describe(step.step));
        return steps;
    }
};

} // namespace

class TestPreviewer : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void whatIsReadOnlyIsNotEvenTriedOut()
    {
        Desk desk;
        desk.sites.upsert(site(u"hq"_s));
        const auto nothing = desk.reads->dryRun();
        Previewer previewer(*desk.reads, *nothing, desk.sites, desk.policies, nullptr, desk.clock);
        desk.kube->queue(404, notFound); // the schema
        previewer.preview(siteKind(), {u"prod"_s, u"hq"_s}, desk.plan);
        QCOMPARE(desk.plan.phase(), PlanModel::Phase::Done);
        QCOMPARE(desk.plan.steps().size(), 4);
        for (const PlannedStep &step : desk.plan.steps())
            QCOMPARE(step.check, PlannedStep::Check::NotSent);
        QVERIFY(desk.plan.note().contains(u"Read-only"_s));
        for (const auto &call : desk.kube->calls)
            QVERIFY(!call->request.changesSomething);
        QCoro::waitFor(previewer.close());
    }

    void aNewSiteIsSentAndItsFinalizerTriedOut()
    {
        Desk desk;
        desk.sites.upsert(site(u"hq"_s));
        desk.kube->queue(404, notFound); // the schema
        desk.preview(u"hq"_s);
        const auto tried = desk.kube->last();
        QCOMPARE(tried->request.verb, HttpRequest::Verb::Patch);
        QVERIFY(tried->request.target.contains("/namespaces/prod/sites/hq?"));
        QVERIFY(tried->request.target.contains("dryRun=All"));
        tried->answer(200, R"({"metadata":{"name":"hq","namespace":"prod","uid":"uid-hq"}})");

        QCOMPARE(desk.plan.phase(), PlanModel::Phase::Done);
        QCOMPARE(desk.plan.steps().size(), 4); // finalizer, PUT, status, Event
        QCOMPARE(desk.plan.steps()[0].check, PlannedStep::Check::Accepted);
        QVERIFY(desk.steps()[1].startsWith(u"PUT /api/v1/sites/hq"_s));
        QCOMPARE(desk.plan.steps()[1].check, PlannedStep::Check::NotSent);
        QVERIFY(std::holds_alternative<PatchStatus>(desk.plan.steps()[2].step));
        QVERIFY(desk.plan.note().contains(u"Without the Patronus API"_s));
        QVERIFY(desk.plan.note().contains(u"schema could not be read"_s));
        for (const auto &call : desk.kube->calls) // nothing else was asked for
            QVERIFY(!call->request.changesSomething || call->request.target.contains("dryRun=All"));
    }

    void aRefusalOfTheServerIsShown()
    {
        Desk desk;
        desk.sites.upsert(site(u"hq"_s));
        desk.kube->queue(404, notFound);
        desk.preview(u"hq"_s);
        desk.kube->last()->answer(
            403, R"({"kind":"Status","status":"Failure","message":"sites hq is forbidden","code":403})");
        QCOMPARE(desk.plan.steps()[0].check, PlannedStep::Check::Refused);
        QVERIFY(desk.plan.steps()[0].remark.endsWith(u"sites hq is forbidden"_s));
        QVERIFY(desk.plan.summary().contains(u"would refuse"_s));
    }

    void aDeletedSiteIsTakenOutThereAndHere()
    {
        Desk desk;
        desk.sites.upsert(site(u"hq"_s,
            R"({"deletionTimestamp":"2026-01-01T00:00:00Z","finalizers":["sdwan.patronus.dev/cleanup"],)"
            R"("annotations":{"sdwan.patronus.dev/remote-name":"hq"}})"));
        desk.kube->queue(404, notFound);
        desk.preview(u"hq"_s);
        desk.kube->last()->answer(200, R"({"metadata":{"name":"hq","namespace":"prod","uid":"uid-hq"}})");
        QCOMPARE(desk.plan.steps().size(), 2);
        QVERIFY(std::holds_alternative<DeleteRemote>(desk.plan.steps()[0].step));
        QVERIFY(std::holds_alternative<RemoveFinalizer>(desk.plan.steps()[1].step));
    }

    void theNewestQuestionOvertakesThoseBefore()
    {
        Desk desk;
        for (const QString &name : {u"a"_s, u"b"_s, u"c"_s})
            desk.sites.upsert(site(name));
        desk.preview(u"a"_s);
        const auto first = desk.kube->last();
        QVERIFY(!first->isEnded());
        desk.kube->queue(404, notFound);
        desk.preview(u"b"_s); // ends the first at once
        QVERIFY(first->isEnded());
        desk.preview(u"c"_s);
        for (int i = 0; i < 10 && desk.plan.phase() != PlanModel::Phase::Done; ++i)
            desk.kube->last()->answer(desk.kube->last()->request.changesSomething ? 200 : 404,
                desk.kube->last()->request.changesSomething ? R"({"metadata":{"name":"c","namespace":"prod"}})"
                                                            : notFound);
        QCOMPARE(desk.plan.phase(), PlanModel::Phase::Done);
        QVERIFY2(desk.steps()[1].startsWith(u"PUT /api/v1/sites/c"_s), qPrintable(desk.steps().join(u'\n')));
    }

    void theSnakeCaseCrdIsAnotherLanguage()
    {
        Desk desk;
        desk.sites.upsert(site(u"hq"_s));
        desk.kube->queue(200,
            R"({"components":{"schemas":{"x":{"x-kubernetes-group-version-kind":[{"group":"sdwan.patronus.dev","version":"v1alpha1","kind":"Site"}],)"
            R"("properties":{"spec":{"properties":{"wireguard":{"properties":{"public_key":{}}}}}}}}}})");
        desk.preview(u"hq"_s);
        QCOMPARE(desk.plan.phase(), PlanModel::Phase::Failed);
        QVERIFY2(desk.plan.summary().contains(u"snake_case"_s), qPrintable(desk.plan.summary()));
    }

    void itsEndStopsWhatIsUnderWay()
    {
        Desk desk;
        desk.sites.upsert(site(u"hq"_s));
        desk.preview(u"hq"_s);
        QVERIFY(!desk.kube->last()->isEnded());
        QCoro::waitFor(desk.previewer.close());
        QVERIFY(desk.kube->last()->isEnded());
        QCOMPARE(desk.plan.phase(), PlanModel::Phase::Idle); // nobody is told any more
    }
};

QTEST_GUILESS_MAIN(TestPreviewer)
#include "tst_previewer.moc"
