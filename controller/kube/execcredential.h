// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/execplugin.h"

namespace patronus {

/// What a plugin finds in KUBERNETES_EXEC_INFO: an ExecCredential with the apiVersion that it is to answer with,
/// whether it has a terminal, and the cluster where its configuration asks for it.
[[nodiscard]] QByteArray execInfo(const KubeContext &context, const QByteArray &caPem, bool isInteractive);

/// What a plugin of @p apiVersion printed, JSON or YAML. Malformed for anything else than an ExecCredential of that
/// version with a token, a certificate with its key, or both; the message holds nothing of the text.
[[nodiscard]] Expected<ExecCredential> parseExecCredential(QByteArrayView text, const QString &apiVersion);

} // namespace patronus
