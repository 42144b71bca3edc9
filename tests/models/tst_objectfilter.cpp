// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/objectfilter.h"
#include "models/objects.h"
#include "support/testcase.h"

using namespace Qt::StringLiterals;
using namespace patronus;
using testing::Made;

class TestObjectFilter : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void accepts_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<bool>("accepted");
        const auto row
            = [](const QString &text, bool accepted) { QTest::newRow(qPrintable(text)) << text << accepted; };
        row(u""_s, true);
        row(u"   "_s, true);
        row(u"nyc"_s, true);
        row(u"NYC"_s, true);
        row(u"hq"_s, false);
        row(u"branch nyc"_s, true);
        row(u"\"two words\""_s, true);
        row(u"\"words two\""_s, false);
        row(u"-nyc"_s, false);
        row(u"-hq"_s, true);
        row(u"phase:failed"_s, true);
        row(u"phase:Fail"_s, false);
        row(u"-phase:Failed"_s, false);
        row(u"ns:prod"_s, true);
        row(u"namespace:prod"_s, true);
        row(u"ns:pro"_s, false);
        row(u"name:nyc"_s, true);
        row(u"reason:api"_s, true);
        row(u"ready:false"_s, true);
        row(u"ready"_s, false);
        row(u"-ready"_s, true);
        row(u"state:failed"_s, true);
        row(u"label:region=eu"_s, true);
        row(u"label:region=us"_s, false);
        row(u"label:region"_s, true);
        row(u"label:zone"_s, false);
        row(u"label:zone="_s, false);
        row(u"phase:Failed ns:prod -ready label:region=eu nyc"_s, true);
        row(u"phase:Failed ns:lab"_s, false);
        row(u"203.0.113.9:51820"_s, true);
        row(u"-"_s, true); // a dash alone is text
        row(u"/^branch-[a-z]+$/"_s, true); // of a cell
        row(u"/^BRANCH/"_s, true);
        row(u"/^nyc/"_s, false);
        row(u"-/^branch/"_s, false);
        row(u"\"/two words/\""_s, true);
        row(u"/"_s, false); // text, as is //
        row(u"//"_s, false);
        row(u"name:/nyc$/"_s, true);
        row(u"name:/^nyc/"_s, false);
        row(u"ns:/^pr/"_s, true);
        row(u"phase:/^(failed|pending)$/"_s, true);
        row(u"reason:/^API/"_s, true);
        row(u"state:/^(degraded|failed)$/"_s, true);
        row(u"ready:/true|unknown/"_s, false);
        row(u"label:region=/^e/"_s, true);
        row(u"label:region=EU"_s, false); // labels are told apart by case
        row(u"label:region=/a/"_s, false);
        row(u"condition:Ready=False"_s, true);
        row(u"condition:ready=apirejected"_s, true);
        row(u"condition:Ready=/^API/"_s, true);
        row(u"condition:Ready"_s, false); // it is not True
        row(u"-condition:Ready"_s, true);
        row(u"condition:Stalled"_s, false); // there is none
        row(u"condition:Stalled=False"_s, false);
    }
    void accepts()
    {
        QFETCH(const QString, text);
        QFETCH(const bool, accepted);
        const auto filter = ObjectFilter::parse(text);
        QVERIFY2(filter, qPrintable(filter ? QString() : filter.error()));
        const Object object = Made{.name = u"branch-nyc"_s,
            .ready = u"False"_s,
            .reason = u"APIRejected"_s,
            .phase = u"Failed"_s,
            .labels = {{u"region"_s,
                u"eu"_s}}}.object();
        const QString facts = ObjectFilter::factsOf(object);
        QCOMPARE(filter->accepts({.key = object.key(),
                     .state = stateOf(object),
                     .text = u"branch-nyc\n203.0.113.9:51820\ntwo words",
                     .facts = facts}),
            accepted);
    }

    void theReasonOfAnEventIsItsOwn()
    {
        const Object event(QJsonObject{{u"metadata"_s, QJsonObject{{u"name"_s, u"e"_s}}}, {u"reason"_s, u"Synced"_s}});
        const QString facts = ObjectFilter::factsOf(event);
        const ObjectFilter::Row row{.key = event.key(), .state = State::Unknown, .text = {}, .facts = facts};
        QVERIFY(ObjectFilter::parse(u"reason:synced"_s)->accepts(row));
        QVERIFY(!ObjectFilter::parse(u"reason:failed"_s)->accepts(row));
    }

    void refusesWhatItDoesNotKnow_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("says");
        QTest::newRow("unknown field") << u"color:red"_s << u"“color:” is no field"_s;
        QTest::newRow("no word") << u"phase:"_s << u"“phase:” needs a word"_s;
        QTest::newRow("open bracket") << u"name:/[a/"_s << u"“/[a/” is no regular expression: "_s;
        QTest::newRow("open bracket of a label") << u"label:a=/(/"_s << u"at character "_s;
        QTest::newRow("negated and unknown") << u"nyc -color:red"_s << u"“color:” is no field"_s;
    }
    void refusesWhatItDoesNotKnow()
    {
        QFETCH(const QString, text);
        QFETCH(const QString, says);
        const auto filter = ObjectFilter::parse(text);
        QVERIFY(!filter);
        QVERIFY2(filter.error().contains(says), qPrintable(filter.error()));
    }
};

QTEST_GUILESS_MAIN(TestObjectFilter)
#include "tst_objectfilter.moc"
