// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ctl/options.h"

#include <QJsonValue>
#include <QList>

namespace patronus {

/// Rows under headings, in columns as kubectl has them.
[[nodiscard]] QString table(const QStringList &headings, const QList<QStringList> &rows);

/// @p word ("ok", "warning", "problem" and the like), @p width wide; in a colour where standard output is a terminal
/// and NO_COLOR is not set.
[[nodiscard]] QString verdict(const QString &word, qsizetype width);

/// @p value on standard output in the format that was asked for; @p asTable where that is a table.
void print(CtlOptions::Format format, const QJsonValue &value, const QString &asTable);

} // namespace patronus
