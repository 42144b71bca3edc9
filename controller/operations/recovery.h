// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "operations/helminstall.h"
#include "operations/restoreaction.h"

namespace patronus {

/// What is there of an operator that was lost as a whole.
struct RecoveryWish {
    QString bundle; ///< the folder of a backup: Sites, Policies and the values of the release
    QString digest = {}; ///< what the backup's digest has to be; empty: not looked at
    QString verifyKey = {}; ///< as RestoreFiles has it
    QString decryptKey = {}; ///< as SealedValues has it; empty: what is encrypted is not used
    QByteArray passphrase = {}; ///< of decryptKey
    QString chart; ///< a folder or a .tgz
    QStringList valuesFiles = {}; ///< over those of the backup, such as what was left out of it as secret
    HelmChoice helm = {};
    std::chrono::seconds limit = std::chrono::minutes(5); ///< of the wait for Ready
};

/// Complete loss (operations guide, "Disaster Recovery"): the operator is installed with the values of the backup, then
/// its Sites and Policies are restored, and waited for until they are Ready. What is there already is left as it is, so
/// that the same goes on where it ended. The namespace of the operator is that of @p world.
[[nodiscard]] std::unique_ptr<Action> makeRecovery(
    const ActionWorld &world, KubeConnection &connection, const RecoveryWish &wish);

} // namespace patronus
