// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/client.h"

#include <QSet>

namespace patronus {

/// What the API server's CRD declares of one kind (crds.md, "Older CRDs"). Default-constructed it is not known: nothing
/// is left out, and it is no reason to stop.
class ServedSchema
{
public:
    ServedSchema() = default;
    /// Of the whole kind, references resolved, as Discovery::servedSchema() gives it.
    explicit ServedSchema(QJsonObject schema);

    /// @p whole status without what the schema does not declare: server-side apply would refuse all of it.
    [[nodiscard]] QJsonObject project(const QJsonObject &whole) const;
    /// The first field in snake_case ("spec.wireguard.public_key"): the CRD of the replaced operator, another language,
    /// by which nothing may be decided. Nullopt: it speaks ours.
    [[nodiscard]] const std::optional<QString> &snakeCaseField() const { return m_snakeCaseField; }
    /// What the operator writes of every kind's status and this CRD does not keep; empty: it is not older.
    [[nodiscard]] const QStringList &missingFields() const { return m_missingFields; }
    [[nodiscard]] bool keepsConditions() const { return m_keepsConditions; }

    friend bool operator==(const ServedSchema &a, const ServedSchema &b) { return a.m_schema == b.m_schema; }

private:
    QJsonObject m_schema; // empty: not known
    std::optional<QString> m_snakeCaseField;
    QStringList m_missingFields;
    QSet<QString> m_wholeMembers; // of the status: what the operator writes there is kept as it is
    bool m_keepsConditions = true;
};

/// What the server's OpenAPI v3 says of @p type. NotFound: the CRD is not installed. Readable by every authenticated
/// user (system:discovery), while the operator may not read CRDs.
[[nodiscard]] Task<ServedSchema> readServedSchema(KubeClient &client, ResourceType type, std::stop_token stop);

} // namespace patronus
