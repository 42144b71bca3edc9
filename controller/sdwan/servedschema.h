// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/client.h"

namespace patronus {

/// What the API server's CRD declares of one kind (crds.md, "Older CRDs"): filled from discovery, read by the
/// reconciler.
struct ServedSchema {
    QJsonObject spec; ///< JSON schema of spec
    QJsonObject status; ///< JSON schema of status; empty: not known, nothing is left out

    /// @p whole status without what the schema does not declare: server-side apply would refuse all of it.
    [[nodiscard]] QJsonObject project(const QJsonObject &whole) const;
    /// The CRD of the replaced operator: its members are snake_case, another language.
    [[nodiscard]] bool isSnakeCase() const;
};

/// What the server's OpenAPI v3 says of @p type. NotFound: the CRD is not installed. Readable by every authenticated
/// user (system:discovery), while the operator may not read CRDs.
[[nodiscard]] Task<ServedSchema> readServedSchema(KubeClient &client, ResourceType type, std::stop_token stop);

} // namespace patronus
