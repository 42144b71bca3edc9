// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/clustermodel.h"

class QWidget;

namespace patronus {

/// Desktop notifications (https://specifications.freedesktop.org/notification-spec/) of what has changed its state in
/// one cluster, for a person who looks elsewhere. One at a time: a new one takes the place of the last. Pressing it
/// brings the window up. Where the desktop has no such service, nothing happens.
class Notifier : public QObject
{
    Q_OBJECT

public:
    /// @p window is what pressing a notification brings up; it has to outlive it.
    explicit Notifier(QWidget &window);

    /// Speaks of changes in the cluster of @p context.
    void tell(const ContextEntry &context, const QList<StateChange> &changes);
    /// Speaks of a maintenance that was to be over, once for each.
    void tellOverdue(const ContextEntry &context, const std::optional<OperatorInfo::Held> &held, const QDateTime &now);

private:
    void send(const ContextEntry &context, const QStringList &lines); ///< plain text
    Q_SLOT void onActionInvoked(quint32 id, const QString &action);

    QWidget &m_window;
    QDateTime m_toldOf; // the beginning of the maintenance that was last spoken of
    quint32 m_id = 0; // of the last notification; 0: there was none
};

} // namespace patronus
