// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"
#include "patronusapi/types.h"

#include <QDateTime>
#include <QJsonObject>
#include <QString>

#include <map>

namespace patronus::simulator {

/// The Sites and Policies that were PUT, ordered by name, with their id and times.
class Database
{
public:
    struct Record {
        QJsonObject body; ///< as it was PUT
        QString id; ///< UUID; stays while the object is there
        QDateTime createdAt, updatedAt;
    };
    using Records = std::map<QString, Record>;

    /// @p fileName: where it is kept; empty: in memory alone.
    explicit Database(QString fileName = {});

    /// Reads the file; a file that is not there is an empty database. Malformed names what is wrong with it.
    [[nodiscard]] Expected<void> load();
    /// Replaces the file as a whole, so that a reader never sees half of it. Does nothing when nothing has changed.
    [[nodiscard]] Expected<void> save();

    [[nodiscard]] const Records &records(RemoteKind kind) const
    {
        return kind == RemoteKind::Site ? m_sites : m_policies;
    }
    [[nodiscard]] const Record *find(RemoteKind kind, const QString &name) const;
    /// True when it was not there before.
    bool put(RemoteKind kind, const QString &name, const QJsonObject &body, const QDateTime &now);
    /// False when it was not there.
    bool remove(RemoteKind kind, const QString &name);
    void clear();
    [[nodiscard]] bool isDirty() const { return m_dirty; } ///< save() has something to do

private:
    [[nodiscard]] Records &mutableRecords(RemoteKind kind) { return kind == RemoteKind::Site ? m_sites : m_policies; }

    const QString m_fileName;
    Records m_sites, m_policies;
    bool m_dirty = false;
};

} // namespace patronus::simulator
