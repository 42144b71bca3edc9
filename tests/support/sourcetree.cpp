// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/sourcetree.h"

#include <QCoreApplication>

using namespace Qt::StringLiterals;

namespace patronus {

QString sourcePath(QStringView path)
{
    return QStringLiteral(PATRONUS_SOURCE_DIR) + u'/' + path.toString();
}

QString programPath(QStringView name)
{
    return QCoreApplication::applicationDirPath() + u'/' + name.toString();
}

} // namespace patronus
