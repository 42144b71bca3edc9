// SPDX-License-Identifier: GPL-3.0-or-later
// How a plan is confirmed, by tier, and that nothing is done by mistake.
#include "models/objects.h"
#include "support/manualclock.h"
#include "support/testcase.h"
#include "ui/actiondialog.h"
#include "ui/theme.h"

#include <KMessageWidget>

#include <QApplication>
#include <QLineEdit>
#include <QListView>
#include <QPlainTextEdit>
#include <QPointer>
#include <QPushButton>
#include <QSignalSpy>

using namespace Qt::StringLiterals;
using namespace patronus;

namespace {

ActionPlan stopPlan(Tier tier)
{
    return {.title = u"Stop the operator"_s,
        .button = u"Stop patronus-operator"_s,
        .tier = tier,
        .consequences = {u"It has 3 replicas, and is to come back to 3."_s,
            u"Until it runs again nothing reaches the Patronus API: changed Sites and Policies wait."_s},
        .warnings = {u"the Flux Kustomization edge keeps patronus-system/patronus-operator and may undo this: flux "
                     "suspend kustomization edge, or change it in its repository"_s},
        .steps = {{.text = u"patch Deployment patronus-system/patronus-operator"_s,
                      .diff = {u"+ metadata.annotations[sdwan.patronus.dev/maintenance]: {\"replicas\":3}"_s},
                      .check = ActionStep::Check::Accepted},
            {.text = u"scale Deployment patronus-system/patronus-operator to 0"_s,
                .diff = {u"- spec.replicas: 3"_s, u"+ spec.replicas: 0"_s}}},
        .command = u"kubectl patronus stop --operator-namespace patronus-system"_s,
        .object = u"patronus-operator"_s};
}

/// A dialog on an action that is planned.
struct Desk {
    Store sites, policies, events;
    ManualClock clock;
    ClusterModel cluster;
    ActionModel &action;
    QPointer<ActionDialog> dialog; // deletes itself when it is closed
    QSignalSpy confirmed{&action, &ActionModel::confirmed};

    explicit Desk(Tier tier, const QString &context = u"prod-eu"_s)
        : cluster({.name = context, .server = u"https://api"_s}, sites, policies, events, clock),
          action(cluster.addAction()),
          dialog(new ActionDialog(action, cluster))
    {
        setLive(Liveness::State::Live);
        action.setTarget({{u"server"_s, u"https://api:6443, v1.34.4"_s}, {u"cluster"_s, u"kube-system 1234"_s},
            {u"namespace"_s, u"patronus-system"_s}, {u"user"_s, u"ada"_s}});
        action.setPlan(stopPlan(tier));
        dialog->show();
        dialog->activateWindow();
        if (!QTest::qWaitForWindowActive(dialog))
            qFatal("the dialog is not shown");
    }
    ~Desk() { delete dialog.data(); }

    void setLive(Liveness::State state)
    {
        for (const auto resource : ClusterModel::allResources)
            cluster.setLiveness(resource, {state, clock.wallTime(), {}});
    }
    [[nodiscard]] QPushButton *primary() const { return dialog->findChild<QPushButton *>(u"primary"_s); }
    [[nodiscard]] QLineEdit *typed() const { return dialog->findChild<QLineEdit *>(u"typed"_s); }
    [[nodiscard]] QString problem() const
    {
        for (const KMessageWidget *message : dialog->findChildren<KMessageWidget *>())
            if (message->isVisible() && message->messageType() == KMessageWidget::Error)
                return message->text();
        return {};
    }
};

} // namespace

