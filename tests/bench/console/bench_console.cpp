// SPDX-License-Identifier: GPL-3.0-or-later
// The console with many objects: bench_console [--real] [SITES [POLICIES [UPDATES_A_SECOND [SECONDS]]]], by default
// 10,000, 10,000, 1,000 and 30, of a LargeCluster in another process. With --real: of a real API server, filled and
// changed by another process as fast as it can. kubectl beside it on the same data, and k9s if the
// environment says where it is (K9S).
#include "app/console/console.h"
#include "bench/console/largecluster.h"
#include "bench/console/load.h"
#include "bench/measure.h"
#include "support/controlplane.h"
#include "support/testsettings.h"
#include "ui/objectview.h"
#include "ui/theme.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QLocale>
#include <QProcess>
#include <QRegularExpression>
#include <QScrollBar>
#include <QTableView>
#include <QTemporaryDir>

using namespace Qt::StringLiterals;
using namespace patronus;
using Resource = ClusterModel::Resource;

namespace {

struct Numbers {
    bool isReal = false;
    int sites = 10'000, policies = 10'000, updates = 1'000, seconds = 30;
};

void waitFor(const std::function<bool()> &isDone)
{
    QTimer waking; // so that it is looked at while nothing comes
    waking.start(20);
    while (!isDone())
        QCoreApplication::processEvents(QEventLoop::AllEvents | QEventLoop::WaitForMoreEvents);
}

/// This program in another process, until it ends.
void runOther(const QStringList &arguments)
{
    QProcess process;
    process.setProcessChannelMode(QProcess::ForwardedChannels);
    std::fflush(stdout);
    process.start(QCoreApplication::applicationFilePath(), arguments);
    waitFor([&] { return process.state() == QProcess::NotRunning; });
    if (process.exitCode() != 0)
        std::exit(1);
}

/// The cluster, filled, and who changes it.
class Target
{
public:
    explicit Target(const Numbers &numbers) : m_numbers(numbers)
    {
        const auto text = [](int number) { return QString::number(number); };
        if (numbers.isReal) {
            auto plane = ControlPlane::start();
            if (!plane)
                qFatal("%s", qPrintable(plane.error().message));
            m_plane = *std::move(plane);
            m_kubeconfig = m_plane->kubeconfig();
            runOther({u"--fill"_s, m_kubeconfig, text(numbers.sites), text(numbers.policies)});
            return;
        }
        m_server.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        m_server.start(
            QCoreApplication::applicationFilePath(), {u"--serve"_s, text(numbers.sites), text(numbers.policies)});
        QFile file(m_folder.filePath(u"kubeconfig"_s));
        if (!file.open(QIODevice::WriteOnly))
            qFatal("%s", qPrintable(file.errorString()));
        file.write("{apiVersion: v1, kind: Config, current-context: bench, contexts: [{name: bench, context: {cluster: "
                   "bench, user: bench}}], users: [{name: bench}], clusters: [{name: bench, cluster: {server: '"
            + line() + "'}}]}\n");
        m_kubeconfig = file.fileName();
    }
    ~Target()
    {
        m_server.closeWriteChannel();
        m_server.waitForFinished();
    }
    Q_DISABLE_COPY_MOVE(Target)

    [[nodiscard]] QString kubeconfig() const { return m_kubeconfig; }
    [[nodiscard]] const ControlPlane *plane() const { return m_plane.get(); } ///< null: not real
    void update()
    {
        const auto text = [](int number) { return QString::number(number); };
        if (m_numbers.isReal) {
            runOther(
                {u"--update"_s, m_kubeconfig, text(m_numbers.sites), text(m_numbers.updates), text(m_numbers.seconds)});
            return;
        }
        m_server.write(qPrintable(u"%1 %2\n"_s.arg(m_numbers.updates).arg(m_numbers.seconds)));
        std::printf("%s updates told in %d s\n", line().constData(), m_numbers.seconds);
    }

private:
    QByteArray line()
    {
        waitFor([this] { return m_server.canReadLine() || m_server.state() == QProcess::NotRunning; });
        return m_server.readLine().trimmed();
    }

