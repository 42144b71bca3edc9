// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "runtime/store.h"

#include <QScopeGuard>
#include <QSet>

namespace patronus {

/// Whose a name in the Patronus API is: it knows one name space, Kubernetes many (crds.md, "Names").
///
/// Follows a Store, which has to outlive it. The object that recorded the name on itself (annotation remote-name) owns
/// it; between several, or none, the older one (creationTimestamp, then UID). One that was once told NameConflict comes
/// after all others and owns a name that has become free only with the annotation adopt. Event-loop thread only.
class NameClaims : public QObject
{
    Q_OBJECT

public:
    explicit NameClaims(const Store &store);

    /// The object that owns @p name, or nullopt: nobody claims it, or only losers without adopt.
    [[nodiscard]] std::optional<Object> ownerOf(const QString &name) const;
    /// Whether an object of that name exists in any namespace and is not being deleted.
    [[nodiscard]] bool exists(const QString &name) const;
    /// All objects of that name.
    [[nodiscard]] QList<Object> claimants(const QString &name) const;
    /// As long as the result lives, @p object ranks as if it had recorded the name already: for its owner, while the
    /// recording is on its way, so that another that comes meanwhile does not take the name, too.
    [[nodiscard]] auto claim(const Object &object)
    {
        m_claiming.insert(object.uid());
        return qScopeGuard([this, uid = object.uid()] { m_claiming.remove(uid); });
    }
    /// @p object was told NameConflict: remembered here too, for a CRD that keeps no conditions. When the object comes
    /// to say something else of itself (paused, invalid), that counts: another operator, too, would know no more.
    void noteLoser(const Object &object);
    /// Whether the owner of the name may be another one since @p before (null: it is new) became @p after.
    [[nodiscard]] static bool isClaimChanged(const Object &after, const Object &before);

private:
    [[nodiscard]] bool isLoser(const Object &object) const;
    void onUpserted(const Object &after, const Object &before);
    void onRemoved(const Object &last);

    const Store &m_store;
    QHash<QString, QList<ObjectKey>> m_byName; // lists, since nearly all have one key, and a set of one takes 2 KiB
    QSet<QString> m_losers; // UIDs
    QSet<QString> m_claiming; // UIDs
};

} // namespace patronus
