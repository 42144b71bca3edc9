// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/contextclass.h"
#include "kube/kubecontext.h"
#include "monitoring/prometheusserver.h"

#include <optional>

/// What the console remembers from one start to the next beside its windows' looks: in QSettings, under
/// XDG_CONFIG_HOME. Nothing of it is secret.
namespace patronus::memory {

/// What a context's settings are kept by: a hash of its server, its CA and its name. Another server or CA under the
/// same name is another context, and nothing that was said of the old one holds for it. Empty where the CA's file
/// cannot be read.
[[nodiscard]] QString identityOf(const KubeContext &context);

[[nodiscard]] QStringList addedFiles(); ///< kubeconfig files besides those of the environment, absolute
void setAddedFiles(const QStringList &files);

/// As the user has set it; nullopt: never, or not for @p identity.
[[nodiscard]] std::optional<ContextClass> contextClass(const QString &identity);
void setContextClass(const QString &identity, std::optional<ContextClass> contextClass);

/// Whether the user wants only reads to be sent to @p identity.
[[nodiscard]] bool isReadOnly(const QString &identity);
void setReadOnly(const QString &identity, bool on);

/// The Prometheus server that the user has chosen for @p identity; without a URL: none.
[[nodiscard]] PrometheusServer prometheusServer(const QString &identity);
void setPrometheusServer(const QString &identity, const PrometheusServer &server);

/// Which contexts windows show, by identity: offered again at the next start.
[[nodiscard]] QStringList openContexts();
void setOpenContexts(const QStringList &identities);

/// Whether the user has allowed the credential plugin with this ExecRequest::fingerprint().
[[nodiscard]] bool isPluginAllowed(const QByteArray &fingerprint);
void allowPlugin(const QByteArray &fingerprint);

} // namespace patronus::memory
