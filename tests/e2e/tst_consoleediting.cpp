// SPDX-License-Identifier: GPL-3.0-or-later
// Several at once, and after others: written in the window, on a real API server beside a real operator.
#include "e2e/windowtest.h"
#include "ui/bulkdialog.h"
#include "ui/editdialog.h"
#include "ui/yamledit.h"

#include <QComboBox>
#include <QListView>
#include <QToolButton>

using namespace patronus;
using Resource = ClusterModel::Resource;

class TestConsoleEditing : public WindowTest
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        startWorld();
        m_operator = m_world->startOperator();
        for (const QString &name : {u"hq"_s, u"branch"_s, u"store"_s})
            QVERIFY(m_world->plane().apply(SiteManifest{.name = name}.yaml()));
        for (const QString &name : {u"hq"_s, u"branch"_s, u"store"_s})
            QVERIFY(eventually([&] { return m_world->reasonOf(resources::sites(), name) == u"Synced"; }));
    }
    void cleanupTestCase() { QCOMPARE(m_operator->stop(), 0); }

    void oneFieldOfSeveralIsChangedInOnePlan()
    {
        Hands hands(m_world->plane().kubeconfig(), u"local"_s, m_clock);
        QVERIFY(eventually([&] { return !hands.model().schema(Resource::Sites).isEmpty(); }));
        hands.choose({u"hq"_s, u"store"_s});
        hands.press(u"bulk"_s);
        auto *dialog = hands.window().findChild<BulkDialog *>();
        QVERIFY(dialog);
        dialog->findChild<QComboBox *>(u"field"_s)->setCurrentText(u"spec.location"_s);
        QTest::keyClicks(dialog->findChild<QLineEdit *>(u"value"_s), u"Graz"_s);
        hands.press(u"plan"_s);
        QVERIFY(hands.isIn(ActionModel::Phase::Planned));
        const ActionPlan &plan = hands.dialog()->action().plan();
        QCOMPARE(plan.title, u"Change 2 objects"_s);
        QCOMPARE(plan.steps.size(), 2);
        for (const ActionStep &step : plan.steps) {
            QCOMPARE(step.diff, (QStringList{u"- spec.location: Berlin"_s, u"+ spec.location: Graz"_s}));
            QCOMPARE(int(step.check), int(ActionStep::Check::Accepted));
        }
        QVERIFY(!plan.preview.isEmpty()); // what the operator would then send
        takePictures(*hands.dialog(), u"bulk-plan"_s);
        hands.confirm();
        QVERIFY(hands.isIn(ActionModel::Phase::Ended));
        QCOMPARE(hands.says(KMessageWidget::Positive), u"done, and Ready"_s);
        QCOMPARE(location(u"hq"_s), u"Graz"_s);
        QCOMPARE(location(u"store"_s), u"Graz"_s);
        QCOMPARE(location(u"branch"_s), u"Berlin"_s);
        QVERIFY(eventually([&] { return !hands.window().findChild<BulkDialog *>(); }));
    }

    void whatOthersDidMeanwhileIsTakenOver()
    {
        Hands hands(m_world->plane().kubeconfig(), u"local"_s, m_clock);
        QVERIFY(eventually([&] { return !hands.model().schema(Resource::Sites).isEmpty(); }));
        hands.choose({u"branch"_s});
        hands.press(u"edit"_s);
        auto *editor = hands.window().findChild<EditDialog *>();
        auto *place = editor->findChild<QLineEdit *>(u"spec.location"_s);
        place->selectAll();
        QTest::keyClicks(place, u"Lisbon"_s);
        const auto patched = m_world->plane().kubectl({u"patch"_s, u"site"_s, u"branch"_s, u"--type=merge"_s, u"-p"_s,
            uR"({"metadata":{"labels":{"region":"eu"}},"spec":{"location":"Ulm"}})"_s});
        QVERIFY2(patched.exitCode == 0, patched.err.constData());
        auto *others = editor->findChild<KMessageWidget *>(u"others"_s);
        QVERIFY(eventually([&] { return others->isVisible(); }));
        hands.press(u"plan"_s); // the server's object is not the one of before
        QVERIFY(hands.isIn(ActionModel::Phase::Planned));
        QVERIFY2(hands.says(KMessageWidget::Error).contains(u"spec.location was changed by somebody else meanwhile"_s),
            qPrintable(hands.says(KMessageWidget::Error)));
        hands.closeDialog();
        for (QToolButton *button : others->findChildren<QToolButton *>())
            if (button->text() == "Rebase"_L1)
                QTest::mouseClick(button, Qt::LeftButton);
        auto *yaml = editor->findChild<YamlEdit *>(u"yaml"_s);
        QVERIFY2(yaml->toPlainText().contains(u"region: eu"_s), qPrintable(yaml->toPlainText()));
        QVERIFY(yaml->toPlainText().contains(u"location: Lisbon"_s));
        hands.press(u"plan"_s);
        QVERIFY(hands.isIn(ActionModel::Phase::Planned));
        QCOMPARE(hands.dialog()->action().plan().steps.first().diff,
            (QStringList{u"- spec.location: Ulm"_s, u"+ spec.location: Lisbon"_s}));
        hands.confirm();
        QVERIFY(hands.isIn(ActionModel::Phase::Ended));
        QCOMPARE(location(u"branch"_s), u"Lisbon"_s);
        QCOMPARE(m_world->find(resources::sites(), u"branch"_s)->label("region"_L1), u"eu"_s);
    }

private:
    [[nodiscard]] QString location(const QString &name) const
    {
        return m_world->find(resources::sites(), name)->spec()["location"_L1].toString();
    }

    TestSettings m_settings;
    std::unique_ptr<OperatorProcess> m_operator;
};

QTEST_MAIN(TestConsoleEditing)
#include "tst_consoleediting.moc"
