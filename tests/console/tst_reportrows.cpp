// SPDX-License-Identifier: GPL-3.0-or-later
// What there is to do about a finding: a plan, an editor, or nothing.
#include "app/console/reportrows.h"
#include "support/testcase.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;
using namespace patronus;

class TestReportRows : public TestCase
{
    Q_OBJECT

private:
    using State = DriftItem::State;
    using Kind = ActionRequest::Kind;

    static Object site(const QString &nameSpace)
    {
        return Object({{u"apiVersion"_s, resources::sites().apiVersion()}, {u"kind"_s, u"Site"_s},
            {u"metadata"_s,
                QJsonObject{{u"name"_s, u"hq"_s}, {u"namespace"_s, nameSpace}, {u"uid"_s, u"1234"_s},
                    {u"resourceVersion"_s, u"7"_s}}},
            {u"spec"_s, QJsonObject{{u"location"_s, u"Berlin"_s}}}});
    }
    static ReportModel::Row rowOf(State state, bool isAdoptable = false)
    {
        DriftItem item{.kind = &siteKind(), .key = {u"north"_s, u"hq"_s}, .state = state, .isAdoptable = isAdoptable};
        if (state != State::Orphan)
            item.object = site(u"north"_s);
        return reportrows::rowOf(item);
    }

private Q_SLOTS:
    void everyStateOfDriftHasItsRemedies_data()
    {
        QTest::addColumn<int>("state");
        QTest::addColumn<int>("writings");
        QTest::addColumn<QList<int>>("kinds");
        const auto row = [](State state, int writings, const QList<int> &kinds) {
            QTest::newRow(stateName(state)) << int(state) << writings << kinds;
        };
        row(State::Paused, 0, {int(Kind::Resume)});
        row(State::Deleting, 0, {});
        row(State::NotReconciled, 1, {});
        row(State::Changed, 0, {int(Kind::Restart)});
        row(State::Missing, 0, {int(Kind::Restart)});
        row(State::Orphan, 0, {});
        row(State::NameConflict, 1, {int(Kind::Remove)});
        row(State::Dangling, 2, {});
        row(State::Invalid, 1, {});
    }
    void everyStateOfDriftHasItsRemedies()
    {
        QFETCH(const int, state);
        QFETCH(const int, writings);
        QFETCH(const QList<int>, kinds);
        const ReportModel::Row row = rowOf(State(state));
        QList<int> found;
        for (const ActionOffer &remedy : row.remedies)
            found.append(int(remedy.request.kind));
        QCOMPARE(found, kinds);
        QCOMPARE(row.writings.size(), writings);
        QVERIFY(!row.cells.last().isEmpty()); // what to do, in words
        QCOMPARE(row.object.has_value(), State(state) != State::Orphan);
    }

    void aNameThatNobodyHasIsTakenOver()
    {
        const ReportModel::Row row = rowOf(State::NameConflict, true);
        const EditedObject &edit = row.remedies.first().request.edits.first(); // a plan at once
        QCOMPARE(edit.mine["metadata"_L1]["annotations"_L1]["sdwan.patronus.dev/adopt"_L1].toString(), u"true"_s);
        QCOMPARE(edit.base, site(u"north"_s).json());
    }

    void anothersNameIsGivenUpByACopy()
    {
        const EditedObject copy = rowOf(State::NameConflict).writings.first().edit;
        QVERIFY(copy.base.isEmpty());
        QCOMPARE(copy.mine["metadata"_L1], (QJsonObject{{u"name"_s, QString()}, {u"namespace"_s, u"north"_s}}));
        QCOMPARE(copy.mine["spec"_L1]["location"_L1].toString(), u"Berlin"_s);
    }

    void eachRevisionSaysWhatItChanged()
    {
        const auto revision = [](int number, const QString &image, bool isCurrent) {
            const QJsonObject container{{u"name"_s, u"operator"_s}, {u"image"_s, image}};
            return RolloutRevision{.revision = number,
                .images = {image},
                .isCurrent = isCurrent,
                .podTemplate = {{u"spec"_s, QJsonObject{{u"containers"_s, QJsonArray{container}}}}}};
        };
        const auto rows = reportrows::rowsOf({revision(1, u"op:1"_s, false), revision(2, u"op:2"_s, true)});
        QCOMPARE(rows.size(), 2);
        QCOMPARE(rows[0].cells[1], u"2"_s);
        QVERIFY(rows[0].remedies.isEmpty());
        QCOMPARE(rows[0].comparisons.size(), 1);
        QCOMPARE(rows[0].comparisons.first().with, u"revision 1"_s);
        QCOMPARE(rows[0].comparisons.first().text(),
            u"- spec.containers[operator].image: op:1\n+ spec.containers[operator].image: op:2"_s);
        QCOMPARE(rows[1].remedies.first().request.kind, Kind::UndoRollout);
        QCOMPARE(rows[1].remedies.first().request.revision, 1);
    }
};

QTEST_GUILESS_MAIN(TestReportRows)
#include "tst_reportrows.moc"
