// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/object.h"

#include <QHash>
#include <QObject>

#include <optional>

namespace patronus {

/// The objects of one resource as the server last told them, by key. Filled by a Reflector; read by everybody else.
///
/// What is kept of an object is decided by who lists it (ListOptions::drop). A relist is beginReplace(), upsert() of all,
/// endReplace(): what did not come again is removed at the end, so that memory holds one copy and readers see no gap.
/// Event-loop thread only.
class Store : public QObject
{
    Q_OBJECT

public:
    /// Keeps @p object unless a newer version of the same UID is held already. Another UID under the same key is a
    /// removal of the old object and then a new one.
    void upsert(const Object &object);
    void remove(const ObjectKey &key);
    void beginReplace();
    void endReplace();

    /// Lays the answer to our own write over what is held, so that we do not read older than we wrote. It is a floor
    /// only: dropped when the watch brings this version or a newer one.
    void noteWritten(const Object &object);

    [[nodiscard]] std::optional<Object> find(const ObjectKey &key) const;
    [[nodiscard]] QList<ObjectKey> keys() const;
    [[nodiscard]] qsizetype size() const;
    [[nodiscard]] bool isSynced() const; ///< a whole list has been read at least once
    template<typename F>
    void forEach(F &&visit) const
    {
        for (const Object &object : m_objects)
            visit(object);
    }

Q_SIGNALS:
    /// @p before is null for a new object.
    void upserted(const patronus::Object &after, const patronus::Object &before);
    void removed(const patronus::Object &last);
    void synced(); ///< once after each whole list

private:
    QHash<ObjectKey, Object> m_objects;
    QHash<ObjectKey, bool> m_unseen; // while replacing: what has not come again yet
    bool m_replacing = false;
    bool m_synced = false;
};

/// Whether resourceVersion @p a is newer than @p b. Numbers compare as numbers
/// (https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions); what is no number is newer than all.
[[nodiscard]] bool isNewer(const QString &a, const QString &b);

} // namespace patronus
