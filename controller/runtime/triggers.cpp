// SPDX-License-Identifier: GPL-3.0-or-later
#include "runtime/triggers.h"

namespace patronus {

void ReferenceIndex::set(const ObjectKey &key, const QStringList &names)
{
    if (m_names.value(key) == names)
        return;
    remove(key);
    if (names.isEmpty())
        return;
    m_names.insert(key, names);
    for (const QString &name : names)
        m_referrers[name].insert(key);
}

void ReferenceIndex::remove(const ObjectKey &key)
{
    for (const QStringList names = m_names.take(key); const QString &name : names) {
        const auto referrers = m_referrers.find(name);
        if (referrers == m_referrers.end())
            continue; // the object named it twice
        referrers->remove(key);
        if (referrers->isEmpty())
            m_referrers.erase(referrers);
    }
}

QList<ObjectKey> ReferenceIndex::referrers(const QString &name) const
{
    const QSet<ObjectKey> keys = m_referrers.value(name);
    return QList<ObjectKey>(keys.begin(), keys.end());
}

} // namespace patronus
