// SPDX-License-Identifier: GPL-3.0-or-later
// What a table shows of itself in a window of the usual size, before anybody has moved or widened anything.
#include "support/testsettings.h"
#include "ui/backupview.h"
#include "ui/objectview.h"
#include "ui/theme.h"
#include "ui/windowdesk.h"

#include <QHeaderView>
#include <QTableView>

using namespace Qt::StringLiterals;
using namespace patronus;
using Resource = ClusterModel::Resource;
using View = ClusterPage::View;

namespace {

struct Desk : WindowDesk {
    Desk() : WindowDesk(ofProduction(u"1"_s))
    {
        const QList<testing::Made> objects{{.name = u"branch-new-york-5th-avenue-17"_s,
                                               .ready = u"True"_s,
                                               .reason = u"Synced"_s,
                                               .phase = u"Active"_s},
            {.name = u"hq"_s,
                .nameSpace = u"production-europe"_s,
                .ready = u"False"_s,
                .reason = u"DependencyNotReady"_s,
                .phase = u"Degraded"_s}};
        testing::fill(sites, objects);
        testing::fill(policies, objects);
        testing::fill(events, {});
        setLive();
        window.resize(1280, 800);
        show();
    }
    /// The second object, changed.
    void change(const QString &version, const QString &ready, const QString &reason, const QString &phase)
    {
        sites.upsert(testing::Made{.name = u"hq"_s,
            .nameSpace = u"production-europe"_s,
            .version = version,
            .ready = ready,
            .reason = reason,
            .phase = phase}
                .object());
        clock.advance(std::chrono::milliseconds(100));
    }
};

/// The titles of the columns that can be read as a whole, without scrolling, as they stand.
QStringList seenColumns(const QTableView &table)
{
    QStringList titles;
    const QHeaderView *header = table.horizontalHeader();
    for (int place = 0; place < header->count(); ++place) {
        const int column = header->logicalIndex(place);
        const int right = header->sectionViewportPosition(column) + header->sectionSize(column);
        if (!header->isSectionHidden(column) && right <= table.viewport()->width())
            titles.append(table.model()->headerData(column, Qt::Horizontal).toString());
    }
    return titles;
}

} // namespace

class TestTables : public TestCase
{
    Q_OBJECT

private:
    std::unique_ptr<TestSettings> m_settings;

private Q_SLOTS:
    void init() override
    {
        TestCase::init();
        m_settings = std::make_unique<TestSettings>();
        theme::apply(theme::Scheme::Light);
    }

    /// What a look for drift says comes long after the columns were first fitted.
    void aColumnGrowsWithWhatComesIntoIt()
    {
        Desk desk;
        desk.window.page()->showView(View::Sites);
        const auto *table = desk.window.page()->objects(Resource::Sites).findChild<QTableView *>();
        int phase = 0;
        while (table->model()->headerData(phase, Qt::Horizontal, Qt::UserRole).toString() != u"phase"_s)
            QVERIFY(++phase < table->model()->columnCount());
        const int before = table->columnWidth(phase);
        desk.change(u"2"_s, u"False"_s, u"DependencyNotReady"_s, u"WaitsForAnother"_s);
        const int wide = table->columnWidth(phase);
        QVERIFY2(wide > before, qPrintable(u"%1, and %2 before"_s.arg(wide).arg(before)));
        QVERIFY(wide >= table->fontMetrics().horizontalAdvance(u"WaitsForAnother"_s));
        desk.change(u"3"_s, u"True"_s, u"Synced"_s, u"Active"_s);
        QCOMPARE(table->columnWidth(phase), wide); // nothing jumps back and forth
    }

    void whatIsWrongWithAnObjectIsSeenWithoutScrolling_data()
    {
        QTest::addColumn<View>("view");
        QTest::addColumn<Resource>("resource");
        QTest::addColumn<QStringList>("begins");
        QTest::newRow("sites") << View::Sites << Resource::Sites
                               << QStringList{
                                      u"State"_s, u"Name"_s, u"Namespace"_s, u"Reason"_s, u"Ready"_s, u"Drift"_s};
        QTest::newRow("policies") << View::Policies << Resource::Policies // their state says Ready
                                  << QStringList{u"State"_s, u"Name"_s, u"Namespace"_s, u"Reason"_s, u"Drift"_s};
    }
    void whatIsWrongWithAnObjectIsSeenWithoutScrolling()
    {
        QFETCH(const View, view);
        QFETCH(const Resource, resource);
        QFETCH(const QStringList, begins);
        Desk desk;
        desk.window.page()->showView(view);
        const auto *table = desk.window.page()->objects(resource).findChild<QTableView *>();
        desk.window.page()->select(resource, {u"production-europe"_s, u"hq"_s});
        QTRY_VERIFY(table->viewport()->width() < 800); // its details take a third
        QTRY_COMPARE(seenColumns(*table).first(begins.size()), begins);
        const int reason = 3;
        QVERIFY(table->columnWidth(reason) > table->fontMetrics().horizontalAdvance(u"DependencyNotReady"_s));
        if (const QString folder = qEnvironmentVariable("PATRONUS_PICTURES"); !folder.isEmpty())
            QVERIFY(desk.window.grab().save(u"%1/table-%2.png"_s.arg(folder, ClusterPage::viewName(view))));
    }

    void theOrderThatSomebodyMadeStays()
    {
        const auto header = [](Desk &desk) {
            return desk.window.page()->objects(Resource::Sites).findChild<QTableView *>()->horizontalHeader();
        };
        int drift = 0;
        {
            Desk desk;
            drift = header(desk)->logicalIndex(5);
            header(desk)->moveSection(5, header(desk)->count() - 1);
        }
        Desk desk;
        QCOMPARE(header(desk)->visualIndex(drift), header(desk)->count() - 1);
    }

    void aReportThatWasReadBeforeSomebodyLooksIsNotCut()
    {
        Desk desk;
        ReportModel &report = desk.cluster.report(ClusterModel::Report::Backups);
        const QString made = u"2025-12-31 23:59:59"_s;
        report.begin();
        report.finish({{.cells = {made, u"prod-eu"_s, u"12"_s, u"3"_s, u"/backups/2025-12-31"_s}}}, u"One."_s,
            desk.clock.wallTime());
        desk.window.page()->showView(View::Backups);
        auto *table = desk.window.findChild<BackupView *>()->findChild<QTableView *>();
        QTRY_VERIFY(table->columnWidth(0) > table->fontMetrics().horizontalAdvance(made));
        table->setColumnWidth(0, 333);
        Q_EMIT report.phaseChanged(); // its age is told anew again and again
        QCOMPARE(table->columnWidth(0), 333);
        if (const QString folder = qEnvironmentVariable("PATRONUS_PICTURES"); !folder.isEmpty())
            QVERIFY(desk.window.grab().save(u"%1/table-backups.png"_s.arg(folder)));
    }
};

QTEST_MAIN(TestTables)
#include "tst_tables.moc"
