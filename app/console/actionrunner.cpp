// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/actionrunner.h"

#include "operations/actions.h"

#include <QFileInfo>
#include <QPointer>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

/// Whether a plan for it looks what the operator would do then, for which the Patronus API is needed. Who cannot reach
/// it gets a preview that says so; an emergency does not wait for it.
bool isPreviewed(ActionRequest::Kind kind)
{
    using enum ActionRequest::Kind;
    switch (kind) {
    case Edit:
    case Remove:
    case Resume:
    case Restore:
    case Revert:
    case BringBack:
        return true;
    default:
        return false;
    }
}

} // namespace

/// One action. The model may go before it.
struct ActionRunner::Run {
    const ActionRequest request;
    const QPointer<ActionModel> model;
    std::unique_ptr<KubeClient> client = nullptr; // it can change things, and lives as long as the action
    std::unique_ptr<Changes> changes = nullptr;
    std::shared_ptr<PatronusClient> patronus = nullptr; // for previews; null: out of reach
    std::unique_ptr<Action> action = nullptr;
    std::stop_source stop = {};
    bool isBusy = false;
};

ActionRunner::ActionRunner(World world) : m_world(std::move(world))
{
}

ActionRunner::~ActionRunner() = default;

void ActionRunner::start(const ActionRequest &request)
{
    std::erase_if(m_runs, [](const auto &run) { return !run->isBusy && (!run->model || run->model->isOver()); });
    ActionModel &model = m_world.model.addAction();
    const auto run = std::make_shared<Run>(request, &model);
    m_runs.push_back(run);
    connect(&model, &ActionModel::confirmed, this, [this, run] { perform(run); });
    connect(&model, &ActionModel::planWanted, this, [this, run] { plan(run); });
    connect(&model, &ActionModel::cancelled, this, [run] { run->stop.request_stop(); });
    plan(run);
}

QCoro::Task<> ActionRunner::close()
{
    for (const auto &run : m_runs)
        run->stop.request_stop();
    return m_inFlight.ended();
}

QCoro::Task<> ActionRunner::plan(std::shared_ptr<Run> run)
{
    const auto guard = m_inFlight.enter();
    if (std::exchange(run->isBusy, true))
        co_return;
    run->stop = std::stop_source();
    run->model->setPlanning();
    const auto plan = co_await makePlan(run);
    run->isBusy = false;
    if (!run->model || run->stop.stop_requested())
        co_return;
    if (plan)
        run->model->setPlan(*plan);
    else
        run->model->setProblem(plan.error().message);
}

Task<ActionPlan> ActionRunner::makePlan(std::shared_ptr<Run> run)
{
    if (m_world.model.context().isReadOnly)
        co_return std::unexpected(Error{.kind = Error::Kind::WriteRefused,
            .message
            = tr("This window is read-only for %1. Allow changes to it where contexts are chosen (Ctrl+O), and "
                 "connect again.")
                .arg(m_world.model.context().label())});
    const std::stop_token stop = run->stop.get_token();
    if (!run->client) {
        auto client = m_world.connection.makeClient();
        if (!client)
            co_return std::unexpected(client.error());
        run->client = *std::move(client);
    }
    const auto target = co_await readTarget(*run->client, m_world.connection.context(), {}, stop);
    if (!target)
        co_return std::unexpected(target.error());
    if (run->model)
        run->model->setTarget(target->rows());
    run->action.reset(); // before what it works with
    run->patronus.reset();
    if (isPreviewed(run->request.kind))
        run->patronus = (co_await m_world.remote.reach()).value_or(nullptr);
    const QString journal = Journal::defaultPath(QProcessEnvironment::systemEnvironment());
    run->changes = std::make_unique<Changes>(*run->client, journal, *target, m_world.clock);
    run->action = makeAction({.client = *run->client,
                                 .changes = *run->changes,
                                 .clock = m_world.clock,
                                 .context = m_world.connection.context(),
                                 .target = *target,
                                 .operatorNamespace = m_world.operatorNamespace,
                                 .progress =
                                     [model = run->model](const QString &what, qsizetype done, qsizetype of) {
                                         if (model)
                                             model->setProgress({what, done, of});
                                     },
                                 .patronus = run->patronus.get()},
        run->request,
        {.program = u"patronus-console " PATRONUS_VERSION ""_s,
            .stateFolder = QFileInfo(journal).path(),
            .helm = m_world.model.helmProgram(),
            .connection = m_world.connection});
    co_return co_await run->action->settledPlan(stop);
}

QCoro::Task<> ActionRunner::perform(std::shared_ptr<Run> run)
{
    const auto guard = m_inFlight.enter();
    if (!run->action || std::exchange(run->isBusy, true))
        co_return;
    run->model->setRunning();
    const ActionOutcome outcome = co_await run->action->perform(run->stop.get_token());
    run->isBusy = false;
    if (run->model)
        run->model->setOutcome(outcome);
}

} // namespace patronus
