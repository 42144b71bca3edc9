// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "kube/client.h"

namespace patronus {

/// Our CustomResourceDefinitions, as this program was built with them (crds/).
[[nodiscard]] QList<QJsonObject> builtInCrds();

/// Those of Sites and Policies in @p paths: files of YAML or JSON, or folders of such. Malformed or Invalid names the
/// file; Invalid, too, where there is none or one is there twice.
[[nodiscard]] Expected<QList<QJsonObject>> readCrds(const QStringList &paths);

/// What a definition is of; nullopt where it is not of ours.
[[nodiscard]] std::optional<ResourceType> crdType(const QJsonObject &definition);

/// Waits until @p definition is Established and served with its own schema. Unreachable after a minute. All have to
/// outlive it.
[[nodiscard]] Task<void> awaitServed(KubeClient &client, Clock &clock, QJsonObject definition, std::stop_token stop);

} // namespace patronus
