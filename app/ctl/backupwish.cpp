// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/backupwish.h"

#include "app/ctl/act.h"
#include "app/ctl/passphrase.h"

namespace patronus {

Expected<Backup::Options> backupWish(const CtlOptions &options, const QString &folder)
{
    return readPassphrase(options).transform([&](const QByteArray &passphrase) {
        return Backup::Options{.program = programName(),
            .operatorNamespace = options.operatorNamespace,
            .folder = folder,
            .signKey = options.signKey,
            .encryptFor = options.encryptFor,
            .passphrase = passphrase};
    });
}

} // namespace patronus