    const Numbers m_numbers;
    const QTemporaryDir m_folder;
    std::unique_ptr<ControlPlane> m_plane;
    QProcess m_server;
    QString m_kubeconfig;
};

double ownMilliseconds(const std::function<void()> &work)
{
    QElapsedTimer timer;
    timer.start();
    work();
    return double(timer.nsecsElapsed()) / 1e6;
}

/// What a person types, letter by letter, with what it shows painted each time.
void filter(ObjectView &view)
{
    for (const QString &text : {u"branch-0012"_s, u"label:region=region-3"_s, u"phase:failed"_s, u"City 77"_s}) {
        std::vector<double> times;
        for (qsizetype typed = 1; typed <= text.size(); ++typed)
            times.push_back(ownMilliseconds([&] {
                view.setFilter(text.first(typed));
                view.repaint();
            }));
        std::printf("  %-24s %6d rows   ", qPrintable(text), view.rows().rowCount());
        printTimes("typed, each letter:", times);
        times.clear();
        for (int i = 0; i < 5; ++i) {
            view.setFilter(text);
            times.push_back(ownMilliseconds([&] {
                view.setFilter({});
                view.repaint();
            }));
        }
        std::printf("  %-24s %6d rows   ", "(cleared)", view.rows().rowCount());
        printTimes("five times:", times);
    }
}

/// A person who goes on typing filters, while other things happen: until it goes.
class Typist
{
public:
    explicit Typist(ObjectView &view) : m_view(view)
    {
        QObject::connect(&m_timer, &QTimer::timeout, &m_timer, [this] { type(); });
        m_timer.start(150);
    }
    void print() { printTimes("typed meanwhile, each letter:", m_times); }

private:
    void type()
    {
        static const QString text = u"label:region=region-3 -ready"_s;
        m_typed = (m_typed + 1) % (text.size() + 1); // and then all is deleted
        m_times.push_back(ownMilliseconds([this] {
            m_view.setFilter(text.first(m_typed));
            m_view.repaint();
        }));
    }

