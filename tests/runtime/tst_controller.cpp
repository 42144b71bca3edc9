// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics.h"
#include "runtime/controller.h"
#include "support/manualclock.h"
#include "support/testcase.h"

#include <QJsonArray>
#include <QRegularExpression>

#include <coroutine>
#include <map>
#include <stdexcept>

using namespace patronus;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

Object site(const QString &name, const QJsonObject &metadata = {}, const QJsonObject &status = {})
{
    static int version = 0;
    QJsonObject all{{u"name"_s, name}, {u"namespace"_s, u"ns"_s}, {u"uid"_s, u"u-"_s + name}, {u"generation"_s, 1},
        {u"resourceVersion"_s, QString::number(++version)}};
    for (auto it = metadata.begin(); it != metadata.end(); ++it)
        all.insert(it.key(), it.value());
    return Object({{u"metadata"_s, all}, {u"status"_s, status}});
}

ObjectKey key(const QString &name)
{
    return {u"ns"_s, name};
}

/// A reconciler that writes down its runs and ends them when, and as, the test says.
class Script : public Reconciler
{
public:
    Task<Result> reconcile(ObjectKey k, std::stop_token stop) override
    {
        runs += k.name;
        most = std::max(most, ++active);
        twice = twice || running.contains(k);
        running.insert(k);
        if (held)
            co_await Hold{*this, k, stop};
        running.remove(k);
        --active;
        if (stop.stop_requested())
            co_return std::unexpected(Error{Error::Kind::Cancelled, u"stopped"_s});
        if (throws)
            throw std::runtime_error("out of range");
        co_return std::as_const(outcome); // QCoro would move out of the member
    }

    void let(const QString &name)
    {
        if (const auto handle = std::exchange(waiting[key(name)], nullptr))
            handle.resume();
    }
    QStringList take() { return std::exchange(runs, {}); }

    Expected<Result> outcome = Result{};
    bool throws = false;
    bool held = false; ///< each run waits for let() or stop
    bool twice = false; ///< one key was run by two at once
    int most = 0; ///< at once
    QStringList runs;

private:
    struct Hold {
        Script &script;
        ObjectKey k;
        std::stop_token stop;
        std::function<void()> wake = {};
        std::optional<std::stop_callback<std::function<void()>>> onStop = {};

        bool await_ready() const { return stop.stop_requested(); }
        void await_suspend(std::coroutine_handle<> handle)
        {
            script.waiting[k] = handle;
            onStop.emplace(stop, [s = &script, name = k.name] { s->let(name); });
        }
        void await_resume() const { }
    };

    int active = 0;
    QSet<ObjectKey> running;
    std::map<ObjectKey, std::coroutine_handle<>> waiting;
};

/// A controller with all that it needs.
struct Rig {
    explicit Rig(int concurrency = 4)
        : controller(
              {.name = u"site"_s, .concurrency = concurrency, .backoff = {.first = 1s, .most = 60s, .jitter = 0}},
              store, script, clock, metrics)
    {
    }

    /// Fills the store as a first list does, and starts.
    void start(const QStringList &names = {})
    {
        store.addFeed();
        store.beginReplace();
        for (const QString &name : names)
            store.upsert(site(name));
        store.endReplace();
        controller.start();
        clock.advance(0s);
    }
    /// Lets all that is due run: a turn of the event loop begins only some.
    void runDue()
    {
        while (controller.queue().depth() > 0)
            QCoreApplication::processEvents();
    }
    double counter(const std::string &name, MetricLabels labels = {})
    {
        labels.emplace("controller", "site");
        return metrics.counter(name, "", labels).value();
    }
    double gauge(const std::string &name) { return metrics.gauge(name, "", {{"controller", "site"}}).value(); }

    ManualClock clock;
    Metrics metrics;
    Store store;
    Script script;
    Controller controller;
};

Error error(Error::Kind kind, const char *type = "", std::optional<std::chrono::seconds> retryAfter = {})
{
    return {.kind = kind, .message = u"no luck"_s, .retryAfter = retryAfter, .metricType = type};
}

