// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/remotemodel.h"

#include <QDialog>

class QCheckBox;
class QLineEdit;

namespace patronus {

/// Asks who somebody is to the Patronus API of a cluster.
class SignInDialog : public QDialog
{
    Q_OBJECT

public:
    /// @p cluster: its name, for a person.
    explicit SignInDialog(const QString &cluster, QWidget *parent = nullptr);

    [[nodiscard]] PatronusSignIn signIn() const;
    [[nodiscard]] bool isToBeKept() const; ///< in the keychain

private:
    QLineEdit *m_token;
    QLineEdit *m_username;
    QLineEdit *m_password;
    QCheckBox *m_keep;
};

} // namespace patronus
