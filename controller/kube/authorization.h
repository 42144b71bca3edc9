// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"
#include "http/request.h"

namespace patronus {

/// The header that says who asks. Invalid for what no header can carry, with the reason; what is secret is not in it.
[[nodiscard]] Expected<HttpHeaders> bearerAuthorization(const QString &token);
[[nodiscard]] Expected<HttpHeaders> basicAuthorization(const QString &username, const QString &password);

} // namespace patronus
