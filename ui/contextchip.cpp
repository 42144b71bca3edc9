// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/contextchip.h"

#include "ui/theme.h"

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

/// White text on the colour of a class; the only style sheet, since a chip is no native control.
QString chipStyle(const QColor &color)
{
    return u"QPushButton { background: %1; color: white; border: none; border-radius: 4px; padding: 5px 12px; "
           u"font-weight: bold; }"
           "QPushButton:hover, QPushButton:focus { background: %2; }"_s.arg(color.name(), color.lighter(120).name());
}

} // namespace

QString classText(const ContextEntry &context)
{
    const QString name = contextClassName(context.contextClass());
    return context.isReadOnly ? name + u" · "_s + ContextChip::tr("READ-ONLY") : name;
}

ContextChip::ContextChip(QWidget *parent) : QPushButton(parent)
{
    setAccessibleName(tr("Context; choose another"));
}

void ContextChip::setContext(const std::optional<ContextEntry> &context)
{
    setText(context ? u"%1  ·  %2  ▾"_s.arg(context->label(), classText(*context)) : tr("Choose a context…"));
    setStyleSheet(context ? chipStyle(theme::contextColor(context->contextClass())) : QString());
    setToolTip(context ? tr("Server %1, user %2 (%3), from %4")
                             .arg(context->server, context->user, context->credentials, context->file)
                       : QString());
}

} // namespace patronus
