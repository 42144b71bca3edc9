// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QLineEdit;

namespace patronus {

/// A line for the path of a file or folder on this machine, with a button by which it is chosen.
class PathField : public QWidget
{
    Q_OBJECT

public:
    enum class Of { File, Folder };
    /// @p what it is names the line and the dialog; @p name is the line's object name.
    PathField(Of of, const QString &name, const QString &what, QWidget *parent = nullptr);

    /// From now on it is in the settings as @p key, and what is there stands in it.
    void remember(const QString &key);

    [[nodiscard]] QString path() const; ///< empty: none
    [[nodiscard]] QLineEdit &line() const { return *m_line; }

Q_SIGNALS:
    void chosen(const QString &path); ///< as a whole: by the button, or when the line is left or Enter is pressed
    void changed(const QString &path); ///< with each letter

private:
    void choose();

    const Of m_of;
    QLineEdit *m_line;
};

} // namespace patronus
