// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pathfield.h"

#include <QFileDialog>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QSettings>

namespace patronus {

PathField::PathField(Of of, const QString &name, const QString &what, QWidget *parent)
    : QWidget(parent), m_of(of), m_line(new QLineEdit)
{
    m_line->setObjectName(name);
    m_line->setAccessibleName(what);
    setFocusProxy(m_line);
    auto *button = new QPushButton(tr("Choose…"));
    button->setAccessibleName(tr("Choose: %1").arg(what));
    button->setAutoDefault(false);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(m_line, 1);
    layout->addWidget(button);
    connect(button, &QPushButton::clicked, this, &PathField::choose);
    connect(m_line, &QLineEdit::textChanged, this, [this] { Q_EMIT changed(path()); });
    connect(m_line, &QLineEdit::editingFinished, this, [this] { Q_EMIT chosen(path()); });
}

void PathField::remember(const QString &key)
{
    m_line->setText(QSettings().value(key).toString());
    connect(this, &PathField::changed, this, [key](const QString &path) { QSettings().setValue(key, path); });
}

QString PathField::path() const
{
    return m_line->text().trimmed();
}

void PathField::choose()
{
    const QString what = m_line->accessibleName();
    const QString path = m_of == Of::Folder ? QFileDialog::getExistingDirectory(this, what, m_line->text())
                                            : QFileDialog::getOpenFileName(this, what, m_line->text());
    if (path.isEmpty())
        return;
    m_line->setText(path);
    Q_EMIT chosen(path);
}

} // namespace patronus
