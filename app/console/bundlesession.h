// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/console/logfile.h"
#include "models/clustermodel.h"

#include <vector>

namespace patronus {

/// A folder that somebody has made of a cluster, a support bundle or a backup, shown as that cluster was then. No
/// server is asked for anything, and nothing can be changed.
class BundleSession : public QObject
{
    Q_OBJECT

public:
    /// Reads it. Invalid names the file and the remedy. @p clock has to outlive it.
    [[nodiscard]] static Expected<std::unique_ptr<BundleSession>> open(const QString &folder, Clock &clock);
    ~BundleSession() override;

    [[nodiscard]] ClusterModel &model() { return m_model; }

private:
    struct Contents {
        ContextEntry entry;
        bool isBackup = false; ///< else a support bundle
        QDateTime time; ///< UTC
        QString program;
        QMap<ClusterModel::Resource, QList<QJsonObject>> objects = {};
        Object deployment = {}, lease = {};
        QList<QJsonObject> checks = {};
    };
    [[nodiscard]] static Expected<Contents> read(const QString &folder);
    BundleSession(const QString &folder, const Contents &contents, Clock &clock);
    void readLogs();
    void answerReport(ClusterModel::Report report);

    const QString m_folder;
    const Contents m_contents;
    Store m_sites, m_policies, m_events;
    ClusterModel m_model;
    std::vector<std::unique_ptr<LogFile>> m_logs;
};

} // namespace patronus
