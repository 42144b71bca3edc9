// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/message.h"

#include <QLabel>

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

QLabel *makePlainText(const QString &text)
{
    auto *label = new QLabel(text);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    return label;
}

} // namespace patronus
