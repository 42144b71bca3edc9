// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"

#include <QLoggingCategory>

namespace patronus {

// One category a concern: debug = per request, info = a change that no person asked for,
// warning = will be retried, critical = needs a person.
Q_DECLARE_LOGGING_CATEGORY(logHttp) // patronus.http: connections and requests
Q_DECLARE_LOGGING_CATEGORY(logKube) // patronus.kube: kubeconfig, credentials, discovery
Q_DECLARE_LOGGING_CATEGORY(logWatch) // patronus.watch: lists, watches, caches
Q_DECLARE_LOGGING_CATEGORY(logQueue) // patronus.queue: work queues
Q_DECLARE_LOGGING_CATEGORY(logLease) // patronus.lease: leader election
Q_DECLARE_LOGGING_CATEGORY(logReconcile) // patronus.reconcile: what a reconcile did
Q_DECLARE_LOGGING_CATEGORY(logPatronus) // patronus.api: the Patronus API
Q_DECLARE_LOGGING_CATEGORY(logServing) // patronus.serving: probes and metrics
Q_DECLARE_LOGGING_CATEGORY(logApp) // patronus.app: start, settings, stop
Q_DECLARE_LOGGING_CATEGORY(logUi) // patronus.ui

enum class LogFormat { Text, Json };

/// A filter as RUST_LOG has it: "info", or "info,watch=debug,http=warn" (level, then area=level;
/// levels off error warn info debug trace). Areas are the categories without "patronus.".
/// An error is Invalid and names the part that is wrong.
[[nodiscard]] Expected<void> setLogFilter(QStringView filter);

/// Sends all messages of the process to stderr, one line each: `TIME LEVEL area message key=value…`, or JSON lines.
void installLogHandler(LogFormat format);

/// @p text without what looks like a credential: bearer and basic tokens, JWTs, PEM private keys, and the values of
/// members or parameters named token, password, secret, client-key-data and alike.
[[nodiscard]] QString redact(QStringView text);

} // namespace patronus