class TestActionDialog : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { theme::apply(theme::Scheme::Light); }

    void enterConfirmsNothing()
    {
        Desk desk(Tier::Service);
        QVERIFY(desk.primary()->isEnabled());
        QCOMPARE(desk.primary()->text(), u"Stop patronus-operator"_s);
        QTest::keyClick(desk.dialog, Qt::Key_Return); // it is Cancel's
        QVERIFY(desk.confirmed.isEmpty());
        QCOMPARE(int(desk.action.phase()), int(ActionModel::Phase::Cancelled));
    }

    void aPlanIsConfirmedByItsOwnButton()
    {
        Desk desk(Tier::Service);
        QVERIFY(!desk.typed()->isVisible());
        QTest::mouseClick(desk.primary(), Qt::LeftButton);
        QCOMPARE(desk.confirmed.size(), 1);
    }

    void whatDestroysWantsTheContextsNameAndAMoment()
    {
        Desk desk(Tier::Destructive);
        QVERIFY(desk.typed()->isVisible());
        QTest::keyClicks(desk.typed(), u"prod-eu"_s);
        QVERIFY(!desk.primary()->isEnabled()); // nobody has read it yet
        QTRY_VERIFY(desk.primary()->isEnabled());
        QTest::keyClick(desk.typed(), Qt::Key_Backspace);
        QVERIFY(!desk.primary()->isEnabled());
        QTest::keyClicks(desk.typed(), u"u"_s);
        desk.setLive(Liveness::State::Stale); // what is shown may be old
        QVERIFY(!desk.primary()->isEnabled());
        desk.setLive(Liveness::State::Live);
        QTest::mouseClick(desk.primary(), Qt::LeftButton);
        QCOMPARE(desk.confirmed.size(), 1);
    }

    void outsideProductionTheObjectsNameIsEnough()
    {
        Desk desk(Tier::Destructive, u"staging-eu"_s);
        QTest::keyClicks(desk.typed(), u"patronus-operator"_s);
        QTRY_VERIFY(desk.primary()->isEnabled());
    }

    void whatIsLockedIsUnlockedFirstAndForATime()
    {
        Desk desk(Tier::Locked);
        auto *unlock = desk.dialog->findChild<QPushButton *>(u"unlock"_s);
        QVERIFY(unlock->isVisible());
        QVERIFY(!desk.primary()->isVisible());
        QTest::keyClicks(desk.typed(), u"prod-eu"_s);
        QTest::mouseClick(unlock, Qt::LeftButton);
        QVERIFY(desk.primary()->isVisible());
        QVERIFY(desk.typed()->text().isEmpty()); // it is confirmed by itself
        QTest::keyClicks(desk.typed(), u"prod-eu"_s);
        QTRY_VERIFY(desk.primary()->isEnabled());
        desk.clock.advance(std::chrono::minutes(16));
        QTest::mouseClick(desk.primary(), Qt::LeftButton);
        QVERIFY(desk.confirmed.isEmpty());
    }

    void whatIsSmallBeginsByItselfUnlessItIsCancelled()
    {
        Desk cancelled(Tier::Reversible);
        QVERIFY(cancelled.primary()->text().contains(u"(in 5 s)"_s));
        QTest::keyClick(cancelled.dialog, Qt::Key_Escape);
        Desk desk(Tier::Reversible);
        QTRY_COMPARE_WITH_TIMEOUT(desk.confirmed.size(), 1, 10000);
        QVERIFY(cancelled.confirmed.isEmpty());
    }

    void whatIsInTheWayIsSaidAndNothingCanBeConfirmed()
    {
        Desk desk(Tier::Service);
        ActionPlan plan = stopPlan(Tier::Service);
        plan.obstacles = {u"this user may not patch deployments.apps in namespace patronus-system"_s};
        desk.action.setPlan(plan);
        QVERIFY(!desk.primary()->isVisible());
        QVERIFY(desk.problem().contains(u"may not patch deployments.apps"_s));
        plan.obstacles.clear();
        plan.steps.first().check = ActionStep::Check::Refused;
        desk.action.setPlan(plan);
        QVERIFY(!desk.primary()->isVisible());
    }

    void howItEndedIsSaid()
    {
        Desk desk(Tier::Service);
        desk.action.setRunning();
        desk.action.setProgress({.what = desk.action.plan().steps.last().text, .done = 1, .of = 2});
        QCOMPARE(int(desk.action.index(0).data(ActionModel::StateRole).value<ActionModel::StepState>()),
            int(ActionModel::StepState::Done));
        desk.action.setOutcome({.done = {desk.action.plan().steps.first().text},
            .notDone = {desk.action.plan().steps.last().text},
            .failure = Error{.kind = Error::Kind::Conflict, .message = u"the object has been modified"_s}});
        QVERIFY2(desk.problem().contains(u"It stopped before its end: the object has been modified"_s),
            qPrintable(desk.problem()));
        QSignalSpy again(&desk.action, &ActionModel::planWanted);
        for (QPushButton *button : desk.dialog->findChildren<QPushButton *>())
            if (button->text() == u"Plan again"_s && button->isVisible())
                button->click();
        QCOMPARE(again.size(), 1);
    }

    void closingLeavesWhatRunsAlone()
    {
        Desk desk(Tier::Service);
        QSignalSpy cancelled(&desk.action, &ActionModel::cancelled);
        auto *halt = desk.dialog->findChild<QPushButton *>(u"halt"_s);
        QVERIFY(!halt->isVisible()); // nothing is under way
        desk.action.setRunning();
        QVERIFY(halt->isVisible());
        QTest::mouseClick(halt, Qt::LeftButton);
        QCOMPARE(cancelled.size(), 1);
        QCOMPARE(int(desk.action.phase()), int(ActionModel::Phase::Running)); // until the step under way has ended
        QTest::keyClick(desk.dialog, Qt::Key_Escape);
        QCOMPARE(cancelled.size(), 1);
    }

    void pictures()
    {
        const QString folder = qEnvironmentVariable("PATRONUS_PICTURES");
        if (folder.isEmpty())
            QSKIP("PATRONUS_PICTURES names no folder");
        for (const auto scheme : {theme::Scheme::Light, theme::Scheme::Dark}) {
            theme::apply(scheme);
            const QString name = scheme == theme::Scheme::Light ? u"light"_s : u"dark"_s;
            Desk desk(Tier::Destructive);
            desk.dialog->grab().save(u"%1/plan-%2.png"_s.arg(folder, name));
            desk.action.setRunning();
            desk.action.setProgress({.what = u"ready"_s, .done = 1, .of = 3});
            desk.dialog->grab().save(u"%1/plan-running-%2.png"_s.arg(folder, name));
            desk.action.setOutcome({.done = {stopPlan(Tier::Service).steps[0].text},
                .notDone = {stopPlan(Tier::Service).steps[1].text},
                .failure = Error{.kind = Error::Kind::Conflict, .message = u"the object has been modified"_s}});
            desk.dialog->grab().save(u"%1/plan-failed-%2.png"_s.arg(folder, name));
        }
    }
};

QTEST_MAIN(TestActionDialog)
#include "tst_actiondialog.moc"
