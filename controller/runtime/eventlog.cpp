// SPDX-License-Identifier: GPL-3.0-or-later
#include "runtime/eventlog.h"

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace patronus {

namespace {

constexpr auto forgetPeriod = 1min;

bool isOld(const std::shared_ptr<EventLog::Entry> &entry, Clock::time_point now)
{
    return entry && now - entry->lastRecord > EventLog::interval;
}

double tokensAfter(double tokens, Clock::duration time)
{
    return std::min(EventLog::burst, tokens + std::chrono::duration<double>(time) / EventLog::refill);
}

} // namespace

std::shared_ptr<EventLog::Entry> EventLog::entryOf(Group &group, const EventFacts &facts, Clock::time_point now)
{
    group.byMessage.removeIf([&](auto entry) { return isOld(entry.value(), now); });
    if (isOld(group.combined, now))
        group.combined.reset();

    if (const auto known = group.byMessage.value(facts.message))
        return known;
    if (group.byMessage.size() < mostMessages) {
        const auto entry = std::make_shared<Entry>(Entry{.facts = facts});
        group.byMessage.insert(facts.message, entry);
        return entry;
    }
    if (!group.combined)
        group.combined = std::make_shared<Entry>(Entry{.facts = facts});
    group.combined->facts.message = u"(combined from similar events): "_s + facts.message;
    return group.combined;
}

std::shared_ptr<EventLog::Entry> EventLog::record(
    const EventFacts &facts, Clock::time_point now, const QDateTime &wallTime)
{
    forget(now);
    Subject &subject = m_subjects[facts.uid];
    subject.tokens = tokensAfter(subject.tokens, now - std::exchange(subject.lastRecord, now));

    const auto entry = entryOf(subject.groups[{facts.type, facts.reason}], facts, now);
    if (entry->count == 0)
        entry->first = wallTime;
    entry->last = wallTime;
    entry->lastRecord = now;
    entry->facts.regarding = facts.regarding;
    ++entry->count;

    if (subject.tokens < 1)
        return nullptr;
    subject.tokens -= 1;
    return entry;
}

/// Now and then: what would have no effect any more, and of the rest what is beyond the bound.
void EventLog::forget(Clock::time_point now)
{
    const bool isFull = m_subjects.size() >= mostObjects;
    if (!isFull && now - m_lastForget < forgetPeriod)
        return;
    m_lastForget = now;
    m_subjects.removeIf([&](auto subject) {
        return now - subject->lastRecord > interval && tokensAfter(subject->tokens, now - subject->lastRecord) >= burst;
    });
    if (m_subjects.size() < mostObjects)
        return;

    // A quarter at once, so that a flood does not sort them at every record.
    std::vector<Clock::time_point> times;
    for (const Subject &subject : std::as_const(m_subjects))
        times.push_back(subject.lastRecord);
    const auto quarter = times.begin() + static_cast<qsizetype>(times.size() / 4);
    std::ranges::nth_element(times, quarter);
    m_subjects.removeIf([limit = *quarter](auto subject) { return subject->lastRecord <= limit; });
}

} // namespace patronus
