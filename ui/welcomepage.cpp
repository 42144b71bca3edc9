// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/welcomepage.h"

#include "ui/theme.h"

#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace patronus {

namespace {

/// A square in the colour of a class, beside its word.
QIcon classIcon(ContextClass contextClass)
{
    QPixmap pixmap(16, 16);
    pixmap.fill(theme::contextColor(contextClass));
    return QIcon(pixmap);
}

} // namespace

WelcomePage::WelcomePage(const ContextsModel &contexts, QWidget *parent) : QWidget(parent), m_contexts(contexts)
{
    auto *text = new QLabel(tr("Not connected. Nothing is asked of any cluster until you choose one."));
    text->setAlignment(Qt::AlignCenter);
    auto *choose = new QPushButton(tr("Choose a context…"));
    connect(choose, &QPushButton::clicked, this, &WelcomePage::choiceRequested);
    m_heading = new QLabel(tr("Open when the console was last used:"));
    m_buttons = new QVBoxLayout;
    m_all = new QPushButton(tr("Connect to all of these, each in a window of its own"));
    connect(m_all, &QPushButton::clicked, this, &WelcomePage::openAll);

    auto *layout = new QVBoxLayout(this);
    layout->addStretch();
    layout->addWidget(text);
    layout->addWidget(choose, 0, Qt::AlignHCenter);
    layout->addSpacing(fontMetrics().height());
    layout->addWidget(m_heading, 0, Qt::AlignHCenter);
    layout->addLayout(m_buttons);
    layout->addWidget(m_all, 0, Qt::AlignHCenter);
    layout->addStretch();
    connect(&contexts, &QAbstractItemModel::modelReset, this, &WelcomePage::refresh);
    refresh();
}

void WelcomePage::refresh()
{
    while (const auto item = std::unique_ptr<QLayoutItem>(m_buttons->takeAt(0)))
        item->widget()->deleteLater(); // it may be what was pressed
    m_last.clear();
    for (const ContextEntry &entry : m_contexts.entries()) {
        if (!entry.wasOpen || !entry.problem.isEmpty())
            continue;
        const ContextKey key = entry.key();
        auto *button = new QPushButton(classIcon(entry.contextClass()),
            tr("Connect to %1 · %2").arg(entry.label(), contextClassName(entry.contextClass())));
        button->setToolTip(tr("Server %1, user %2, from %3").arg(entry.server, entry.user, entry.file));
        connect(button, &QPushButton::clicked, this, [this, key] { Q_EMIT connectRequested(key); });
        m_buttons->addWidget(button, 0, Qt::AlignHCenter);
        m_last.append(key);
    }
    m_heading->setVisible(!m_last.isEmpty());
    m_all->setVisible(m_last.size() > 1);
}

void WelcomePage::openAll()
{
    const QList<ContextKey> last = m_last; // connecting may read the files anew
    for (const ContextKey &key : last.sliced(1))
        Q_EMIT newWindowRequested(key);
    Q_EMIT connectRequested(last.first());
}

} // namespace patronus
