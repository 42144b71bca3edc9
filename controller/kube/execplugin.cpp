// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/execplugin.h"

#include "core/log.h"
#include "kube/execcredential.h"
#include "kube/moment.h"
#include "kube/process.h"
#include "kube/processtalk.h"

#include <QDir>
#include <QFileInfo>
#include <QStandardPaths>

#include <algorithm>
#include <vector>

#include <unistd.h>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

constexpr auto expirySkew = std::chrono::seconds(10);
constexpr auto rejectionGrace = std::chrono::seconds(10); // answers to the credential before still come in
constexpr auto firstRest = std::chrono::seconds(1);
constexpr auto longestRest = std::chrono::seconds(60);
constexpr auto stableAfter = std::chrono::minutes(5); // a credential that lasted so long was a good one

Error unauthorized(const QString &message)
{
    return {Error::Kind::Unauthorized, message};
}

// Absolute folders alone: a program of the current folder must not be run by its name.
QStringList searchPath(const QProcessEnvironment &environment)
{
    QStringList folders = environment.value(u"PATH"_s).split(u':', Qt::SkipEmptyParts);
    folders.removeIf([](const QString &folder) { return !QDir::isAbsolutePath(folder); });
    return folders;
}

Expected<QString> findProgram(const ExecConfig &exec, const QProcessEnvironment &environment)
{
    const QString hint = exec.installHint.isEmpty() ? QString() : u"\n"_s + redact(exec.installHint);
    if (exec.command.contains(u'/')) {
        if (const QFileInfo info(exec.command); info.isFile() && info.isExecutable())
            return exec.command;
        return std::unexpected(
            unauthorized(u"credential plugin %1: there is no such program%2"_s.arg(exec.command, hint)));
    }
    const QStringList folders = searchPath(environment);
    if (const QString program = folders.isEmpty() ? QString() : QStandardPaths::findExecutable(exec.command, folders);
        !program.isEmpty())
        return program;
    return std::unexpected(
        unauthorized(u"credential plugin %1: not found in %2%3"_s.arg(exec.command, folders.join(u':'), hint)));
}

enum class Input { None, Terminal, Lines };

// What the plugin gets to ask a person by.
Expected<Input> inputOf(const ExecConfig &exec, const ExecOptions &options)
{
    using enum ExecConfig::InteractiveMode;
    if (exec.interactiveMode == Never)
        return Input::None;
    if (options.isInteractive && ::isatty(STDIN_FILENO) == 1)
        return Input::Terminal;
    if (exec.interactiveMode == IfAvailable)
        return Input::None;
    if (options.attendant)
        return Input::Lines;
    return std::unexpected(
        unauthorized(u"credential plugin %1 needs a terminal (interactiveMode: Always), and there is "
                     "none: sign in with it, or with kubectl, in a terminal first"_s.arg(exec.command)));
}

// For co_return: QCoro moves what it is given, even out of an object that is not the coroutine's own.
Expected<ExecCredential> copyOf(const Expected<ExecCredential> &result)
{
    return result;
}

// One run that several wait for: until it ends, or until they are asked to stop.
struct Flight {
    std::optional<Expected<ExecCredential>> result;
    std::vector<Moment> waiters;
    std::stop_source stop;
};

} // namespace

struct ExecPlugin::Private {
    const KubeContext context;
    const QByteArray caPem;
    Clock &clock;
    const ExecOptions options;

    ExecCredential current = {};
    std::optional<Clock::time_point> obtainedAt = std::nullopt; // of current
    bool isRejected = false; // current was
    std::optional<Error> refusal = std::nullopt; // by a person; until somebody asks again
    std::optional<Error> failure = std::nullopt; // of the last run
    int failures = 0; // in a row
    Clock::time_point restUntil = {};
    std::shared_ptr<Flight> flight = nullptr;

    [[nodiscard]] bool isExpired(std::chrono::seconds skew) const
    {
        return current.expires.isValid() && clock.wallTime() >= current.expires.addSecs(-skew.count());
    }
    void land(const Expected<ExecCredential> &result);
    static QCoro::Task<> fly(std::shared_ptr<Private> d, std::shared_ptr<Flight> flight);
    [[nodiscard]] static Task<ExecCredential> run(std::shared_ptr<Private> d, std::stop_token stop);
};

ExecPlugin::ExecPlugin(KubeContext context, QByteArray caPem, Clock &clock, ExecOptions options)
    : d(new Private{
          .context = std::move(context), .caPem = std::move(caPem), .clock = clock, .options = std::move(options)})
{
    Q_ASSERT(d->context.exec);
}

ExecPlugin::~ExecPlugin()
{
    if (const auto flight = d->flight)
        flight->stop.request_stop();
}

const ExecCredential &ExecPlugin::current() const
{
    return d->current;
}

void ExecPlugin::rejected()
{
    if (d->obtainedAt && d->clock.now() - *d->obtainedAt >= rejectionGrace)
        d->isRejected = true;
}

void ExecPlugin::retryNow()
{
    d->isRejected = d->obtainedAt.has_value();
    d->refusal.reset();
    d->failure.reset();
    d->failures = 0;
    d->restUntil = {};
}

