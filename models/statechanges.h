// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "models/state.h"
#include "runtime/store.h"

#include <memory>

namespace patronus {

/// A Site or Policy that is otherwise than it was.
struct StateChange {
    QString kind; ///< "Site"
    ObjectKey key;
    State before, after;
    QString reason; ///< as reasonOf()
};

/// Tells which Sites and Policies have changed their state, for a person who looks elsewhere: not what was there when
/// the list was read first, nor what has changed back within a few seconds.
class StateChanges : public QObject
{
    Q_OBJECT

public:
    /// Follows both stores, which have to outlive it, as @p clock.
    StateChanges(const Store &sites, const Store &policies, Clock &clock);
    ~StateChanges() override;

Q_SIGNALS:
    void changed(const QList<patronus::StateChange> &changes); ///< the worst first, then by kind and name

private:
    void note(const QString &kind, const Object &after, const Object &before);
    void tell();

    QHash<QString, StateChange> m_changes; // by UID, since it was told last
    std::unique_ptr<Timer> m_timer;
};

} // namespace patronus