void expectFailure(bool retried = true)
{
    QTest::ignoreMessage(QtCriticalMsg,
        QRegularExpression(u"^failed, %1: .*controller=site object=ns/hq reconcileID="_s.arg(
            retried ? u"will be tried again"_s : u"waits until that is mended"_s)));
}

} // namespace

class tst_Controller : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void nothingRunsBeforeStart()
    {
        Rig rig;
        rig.store.upsert(site(u"hq"_s));
        rig.controller.wake(key(u"hq"_s), WorkQueue::Class::Urgent);
        rig.clock.advance(1min);
        QCOMPARE(rig.script.take(), QStringList());
        rig.start({u"hq"_s, u"branch"_s});
        QStringList runs = rig.script.take();
        runs.sort();
        QCOMPARE(runs, (QStringList{u"branch"_s, u"hq"_s}));
    }

    void whatWasWokenBeforeTheStartRunsAfterIt()
    {
        Rig rig;
        rig.store.upsert(site(u"hq"_s));
        rig.controller.wake(key(u"hq"_s), WorkQueue::Class::Urgent);
        rig.clock.advance(1s); // it has become due, and nobody was there to hear it
        rig.start({u"hq"_s});
        QCOMPARE(rig.script.take(), QStringList{u"hq"_s});
    }

    void onlyWhatAReconcilerDecidesByWakes_data()
    {
        QTest::addColumn<QJsonObject>("metadata");
        QTest::addColumn<QJsonObject>("status");
        QTest::addColumn<bool>("wakes");
        const auto row = [](const char *name, const QJsonObject &metadata, bool wakes, const QJsonObject &status = {}) {
            QTest::newRow(name) << metadata << status << wakes;
        };
        row("only a newer version", {}, false);
        row("status", {}, false, {{u"phase"_s, u"Active"_s}});
        row("labels", {{u"labels"_s, QJsonObject{{u"a"_s, u"b"_s}}}}, false);
        row("managed fields", {{u"managedFields"_s, QJsonArray{1}}}, false);
        row("generation", {{u"generation"_s, 2}}, true);
        row("finalizers", {{u"finalizers"_s, QJsonArray{u"a/b"_s}}}, true);
        row("annotations", {{u"annotations"_s, QJsonObject{{u"a"_s, u"b"_s}}}}, true);
        row("deletion", {{u"deletionTimestamp"_s, u"2026-01-01T00:00:00Z"_s}}, true);
        row("another object of that name", {{u"uid"_s, u"new"_s}}, true);
    }
    void onlyWhatAReconcilerDecidesByWakes()
    {
        QFETCH(const QJsonObject, metadata);
        QFETCH(const QJsonObject, status);
        QFETCH(const bool, wakes);
        Rig rig;
        rig.start({u"hq"_s});
        QCOMPARE(rig.script.take(), QStringList{u"hq"_s});
        rig.store.upsert(site(u"hq"_s, metadata, status));
        rig.clock.advance(0s);
        QCOMPARE(rig.script.take(), wakes ? QStringList{u"hq"_s} : QStringList());
    }

    void aChangeGoesBeforeTheFirstList()
    {
        Rig rig(1);
        rig.script.held = true;
        rig.start({u"a"_s, u"b"_s, u"c"_s});
        const QString first = rig.script.take().value(0);
        rig.store.upsert(site(u"new"_s));
        rig.script.let(first);
        rig.clock.advance(0s);
        QCOMPARE(rig.script.take(), QStringList{u"new"_s});
        rig.script.let(u"new"_s);
    }

    void whatComesWithAFirstListIsRoutine()
    {
        Rig rig(1);
        rig.script.held = true;
        rig.store.addFeed(u"ns"_s);
        rig.store.addFeed(u"other"_s); // never listed: the store is not synced
        rig.controller.start();
        rig.store.upsert(site(u"first"_s));
        rig.clock.advance(0s);
        rig.store.upsert(site(u"second"_s));
        rig.controller.wake(key(u"third"_s), WorkQueue::Class::Urgent);
        rig.script.let(u"first"_s);
        rig.clock.advance(0s);
        QCOMPARE(rig.script.take(), (QStringList{u"first"_s, u"third"_s}));
    }

    void aRemovalWakesOnceMoreAndForgetsTheFailures()
    {
        Rig rig;
        rig.script.outcome = std::unexpected(error(Error::Kind::Unreachable));
        expectFailure();
        rig.start({u"hq"_s});
        QCOMPARE(rig.controller.queue().failures(key(u"hq"_s)), 1);
        rig.script.outcome = Result{};
        rig.store.remove(key(u"hq"_s));
        rig.clock.advance(0s);
        QCOMPARE(rig.script.take(), (QStringList{u"hq"_s, u"hq"_s}));
        rig.clock.advance(1h);
        QCOMPARE(rig.script.take(), QStringList());
        QCOMPARE(rig.controller.queue().waiting(), 0);
    }

    void atMostSoManyRunAtOnceAndOneAKey()
    {
        Rig rig(3);
        rig.script.held = true;
        rig.start({u"a"_s, u"b"_s, u"c"_s, u"d"_s, u"e"_s});
        QCOMPARE(rig.script.runs.size(), 3);
        QCOMPARE(rig.gauge("controller_runtime_active_workers"), 3);
        QCOMPARE(rig.gauge("controller_runtime_max_concurrent_reconciles"), 3);
        for (int i = 0; i < 20; ++i) {
            for (const char16_t *name : {u"a", u"b", u"c", u"d", u"e"})
                rig.controller.wake(key(QString(name)), WorkQueue::Class::Urgent);
            rig.clock.advance(0s);
            rig.script.let(rig.script.runs.at(i));
        }
        QCOMPARE(rig.script.most, 3);
        QVERIFY(!rig.script.twice);
        for (const char16_t *name : {u"a", u"b", u"c", u"d", u"e"})
            QVERIFY(rig.script.runs.count(QString(name)) >= 3);
    }

    void aChangeDuringARunMakesOneMoreRun()
    {
        Rig rig;
        rig.script.held = true;
        rig.start({u"hq"_s});
        rig.store.upsert(site(u"hq"_s, {{u"generation"_s, 2}}));
        rig.store.upsert(site(u"hq"_s, {{u"generation"_s, 3}}));
        rig.clock.advance(1s);
        QCOMPARE(rig.script.runs.size(), 1);
        rig.script.let(u"hq"_s);
        rig.clock.advance(0s);
        QCOMPARE(rig.script.runs.size(), 2);
        rig.script.let(u"hq"_s);
        rig.clock.advance(1h);
        QCOMPARE(rig.script.runs.size(), 2);
    }

    void convergedComesAgainWithinTheLastTenthOfItsTime()
    {
        Rig rig;
        rig.script.outcome = Result{.again = 300s};
        QStringList names;
        for (int i = 0; i < 100; ++i)
            names += QString::number(i);
        rig.start(names);
        rig.runDue();
        QCOMPARE(rig.script.take().size(), 100);
        rig.clock.advance(270s - 1ns);
        QCOMPARE(rig.script.take().size(), 0);
        rig.clock.advance(15s);
        rig.runDue();
        const qsizetype half = rig.script.take().size();
        QVERIFY2(half > 20 && half < 80, qPrintable(QString::number(half)));
        rig.clock.advance(15s + 1ns);
        rig.runDue();
        QCOMPARE(half + rig.script.take().size(), 100);
        QCOMPARE(rig.counter("controller_runtime_reconcile_total", {{"result", "requeue_after"}}), 200);
        QCOMPARE(rig.counter("patronus_operator_reconcile_total", {{"result", "success"}}), 200);
    }

    void convergedWithoutATimeComesOnlyWhenWoken()
    {
        Rig rig;
        rig.start({u"hq"_s});
        rig.clock.advance(24h);
        QCOMPARE(rig.script.take(), QStringList{u"hq"_s});
        QCOMPARE(rig.counter("controller_runtime_reconcile_total", {{"result", "success"}}), 1);
    }

    void errors_data()
    {
        QTest::addColumn<Error>("failure");
        QTest::addColumn<std::chrono::seconds>("atLeast");
        QTest::addColumn<std::chrono::seconds>("atMost");
        QTest::addColumn<QByteArray>("result");
        QTest::addColumn<QByteArray>("type");
        using enum Error::Kind;
        QTest::newRow("retryable: the backoff")
            << error(Unreachable, "api_unreachable") << 1s << 1s << "error"_ba << "api_unreachable"_ba;
        QTest::newRow("the server's wish")
            << error(Throttled, "rate_limited", 20s) << 20s << 20s << "error"_ba << "rate_limited"_ba;
        QTest::newRow("not retryable: the error interval")
            << error(Invalid, "validation_failed") << 54s << 60s << "error"_ba << "validation_failed"_ba;
        QTest::newRow("not retryable, with a wish")
            << error(Forbidden, "", 100s) << 100s << 100s << "error"_ba << "kubernetes_error"_ba;
        QTest::newRow("refused: leadership is lost")
            << error(WriteRefused) << 54s << 60s << "error"_ba << "kubernetes_error"_ba;
    }
    void errors()
    {
        QFETCH(const Error, failure);
        QFETCH(const std::chrono::seconds, atLeast);
        QFETCH(const std::chrono::seconds, atMost);
        QFETCH(const QByteArray, result);
        QFETCH(const QByteArray, type);
        Rig rig;
        QCOMPARE(rig.counter("patronus_operator_reconcile_errors_total", {{"error_type", type.toStdString()}}), 0);
        rig.script.outcome = std::unexpected(failure);
        expectFailure(failure.isRetryable());
        rig.start({u"hq"_s});
        QCOMPARE(rig.script.take().size(), 1);
        QCOMPARE(rig.counter("patronus_operator_reconcile_total", {{"result", result.toStdString()}}), 1);
        QCOMPARE(rig.counter("patronus_operator_reconcile_errors_total", {{"error_type", type.toStdString()}}), 1);
        QCOMPARE(rig.counter("controller_runtime_reconcile_total", {{"result", "error"}}), 1);
        QCOMPARE(rig.counter("controller_runtime_reconcile_errors_total"), 1);
        QCOMPARE(rig.counter("controller_runtime_terminal_reconcile_errors_total"), failure.isRetryable() ? 0 : 1);

        rig.script.outcome = Result{};
        rig.clock.advance(atLeast - 1ns);
        QCOMPARE(rig.script.take().size(), 0);
        rig.clock.advance(atMost - atLeast + 1ns);
        QCOMPARE(rig.script.take().size(), 1);
    }

    void aConflictIsNoErrorToUs()
    {
        Rig rig;
        rig.script.outcome = std::unexpected(error(Error::Kind::Conflict));
        rig.start({u"hq"_s}); // no warning either
        QCOMPARE(rig.counter("patronus_operator_reconcile_total", {{"result", "requeue"}}), 1);
        QCOMPARE(rig.counter("patronus_operator_reconcile_total", {{"result", "error"}}), 0);
        rig.script.outcome = Result{};
        rig.clock.advance(1s);
        QCOMPARE(rig.script.take().size(), 2);
    }

    void theBackoffGrowsToTheErrorIntervalAndNoFurther()
    {
        Rig rig;
        rig.script.outcome = std::unexpected(error(Error::Kind::Server));
        expectFailure(); // once: the same failure is not told again
        rig.start({u"hq"_s});
        rig.clock.advance(1s + 2s + 4s + 8s + 16s + 32s);
        QCOMPARE(rig.script.take().size(), 7);
        rig.clock.advance(10min);
        QCOMPARE(rig.script.take().size(), 10);
    }

    void theLogTellsWhatIsNew()
    {
        Rig rig;
        rig.script.outcome = std::unexpected(error(Error::Kind::Server, "api_error"));
        expectFailure();
        rig.start({u"hq"_s});
        rig.clock.advance(1s);
        rig.script.outcome = std::unexpected(error(Error::Kind::Unreachable, "api_unreachable"));
        expectFailure(); // another kind of failure
        rig.clock.advance(2s);
        rig.script.outcome = Result{.again = 1s};
        QTest::ignoreMessage(QtInfoMsg,
            QRegularExpression(u"^succeeds again controller=site object=ns/hq reconcileID=[0-9a-f-]{36} seconds="_s));
        rig.clock.advance(4s);
        QVERIFY(rig.script.take().size() >= 4);
    }

    void whatAReconcilerThrowsIsAnError()
    {
        Rig rig;
        rig.script.throws = true;
        QTest::ignoreMessage(QtCriticalMsg, QRegularExpression(u"the reconciler threw an exception: out of range"_s));
        rig.start({u"hq"_s});
        QCOMPARE(rig.counter("controller_runtime_reconcile_panics_total"), 1);
        QCOMPARE(rig.gauge("controller_runtime_active_workers"), 0);
        rig.script.throws = false;
        rig.clock.advance(1s);
        QCOMPARE(rig.script.take().size(), 2);
    }

    void durationsAreObserved()
    {
        Rig rig;
        rig.script.held = true;
        rig.start({u"hq"_s});
        rig.clock.advance(700ms);
        rig.script.let(u"hq"_s);
        const std::string text = rig.metrics.text();
        for (const char *line :
            {"patronus_operator_reconcile_duration_seconds_bucket{controller=\"site\",le=\"0.5\"} 0",
                "patronus_operator_reconcile_duration_seconds_bucket{controller=\"site\",le=\"1\"} 1",
                "controller_runtime_reconcile_time_seconds_bucket{controller=\"site\",le=\"0.6\"} 0",
                "controller_runtime_reconcile_time_seconds_bucket{controller=\"site\",le=\"0.7\"} 1"})
            QVERIFY2(text.find(line) != std::string::npos, text.c_str());
    }

    void theTimeOfAChangeGoesOnUntilAReconcileSucceeds()
    {
        Rig rig;
        rig.start({u"hq"_s}); // what is there at the start is no change
        const auto changed = [&](const char *series) {
            return rig.metrics.text().contains(
                "patronus_operator_change_duration_seconds_" + std::string(series) + '\n');
        };
        QVERIFY(changed("count{controller=\"site\"} 0"));
        rig.script.outcome = std::unexpected(Error{Error::Kind::Server, u"down"_s});
        QTest::ignoreMessage(QtCriticalMsg, QRegularExpression(u"^failed"_s));
        rig.store.upsert(site(u"new"_s));
        rig.clock.advance(0s);
        rig.script.outcome = Result{};
        QTest::ignoreMessage(QtInfoMsg, QRegularExpression(u"^succeeds again"_s));
        rig.clock.advance(1s); // the backoff
        QVERIFY(changed("bucket{controller=\"site\",le=\"0.1\"} 0"));
        QVERIFY(changed("bucket{controller=\"site\",le=\"1\"} 1"));
    }

    void manyThatNeverWaitLetTheEventLoopRun()
    {
        Rig rig(2);
        QStringList names;
        for (int i = 0; i < 50; ++i)
            names += QString::number(i);
        qsizetype seen = -1;
        rig.store.addFeed();
        for (const QString &name : std::as_const(names))
            rig.store.upsert(site(name));
        rig.store.endReplace();
        rig.controller.start();
        connect(&rig.controller.queue(), &WorkQueue::due, &rig.controller, [&] {
            if (seen < 0)
                seen = rig.script.runs.size(); // what one turn of the event loop has done
        });
        rig.clock.advance(0s);
        QCOMPARE(seen, 2);
        rig.runDue();
        QCOMPARE(rig.script.take().size(), 50);
    }

    void stopCancelsAndWaits()
    {
        Rig rig;
        rig.script.held = true;
        rig.start({u"a"_s, u"b"_s});
        bool ended = false;
        rig.controller.stop().then([&](const Expected<void> &) { ended = true; });
        QVERIFY(ended);
        QCOMPARE(rig.gauge("controller_runtime_active_workers"), 0);
        QCOMPARE(rig.counter("patronus_operator_reconcile_total", {{"result", "error"}}), 0);
        rig.script.take();
        rig.store.upsert(site(u"c"_s));
        rig.controller.wake(key(u"a"_s), WorkQueue::Class::Urgent);
        rig.controller.start();
        rig.clock.advance(1h);
        QCOMPARE(rig.script.take(), QStringList());
    }

    void withGraceWhatRunsMayFinish()
    {
        Rig rig(1);
        rig.script.held = true;
        rig.start({u"a"_s});
        rig.controller.wake(key(u"b"_s), WorkQueue::Class::Urgent);
        bool ended = false;
        rig.controller.stop(10s).then([&](const Expected<void> &) { ended = true; });
        rig.clock.advance(9s);
        QVERIFY(!ended);
        rig.script.let(u"a"_s);
        QVERIFY(ended);
        QCOMPARE(rig.counter("patronus_operator_reconcile_total", {{"result", "success"}}), 1);
        rig.clock.advance(1h);
        QCOMPARE(rig.script.take(), QStringList{u"a"_s}); // no new work
    }

    void afterTheGraceWhatRunsIsCancelled()
    {
        Rig rig;
        rig.script.held = true;
        rig.start({u"a"_s});
        bool ended = false;
        rig.controller.stop(10s).then([&](const Expected<void> &) { ended = true; });
        rig.clock.advance(10s - 1ns);
        QVERIFY(!ended);
        rig.clock.advance(1ns);
        QVERIFY(ended);
    }

    void aShorterGraceCutsTheFirstOneShort()
    {
        Rig rig;
        rig.script.held = true;
        rig.start({u"a"_s});
        int ended = 0;
        rig.controller.stop(10s).then([&](const Expected<void> &) { ++ended; });
        rig.controller.stop(20s).then([&](const Expected<void> &) { ++ended; });
        QCOMPARE(ended, 0);
        rig.controller.stop().then([&](const Expected<void> &) { ++ended; });
        QCOMPARE(ended, 3);
    }

    void aControllerMayBeDestroyedByWhoeverWaitedForItsStop()
    {
        ManualClock clock;
        Metrics metrics;
        Store store;
        Script script;
        script.held = true;
        store.upsert(site(u"a"_s));
        auto controller
            = std::make_unique<Controller>(Controller::Settings{.name = u"site"_s}, store, script, clock, metrics);
        controller->start();
        clock.advance(0s);
        QCOMPARE(script.take(), QStringList{u"a"_s});
        controller->stop(10s).then([&](const Expected<void> &) { controller.reset(); });
        clock.advance(10s);
        QVERIFY(!controller);
    }

    void allLabelValuesStandAtZero()
    {
        Rig rig;
        const std::string text = rig.metrics.text();
        for (const char *type : {"validation_failed", "name_conflict", "reference_missing", "api_error",
                 "api_unreachable", "rate_limited", "unauthorized", "kubernetes_error", "deletion_failed"}) {
            const std::string line = "patronus_operator_reconcile_errors_total{controller=\"site\",error_type=\""
                + std::string(type) + "\"} 0";
            QVERIFY2(text.find(line) != std::string::npos, type);
        }
        for (const char *result : {"success", "error", "requeue"})
            QVERIFY2(text.find("patronus_operator_reconcile_total{controller=\"site\",result=\"" + std::string(result)
                         + "\"} 0")
                    != std::string::npos,
                result);
    }
};

QTEST_GUILESS_MAIN(tst_Controller)
#include "tst_controller.moc"
