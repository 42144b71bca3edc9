// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/driftverdicts.h"

#include "models/units.h"

namespace patronus {

void DriftVerdicts::take(const ReportModel &drift, std::initializer_list<const Store *> stores)
{
    if (drift.phase() != ReportModel::Phase::Read)
        return;
    m_seen.clear();
    m_time = drift.time();
    QHash<QString, QString> states;
    for (int i = 0; i < drift.rowCount(); ++i)
        if (const ReportModel::Row &row = drift.row(i); row.object)
            states.insert(row.object->uid, row.cells.value(0));
    QSet<ObjectKey> keys;
    for (const Store *store : stores)
        store->forEach([&](const Object &object) {
            const QString state = states.value(object.uid());
            m_seen.insert(object.uid(), {object.generation(), state.isEmpty() ? QString() : reasonOf(object), state});
            keys.insert(object.key());
        });
    Q_EMIT changed(keys);
}

const DriftVerdicts::Seen *DriftVerdicts::seen(const Object &object) const
{
    const auto found = m_seen.constFind(object.uid());
    if (found == m_seen.cend() || found->generation != object.generation()
        || (!found->state.isEmpty() && found->reason != reasonOf(object)))
        return nullptr;
    return &*found;
}

QString DriftVerdicts::text(const Object &object) const
{
    const Seen *const seen = this->seen(object);
    return !seen ? QString() : seen->state.isEmpty() ? tr("in-sync") : seen->state;
}

QString DriftVerdicts::toolTip(const Object &object) const
{
    if (!m_time.isValid())
        return tr("Nobody has looked yet: the view Drift does");
    return seen(object) ? tr("As of %1").arg(units::exact(m_time))
                        : tr("It has changed since the last look, which was at %1").arg(units::exact(m_time));
}

} // namespace patronus
