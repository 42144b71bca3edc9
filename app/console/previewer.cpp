// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/previewer.h"

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

PlannedStep planned(const PreviewEffects::Entry &entry)
{
    using Checked = PreviewEffects::Entry::Checked;
    const auto check = entry.checked == Checked::DryRun ? PlannedStep::Check::Accepted
        : entry.checked == Checked::Refused             ? PlannedStep::Check::Refused
                                                        : PlannedStep::Check::NotSent;
    return {entry.step, check, entry.refusal};
}

} // namespace

Previewer::Previewer(KubeClient &reads, KubeClient &dryRun, const Store &sites, const Store &policies,
    PatronusClient *patronus, Clock &clock)
    : m_clock(clock),
      m_preview({.reads = reads,
          .dryRun = dryRun,
          .sites = sites,
          .policies = policies,
          .patronus = patronus,
          .clock = clock})
{
}

Previewer::~Previewer() = default;

QCoro::Task<> Previewer::close()
{
    m_closing = true;
    m_stop.request_stop();
    return m_inFlight.ended();
}

void Previewer::preview(const Kind &kind, const ObjectKey &key, PlanModel &plan)
{
    m_next = Question{&kind, key, &plan};
    if (!m_working)
        work();
    else if (key != m_asked)
        m_stop.request_stop(); // nobody waits for that answer any more
}

QCoro::Task<> Previewer::work()
{
    // The session awaits close() before it lets this object or the plan go.
    const auto guard = m_inFlight.enter();
    m_working = true;
    while (m_next && !m_closing) {
        const Question question = *std::exchange(m_next, std::nullopt);
        m_asked = question.key;
        m_stop = std::stop_source();
        const Expected<void> answered = co_await answer(question, m_stop.get_token());
        if (!answered && !m_next && !m_closing)
            question.plan->fail(answered.error().message);
    }
    m_working = false;
}

/// Fills the plan, unless somebody has asked anew meanwhile.
Task<void> Previewer::answer(Question question, std::stop_token stop)
{
    auto notes = co_await m_preview.refresh({question.kind}, stop);
    if (!notes)
        co_return std::unexpected(notes.error());
    const auto answer = co_await m_preview.of(question.kind, question.key, {}, stop);
    if (!answer)
        co_return std::unexpected(answer.error());
    notes->append(u"Worked out at %1 from what the console holds; nothing was changed."_s.arg(
        m_clock.wallTime().toLocalTime().toString(u"HH:mm:ss"_s)));
    QList<PlannedStep> steps;
    for (const PreviewEffects::Entry &entry : answer->steps)
        steps.append(planned(entry));
    if (!m_next && !m_closing)
        question.plan->finish(steps, answer->outcome, notes->join(u'\n'));
    co_return Expected<void>();
}

} // namespace patronus
