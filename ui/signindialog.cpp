// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/signindialog.h"

#include <QCheckBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

using namespace Qt::StringLiterals;

namespace patronus {

SignInDialog::SignInDialog(const QString &cluster, QWidget *parent) : QDialog(parent)
{
    setWindowTitle(tr("Sign in to the Patronus API of %1").arg(cluster));
    auto *what = new QLabel(
        tr("It is only read from: the console changes nothing there. Give a token, or a user name and a password."));
    what->setWordWrap(true);
    m_token = new QLineEdit;
    m_token->setObjectName(u"token"_s);
    m_token->setEchoMode(QLineEdit::Password);
    m_username = new QLineEdit;
    m_username->setObjectName(u"username"_s);
    m_password = new QLineEdit;
    m_password->setObjectName(u"password"_s);
    m_password->setEchoMode(QLineEdit::Password);
    m_keep = new QCheckBox(tr("&Keep them in this desktop's keychain"));
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
    auto *accept = buttons->addButton(tr("Sign in"), QDialogButtonBox::AcceptRole);
    accept->setEnabled(false);
    const auto check = [this, accept] {
        accept->setEnabled(
            !m_token->text().isEmpty() || (!m_username->text().isEmpty() && !m_password->text().isEmpty()));
    };
    for (const QLineEdit *edit : {m_token, m_username, m_password})
        connect(edit, &QLineEdit::textChanged, this, check);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto *layout = new QFormLayout(this);
    layout->addRow(what);
    layout->addRow(tr("&Token"), m_token);
    layout->addRow(tr("&User name"), m_username);
    layout->addRow(tr("&Password"), m_password);
    layout->addRow(m_keep);
    layout->addRow(buttons);
    for (QLineEdit *edit : {m_token, m_username, m_password})
        edit->setAccessibleName(qobject_cast<QLabel *>(layout->labelForField(edit))->text().remove(u'&'));
}

PatronusSignIn SignInDialog::signIn() const
{
    return {.token = m_token->text(), .username = m_username->text(), .password = m_password->text()};
}

bool SignInDialog::isToBeKept() const
{
    return m_keep->isChecked();
}

} // namespace patronus
