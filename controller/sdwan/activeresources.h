// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/metrics.h"
#include "runtime/store.h"
#include "sdwan/kind.h"

#include <array>

namespace patronus {

/// `patronus_operator_active_resources{kind,phase}`: how many objects of a kind stand in each phase, always all four.
/// Shown by the leader alone, so that a sum over pods is right. @p store and @p metrics have to outlive it.
class ActiveResources : public QObject
{
    Q_OBJECT

public:
    ActiveResources(const Kind &kind, const Store &store, Metrics &metrics);
    void show(); ///< from now on; this process leads

private:
    void count(const Object &object, int by);

    const Kind &m_kind;
    Metrics &m_metrics;
    std::array<int, 4> m_counts{};
    std::array<Metrics::Gauge *, 4> m_gauges{};
};

} // namespace patronus
