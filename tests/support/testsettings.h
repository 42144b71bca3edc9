// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCoreApplication>
#include <QSettings>
#include <QTemporaryDir>

namespace patronus {

/// QSettings that begin empty and end with this: neither the user's nor an earlier test's.
class TestSettings
{
public:
    TestSettings()
    {
        QCoreApplication::setOrganizationName(QStringLiteral("patronus-test"));
        QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, m_folder.path());
    }
    Q_DISABLE_COPY_MOVE(TestSettings)

    [[nodiscard]] QString folder() const { return m_folder.path(); } ///< free for the test's own files

private:
    QTemporaryDir m_folder;
};

} // namespace patronus
