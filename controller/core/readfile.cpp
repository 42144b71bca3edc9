// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/readfile.h"

#include <QFile>

using namespace Qt::StringLiterals;

namespace patronus {

Expected<QByteArray> readWholeFile(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return std::unexpected(
            Error{.kind = Error::Kind::Invalid, .message = u"%1: %2"_s.arg(path, file.errorString())});
    return file.readAll();
}

} // namespace patronus
