// SPDX-License-Identifier: GPL-3.0-or-later
// The console's own process, on a real API server with a running operator, driven from outside: what it shows is read
// as a screen reader reads it, what a person does comes through assistive technology and the X server's keyboard.
#include "e2e/objects.h"
#include "support/accessibility.h"
#include "support/freeport.h"
#include "support/operatorworld.h"
#include "support/testcase.h"

#include <QTemporaryDir>

#include <csignal>
#include <sys/prctl.h>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace patronus;

namespace {

/// patronus-console as a process with a home folder of its own.
class ConsoleProcess
{
public:
    ConsoleProcess(const AccessibilityBus &bus, const QStringList &arguments) : m_bus(bus)
    {
        QProcessEnvironment environment = bus.environment();
        environment.remove(u"KUBECONFIG"_s);
        environment.insert(u"HOME"_s, m_home.path());
        environment.insert(u"XDG_CONFIG_HOME"_s, m_home.filePath(u"config"_s));
        m_process.setProcessEnvironment(environment);
        m_process.setProcessChannelMode(QProcess::ForwardedChannels);
        m_process.setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGKILL); });
        m_process.start(programPath(u"patronus-console"), arguments);
    }
    ~ConsoleProcess()
    {
        if (m_process.state() != QProcess::NotRunning)
            m_process.kill();
        m_process.waitForFinished();
    }
    Q_DISABLE_COPY_MOVE(ConsoleProcess)

    /// Its first window; waits for it.
    std::optional<Accessible> window()
    {
        std::optional<Accessible> found;
        std::ignore = eventually([&] {
            const auto program = m_bus.program(u"patronus-console"_s);
            const auto windows = program ? m_bus.children(*program) : QList<Accessible>();
            if (!windows.isEmpty())
                found = windows.first();
            return found.has_value();
        });
        return found;
    }
    /// The program; nullopt once it has gone.
    std::optional<Accessible> program() { return m_bus.program(u"patronus-console"_s); }
    /// A widget of any of its windows; waits for it.
    std::optional<Accessible> find(const QString &role, const QString &name = {})
    {
        std::optional<Accessible> found;
        std::ignore = eventually([&] {
            const auto all = program();
            found = all ? m_bus.find(*all, role, name) : std::nullopt;
            return found.has_value();
        });
        if (const auto all = program(); !found)
            qInfo("no %s “%s” in: %s", qPrintable(role), qPrintable(name),
                all ? qPrintable(m_bus.described(*all)) : "nothing: the program does not show itself");
        return found;
    }
    /// Gives the keyboard to a window of this title, as a window manager would.
    static bool focus(const QString &title)
    {
        return eventually([&] {
            return xdotool({u"search"_s, u"--onlyvisible"_s, u"--name"_s, title, u"windowfocus"_s, u"--sync"_s});
        });
    }
    /// Keys as xdotool writes them, to the window that has the keyboard.
    static bool keys(const QStringList &keys) { return xdotool(QStringList{u"key"_s} + keys); }
    static bool write(const QString &text) { return xdotool({u"type"_s, u"--delay"_s, u"20"_s, text}); }
    /// As if the machine slept: the process stands still, its boot clock runs on.
    void setAsleep(bool on) { ::kill(pid_t(m_process.processId()), on ? SIGSTOP : SIGCONT); }
    bool hasEnded() { return m_process.waitForFinished(20'000) && m_process.exitCode() == 0; }

private:
    static bool xdotool(const QStringList &arguments) { return QProcess::execute(u"xdotool"_s, arguments) == 0; }

    const AccessibilityBus &m_bus;
    QTemporaryDir m_home;
    QProcess m_process;
};

} // namespace

/// The desktop's service of notifications: keeps what it is told.
class Notifications : public QObject
{
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.freedesktop.Notifications")

public:
    struct Told {
        quint32 replaces;
        QString summary, body;
    };
    QList<Told> told;

public Q_SLOTS:
    quint32 Notify(const QString & /*program*/, quint32 replaces, const QString & /*icon*/, const QString &summary,
        const QString &body, const QStringList & /*actions*/, const QVariantMap & /*hints*/, int /*expires*/)
    {
        told.append({replaces, summary, body});
        return 7;
    }
};

class TestDesktop : public TestCase
{
    Q_OBJECT

private:
    std::unique_ptr<OperatorWorld> m_world;
    std::unique_ptr<AccessibilityBus> m_bus;

