// SPDX-License-Identifier: GPL-3.0-or-later
#include "sdwan/previeweffects.h"

#include "sdwan/liveeffects.h"

namespace patronus {

PreviewEffects::PreviewEffects(KubeClient &dryRun, QSet<QString> assumed)
    : m_dryRun(dryRun), m_assumed(std::move(assumed))
{
    Q_ASSERT(dryRun.mode() != KubeClient::Mode::Live);
}

bool PreviewEffects::isFirstOf(const Object &object)
{
    if (m_assumed.contains(object.uid()) || m_changed.contains(object.uid()))
        return false;
    m_changed.insert(object.uid());
    return true;
}

Task<void> PreviewEffects::perform(QList<Step> steps, std::stop_token stop)
{
    const bool maySend = m_dryRun.mode() == KubeClient::Mode::DryRun;
    for (qsizetype i = 0; i < steps.size(); ++i) {
        Entry entry{.step = steps[i]};
        std::optional<Expected<Object>> answer;
        if (!maySend) {
            // What is only to be read is not even tried out.
        } else if (const auto *set = std::get_if<SetFinalizer>(&steps[i]); set && isFirstOf(set->object)) {
            answer = co_await sendFinalizer(m_dryRun, *set, stop);
        } else if (const auto *finish = std::get_if<RemoveFinalizer>(&steps[i]); finish && isFirstOf(finish->object)) {
            answer = co_await sendFinalizerRemoval(m_dryRun, *finish, stop);
        }
        if (answer) {
            entry.checked = *answer ? Entry::Checked::DryRun : Entry::Checked::Refused;
            entry.refusal = *answer ? QString() : answer->error().message;
        }
        m_entries.append(entry);
        if (answer && !*answer)
            co_return std::unexpected(answer->error());
    }
    co_return Expected<void>();
}

QList<PreviewEffects::Entry> PreviewEffects::takeEntries()
{
    m_changed.clear();
    return std::exchange(m_entries, {});
}

} // namespace patronus
