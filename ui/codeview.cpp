// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/codeview.h"

#include "ui/theme.h"

#include <KSyntaxHighlighting/Definition>
#include <KSyntaxHighlighting/SyntaxHighlighter>
#include <KSyntaxHighlighting/Theme>

#include <QEvent>
#include <QScrollBar>

namespace patronus {

CodeView::CodeView(const QString &definition, QWidget *parent)
    : QPlainTextEdit(parent), m_highlighter(new KSyntaxHighlighting::SyntaxHighlighter(document()))
{
    setReadOnly(true);
    setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    setLineWrapMode(NoWrap);
    setFont(theme::monospace());
    setFrameShape(NoFrame);
    m_highlighter->setDefinition(m_repository.definitionForName(definition));
    applyTheme();
}

CodeView::~CodeView() = default;

void CodeView::setCode(const QString &text)
{
    if (text == toPlainText())
        return;
    const int place = verticalScrollBar()->value();
    setPlainText(text);
    verticalScrollBar()->setValue(place);
}

void CodeView::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::PaletteChange)
        applyTheme();
    QPlainTextEdit::changeEvent(event);
}

void CodeView::applyTheme()
{
    // On our dark ground the keys of the default's are too dark to read.
    KSyntaxHighlighting::Theme theme
        = m_repository.theme(theme::isDark() ? QStringLiteral("GitHub Dark") : QStringLiteral("GitHub Light"));
    if (!theme.isValid())
        theme = m_repository.defaultTheme(
            theme::isDark() ? KSyntaxHighlighting::Repository::DarkTheme : KSyntaxHighlighting::Repository::LightTheme);
    m_highlighter->setTheme(theme);
    m_highlighter->rehighlight();
}

} // namespace patronus
