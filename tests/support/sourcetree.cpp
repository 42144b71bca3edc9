// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/sourcetree.h"

#include <QCoreApplication>
#include <QFile>

using namespace Qt::StringLiterals;

namespace patronus {

QString sourcePath(QStringView path)
{
    return QStringLiteral(PATRONUS_SOURCE_DIR) + u'/' + path.toString();
}

QByteArray sourceText(QStringView path)
{
    QFile file(sourcePath(path));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QString programPath(QStringView name)
{
    return QCoreApplication::applicationDirPath() + u'/' + name.toString();
}

} // namespace patronus
