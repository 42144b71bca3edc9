// SPDX-License-Identifier: GPL-3.0-or-later
// CPU of one small request, by transport: bench_http [REQUESTS [AT_ONCE]]. The server is another process.
#include "http/realserver.h"
#include "http/testtls.h"
#include "http/transport.h"

#include <QCoreApplication>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace patronus;

namespace {

struct Case {
    const char *name;
    TransportKind kind;
    RealServer::Kind server;
    HttpRequest::Verb verb;
};

double cpuSeconds()
{
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval &time) { return double(time.tv_sec) + double(time.tv_usec) / 1e6; };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

QCoro::Task<int> work(Transport &transport, HttpRequest request, int &left)
{
    int failed = 0;
    while (left-- > 0) {
        const auto reply = co_await transport.send(request, {});
        failed += reply && reply->status == 200 ? 0 : 1;
    }
    co_return failed;
}

// In a process of its own: the numbers of one case are not those of another's warm caches.
int run(const Case &c, const QUrl &url, int requests, int atOnce, int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    const auto transport = makeTransport(Endpoint{.server = url, .tls = clientTls()}, [] { return true; }, c.kind);
    const HttpRequest request{.verb = c.verb,
        .target = "/echo",
        .headers
        = {{"content-type", "application/merge-patch+json"}, {"authorization", "Bearer " + QByteArray(900, 'a')}},
        .body = QByteArray(300, 'x')};
    int warm = 100;
    int failed = QCoro::waitFor(work(**transport, request, warm));
    const double before = cpuSeconds();
    int left = requests;
    std::vector<QCoro::Task<int>> workers;
    for (int i = 0; i < atOnce; ++i)
        workers.push_back(work(**transport, request, left));
    for (auto &worker : workers)
        failed += QCoro::waitFor(worker);
    std::printf("%-28s %6.1f us CPU a request, %d failed\n", c.name, (cpuSeconds() - before) / requests * 1e6, failed);
    std::fflush(stdout);
    return failed == 0 ? 0 : 1;
}

[[noreturn]] void serve(RealServer::Kind kind, int port, int argc, char **argv)
{
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    QCoreApplication app(argc, argv);
    const RealServer server(kind);
    const int number = server.url().port();
    if (write(port, &number, sizeof number) != sizeof number)
        std::_Exit(1);
    std::_Exit(QCoreApplication::exec());
}

} // namespace

int main(int argc, char **argv)
{
    const int requests = argc > 1 ? std::atoi(argv[1]) : 10'000;
    const int atOnce = argc > 2 ? std::atoi(argv[2]) : 16;
    using enum RealServer::Kind;
    using Verb = HttpRequest::Verb;
    int failed = 0;
    for (const Case &c : {Case{"PATCH, direct, HTTP/2", TransportKind::Direct, Http2, Verb::Patch},
             Case{"PUT, direct, HTTP/1.1", TransportKind::Direct, Plain, Verb::Put},
             Case{"PUT, direct, HTTP/1.1 + TLS", TransportKind::Direct, Tls, Verb::Put},
             Case{"PUT, qnam, HTTP/1.1", TransportKind::Qnam, Plain, Verb::Put},
             Case{"PUT, qnam, HTTP/1.1 + TLS", TransportKind::Qnam, Tls, Verb::Put}}) {
        int ends[2];
        if (pipe(ends) != 0)
            return 1;
        const pid_t server = fork();
        if (server == 0)
            serve(c.server, ends[1], argc, argv);
        int port = 0;
        if (read(ends[0], &port, sizeof port) != sizeof port)
            return 1;
        const QUrl url(u"%1://127.0.0.1:%2"_s.arg(c.server == Plain ? u"http"_s : u"https"_s).arg(port));
        const pid_t client = fork();
        if (client == 0)
            std::_Exit(run(c, url, requests, atOnce, argc, argv));
        int status = 0;
        waitpid(client, &status, 0);
        failed += status == 0 ? 0 : 1;
        kill(server, SIGTERM);
        waitpid(server, &status, 0);
    }
    return failed;
}
