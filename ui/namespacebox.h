// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QComboBox>

namespace patronus {

/// Which namespace is shown; "all" is the empty one. Where the names are not known, for they may not be listed, it
/// takes one that is typed.
class NamespaceBox : public QComboBox
{
    Q_OBJECT

public:
    explicit NamespaceBox(QWidget *parent = nullptr);

    /// Offers @p names and "all", and shows @p current. While somebody types it stays as it is.
    void setNames(const QStringList &names, const QString &current);
    void setTakesTyping(bool on);
    void ask(); ///< takes the keyboard, with what it says selected

Q_SIGNALS:
    void chosen(const QString &nameSpace); ///< by the person
};

} // namespace patronus