Task<ExecCredential> ExecPlugin::credential(std::stop_token stop)
{
    const auto state = d; // from the first co_await on, this may be gone
    if (state->obtainedAt && !state->isRejected && !state->isExpired(expirySkew))
        co_return copyOf(state->current);

    if (state->refusal)
        co_return std::unexpected(*state->refusal);
    if (!state->flight && state->clock.now() < state->restUntil) {
        if (state->obtainedAt && !state->isExpired({}))
            co_return copyOf(
                state->current); // refused or at its end: still better than to run the plugin again and again
        co_return std::unexpected(state->failure.value_or(unauthorized(
            u"credential plugin %1: what it gave has expired already"_s.arg(state->context.exec->command))));
    }
    auto flight = state->flight;
    if (!flight) {
        flight = state->flight = std::make_shared<Flight>();
        Private::fly(state, flight);
    }
    if (flight->result) // it ended at once
        co_return copyOf(*flight->result);

    const Moment landed;
    flight->waiters.push_back(landed);
    const std::stop_callback onStop(stop, [landed] { landed.come(); });
    co_await landed;
    if (flight->result)
        co_return copyOf(*flight->result);
    std::erase(flight->waiters, landed);
    if (flight->waiters.empty()) {
        state->flight.reset(); // who comes now gets a run of its own, not this one's end
        flight->stop.request_stop();
    }
    co_return std::unexpected(Error{Error::Kind::Cancelled, u"stopped while a credential plugin ran"_s});
}

QCoro::Task<> ExecPlugin::Private::fly(std::shared_ptr<Private> d, std::shared_ptr<Flight> flight)
{
    const auto result = co_await run(d, flight->stop.get_token());
    if (d->flight == flight)
        d->flight.reset();
    d->land(result);
    flight->result = result;
    for (const Moment &waiter : std::exchange(flight->waiters, {}))
        waiter.come();
}

void ExecPlugin::Private::land(const Expected<ExecCredential> &result)
{
    const auto now = clock.now();
    if (!result && result.error().kind == Error::Kind::Cancelled)
        return; // nobody waits any more; it is not the plugin's fault
    // A credential that did not last is as good as a failure: its successor must not be asked for at once again and
    // again.
    const bool isStable = result && (!obtainedAt || now - *obtainedAt >= stableAfter);
    failures = isStable ? 0 : failures + 1;
    const auto rest = firstRest * (1 << std::clamp(failures - 1, 0, 6));
    restUntil = now + std::min<std::chrono::seconds>(rest, longestRest);
    if (!result) {
        failure = result.error();
        return;
    }
    failure.reset();
    current = *result;
    obtainedAt = now;
    isRejected = false;
    qCInfo(logKube).noquote() << "credential plugin" << context.exec->command << "gave new credentials"
                              << (current.expires.isValid()
                                         ? u"until "_s + current.expires.toUTC().toString(Qt::ISODate)
                                         : QString());
}

Task<ExecCredential> ExecPlugin::Private::run(std::shared_ptr<Private> d, std::stop_token stop)
{
    const ExecConfig exec = *d->context.exec;
    const auto input = inputOf(exec, d->options);
    if (!input)
        co_return std::unexpected(input.error());
    const auto program = findProgram(exec, d->options.environment);
    if (!program)
        co_return std::unexpected(program.error());

    const ExecRequest asked{.context = d->context.name, .server = d->context.server, .exec = exec, .program = *program};
    const bool isAllowed = !d->options.policy || co_await d->options.policy(asked, stop);
    if (stop.stop_requested())
        co_return std::unexpected(Error{Error::Kind::Cancelled, u"stopped"_s});
    if (!isAllowed) {
        d->refusal = unauthorized(u"credential plugin %1 of %2 was not allowed to run, and without it there are no "
                                  "credentials: to be asked once more, connect again"_s.arg(*program, exec.file));
        co_return std::unexpected(*d->refusal);
    }

    QProcessEnvironment environment = d->options.environment;
    for (const auto &[name, value] : exec.environment)
        environment.insert(name, value);
    environment.insert(
        u"KUBERNETES_EXEC_INFO"_s, QString::fromUtf8(execInfo(d->context, d->caPem, *input != Input::None)));

    const ProcessRequest request{.program = *program,
        .arguments = exec.arguments,
        .environment = environment,
        .hasTerminal = *input == Input::Terminal,
        .talk = d->options.attendant ? d->options.attendant(asked, *input == Input::Lines) : nullptr,
        .takesLines = *input == Input::Lines,
        .timeLimit = d->options.timeLimit};
    const auto result = co_await runProcess(request, d->clock, stop);
    if (!result) {
        if (result.error().kind == Error::Kind::Cancelled)
            co_return std::unexpected(result.error());
        if (request.talk && request.talk->isStopped()) {
            d->refusal = unauthorized(
                u"credential plugin %1 was stopped: to run it once more, connect again"_s.arg(exec.command));
            co_return std::unexpected(*d->refusal);
        }
        co_return std::unexpected(
            unauthorized(u"credential plugin %1: %2"_s.arg(exec.command, result.error().message)));
    }
    if (result->exitCode != 0) {
        const QString said = redact(QString::fromUtf8(result->errorOutput).trimmed());
        co_return std::unexpected(unauthorized(u"credential plugin %1 failed with exit code %2%3"_s.arg(exec.command)
                .arg(result->exitCode)
                .arg(said.isEmpty() ? QString() : u": "_s + said)));
    }
    co_return parseExecCredential(result->output, exec.apiVersion).transform_error([&](const Error &error) {
        return unauthorized(u"credential plugin %1: its answer is wrong: %2"_s.arg(exec.command, error.message));
    });
}

} // namespace patronus
