// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/yamledit.h"

#include "models/yamlplace.h"
#include "ui/theme.h"

#include <QAbstractItemView>
#include <QCompleter>
#include <QHeaderView>
#include <QHelpEvent>
#include <QScrollBar>
#include <QTextBlock>
#include <QToolTip>
#include <QTreeView>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {
constexpr int InsertedRole = Qt::UserRole + 1;
}

YamlEdit::YamlEdit(const QJsonObject &schema, QWidget *parent)
    : CodeView(u"YAML"_s, parent), m_schema(schema), m_completer(new QCompleter(&m_choices, this))
{
    setReadOnly(false);
    setTextInteractionFlags(Qt::TextEditorInteraction);
    setTabChangesFocus(true);
    auto *list = new QTreeView; // the word, and what the schema says of it
    list->setHeaderHidden(true);
    list->setRootIsDecorated(false);
    list->setAccessibleName(tr("What may stand here"));
    m_completer->setPopup(list);
    m_completer->setWidget(this);
    m_completer->setCaseSensitivity(Qt::CaseInsensitive);
    connect(m_completer, qOverload<const QModelIndex &>(&QCompleter::activated), this, &YamlEdit::insert);
    connect(this, &QPlainTextEdit::textChanged, this, &YamlEdit::mark);
}

YamlEdit::~YamlEdit() = default;

void YamlEdit::keyPressEvent(QKeyEvent *event)
{
    const bool isReturn = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (m_completer->popup()->isVisible()
        && (isReturn || event->key() == Qt::Key_Escape || event->key() == Qt::Key_Tab)) {
        event->ignore(); // it is the list's
        return;
    }
    if (event->key() == Qt::Key_Space && event->modifiers() == Qt::ControlModifier) {
        offer(true);
        return;
    }
    if (isReturn && event->modifiers() == Qt::NoModifier) {
        breakLine();
        return;
    }
    CodeView::keyPressEvent(event);
    if (!event->text().isEmpty() && event->text().front().isPrint())
        offer(false);
    else if (!event->text().isEmpty())
        m_completer->popup()->hide();
}

void YamlEdit::breakLine()
{
    QTextCursor cursor = textCursor();
    const QString line = cursor.block().text().first(cursor.positionInBlock());
    qsizetype indent = 0;
    while (indent < line.size() && line[indent] == u' ')
        ++indent;
    if (line.trimmed().endsWith(u':'))
        indent += line.sliced(indent).startsWith("- "_L1) ? 4 : 2;
    cursor.insertText(u'\n' + QString(indent, u' '));
    setTextCursor(cursor);
    ensureCursorVisible();
}

/// Unless it @p isAsked for, there has to be a word that has begun, and is not all that could stand there.
void YamlEdit::offer(bool isAsked)
{
    const qsizetype position = textCursor().position();
    const YamlChoices found = choicesAt(toPlainText(), position, m_schema);
    const QString word = toPlainText().sliced(found.begin, position - found.begin);
    m_choices.clear();
    for (const YamlChoice &choice : found.choices) {
        auto *item = new QStandardItem(choice.word);
        item->setData(choice.inserted, InsertedRole);
        auto *hint = new QStandardItem(choice.hint);
        hint->setForeground(palette().placeholderText());
        m_choices.appendRow({item, hint});
    }
    m_completer->setCompletionPrefix(word);
    const bool isWhole = m_completer->completionCount() == 1 && m_completer->currentCompletion() == word;
    if (m_completer->completionCount() == 0 || (!isAsked && (word.isEmpty() || isWhole))) {
        m_completer->popup()->hide();
        return;
    }
    auto *list = qobject_cast<QTreeView *>(m_completer->popup());
    list->resizeColumnToContents(0);
    list->setCurrentIndex(m_completer->completionModel()->index(0, 0));
    QRect place = cursorRect();
    place.setWidth(std::min(width(), list->columnWidth(0) + fontMetrics().averageCharWidth() * 48));
    m_completer->complete(place);
}

void YamlEdit::insert(const QModelIndex &choice)
{
    QTextCursor cursor = textCursor();
    cursor.movePosition(QTextCursor::Left, QTextCursor::KeepAnchor, int(m_completer->completionPrefix().size()));
    cursor.insertText(choice.siblingAtColumn(0).data(InsertedRole).toString());
    setTextCursor(cursor);
}

void YamlEdit::setMarked(const QMap<QString, QString> &tipsByPath)
{
    m_marked = tipsByPath;
    mark();
}

void YamlEdit::mark()
{
    QList<QTextEdit::ExtraSelection> marks;
    const QStringList paths = m_marked.isEmpty() ? QStringList() : pathsOfLines(toPlainText());
    for (qsizetype row = 0; row < paths.size(); ++row)
        for (auto marked = m_marked.begin(); marked != m_marked.end(); ++marked)
            if (paths[row] == marked.key()) {
                QTextEdit::ExtraSelection mark{QTextCursor(document()->findBlockByNumber(int(row))), {}};
                QColor colour = theme::stateColor(State::Degraded);
                colour.setAlphaF(0.25F);
                mark.format.setBackground(colour);
                mark.format.setProperty(QTextFormat::FullWidthSelection, true);
                mark.format.setToolTip(*marked);
                marks.append(mark);
            }
    setExtraSelections(marks);
}

bool YamlEdit::event(QEvent *event)
{
    if (event->type() != QEvent::ToolTip)
        return CodeView::event(event);
    const auto *help = static_cast<QHelpEvent *>(event);
    const int row = cursorForPosition(viewport()->mapFrom(this, help->pos())).blockNumber();
    for (const QTextEdit::ExtraSelection &mark : extraSelections())
        if (mark.cursor.blockNumber() == row)
            QToolTip::showText(help->globalPos(), mark.format.toolTip(), this);
    return true;
}

} // namespace patronus
