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
        m_referrers.emplace(name, key);
}

void ReferenceIndex::remove(const ObjectKey &key)
{
    for (const QStringList names = m_names.take(key); const QString &name : names)
        m_referrers.erase({name, key});
}

QList<ObjectKey> ReferenceIndex::referrers(const QString &name) const
{
    QList<ObjectKey> keys;
    for (auto it = m_referrers.lower_bound({name, {}}); it != m_referrers.end() && it->first == name; ++it)
        keys.append(it->second);
    return keys;
}

} // namespace patronus
