// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/object.h"
#include "sdwan/names.h"

namespace patronus {

/// The container of @p deployment that is the operator: the chart's, else the first.
[[nodiscard]] QJsonObject operatorContainer(const Object &deployment);
/// The labels by which the pods of @p deployment are found, as a label selector.
[[nodiscard]] QString podSelector(const Object &deployment);
/// The port of @p deployment's pods that serves /metrics.
[[nodiscard]] int metricsPort(const Object &deployment);
/// What @p deployment sets the operator's variable @p name to; empty where it does not, or not as a text.
[[nodiscard]] QString operatorSetting(const Object &deployment, QLatin1StringView name);
/// The namespaces whose Sites and Policies it is for; empty: all.
[[nodiscard]] QStringList watchedNamespaces(const Object &deployment);
/// The version of the operator that @p deployment runs, by its image's tag, else by its label; empty where neither
/// says.
[[nodiscard]] QString operatorVersion(const Object &deployment);

} // namespace patronus
