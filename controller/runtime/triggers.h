// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/object.h"

#include <QHash>

#include <set>

namespace patronus {

/// Which objects refer to a name, so that a change of what bears the name wakes them: Policies to Sites by siteRef,
/// Sites to Sites by peerWith. Pure; a look-up costs what it gives, a change what it holds of that object.
class ReferenceIndex
{
public:
    /// @p key refers to these names from now on, and to no others.
    void set(const ObjectKey &key, const QStringList &names);
    /// @p key refers to nothing: its object has gone.
    void remove(const ObjectKey &key);
    /// Who refers to @p name, each once, sorted.
    [[nodiscard]] QList<ObjectKey> referrers(const QString &name) const;

private:
    QHash<ObjectKey, QStringList> m_names;
    std::set<std::pair<QString, ObjectKey>> m_referrers; // by name; a QSet for each name takes 2 KiB, even with one key
};

} // namespace patronus
