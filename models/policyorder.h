// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "models/policyrule.h"
#include "runtime/store.h"

#include <memory>

namespace patronus {

/// Which Policies stand in each other's way, of all namespaces: the Patronus API has one order for all. By their specs
/// alone, whether or not the API holds them.
///
/// Each Policy that is new or has another match is compared with all others; that is done in stretches of a few
/// milliseconds, between which the event loop goes on. Numbers are kept; who the others are is looked up when asked
/// for.
class PolicyOrder : public QObject
{
    Q_OBJECT

public:
    enum class Verdict { Shadowed, Tie, Apart }; ///< what a table says of it, the worst first
    struct Standing {
        int ties = 0, shadowedBy = 0, shadows = 0; ///< how many others
        [[nodiscard]] Verdict verdict() const
        {
            return shadowedBy > 0 ? Verdict::Shadowed : ties > 0 ? Verdict::Tie : Verdict::Apart;
        }
        friend bool operator==(const Standing &, const Standing &) = default;
    };
    struct Others {
        QList<ObjectKey> ties, shadowedBy, shadows; ///< what decides first stands first
    };

    /// Follows @p policies, which has to outlive it, as @p clock.
    PolicyOrder(const Store &policies, Clock &clock);
    ~PolicyOrder() override;

    [[nodiscard]] bool isSettled() const { return m_pending.isEmpty(); } ///< all have been compared
    [[nodiscard]] Standing standing(const ObjectKey &key) const; ///< so far
    [[nodiscard]] bool isCompared(const ObjectKey &key) const; ///< false where its spec says no set of packets
    [[nodiscard]] Others others(const ObjectKey &key) const; ///< looks at every Policy

Q_SIGNALS:
    void changed(const QSet<patronus::ObjectKey> &keys); ///< these stand otherwise than before
    /// Of these the verdict is another. Far fewer: of thousands that stand in each other's way, numbers change all the
    /// time while they are read.
    void verdictChanged(const QSet<patronus::ObjectKey> &keys);

private:
    struct Entry {
        ObjectKey key;
        PolicyRule rule;
        Standing standing = {};
        Standing told = {}; ///< what changed() has spoken of
    };
    void note(const ObjectKey &key);
    void begin();
    void goOn();
    void tell();
    void take(const ObjectKey &key);
    void drop(const ObjectKey &key);
    void count(Entry &one, Entry &other, int step);

    const Store &m_policies;
    Clock &m_clock;
    Clock::time_point m_told; // when changed() was last emitted
    std::vector<Entry> m_entries;
    QHash<ObjectKey, size_t> m_entryOf;
    QSet<ObjectKey> m_pending; // to be compared anew
    QSet<ObjectKey> m_dropped; // since changed() was emitted
    std::unique_ptr<Timer> m_timer;
};

} // namespace patronus
