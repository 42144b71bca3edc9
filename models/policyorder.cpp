// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/policyorder.h"

#include <QElapsedTimer>

#include <algorithm>

namespace patronus {

namespace {
constexpr qint64 longestStretchMs = 5;
constexpr std::chrono::seconds longestSilence(1);
} // namespace

PolicyOrder::PolicyOrder(const Store &policies, Clock &clock)
    : m_policies(policies), m_clock(clock), m_told(clock.now()), m_timer(clock.makeTimer([this] { goOn(); }))
{
    connect(&policies, &Store::upserted, this, [this](const Object &after, const Object &before) {
        if (before.isNull() || before.spec() != after.spec())
            note(after.key());
    });
    connect(&policies, &Store::removed, this, [this](const Object &last) { note(last.key()); });
    connect(&policies, &Store::synced, this, &PolicyOrder::begin);
    policies.forEach([this](const Object &policy) { note(policy.key()); });
}

PolicyOrder::~PolicyOrder() = default;

PolicyOrder::Standing PolicyOrder::standing(const ObjectKey &key) const
{
    const auto entry = m_entryOf.constFind(key);
    return entry == m_entryOf.cend() ? Standing() : m_entries[*entry].standing;
}

bool PolicyOrder::isCompared(const ObjectKey &key) const
{
    return m_entryOf.contains(key);
}

PolicyOrder::Others PolicyOrder::others(const ObjectKey &key) const
{
    const auto found = m_entryOf.constFind(key);
    if (found == m_entryOf.cend())
        return {};
    const PolicyRule &rule = m_entries[*found].rule;
    std::vector<const Entry *> entries;
    for (const Entry &entry : m_entries)
        if (entry.key != key && precedence(rule, entry.rule) != Precedence::Apart)
            entries.push_back(&entry);
    std::ranges::sort(entries, {}, [](const Entry *entry) { return std::pair(entry->rule.priority, entry->key); });
    Others others;
    for (const Entry *entry : entries) {
        const Precedence how = precedence(rule, entry->rule);
        (how == Precedence::Tie              ? others.ties
                : how == Precedence::Shadows ? others.shadows
                                             : others.shadowedBy)
            .append(entry->key);
    }
    return others;
}

void PolicyOrder::note(const ObjectKey &key)
{
    const bool isFirst = m_pending.isEmpty();
    m_pending.insert(key);
    if (isFirst)
        begin();
}

/// While a first list is read there is more urgent work, and standings that are wrong in a moment.
void PolicyOrder::begin()
{
    if (m_policies.isSynced() && !m_pending.isEmpty())
        m_timer->start({});
}

void PolicyOrder::goOn()
{
    QElapsedTimer stretch;
    stretch.start();
    while (!m_pending.isEmpty() && stretch.elapsed() < longestStretchMs) {
        const ObjectKey key = *m_pending.cbegin();
        m_pending.erase(m_pending.cbegin());
        drop(key);
        take(key);
    }
    if (!m_pending.isEmpty())
        m_timer->start({});
    // Of thousands in each other's way every stretch changes all of them: told each time, others would do nothing else.
    if (m_pending.isEmpty() || m_clock.now() - m_told >= longestSilence)
        tell();
}

void PolicyOrder::tell()
{
    m_told = m_clock.now();
    QSet<ObjectKey> keys = std::exchange(m_dropped, {});
    QSet<ObjectKey> judged = keys;
    for (Entry &entry : m_entries) {
        const Standing before = std::exchange(entry.told, entry.standing);
        if (before != entry.standing)
            keys.insert(entry.key);
        if (before.verdict() != entry.standing.verdict())
            judged.insert(entry.key);
    }
    if (!judged.isEmpty())
        Q_EMIT verdictChanged(judged);
    if (!keys.isEmpty())
        Q_EMIT changed(keys);
}

void PolicyOrder::take(const ObjectKey &key)
{
    const auto policy = m_policies.find(key);
    auto rule = policy ? ruleOf(*policy) : std::nullopt;
    if (!rule)
        return;
    Entry taken{.key = key, .rule = *std::move(rule)};
    for (Entry &entry : m_entries)
        count(taken, entry, 1);
    m_entryOf.insert(key, m_entries.size());
    m_entries.push_back(std::move(taken));
}

void PolicyOrder::drop(const ObjectKey &key)
{
    const auto found = m_entryOf.constFind(key);
    if (found == m_entryOf.cend())
        return;
    const size_t place = *found;
    m_entryOf.erase(found);
    Entry dropped = std::move(m_entries[place]);
    if (place + 1 < m_entries.size()) {
        m_entries[place] = std::move(m_entries.back());
        m_entryOf[m_entries[place].key] = place;
    }
    m_entries.pop_back();
    m_dropped.insert(key);
    for (Entry &entry : m_entries)
        count(dropped, entry, -1);
}

void PolicyOrder::count(Entry &one, Entry &other, int step)
{
    switch (precedence(one.rule, other.rule)) {
    case Precedence::Apart:
        break;
    case Precedence::Tie:
        one.standing.ties += step;
        other.standing.ties += step;
        break;
    case Precedence::Shadows:
        one.standing.shadows += step;
        other.standing.shadowedBy += step;
        break;
    case Precedence::ShadowedBy:
        one.standing.shadowedBy += step;
        other.standing.shadows += step;
        break;
    }
}

} // namespace patronus
