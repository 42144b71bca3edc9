// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/digest.h"

#include <QCryptographicHash>

namespace patronus {

QByteArray digestOf(const QByteArrayList &parts)
{
    QCryptographicHash hash(QCryptographicHash::Sha256);
    for (const QByteArray &part : parts) {
        hash.addData(QByteArray::number(part.size()) + ':');
        hash.addData(part);
    }
    return hash.result().toHex();
}

} // namespace patronus
