// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/object.h"

#include <QHash>
#include <QObject>
#include <QSet>

#include <optional>

namespace patronus {

/// The objects of one resource as the server last told them, by key. Filled by Reflectors; read by everybody else.
///
/// What is kept of an object is decided by who lists it (ListOptions::drop). A relist is beginReplace(), upsert() of
/// all, endReplace(): what did not come again is removed at the end, so that memory holds one copy and readers see no
/// gap. Several feeds, each of its own namespace, may fill one store: a replace touches only the feed's namespace.
/// Event-loop thread only.
class Store : public QObject
{
    Q_OBJECT

public:
    /// Says that a Reflector of @p nameSpace (empty: all) will fill this store: isSynced() waits for it.
    void addFeed(const QString &nameSpace = {});

    /// Says that nobody fills @p nameSpace (empty: all) any more: what is held of it goes.
    void removeFeed(const QString &nameSpace);

    /// Keeps @p object unless a newer version of the same UID is held already. Another UID under the same key is a
    /// removal of the old object and then a new one. Within a replace the list is right, whatever is held: versions go
    /// backwards when somebody restores etcd.
    void upsert(const Object &object);
    /// Whether upsert() of a version that the watch brings may change anything. False for what is held already or
    /// older, above all for the echo of our own write, which need not be read: it is a copy of what noteWritten() laid
    /// over, unless another's write was left aside in between.
    [[nodiscard]] bool needs(const ObjectVersion &version);
    void remove(const ObjectKey &key);
    /// Begins the relist of @p nameSpace (empty: all), or begins it anew when the last one was not ended.
    void beginReplace(const QString &nameSpace = {});
    void endReplace(const QString &nameSpace = {});

    /// Lays the answer to our own write over what is held, so that we do not read older than we wrote. It is a floor
    /// only: dropped when the watch brings this version or a newer one, or a list that began after it. Ignored when the
    /// object is not held (it may be deleted by now) or has another UID. Of a metadata-only answer (WriteOptions) the
    /// metadata is laid over, unless the generation shows that the spec, too, is another than the one held.
    void noteWritten(const Object &object);
    /// Takes out what the server has told us is gone, by an answer to our own write, before the watch tells it. What
    /// the watch still brings of that UID is older and is left aside. Ignored when another UID is held.
    void noteGone(const Object &object);

    [[nodiscard]] std::optional<Object> find(const ObjectKey &key) const;
    [[nodiscard]] QList<ObjectKey> keys() const;
    [[nodiscard]] qsizetype size() const;
    [[nodiscard]] bool isSynced() const; ///< a whole list of every feed has been read at least once
    /// @p visit must not change the store.
    template <typename F> void forEach(F &&visit) const
    {
        for (const Object &object : m_objects)
            visit(object);
    }

Q_SIGNALS:
    /// @p before is null for a new object. Not emitted for a version that is held already.
    void upserted(const patronus::Object &after, const patronus::Object &before);
    void removed(const patronus::Object &last);
    void synced(); ///< after each whole list, from the moment on when isSynced()

private:
    void put(const Object &object, const Object &before);
    [[nodiscard]] bool isReplacing(const ObjectKey &key);

    QHash<ObjectKey, Object> m_objects; // what readers see: the server's version, or our own newer one
    QHash<ObjectKey, QString> m_gone; // UIDs of noteGone(), until the watch or a list says so too
    /// Of an object that came by noteWritten().
    struct Own {
        bool sinceReplace = true; ///< written since the running replace began
        bool passedOver = false; ///< the watch has brought an older version since: our copy may lack what that said
    };
    QHash<ObjectKey, Own> m_own;
    QHash<QString, QSet<ObjectKey>> m_unseen; // by namespace being replaced: what has not come again yet
    QHash<QString, bool> m_feeds; // by namespace: whether a whole list has been read
};

/// Whether resourceVersion @p a is newer than @p b. Numbers compare as numbers
/// (https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions); what is no number is newer than
/// all.
[[nodiscard]] bool isNewer(const QString &a, const QString &b);

} // namespace patronus