    /// What shows itself and can have the focus, but has no name: nothing that a screen reader could say.
    QStringList nameless(const Accessible &root) const
    {
        QStringList found;
        for (const Accessible &widget : m_bus->showing(root))
            if (m_bus->isFocusable(widget) && m_bus->name(widget).isEmpty())
                found.append(m_bus->role(widget) + u' ' + widget.path);
        return found;
    }
    QString context() const
    {
        return QString::fromUtf8(m_world->plane().kubectl({u"config"_s, u"current-context"_s}).out).trimmed();
    }
    /// The table of the Sites, opened with its key.
    std::optional<Accessible> openSites(ConsoleProcess &console) const
    {
        if (!console.find(u"list"_s, u"Views"_s) || !console.focus(u"patronus-console"_s)
            || !console.keys({u"ctrl+2"_s}))
            return std::nullopt;
        return console.find(u"table"_s, u"Sites"_s);
    }
    /// The row of a table that has this cell; empty: there is none.
    QStringList row(const Accessible &table, const QString &cell) const
    {
        for (int row = 0; row < m_bus->rows(table); ++row)
            if (const QStringList cells = m_bus->row(table, row); cells.contains(cell))
                return cells;
        return {};
    }

private Q_SLOTS:
    void initTestCase()
    {
        auto world = OperatorWorld::start();
        QVERIFY2(world, qPrintable(world.error().message));
        m_world = *std::move(world);
        auto bus = AccessibilityBus::start();
        QVERIFY2(bus, qPrintable(bus.error().message));
        m_bus = *std::move(bus);
    }
    void cleanup() { m_world->clear(); }
    void cleanupTestCase()
    {
        m_bus.reset();
        m_world.reset();
    }

    void aPersonConnectsFiltersOpensAndWatches()
    {
        const quint16 metricsPort = freePort();
        const auto running = m_world->startOperator({u"--reconcile-success-interval=2s"_s,
            u"--leader-election-enabled=true"_s, u"--metrics-port=%1"_s.arg(metricsPort)});
        QVERIFY(m_world->plane().apply(
            SiteManifest{.name = u"hq"_s}.yaml() + SiteManifest{.name = u"branch"_s, .peers = {u"hq"_s}}.yaml()));
        QVERIFY(eventually([&] { return m_world->reasonOf(resources::sites(), u"branch"_s) == "Synced"_L1; }));

        ConsoleProcess console(*m_bus,
            {u"--kubeconfig"_s, m_world->plane().kubeconfig(), u"--metrics-url"_s,
                u"http://127.0.0.1:%1/metrics"_s.arg(metricsPort), u"--operator-log"_s, running->logPath()});

        // Nothing is connected to before somebody says so.
        const auto choose = console.find(u"push button"_s, u"Choose a context"_s);
        QVERIFY(choose);
        QCOMPARE(nameless(*console.window()), QStringList());
        QVERIFY(m_bus->press(*choose));
        const auto connectTo = console.find(u"push button"_s, u"Connect to"_s);
        QVERIFY(connectTo);
        QCOMPARE(nameless(*console.program()), QStringList());
        QVERIFY(m_bus->press(*connectTo));

        // The Sites, by keyboard; a filter; a change that arrives by itself.
        const auto sites = openSites(console);
        QVERIFY(sites);
        QVERIFY(eventually([&] { return row(*sites, u"branch"_s).contains(u"Synced"_s); }));
        QCOMPARE(m_bus->rows(*sites), 2);
        const auto filter = console.find(u"text"_s, u"Filter of Sites"_s);
        QVERIFY(filter);
        QVERIFY(m_bus->type(*filter, u"name:branch"_s));
        QVERIFY(eventually([&] { return m_bus->rows(*sites) == 1; }));
        QVERIFY(m_world->plane().apply(SiteManifest{.name = u"branch"_s, .key = "short"}.yaml()));
        QVERIFY(eventually([&] { return row(*sites, u"branch"_s).contains(u"InvalidSpec"_s); }));
        QCOMPARE(nameless(*console.program()), QStringList());

        // Each view by its key; what takes the focus there has a name.
        for (const QString &key : {u"1"_s, u"2"_s, u"3"_s, u"4"_s, u"5"_s, u"6"_s, u"7"_s}) {
            QVERIFY(console.keys({u"ctrl+"_s + key}));
            QStringList found;
            QVERIFY2(eventually([&] { return (found = nameless(*console.program())).isEmpty(); }, 10s),
                qPrintable(u"view %1: %2"_s.arg(key, found.join(u", "_s))));
        }

        // A chart tells its value.
        QVERIFY(console.keys({u"ctrl+5"_s}));
        const auto chart = console.find(u"panel"_s, u"Reconciles"_s);
        QVERIFY(chart);
        QVERIFY(eventually([&] { return m_bus->description(*chart).contains(u"site success 0."_s); }));

        QVERIFY(console.keys({u"ctrl+q"_s}));
        QVERIFY(console.hasEnded());
    }

