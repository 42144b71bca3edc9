// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArrayView>
#include <QMetaType>

namespace patronus {

enum class LogLevel : quint8 { Error, Warn, Info, Debug, Other };

/// The level of one line of the operator's log, text (`TIME LEVEL area message`) or JSON (`"level":"INFO"`).
[[nodiscard]] LogLevel logLevelOf(QByteArrayView line);

/// The string member @p name of the JSON object that a line is, as it is written there, escapes and all; empty where
/// there is none. What lies deeper is not looked at.
[[nodiscard]] QByteArrayView jsonMember(QByteArrayView line, QByteArrayView name);

} // namespace patronus

Q_DECLARE_METATYPE(patronus::LogLevel)
