// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/simulator/exchange.h"
#include "patronusapi/types.h"

#include <optional>

namespace patronus::simulator {

/// What the API answers to a PUT of @p body as @p name that it does not take: 400 when it is not of the form that the
/// OpenAPI document asks for (a missing or unknown member, another type), 422 when a value is out of its limits. The
/// message and the details name the members. Nullopt: it is right.
[[nodiscard]] std::optional<Answer> refusal(RemoteKind kind, const QString &name, const QJsonObject &body);

} // namespace patronus::simulator
