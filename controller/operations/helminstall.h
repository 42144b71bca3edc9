// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "operations/helmaction.h"

namespace patronus {

/// Values of a backup that were encrypted (seal::encrypt()).
struct SealedValues {
    QString file = {};
    QString key = {}; ///< a file: the private key that opens them; empty: they are not used
    QByteArray passphrase = {}; ///< of the key
};

struct HelmInstallWish {
    QString chart; ///< a folder or a .tgz
    QStringList valuesFiles = {};
    SealedValues sealed = {}; ///< under those of the files; they are on no disk
};

/// Installs the operator's Helm release, and the namespace that it is in; nothing where it is deployed.
class HelmInstall final : public HelmAction
{
public:
    HelmInstall(ActionWorld world, KubeConnection &connection, HelmChoice choice, HelmInstallWish wish);
    [[nodiscard]] Task<ActionPlan> plan(std::stop_token stop) override;

protected:
    [[nodiscard]] QCoro::Task<ActionOutcome> carryOut(std::stop_token stop) override;

private:
    [[nodiscard]] QString release() const;
    [[nodiscard]] QStringList arguments() const;
    [[nodiscard]] Expected<QByteArray> openSealed() const;

    const HelmInstallWish m_wish;
    HelmRelease m_rendered; // of the last plan
};

} // namespace patronus
