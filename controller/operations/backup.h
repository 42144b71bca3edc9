// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "kube/kubecontext.h"
#include "operations/bundle.h"
#include "operations/progress.h"

namespace patronus {

/// Saves the Sites and Policies of a cluster, with what is needed to run them again. It only reads and tries out.
class Backup
{
public:
    struct Options {
        QString program; ///< "kubectl-patronus 0.1.0"
        QString nameSpace = {}; ///< Sites and Policies of this one alone; empty: all
        QString operatorNamespace = QStringLiteral("patronus-system");
        QString folder = QStringLiteral("."); ///< in which the bundle's own folder is made
        QString signKey = {}; ///< a file: the bundle is signed by it (seal::sign()); empty: it is not
        QString encryptFor
            = {}; ///< a file of certificates: all values are saved for their holders; empty: they are not
        QByteArray passphrase = {}; ///< of signKey
    };
    /// What was made.
    struct Result {
        QString path;
        Bundle bundle;
        QStringList refused = {}; ///< what this server would not take back, and why; it is saved all the same
    };

    /// All have to outlive what runs.
    Backup(KubeClient &client, Clock &clock, Options options, Progress progress);

    /// Whether Sites and Policies of @p nameSpace may be listed: Forbidden names verb and resource. @p client has to
    /// outlive it.
    [[nodiscard]] static Task<void> checkAllowed(KubeClient &client, QString nameSpace, std::stop_token stop);
    /// Whether the keys that are chosen can be used. Invalid names the file.
    [[nodiscard]] static Expected<void> checkKeys(const Options &options);

    /// Looks at the keys, reads, has the server try each object out as it would be made anew (dryRun=All), writes,
    /// reads back, compares, and only then gives the folder its name. Sites and Policies have to be readable: Forbidden
    /// names verb and resource. What else this user may not read or do is a note in the bundle.
    [[nodiscard]] Task<Result> run(KubeContext context, std::stop_token stop);

private:
    [[nodiscard]] Task<BackupFacts> collect(KubeContext context, std::stop_token stop);
    [[nodiscard]] Task<QStringList> collectOperator(std::shared_ptr<BackupFacts> facts, std::stop_token stop);
    [[nodiscard]] Task<QStringList> tryOut(std::shared_ptr<BackupFacts> facts, std::stop_token stop);
    [[nodiscard]] Expected<Bundle> sealed(const BackupFacts &facts) const;
    struct Trial {
        const QList<Object> objects;
        QStringList refused = {};
    };
    [[nodiscard]] Task<void> tryOutOne(std::shared_ptr<Trial> trial, qsizetype index, std::stop_token stop);

    const std::unique_ptr<KubeClient> m_client; // read-only
    const std::unique_ptr<KubeClient> m_dryRun;
    Clock &m_clock;
    const Options m_options;
    const Progress m_progress;
};

} // namespace patronus
