// SPDX-License-Identifier: GPL-3.0-or-later
#include "sdwan/activeresources.h"

#include "sdwan/outcome.h"

using namespace Qt::StringLiterals;

namespace patronus {

static constexpr std::array<const char *, 4> phases{"pending", "active", "failed", "terminating"};

ActiveResources::ActiveResources(const Kind &kind, const Store &store, Metrics &metrics)
    : m_kind(kind), m_metrics(metrics)
{
    store.forEach([this](const Object &object) { count(object, 1); });
    connect(&store, &Store::upserted, this, [this](const Object &after, const Object &before) {
        if (!before.isNull())
            count(before, -1);
        count(after, 1);
    });
    connect(&store, &Store::removed, this, [this](const Object &last) { count(last, -1); });
}

void ActiveResources::show()
{
    for (size_t i = 0; i < phases.size(); ++i) {
        m_gauges[i] = &m_metrics.gauge("patronus_operator_active_resources",
            "Objects in each phase, shown by the leader", {{"kind", m_kind.label}, {"phase", phases[i]}});
        m_gauges[i]->set(m_counts[i]);
    }
}

void ActiveResources::count(const Object &object, int by)
{
    const QString phase = phaseOf(object).toLower();
    for (size_t i = 0; i < phases.size(); ++i) {
        if (phase != QLatin1StringView(phases[i]))
            continue;
        m_counts[i] += by;
        if (m_gauges[i])
            m_gauges[i]->set(m_counts[i]);
    }
}

} // namespace patronus
