// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/namespacebox.h"

#include <QLineEdit>
#include <QRegularExpressionValidator>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace patronus {

NamespaceBox::NamespaceBox(QWidget *parent) : QComboBox(parent)
{
    setAccessibleName(tr("Namespace shown"));
    setSizeAdjustPolicy(QComboBox::AdjustToContents);
    setInsertPolicy(QComboBox::NoInsert);
    connect(this, &QComboBox::activated, this, [this] { Q_EMIT chosen(currentData().toString()); });
}

void NamespaceBox::setNames(const QStringList &names, const QString &current)
{
    if (lineEdit() && lineEdit()->isModified())
        return;
    QStringList all = names;
    if (!current.isEmpty() && !all.contains(current))
        all.prepend(current);
    QStringList offered;
    for (int i = 1; i < count(); ++i)
        offered.append(itemData(i).toString());
    if (offered != all || count() == 0) {
        clear();
        addItem(tr("all"), QString());
        for (const QString &name : std::as_const(all))
            addItem(name, name);
    }
    setCurrentIndex(std::max(findData(current), 0));
}

void NamespaceBox::setTakesTyping(bool on)
{
    if (on == isEditable())
        return;
    setEditable(on);
    setMinimumContentsLength(on ? 18 : 0);
    if (!on)
        return;
    setCompleter(nullptr); // "team" is not to become "team-x"
    lineEdit()->setAccessibleName(tr("Namespace to read"));
    lineEdit()->setValidator(
        new QRegularExpressionValidator(QRegularExpression(u"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?"_s), lineEdit()));
    connect(lineEdit(), &QLineEdit::returnPressed, this, [this] {
        const QString typed = lineEdit()->text();
        lineEdit()->setModified(false);
        if (findText(typed) < 0) // else it is activated
            Q_EMIT chosen(typed);
    });
}

void NamespaceBox::ask()
{
    setFocus();
    if (lineEdit())
        lineEdit()->selectAll();
}

} // namespace patronus
