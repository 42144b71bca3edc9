// SPDX-License-Identifier: GPL-3.0-or-later
#include "serving/heartbeat.h"

#include "support/manualclock.h"
#include "support/testcase.h"

using namespace patronus;
using namespace std::chrono_literals;

class tst_Heartbeat : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void itBeatsEverySecondWhileTheLoopTurns()
    {
        ManualClock clock;
        const Heartbeat heartbeat(clock);
        QCOMPARE(heartbeat.age(), 0s);
        clock.advance(900ms);
        QCOMPARE(heartbeat.age(), 900ms);
        clock.advance(1min);
        QVERIFY(heartbeat.age() < 1s);
    }

    void itGrowsOldWhileTheLoopStands()
    {
        SystemClock clock;
        const Heartbeat heartbeat(clock);
        QTest::qSleep(1200); // no events are processed
        QVERIFY(heartbeat.age() >= 1200ms);
        QTRY_VERIFY(heartbeat.age() < 1s);
    }
};

QTEST_GUILESS_MAIN(tst_Heartbeat)
#include "tst_heartbeat.moc"
