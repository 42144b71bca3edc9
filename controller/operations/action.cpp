// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/action.h"

#include "operations/permissions.h"

#include <QSet>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

/// Whether no answer came, so that it says nothing of the change itself.
bool isNoAnswer(const Error &error)
{
    return error.kind == Error::Kind::Unreachable || error.kind == Error::Kind::Cancelled
        || error.kind == Error::Kind::Unauthorized;
}

} // namespace

Action::Action(ActionWorld world) : m_world(std::move(world))
{
}

Action::~Action() = default;

Task<ActionPlan> Action::settledPlan(std::stop_token stop)
{
    for (int attempt = 1;; ++attempt) {
        m_hasMoved = false;
        const auto planned = co_await plan(stop);
        if (!m_hasMoved || attempt == 3)
            co_return planned;
    }
}

QCoro::Task<ActionOutcome> Action::perform(std::stop_token stop)
{
    const Target &planned = m_world.target;
    const auto now = co_await readTarget(m_world.client, m_world.context, planned.nameSpace, stop);
    if (!now)
        co_return ActionOutcome{.failure = now.error()};
    if (now->cluster != planned.cluster)
        co_return ActionOutcome{
            .failure = Error{.kind = Error::Kind::Conflict,
                .message
                = u"this is another cluster than the one that was planned for (kube-system "
                  "%1, now %2): nothing was changed"_s.arg(planned.cluster.kubeSystemUid, now->cluster.kubeSystemUid)}};
    co_return co_await carryOut(stop);
}

Task<QStringList> Action::missingPermissions(QList<Change> changes, std::stop_token stop)
{
    QList<AccessQuestion> needed;
    QSet<QString> asked;
    for (const Change &change : std::as_const(changes)) {
        const AccessQuestion question = change.permission();
        if (const QString text = permissionText(question); !asked.contains(text)) {
            asked.insert(text);
            needed.append(question);
        }
    }
    const auto allowed = co_await checkPermissions(m_world.client, needed, stop);
    if (allowed)
        co_return QStringList();
    if (allowed.error().kind != Error::Kind::Forbidden)
        co_return std::unexpected(allowed.error());
    co_return QStringList{allowed.error().message};
}

Task<ActionStep> Action::tried(Change change, bool isFirst, std::stop_token stop)
{
    ActionStep step{.text = change.text(), .diff = change.diff()};
    if (!isFirst)
        co_return step;
    const auto answer = co_await m_world.changes.tryOut(change, stop);
    if (!answer && isNoAnswer(answer.error()))
        co_return std::unexpected(answer.error());
    step.check = answer ? ActionStep::Check::Accepted : ActionStep::Check::Refused;
    if (!answer)
        step.remark = answer.error().message;
    m_hasMoved = m_hasMoved || (!answer && answer.error().kind == Error::Kind::Conflict);
    co_return step;
}

} // namespace patronus
