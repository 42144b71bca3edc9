// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/statechanges.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {
constexpr std::chrono::seconds settling(3);
}

StateChanges::StateChanges(const Store &sites, const Store &policies, Clock &clock)
    : m_timer(clock.makeTimer([this] { tell(); }))
{
    for (const auto &[store, kind] : {std::pair(&sites, u"Site"_s), std::pair(&policies, u"Policy"_s)}) {
        connect(store, &Store::upserted, this,
            [this, kind = kind](const Object &after, const Object &before) { note(kind, after, before); });
        connect(store, &Store::removed, this, [this](const Object &last) { m_changes.remove(last.uid()); });
    }
}

StateChanges::~StateChanges() = default;

void StateChanges::note(const QString &kind, const Object &after, const Object &before)
{
    if (before.isNull())
        return;
    const State was = stateOf(before), is = stateOf(after);
    const auto noted = m_changes.find(after.uid());
    if (noted != m_changes.end()) {
        noted->after = is;
        noted->reason = reasonOf(after);
        return;
    }
    if (was == is)
        return;
    if (m_changes.isEmpty())
        m_timer->start(settling);
    m_changes.insert(after.uid(), {kind, after.key(), was, is, reasonOf(after)});
}

void StateChanges::tell()
{
    QList<StateChange> changes;
    for (const StateChange &change : std::exchange(m_changes, {}))
        if (change.before != change.after)
            changes.append(change);
    std::ranges::sort(changes, {},
        [](const StateChange &change) { return std::tuple(severityRank(change.after), change.kind, change.key); });
    if (!changes.isEmpty())
        Q_EMIT changed(changes);
}

} // namespace patronus
