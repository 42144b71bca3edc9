// SPDX-License-Identifier: GPL-3.0-or-later
// The window with a flood of logs: bench_logs [SECONDS [LINES_A_SECOND [PODS]]]. The server is another process and
// speaks HTTP; what reads it is what reads an API server. While it flows somebody filters, scrolls, searches and
// pauses.
#include "app/console/operatorlog.h"
#include "bench/measure.h"
#include "ui/logview.h"
#include "ui/mainwindow.h"
#include "ui/theme.h"

#include <QApplication>
#include <QCheckBox>
#include <QElapsedTimer>
#include <QLineEdit>
#include <QScrollBar>
#include <QStandardPaths>

#include <algorithm>
#include <arpa/inet.h>
#include <cstdio>
#include <format>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace patronus;

namespace {

struct Load {
    int seconds = 60, linesASecond = 20'000, pods = 10;
};

// The server: a kubelet's words, as fast as it is told.

bool writeAll(int socket, const std::string &bytes)
{
    for (size_t sent = 0; sent < bytes.size();) {
        const ssize_t written = send(socket, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
        if (written <= 0)
            return false;
        sent += size_t(written);
    }
    return true;
}

void appendChunk(std::string &to, const std::string &piece)
{
    to += std::format("{:x}\r\n{}\r\n", piece.size(), piece);
}

[[noreturn]] void serve(int listener, int report, const Load &load)
{
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    std::vector<int> streams;
    while (int(streams.size()) < load.pods) {
        const int socket = accept(listener, nullptr, nullptr);
        char request[4096];
        if (socket < 0 || read(socket, request, sizeof request) <= 0)
            _exit(1);
        writeAll(socket, "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
        streams.push_back(socket);
    }
    const auto began = std::chrono::steady_clock::now();
    qint64 sent = 0;
    const qint64 all = qint64(load.seconds) * load.linesASecond;
    while (sent < all) {
        std::this_thread::sleep_for(10ms);
        const double passed = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
        const qint64 due = std::min(all, qint64(passed * load.linesASecond));
        std::vector<std::string> pieces(streams.size());
        for (; sent < due; ++sent) {
            const auto now = std::chrono::system_clock::now();
            pieces[size_t(sent) % pieces.size()]
                += std::format("{:%FT%T}Z {:%FT%T}Z {} reconcile site branch-{:05} is {} kind=Site namespace=prod "
                               "generation={} took=12ms line={}\n",
                    now, std::chrono::floor<std::chrono::milliseconds>(now), sent % 1000 == 0 ? "ERROR" : "INFO",
                    sent % 10'000, sent % 1000 == 0 ? "refused" : "Synced", sent % 17, sent);
        }
        for (size_t i = 0; i < streams.size(); ++i) {
            std::string chunk;
            if (!pieces[i].empty())
                appendChunk(chunk, pieces[i]);
            if (!writeAll(streams[i], chunk))
                _exit(1);
        }
    }
    const double took = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    if (write(report, &took, sizeof took) != sizeof took)
        _exit(1);
    pause();
    _exit(0);
}

/// What a person does, second by second of ten.
void act(LogView &view, int second)
{
    const auto edit = [&view](const QString &name) {
        const auto edits = view.findChildren<QLineEdit *>();
        return *std::ranges::find(edits, name, &QLineEdit::accessibleName);
    };
    switch (second % 10) {
    case 1:
        edit(u"Show only lines that match"_s)->setText(u"refused|generation=1[0-6]"_s);
        break;
    case 3:
        edit(u"Show only lines that match"_s)->clear();
        break;
    case 4:
        view.lines().verticalScrollBar()->setValue(view.lines().verticalScrollBar()->maximum() / 2);
        break;
    case 5:
        edit(u"Search in the log"_s)->setText(u"branch-00000 is nowhere"_s);
        Q_EMIT edit(u"Search in the log"_s)->returnPressed();
        break;
    case 6:
        view.lines().setFollowing(true);
        break;
    case 7:
    case 8:
        view.findChildren<QCheckBox *>()[1]->click(); // pause, and on
        break;
    default:
        break;
    }
}

} // namespace

int main(int argc, char **argv)
{
    Load load;
    if (argc > 1)
        load.seconds = std::atoi(argv[1]);
    if (argc > 2)
        load.linesASecond = std::atoi(argv[2]);
    if (argc > 3)
        load.pods = std::atoi(argv[3]);

    const int listener = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{.sin_family = AF_INET, .sin_port = 0, .sin_addr = {htonl(INADDR_LOOPBACK)}, .sin_zero = {}};
    socklen_t size = sizeof address;
    int ends[2];
    if (bind(listener, reinterpret_cast<sockaddr *>(&address), size) != 0 || listen(listener, 64) != 0
        || pipe(ends) != 0 || getsockname(listener, reinterpret_cast<sockaddr *>(&address), &size) != 0)
        return 1;
    const pid_t server = fork();
    if (server == 0)
        serve(listener, ends[1], load);
    close(listener);

    QStandardPaths::setTestModeEnabled(true);
    const QApplication app(argc, argv);
    QApplication::setOrganizationName(u"patronus-test"_s);
    theme::apply(theme::Scheme::Light);
    SystemClock clock;
    Store sites, policies, events;
    ClusterModel cluster({.name = u"bench"_s}, sites, policies, events, clock);
    ContextsModel contexts;
    MainWindow window(contexts);
    window.setCluster(&cluster);
    window.show();
    window.page()->showView(ClusterPage::View::Logs);
    auto &view = *window.findChild<LogView *>();
    const LogLinesModel &lines = cluster.log();

    std::shared_ptr<Transport> transport
        = makeTransport({.server = QUrl(u"http://127.0.0.1:%1"_s.arg(ntohs(address.sin_port)))}).value();
    KubeClient client(transport, nullptr);
    OperatorLog log(cluster.log(), clock);
    QObject::connect(&log, &OperatorLog::descriptionChanged, &window,
        [&] { cluster.setLogDescription(log.description(), log.hasPrevious()); });
    QList<OperatorLog::Pod> pods;
    for (int i = 0; i < load.pods; ++i)
        pods.append({.key = {u"patronus-system"_s, u"patronus-operator-7d9f8c6b5-pod%1"_s.arg(i)}});

    // A window that has been used a little (fonts, expressions), so that what is measured is the log.
    for (const OperatorLog::Pod &pod : pods)
        for (int i = 0; i < 100; ++i)
            cluster.log().add(
                cluster.log().source(pod.key.name), std::nullopt, i % 9 == 0 ? "x ERROR warm 1" : "x INFO warm 2");
    QElapsedTimer settling;
    for (settling.start(); settling.elapsed() < 4000;) {
        act(view, int(settling.elapsed() / 1000));
        QApplication::processEvents(QEventLoop::AllEvents, 50);
    }
    cluster.log().clear();
    view.lines().setFollowing(true);
    const double before = residentMiB(), cpuBefore = cpuSeconds(CLOCK_PROCESS_CPUTIME_ID);
    double most = before;
    log.followPods(client, pods);

    Stalls stalls;
    stalls.start();
    int second = 0;
    double took = 0;
    const qint64 sent = qint64(load.seconds) * load.linesASecond;
    QTimer everySecond;
    QObject::connect(&everySecond, &QTimer::timeout, &window, [&] {
        most = std::max(most, residentMiB());
        act(view, ++second);
        if (second % 10 == 0)
            std::fprintf(stderr, "%3d s: %lld held, %lld dropped, %.0f MiB\n", second,
                static_cast<long long>(lines.lineCount()), static_cast<long long>(lines.dropped()), residentMiB());
        pollfd reported{.fd = ends[0], .events = POLLIN, .revents = 0};
        if (took == 0 && poll(&reported, 1, 0) > 0 && read(ends[0], &took, sizeof took) != sizeof took)
            took = -1;
        if ((took != 0 && lines.lineCount() + lines.dropped() >= sent) || second > load.seconds + 30)
            QApplication::quit();
    });
    everySecond.start(1000);
    QApplication::exec();
    stalls.stop();

    const double cpu = cpuSeconds(CLOCK_PROCESS_CPUTIME_ID) - cpuBefore;
    const qint64 arrived = lines.lineCount() + lines.dropped();
    std::printf("%d pods, %lld lines sent in %.1f s (%.0f a second)\n", load.pods, static_cast<long long>(sent), took,
        double(sent) / took);
    std::printf("%lld arrived: %lld held, %lld dropped and counted, %lld lost\n", static_cast<long long>(arrived),
        static_cast<long long>(lines.lineCount()), static_cast<long long>(lines.dropped()),
        static_cast<long long>(sent - arrived));
    std::printf("memory: %.1f MiB before, %.1f MiB at most, growth %.1f MiB; the log holds %.1f of %.0f MiB\n", before,
        most, most - before, double(lines.bytes()) / 1048576, double(lines.byteLimit()) / 1048576);
    std::printf("CPU: %.1f s, %.0f %% of one core\n", cpu, cpu / took * 100);
    stalls.print();

    QCoro::waitFor(log.close());
    window.setCluster(nullptr);
    kill(server, SIGTERM);
    waitpid(server, nullptr, 0);
    return arrived == sent ? 0 : 1;
}
