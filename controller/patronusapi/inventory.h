// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "patronusapi/client.h"

#include <QHash>
#include <QObject>

namespace patronus {

/// What the Patronus API holds, read as one paged list and kept: reconciling one object never GETs it.
///
/// What we wrote while a sweep was under way wins over what the sweep read. An object that was there all the while is
/// never taken for removed, whatever comes and goes between two pages. Only the members that the operator sends are
/// kept of each object (projection.h), as bytes: find() parses them. Event-loop thread only.
class Inventory : public QObject
{
    Q_OBJECT

public:
    /// @p client has to outlive the inventory, and the inventory its sweeps: request their stop and await them.
    explicit Inventory(PatronusClient &client);
    ~Inventory() override;

    /// Reads everything once (1,000 objects a request; 20,000 are 22). On an error what is held stays as it was.
    /// One at a time.
    [[nodiscard]] Task<void> sweep(std::stop_token stop);

    [[nodiscard]] std::optional<Error> lastError() const; ///< why the last sweep did not succeed
    [[nodiscard]] bool isRead() const; ///< a sweep has succeeded at least once
    [[nodiscard]] std::optional<QJsonObject> find(RemoteKind kind, const QString &name) const;
    [[nodiscard]] QStringList names(RemoteKind kind) const;
    /// The name of the object that a statistic calls @p idOrName.
    [[nodiscard]] QString nameOf(RemoteKind kind, const QString &idOrName) const;
    void notePut(RemoteKind kind, const QString &name, const QJsonObject &stored); ///< the API's answer to our PUT
    void noteRemoved(RemoteKind kind, const QString &name);
    /// What is held of @p name may be wrong (a PUT whose answer never came): found as absent until the next sweep.
    void forget(RemoteKind kind, const QString &name);

Q_SIGNALS:
    /// A sweep found another content than was held (created, changed or removed by somebody else). Emitted when the
    /// sweep has been taken in as a whole; the first sweep emits it for everything.
    void changed(patronus::RemoteKind kind, const QString &name);

private:
    struct Private;
    const std::unique_ptr<Private> d;
};

} // namespace patronus
