// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "patronusapi/client.h"

#include <QHash>
#include <QObject>

namespace patronus {

/// What the Patronus API holds, read as one paged list and kept: reconciling one object never GETs it.
///
/// What we wrote while a sweep was under way wins over what the sweep read. Only the members that the operator sends are
/// kept of each object. Event-loop thread only.
class Inventory : public QObject
{
    Q_OBJECT

public:
    /// @p client has to outlive the inventory.
    explicit Inventory(PatronusClient &client);
    ~Inventory() override;

    /// Reads everything once (1,000 objects a request). On an error what is held stays as it was.
    [[nodiscard]] Task<void> sweep(std::stop_token stop);

    [[nodiscard]] bool isRead() const; ///< a sweep has succeeded at least once
    [[nodiscard]] std::optional<QJsonObject> find(RemoteKind kind, const QString &name) const;
    [[nodiscard]] QStringList names(RemoteKind kind) const;
    void notePut(RemoteKind kind, const QString &name, const QJsonObject &stored); ///< the API's answer to our PUT
    void noteRemoved(RemoteKind kind, const QString &name);
    /// What is held of @p name may be wrong (a PUT whose answer never came): found as absent until the next sweep.
    void forget(RemoteKind kind, const QString &name);

Q_SIGNALS:
    /// A sweep found another content than was held (created, changed or removed by somebody else).
    void changed(patronus::RemoteKind kind, const QString &name);

private:
    struct Private;
    const std::unique_ptr<Private> d;
};

} // namespace patronus
