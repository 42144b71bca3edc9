// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"

#include <QByteArray>

namespace patronus {

/// All that is in the file @p path. Invalid names the file, with the system's reason.
[[nodiscard]] Expected<QByteArray> readWholeFile(const QString &path);

} // namespace patronus
