// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/passphrase.h"

#include "core/readfile.h"

using namespace Qt::StringLiterals;

namespace patronus {

Expected<QByteArray> readPassphrase(const CtlOptions &options)
{
    if (options.passphraseFile.isEmpty())
        return QByteArray();
    auto passphrase = readWholeFile(options.passphraseFile);
    if (passphrase && passphrase->endsWith('\n'))
        passphrase->chop(1);
    return passphrase;
}

} // namespace patronus
