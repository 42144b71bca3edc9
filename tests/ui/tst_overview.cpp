// SPDX-License-Identifier: GPL-3.0-or-later
// What the overview says of what is looked into now and then, in the singular and in the plural.
#include "models/objects.h"
#include "support/manualclock.h"
#include "support/testcase.h"
#include "ui/clusterpage.h"
#include "ui/overview.h"
#include "ui/theme.h"

#include <QLabel>
#include <QSignalSpy>

using namespace Qt::StringLiterals;
using namespace patronus;
using Report = ClusterModel::Report;

class TestOverview : public TestCase
{
    Q_OBJECT

private:
    Store m_sites, m_policies, m_events;
    ManualClock m_clock;
    std::unique_ptr<ClusterModel> m_cluster;

    [[nodiscard]] QDateTime daysAgo(int days) const { return m_clock.wallTime().addDays(-days).toUTC(); }

private Q_SLOTS:
    void initTestCase() { theme::apply(theme::Scheme::Light); }
    void init() override
    {
        TestCase::init();
        m_cluster = std::make_unique<ClusterModel>(
            ContextEntry{.name = u"dev"_s, .server = u"https://api"_s}, m_sites, m_policies, m_events, m_clock);
    }
    void cleanup() { m_cluster.reset(); }

    void driftIsCounted()
    {
        ReportModel &drift = m_cluster->report(Report::Drift);
        QCOMPARE(driftVerdict(*m_cluster).state, State::Unknown);
        drift.finish({}, {}, daysAgo(0));
        QCOMPARE(driftVerdict(*m_cluster).state, State::Ready);
        drift.finish({ReportModel::Row{}}, {}, daysAgo(1));
        QCOMPARE(driftVerdict(*m_cluster).state, State::Degraded);
        QCOMPARE(driftVerdict(*m_cluster).text, u"Drift: 1 object, as of 24 h ago"_s);
        drift.finish({ReportModel::Row{}, ReportModel::Row{}}, {}, daysAgo(2));
        QCOMPARE(driftVerdict(*m_cluster).text, u"Drift: 2 objects, as of 2 d ago"_s);
        drift.fail(u"no way"_s);
        QCOMPARE(driftVerdict(*m_cluster).state, State::Unknown);
    }

    void anOldBackupIsAWarning_data()
    {
        QTest::addColumn<bool>("isKnown");
        QTest::addColumn<int>("days"); // -1: there is none
        QTest::addColumn<int>("state");
        QTest::newRow("nobody has looked") << false << -1 << int(State::Unknown);
        QTest::newRow("none") << true << -1 << int(State::Degraded);
        QTest::newRow("of today") << true << 0 << int(State::Ready);
        QTest::newRow("of a week ago") << true << 7 << int(State::Ready);
        QTest::newRow("older") << true << 8 << int(State::Degraded);
    }
    void anOldBackupIsAWarning()
    {
        QFETCH(const bool, isKnown);
        QFETCH(const int, days);
        QFETCH(const int, state);
        m_cluster->setLastBackup({.isKnown = isKnown, .time = days < 0 ? QDateTime() : daysAgo(days)});
        QCOMPARE(int(backupVerdict(*m_cluster).state), state);
    }

    void bothLeadToTheirViews()
    {
        ClusterPage page(*m_cluster);
        page.resize(1200, 700);
        page.show();
        QVERIFY(QTest::qWaitForWindowExposed(&page));
        m_cluster->setLastBackup({.isKnown = true, .time = daysAgo(9)});
        auto *care = page.findChild<QLabel *>(u"care"_s);
        QVERIFY2(care->text().contains(u"Degraded – Last backup: 9 d ago"_s), qPrintable(care->text()));
        Q_EMIT care->linkActivated(u"drift"_s);
        QCOMPARE(page.view(), ClusterPage::View::Drift);
        Q_EMIT care->linkActivated(u"backups"_s);
        QCOMPARE(page.view(), ClusterPage::View::Backups);
    }
};

QTEST_MAIN(TestOverview)
#include "tst_overview.moc"
