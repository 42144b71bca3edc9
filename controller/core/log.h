// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"

#include <QDateTime>
#include <QLoggingCategory>
#include <QStringList>

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

/// What RUST_LOG says, understood.
struct LogFilter {
    QString rules; ///< as QLoggingCategory::setFilterRules() takes them
    QStringList unknownAreas; ///< "hyper" of "info,hyper=warn": no concern of this program, ignored
};

/// A filter as RUST_LOG has it: "info", or "info,watch=debug,http=warn" (level, then area=level; levels off error warn
/// info debug trace, in any case; empty is "info"). Areas are the categories without "patronus."; other libraries'
/// categories follow the general level, but never below info. An error is Invalid and names the part that is wrong.
[[nodiscard]] Expected<LogFilter> parseLogFilter(QStringView text);
/// Sets it for the process. An error changes nothing.
[[nodiscard]] Expected<void> setLogFilter(QStringView text);

/// Sends all messages of the process to stderr, one line each, redacted: `TIME LEVEL area message key=value…`, or JSON
/// lines with `time`, `level`, `area`, `message` and each key of the message's end as a member of `fields`.
/// TIME is RFC 3339 in UTC with milliseconds; LEVEL is ERROR, WARN, INFO or DEBUG.
void installLogHandler(LogFormat format);
/// The line that the handler writes, with its newline. Control characters of @p message are escaped, and what it has
/// beyond 16 Ki characters is left out.
[[nodiscard]] QByteArray logLine(
    LogFormat format, QtMsgType type, QLatin1StringView category, QStringView message, const QDateTime &time);

/// A `key=value` pair at the end of a message: `qCInfo(logWatch) << "listed" << logField("objects", 500)`.
/// The value is quoted when it has spaces, quotes or control characters, or nothing, in it.
struct LogField {
    QString text;
    friend QDebug operator<<(QDebug debug, const LogField &field);
};
[[nodiscard]] LogField logField(const char *key, QStringView value);
[[nodiscard]] LogField logField(const char *key, qint64 value);

/// @p text without what looks like a credential: bearer and basic tokens, JWTs, PEM private keys, passwords in URLs,
/// the data of Secrets, and the values of members or parameters named token, password, secret, client-key-data and
/// alike. When in doubt it takes away too much.
[[nodiscard]] QString redact(QStringView text);

} // namespace patronus
