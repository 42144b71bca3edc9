// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/act.h"

#include "app/ctl/printed.h"
#include "operations/excerpt.h"

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

/// Why it cannot be done, with what the server refuses.
QStringList obstaclesOf(const ActionPlan &plan)
{
    QStringList obstacles = plan.obstacles;
    for (const ActionStep &step : plan.steps)
        if (step.check == ActionStep::Check::Refused)
            obstacles.append(u"the server refuses to %1: %2"_s.arg(step.text, step.remark));
    return firstOf(obstacles);
}

void sayOutcome(Terminal &terminal, const ActionOutcome &outcome)
{
    for (const QString &line : outcome.output)
        terminal.say(u"  | "_s + line);
    if (!outcome.failure) {
        terminal.say(outcome.result);
        return;
    }
    const QString heading = outcome.done.isEmpty() ? u"nothing was changed"_s
        : outcome.notDone.isEmpty()                ? u"it is not as it should be yet"_s
                                                   : u"stopped"_s;
    terminal.say(u"error: %1: %2"_s.arg(heading, outcome.failure->message));
    for (const auto &[what, texts] : {std::pair(u"done"_s, outcome.done), std::pair(u"not done"_s, outcome.notDone)})
        if (!texts.isEmpty())
            terminal.say(u"%1: %2\n  %3"_s.arg(what).arg(texts.size()).arg(firstOf(texts).join(u"\n  "_s)));
    if (!outcome.done.isEmpty() && !outcome.notDone.isEmpty())
        terminal.say(u"Run the same command again to go on."_s);
}

} // namespace

// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): the command has it and waits
Task<std::shared_ptr<ActionDesk>> ActionDesk::open(Session &session, CtlOptions options, std::stop_token stop)
{
    const auto target
        = co_await readTarget(session.client(), session.context(), options.operatorNamespace, std::move(stop));
    if (!target)
        co_return std::unexpected(target.error());
    co_return std::make_shared<ActionDesk>(session, options, *target);
}

// NOLINTBEGIN(cppcoreguidelines-avoid-reference-coroutine-parameters): the command has it and waits
Task<std::shared_ptr<ActionDesk>> ActionDesk::openWithPatronus(
    Session &session, CtlOptions options, std::stop_token stop)
// NOLINTEND(cppcoreguidelines-avoid-reference-coroutine-parameters)
{
    const auto desk = co_await open(session, options, stop);
    if (!desk)
        co_return desk;
    session.terminal().progress()(u"looking for the Patronus API"_s, 0, 0);
    (*desk)->m_patronus = (co_await PatronusLink::open(session, options, stop)).value_or(nullptr);
    co_return desk;
}

ActionDesk::ActionDesk(Session &session, const CtlOptions &options, const Target &target)
    : m_session(session),
      m_operatorNamespace(options.operatorNamespace),
      m_target(target),
      m_changes(
          session.client(), Journal::defaultPath(QProcessEnvironment::systemEnvironment()), target, session.clock())
{
}

ActionWorld ActionDesk::world()
{
    return {.client = m_session.client(),
        .changes = m_changes,
        .clock = m_session.clock(),
        .context = m_session.context(),
        .target = m_target,
        .operatorNamespace = m_operatorNamespace,
        .progress = m_session.terminal().progress(),
        .patronus = m_patronus ? &m_patronus->client() : nullptr};
}

QCoro::Task<> ActionDesk::close()
{
    if (m_patronus)
        co_await m_patronus->close();
}

// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): the command has them and waits
QCoro::Task<int> act(Session &session, CtlOptions options, Action &action, std::stop_token stop,
    std::function<void(const ActionPlan &)> show)
{
    Terminal &terminal = session.terminal();
    const auto plan = co_await action.settledPlan(stop);
    if (!plan)
        co_return terminal.refuse(plan.error().message);
    terminal.say(u"%1 on\n%2"_s.arg(plan->title, action.target().text()));
    if (show)
        show(*plan);
    else if (options.dryRun)
        print(options.format, plan->toJson(), plan->toText());
    else
        terminal.say(plan->toText());
    if (plan->isNothing())
        terminal.say(u"nothing to do"_s);
    else if (!plan->isPossible())
        co_return terminal.refuse(obstaclesOf(*plan).join(u"; "_s));
    if (options.dryRun || plan->isNothing())
        co_return 0;
    if (const auto agreed = terminal.confirm(action.target(), u"do this"_s, options.yes); !agreed)
        co_return terminal.refuse(agreed.error().message);
    const ActionOutcome outcome = co_await action.perform(stop);
    sayOutcome(terminal, outcome);
    co_return outcome.failure ? 1 : 0;
}

} // namespace patronus
