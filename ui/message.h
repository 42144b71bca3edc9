// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <KMessageWidget>

class QLabel;

namespace patronus {

/// A message in the page, hidden until there is something to say: plain text, since it may be a server's words.
[[nodiscard]] KMessageWidget *makeMessage(KMessageWidget::MessageType type, bool canBeClosed);

/// Words of a server or a file, wrapped; plain text for the same reason, and to be copied by mouse and keyboard.
[[nodiscard]] QLabel *makePlainText(const QString &text = {});

} // namespace patronus
