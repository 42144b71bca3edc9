// SPDX-License-Identifier: GPL-3.0-or-later
#include "sdwan/sweeper.h"
#include "support/manualclock.h"
#include "support/testcase.h"

#include <QSignalSpy>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace patronus;

/// An API that holds nothing, and answers or not.
class EmptyApi : public PatronusClient
{
public:
    Task<QJsonObject> put(RemoteKind, QString, QJsonObject, std::stop_token) override { co_return down(); }
    Task<void> remove(RemoteKind, QString, std::stop_token) override { co_return down(); }
    Task<RemoteHealth> health(std::stop_token) override { co_return down(); }
    Task<RemotePage<QJsonObject>> list(RemoteKind, int, qint64, std::stop_token) override
    {
        return page<QJsonObject>();
    }
    Task<RemotePage<RemotePath>> paths(int, qint64, std::stop_token) override { return page<RemotePath>(); }
    Task<RemotePage<TrafficStats>> trafficStats(QDate, int, qint64, std::stop_token) override
    {
        return page<TrafficStats>();
    }

    bool isUp = true;

private:
    static std::unexpected<Error> down() { return std::unexpected(Error{Error::Kind::Unreachable, u"refused"_s}); }
    template <typename T> Task<RemotePage<T>> page() const
    {
        if (!isUp)
            co_return down();
        co_return RemotePage<T>{.items = {}, .total = 0};
    }
};

class TestSweeper : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void init() override { } // each failed sweep warns, and how many there are is not what is tested

    void whatWaitsIsToldOnceThatTheApiIsRead()
    {
        World world;
        world.sweeper.start();
        QCOMPARE(world.settled.size(), 1);
        world.clock.advance(20min); // several sweeps, none of them news
        QCOMPARE(world.settled.size(), 1);
    }

    /// Without the first, every object reconciled before the sweep failed would stay silent for as long as it fails.
    void whatWaitsIsToldThatTheApiCannotBeReadAtStartAndThatItCanAgain()
    {
        World world;
        world.api.isUp = false;
        world.sweeper.start();
        QCOMPARE(world.settled.size(), 1);
        world.clock.advance(8s); // failures in a row are told once
        QCOMPARE(world.settled.size(), 1);
        world.api.isUp = true;
        world.clock.advance(1min);
        QCOMPARE(world.settled.size(), 2);
    }

    void afterTheApiWasReadAFailureAsksForNothing()
    {
        World world;
        world.sweeper.start();
        world.api.isUp = false;
        world.clock.advance(5min);
        QCOMPARE(world.settled.size(), 1);
        world.api.isUp = true;
        world.clock.advance(1min);
        QCOMPARE(world.settled.size(), 2);
    }

private:
    struct World {
        ManualClock clock;
        EmptyApi api;
        Inventory inventory{api};
        Telemetry telemetry{api, inventory, clock};
        Sweeper sweeper{inventory, telemetry, clock, Sweeper::Intervals(), [](int) { return 0ms; }};
        QSignalSpy settled{&sweeper, &Sweeper::inventorySettled};
    };
};

QTEST_GUILESS_MAIN(TestSweeper)
#include "tst_sweeper.moc"
