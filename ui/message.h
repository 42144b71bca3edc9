// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <KMessageWidget>

namespace patronus {

/// A message in the page, hidden until there is something to say: plain text, since it may be a server's words.
[[nodiscard]] KMessageWidget *makeMessage(KMessageWidget::MessageType type, bool canBeClosed);

} // namespace patronus
