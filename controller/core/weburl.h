// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"

#include <QUrl>

namespace patronus {

/// Reads an http or https URL that a person has written; @p what it is for begins the sentence of the error. Invalid:
/// it is none, has no host, or carries a user or a password: wherever a URL is written, others can read it. They are
/// not repeated; @p instead is what to do where the server wants them.
[[nodiscard]] Expected<QUrl> webUrl(const QString &text, const QString &what,
    const QString &instead = QStringLiteral("where the server wants them, give that of a proxy which adds them"));

} // namespace patronus
