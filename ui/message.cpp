// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/message.h"

namespace patronus {

KMessageWidget *makeMessage(KMessageWidget::MessageType type, bool canBeClosed)
{
    auto *message = new KMessageWidget;
    message->setMessageType(type);
    message->setCloseButtonVisible(canBeClosed);
    message->setWordWrap(true);
    message->setTextFormat(Qt::PlainText);
    message->hide();
    return message;
}

} // namespace patronus