    void whatChangesIsToldOnTheDesktopByChoice()
    {
        Notifications notifications;
        QDBusConnection session = m_bus->session();
        QVERIFY(session.registerObject(
            u"/org/freedesktop/Notifications"_s, &notifications, QDBusConnection::ExportAllSlots));
        QVERIFY(session.registerService(u"org.freedesktop.Notifications"_s));
        const auto running = m_world->startOperator({u"--reconcile-success-interval=2s"_s});
        QVERIFY(m_world->plane().apply(SiteManifest{.name = u"told"_s}.yaml()));
        QVERIFY(eventually([&] { return m_world->reasonOf(resources::sites(), u"told"_s) == "Synced"_L1; }));

        ConsoleProcess console(*m_bus, {u"--kubeconfig"_s, m_world->plane().kubeconfig(), u"--context"_s, context()});
        const auto sites = openSites(console);
        QVERIFY(sites);
        QVERIFY(eventually([&] { return row(*sites, u"told"_s).contains(u"Synced"_s); }));
        const auto breakIt = [&] {
            return m_world->plane().apply(SiteManifest{.name = u"told"_s, .key = "short"}.yaml()).has_value();
        };
        const auto mendIt = [&] { return m_world->plane().apply(SiteManifest{.name = u"told"_s}.yaml()).has_value(); };

        QVERIFY(breakIt()); // nobody has asked to be told
        QVERIFY(eventually([&] { return row(*sites, u"told"_s).contains(u"InvalidSpec"_s); }));
        letPass(4s);
        QCOMPARE(notifications.told.size(), 0);

        QVERIFY(console.keys({u"ctrl+k"_s}));
        QVERIFY(console.find(u"dialog"_s, u"Find an action"_s) && console.focus(u"Find an action"_s));
        QVERIFY(console.write(u"Notify me"_s) && console.keys({u"Return"_s}));
        QVERIFY(mendIt());
        QVERIFY(eventually([&] { return notifications.told.size() == 1; }));
        QVERIFY(notifications.told[0].summary.contains(u" · "_s));
        QVERIFY2(notifications.told[0].body.contains(u"Site default/told: Ready, was Failed"_s),
            qPrintable(notifications.told[0].body));
        QCOMPARE(notifications.told[0].replaces, 0U);
        QVERIFY(breakIt());
        QVERIFY(eventually([&] { return notifications.told.size() == 2; }));
        QCOMPARE(notifications.told[1].replaces, 7U);
        session.unregisterService(u"org.freedesktop.Notifications"_s);
    }

    void aSleepIsGotOver()
    {
        const auto running = m_world->startOperator({u"--reconcile-success-interval=2s"_s});
        QVERIFY(m_world->plane().apply(SiteManifest{.name = u"before"_s}.yaml()));
        ConsoleProcess console(*m_bus, {u"--kubeconfig"_s, m_world->plane().kubeconfig(), u"--context"_s, context()});
        const auto sites = openSites(console);
        QVERIFY(sites);
        QVERIFY(eventually([&] { return row(*sites, u"before"_s).contains(u"Synced"_s); }));

        // Meanwhile the world goes on: what the console held to resume from is too old when it comes back (410).
        console.setAsleep(true);
        QVERIFY(m_world->plane().kubectl({u"delete"_s, u"site"_s, u"before"_s}).exitCode == 0);
        QVERIFY(m_world->plane().apply(SiteManifest{.name = u"after"_s}.yaml()));
        QVERIFY(eventually([&] { return m_world->reasonOf(resources::sites(), u"after"_s) == "Synced"_L1; }));
        QVERIFY(m_world->plane().compactEtcd());
        QVERIFY(m_world->plane().restartApiServer());
        console.setAsleep(false);
        QVERIFY(eventually([&] { return row(*sites, u"after"_s).contains(u"Synced"_s); }, 90s));
        QVERIFY(row(*sites, u"before"_s).isEmpty());
        QVERIFY(console.find(u"label"_s, u"● live"_s));
    }
};

QTEST_GUILESS_MAIN(TestDesktop)
#include "tst_desktop.moc"
