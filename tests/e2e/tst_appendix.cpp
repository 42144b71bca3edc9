// SPDX-License-Identifier: GPL-3.0-or-later
// The commands of the operations guide's appendix, each done in the window with the keyboard alone, in at most three
// interactions: a shortcut, something typed with its Enter, or a button.
#include "e2e/windowtest.h"
#include "ui/commandpalette.h"
#include "ui/detailpanel.h"

#include <QDir>

using namespace patronus;
using Resource = ClusterModel::Resource;
using View = ClusterPage::View;

namespace {

const ObjectKey operatorKey{u"patronus-system"_s, u"patronus-operator"_s};

} // namespace

class TestAppendix : public WindowTest
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        startWorld();
        const auto made = m_world->plane().kubectl({u"create"_s, u"deployment"_s, operatorKey.name,
            u"--image=patronus/operator:0.1.0"_s, u"--replicas=3"_s, u"-n"_s, operatorKey.nameSpace});
        QVERIFY2(made.exitCode == 0, made.err.constData());
        QVERIFY(m_world->plane().apply(SiteManifest{.name = u"hq"_s}.yaml()));
        QVERIFY(m_world->plane().apply(PolicyManifest{.name = u"voip"_s, .site = u"hq"_s}.yaml()));
    }
    void init() override
    {
        m_settings = std::make_unique<TestSettings>();
        QSettings().setValue(u"backup/folder"_s, m_home.path()); // as it was chosen once
        m_hands = std::make_unique<Hands>(m_world->plane().kubeconfig(), u"local"_s, m_clock);
        QVERIFY(QTest::qWaitForWindowActive(&m_hands->window()));
        m_interactions = 0;
    }
    void cleanup()
    {
        m_hands.reset();
        QVERIFY2(m_interactions >= 1 && m_interactions <= 3, qPrintable(QString::number(m_interactions)));
    }

    void viewAllSites()
    {
        press(Qt::CTRL | Qt::Key_2);
        QVERIFY(shows(View::Sites));
        QVERIFY(eventually([&] { return m_hands->page().objects(Resource::Sites).rows().rowCount() == 1; }));
    }
    void viewAllPolicies()
    {
        press(Qt::CTRL | Qt::Key_3);
        QVERIFY(shows(View::Policies));
        QVERIFY(eventually([&] { return m_hands->page().objects(Resource::Policies).rows().rowCount() == 1; }));
    }
    void describeASite()
    {
        QVERIFY(eventually([&] { return m_hands->page().objects(Resource::Sites).rows().rowCount() == 1; }));
        find(u"hq"_s);
        QVERIFY(eventually([&] { return m_hands->page().details().isVisible(); }));
        const QList<Object> selected = m_hands->page().objects(Resource::Sites).allSelected();
        QVERIFY(selected.size() == 1 && selected.first().key().name == "hq"_L1);
    }
    void viewTheOperatorsLogs()
    {
        press(Qt::CTRL | Qt::Key_6);
        QVERIFY(shows(View::Logs));
    }
    void checkTheOperatorsMetrics()
    {
        press(Qt::CTRL | Qt::Key_5);
        QVERIFY(shows(View::Metrics));
    }
    void restartTheOperator()
    {
        find(u"Restart the operator"_s);
        QVERIFY(m_hands->isIn(ActionModel::Phase::Planned));
        push(m_hands->primary());
        QVERIFY(eventually([&] {
            m_world->readyReplicas(operatorKey);
            return m_hands->dialog()->action().phase() == ActionModel::Phase::Ended;
        }));
        QVERIFY2(!m_hands->dialog()->action().outcome().failure, qPrintable(m_hands->says(KMessageWidget::Error)));
    }
    void checkTheOperatorsVersion()
    {
        press(Qt::CTRL | Qt::Key_1);
        QVERIFY(eventually([&] {
            for (const QLabel *label : m_hands->window().findChildren<QLabel *>())
                if (label->isVisible() && label->text().contains(u"0.1.0"_s))
                    return true;
            return false;
        }));
    }
    void exportResourcesForBackup()
    {
        press(Qt::ALT | Qt::Key_2);
        QVERIFY(shows(View::Backups));
        push(m_hands->window().findChild<QPushButton *>(u"backup"_s));
        QVERIFY(m_hands->isIn(ActionModel::Phase::Planned));
        push(m_hands->primary());
        QVERIFY(m_hands->isIn(ActionModel::Phase::Ended));
        QVERIFY(m_hands->says(KMessageWidget::Positive).startsWith(u"1 Site and 1 Policy are saved"_s));
        QCOMPARE(QDir(m_home.path()).entryList({u"patronus-backup-*"_s}, QDir::Dirs).size(), 1);
    }

private:
    void press(QKeyCombination keys)
    {
        ++m_interactions;
        QTest::keyClick(&m_hands->window(), keys.key(), keys.keyboardModifiers());
    }
    /// By the palette.
    void find(const QString &text)
    {
        press(Qt::CTRL | Qt::Key_K);
        auto *palette = m_hands->window().findChild<CommandPalette *>();
        QVERIFY(palette);
        ++m_interactions;
        auto *line = palette->findChild<QLineEdit *>();
        QTest::keyClicks(line, text);
        QTest::keyClick(line, Qt::Key_Return);
    }
    /// A button, reached by Tab and pressed by the space bar.
    void push(QPushButton *button)
    {
        QVERIFY(button && button->isVisible() && button->focusPolicy() != Qt::NoFocus);
        QVERIFY(eventually([&] { return button->isEnabled(); }));
        ++m_interactions;
        QTest::keyClick(button, Qt::Key_Space);
    }
    [[nodiscard]] bool shows(View view) const
    {
        return eventually([&] { return m_hands->page().view() == view; });
    }

    std::unique_ptr<TestSettings> m_settings;
    std::unique_ptr<Hands> m_hands;
    int m_interactions = 0;
};

QTEST_MAIN(TestAppendix)
#include "tst_appendix.moc"