    ObjectView &m_view;
    QTimer m_timer;
    qsizetype m_typed = 0;
    std::vector<double> m_times;
};

void scroll(ObjectView &view)
{
    auto &bar = *view.findChild<QTableView *>()->verticalScrollBar();
    std::vector<double> times;
    for (int step = 0; step <= 100; ++step)
        times.push_back(ownMilliseconds([&] {
            bar.setValue(int(qint64(bar.maximum()) * step / 100));
            view.repaint();
        }));
    printTimes("a hundred jumps through the table:", times);
}

/// A figure of /proc/PID/status (proc(5)).
double statusMiB(qint64 pid, const char *name)
{
    QFile file(u"/proc/%1/status"_s.arg(pid));
    if (file.open(QIODevice::ReadOnly))
        for (const QByteArray &line : file.readAll().split('\n'))
            if (line.startsWith(name))
                return line.simplified().split(' ').value(1).toDouble() / 1024;
    return 0;
}

/// kubectl with a list that it follows, until all of it is there.
void kubectlBeside(const ControlPlane &plane, int objects)
{
    const QString kubectl = QString::fromUtf8(plane.shell(u"command -v kubectl"_s).out).trimmed();
    QProcess process;
    QElapsedTimer timer;
    timer.start();
    process.start(
        kubectl, {u"--kubeconfig"_s, plane.kubeconfig(), u"get"_s, u"sites.sdwan.patronus.dev"_s, u"-A"_s, u"-w"_s});
    qsizetype lines = 0;
    waitFor([&] { return (lines += process.readAllStandardOutput().count('\n')) > objects; });
    std::printf("kubectl get sites -A -w: all lines after %.2f s, %.0f MiB at most\n", double(timer.elapsed()) / 1000,
        statusMiB(process.processId(), "VmHWM:"));
    process.kill();
    process.waitForFinished();
}

/// k9s at a terminal, until its title counts all Sites. @p program is its path.
void k9sBeside(const QString &program, const ControlPlane &plane, int objects)
{
    QProcess process;
    QElapsedTimer timer;
    timer.start();
    process.start(u"script"_s,
        {u"-qfec"_s,
            u"stty cols 200 rows 50; TERM=xterm-256color exec %1 --kubeconfig %2 --readonly --all-namespaces --command "
            "sites.sdwan.patronus.dev"_s.arg(program, plane.kubeconfig()),
            u"/dev/null"_s});
    static const QRegularExpression escapes(u"\x1b(\\[[0-9;?]*[a-zA-Z]|[()][A-Z0-9])"_s);
    QString screen;
    waitFor([&] {
        screen += QString::fromUtf8(process.readAllStandardOutput()).remove(escapes);
        return screen.contains(u'[' + QLocale(QLocale::English).toString(objects) + u']') || timer.elapsed() > 60'000;
    });
    const double took = double(timer.elapsed()) / 1000;
    QFile children(u"/proc/%1/task/%1/children"_s.arg(process.processId()));
    const qint64 pid = children.open(QIODevice::ReadOnly) ? children.readAll().trimmed().toLongLong() : 0;
    std::printf("k9s: all Sites after %.2f s, %.0f MiB at most\n", took, statusMiB(pid, "VmHWM:"));
    process.terminate();
    process.waitForFinished();
}

int measure(const Numbers &numbers)
{
    const TestSettings settings;
    QApplication::setApplicationName(u"bench"_s);
    theme::apply(theme::Scheme::Light);
    Target target(numbers);
    if (target.plane()) {
        kubectlBeside(*target.plane(), numbers.sites);
        if (const QString k9s = qEnvironmentVariable("K9S"); !k9s.isEmpty())
            k9sBeside(k9s, *target.plane(), numbers.sites);
    }
    const QString kubeconfig = target.kubeconfig();

    SystemClock clock;
    Stalls stalls;
    Console console({.kubeconfig = kubeconfig}, clock);
    console.start();
    waitFor([&] { return console.window().isActiveWindow() || console.window().isVisible(); });
    const double before = residentMiB();
    stalls.start();
    QElapsedTimer timer;
    timer.start();
    const auto key = Kubeconfig::load({kubeconfig}).value().currentContext();
    console.windows().front()->connectTo({.name = key, .scope = {}});
    if (!console.session()) {
        std::fprintf(stderr, "%s\n", qPrintable(console.window().problem()));
        return 1;
    }
    ClusterPage &page = *console.window().page();
    page.showView(ClusterPage::View::Sites);
    ObjectView &sites = page.objects(Resource::Sites);
    const auto rows = [&](Resource resource) { return page.objects(resource).rows().rowCount(); };
    waitFor([&] { return rows(Resource::Sites) > 0; });
    std::printf("first rows %.2f s after connecting\n", double(timer.elapsed()) / 1000);
    waitFor([&] { return rows(Resource::Sites) == numbers.sites; });
    sites.repaint();
    std::printf("all Sites %.2f s after connecting\n", double(timer.elapsed()) / 1000);
    waitFor([&] { return rows(Resource::Policies) == numbers.policies; });
    std::printf("all Policies too %.2f s after connecting\n", double(timer.elapsed()) / 1000);
    std::printf("memory: %.0f MiB before connecting, %.0f MiB now, %.0f MiB of that its own\n", before, residentMiB(),
        statusMiB(QCoreApplication::applicationPid(), "RssAnon:"));
    stalls.stop();
    stalls.print();

    scroll(sites);
    filter(sites);

    if (numbers.updates > 0) {
        const double cpu = cpuSeconds(CLOCK_PROCESS_CPUTIME_ID);
        page.select(Resource::Sites, sites.rows().index(0, 0).data(KeyRole).value<ObjectKey>()); // with its details
        stalls.start();
        Typist typist(sites);
        target.update();
        stalls.stop();
        stalls.print();
        typist.print();
        std::printf("CPU of the console meanwhile: %.1f s; %.0f MiB at its end\n",
            cpuSeconds(CLOCK_PROCESS_CPUTIME_ID) - cpu, residentMiB());
    }
    return 0;
}

} // namespace

int main(int argc, char **argv)
{
    std::setvbuf(stdout, nullptr, _IOLBF, 0);
    const QByteArrayView mode = argc > 1 ? argv[1] : "";
    Numbers numbers{.isReal = mode == "--real"};
    const auto number = [&](int index, int otherwise) { return argc > index ? std::atoi(argv[index]) : otherwise; };
    if (mode == "--serve" || mode == "--fill" || mode == "--update") {
        const QCoreApplication app(argc, argv);
        return mode == "--serve" ? serveLargeCluster(number(2, 0), number(3, 0))
            : mode == "--fill"   ? fill(QString::fromLocal8Bit(argv[2]), number(3, 0), number(4, 0))
                                 : update(QString::fromLocal8Bit(argv[2]), number(3, 0), number(4, 0), number(5, 0));
    }
    const QApplication app(argc, argv);
    int next = numbers.isReal ? 2 : 1;
    for (int *one : {&numbers.sites, &numbers.policies, &numbers.updates, &numbers.seconds})
        *one = number(next++, *one);
    return measure(numbers);
}
