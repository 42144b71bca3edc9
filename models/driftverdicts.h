// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/reportmodel.h"
#include "runtime/store.h"

namespace patronus {

/// What the last look for drift (operations/drift) said of each Site and Policy: for a column of their tables. It is of
/// that moment: of what has another spec since, or is no longer in the trouble that was seen, nothing is said.
class DriftVerdicts : public QObject
{
    Q_OBJECT

public:
    /// Takes over what @p drift found, with the objects of @p stores as they were looked at.
    void take(const ReportModel &drift, std::initializer_list<const Store *> stores);

    [[nodiscard]] QString text(
        const Object &object) const; ///< "in-sync", "changed" …; empty: nobody has looked at it so
    [[nodiscard]] QString toolTip(const Object &object) const;

Q_SIGNALS:
    void changed(const QSet<patronus::ObjectKey> &keys);

private:
    struct Seen {
        qint64 generation;
        QString reason = {}, state = {}; ///< of the row; empty: in sync
    };
    [[nodiscard]] const Seen *seen(const Object &object) const;

    QHash<QString, Seen> m_seen; // by UID
    QDateTime m_time;
};

} // namespace patronus
