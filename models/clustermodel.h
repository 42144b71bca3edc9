// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/actionmodel.h"
#include "models/chartmodel.h"
#include "models/contextsmodel.h"
#include "models/driftverdicts.h"
#include "models/loglinesmodel.h"
#include "models/planmodel.h"
#include "models/policyorder.h"
#include "models/remotemodel.h"
#include "models/reportmodel.h"
#include "models/statechanges.h"
#include "models/storemodel.h"
#include "models/timecolumns.h"
#include "models/topology.h"
#include "monitoring/prometheusserver.h"

#include <QMap>

namespace patronus {

/// How current what a view shows is.
struct Liveness {
    enum class State {
        Connecting, ///< nothing has been read yet
        Live,
        Resyncing, ///< listing again; what is shown is the last known
        Stale, ///< the server does not answer; what is shown is the last known
        Refused, ///< no permission: nothing is shown
        Missing, ///< the cluster has no such resource: its CRD is not installed
        Recorded, ///< of a folder that was made at that time: there is no server
    };
    State state = State::Connecting;
    QDateTime heard = {}; ///< UTC: when the server last sent something; invalid: never
    QString problem = {}; ///< in the server's words; empty: none
    QString nameSpace = {}; ///< the only one that is read; empty: all
    QString refusal = {}; ///< why not all are read, in the server's words; empty: nobody wanted it

    /// Whether nothing can be known, however long one waits.
    [[nodiscard]] bool isBlind() const { return state == State::Refused || state == State::Missing; }
    friend bool operator==(const Liveness &, const Liveness &) = default;
};

/// The operator as the cluster shows it.
struct OperatorInfo {
    QString leader = {}; ///< holder of the Lease; empty: nobody
    bool leaderIsStale = false; ///< the Lease has run out
    int replicas = -1, ready = -1; ///< of the Deployment; -1: there is none
    QString image = {}, nameSpace = {};
    bool metricsAnswer = false; ///< a process of it runs, lease or not
    /// Who holds it at another number of replicas, as it stands on its Deployment.
    struct Held {
        int replicas = 0; ///< to come back to
        QString actor = {}, reason = {};
        QDateTime since = {}, until = {}; ///< UTC; until may be invalid: nobody said
        friend bool operator==(const Held &, const Held &) = default;
    };
    std::optional<Held> held = std::nullopt;
    QString leaseProblem = {}, deploymentProblem = {}; ///< why it could not be read; empty: it was

    /// Whether nobody carries out changes, as far as that can be known.
    [[nodiscard]] bool isMissing() const
    {
        return leaderIsStale || (leader.isEmpty() && leaseProblem.isEmpty() && !metricsAnswer);
    }
    friend bool operator==(const OperatorInfo &, const OperatorInfo &) = default;
};

/// Where the charts' numbers come from.
struct MetricsDescription {
    QString source = {}; ///< "Scraped from …"
    QString remark = {}; ///< what is in the way of more; empty: nothing

    friend bool operator==(const MetricsDescription &, const MetricsDescription &) = default;
};

/// Which Prometheus server is asked, as far as a person decides it.
struct PrometheusChoice {
    PrometheusServer chosen = {}; ///< in the window, for this context; without a URL: one is looked for
    QString fixedBy = {}; ///< the option of the console's start that wins over it; empty: none
    /// Where what one signs in to it with is.
    enum class Secret {
        Unknown, ///< nobody has looked yet whether the keychain has it
        None,
        Held, ///< for this session
        Kept, ///< in the keychain
    };
    Secret secret = Secret::None;
    QString keychainProblem = {}; ///< why nothing is kept there; empty: none is known
    friend bool operator==(const PrometheusChoice &, const PrometheusChoice &) = default;
};

/// The time that the charts show.
struct ChartRange {
    std::chrono::milliseconds span = std::chrono::minutes(15);
    std::optional<WallTime> end = std::nullopt; ///< where it stands still; nullopt: now, and it moves

    friend bool operator==(const ChartRange &, const ChartRange &) = default;
};

/// Everything that a window shows of one cluster. The session fills it; views only read it, and ask for what they want
/// through its requests.
class ClusterModel : public QObject
{
    Q_OBJECT

public:
    enum class Resource { Sites, Policies, Events };
    static constexpr Resource allResources[] = {Resource::Sites, Resource::Policies, Resource::Events};

    [[nodiscard]] static const ResourceType &typeOf(Resource resource);
    [[nodiscard]] static Resource resourceOf(const ResourceType &type); ///< of one of those

    /// The stores and @p clock have to outlive it.
    ClusterModel(ContextEntry context, const Store &sites, const Store &policies, const Store &events, Clock &clock,
        QObject *parent = nullptr);
    ~ClusterModel() override;

    [[nodiscard]] const ContextEntry &context() const { return m_context; }
    [[nodiscard]] const StoreModel &store(Resource resource) const; ///< without the columns that time changes
    [[nodiscard]] QAbstractItemModel *table(Resource resource); ///< what a table shows
    [[nodiscard]] const PolicyOrder &policyOrder() const { return m_order; }
    [[nodiscard]] const Topology &topology() const { return m_topology; }
    [[nodiscard]] const StateChanges &stateChanges() const { return m_changes; }
    [[nodiscard]] LogLinesModel &log() { return m_log; }
    [[nodiscard]] PlanModel &plan() { return m_plan; }
    [[nodiscard]] RemoteModel &remote() { return m_remote; }
    [[nodiscard]] QList<ChartModel *> charts() const; ///< in the order of operatorCharts()
    [[nodiscard]] const QList<ActionModel *> &actions() const { return m_actions; } ///< of this window, oldest first
    /// What is looked into on request.
    enum class Report { Drift, Diagnosis, Releases, Backups, Journal };
    static constexpr Report allReports[]
        = {Report::Drift, Report::Diagnosis, Report::Releases, Report::Backups, Report::Journal};
    [[nodiscard]] ReportModel &report(Report report) { return *m_reports[size_t(report)]; }
    /// How backups are restored from here on.
    struct RestoreWishes {
        bool update = false, createNamespaces = false, skipConflicts = false, stopOperator = false;
        QString verifyKey = {}; ///< as SealKeys has it
        friend bool operator==(const RestoreWishes &, const RestoreWishes &) = default;
    };
    /// What the server holds objects of that kind against; empty: it is not known.
    [[nodiscard]] QJsonObject schema(Resource resource) const { return m_schemas.value(resource); }
    [[nodiscard]] QString backupFolder() const { return m_backupFolder; }
    /// For what makes a backup first: as backups are made here.
    [[nodiscard]] ActionRequest savingRequest(ActionRequest::Kind kind) const;
    /// The newest backup of this cluster that is known here: when somebody has looked for it, and found one.
    struct LastBackup {
        bool isKnown = false; ///< somebody has looked
        QDateTime time = {}; ///< UTC; invalid: there is none
        friend bool operator==(const LastBackup &, const LastBackup &) = default;
    };
    [[nodiscard]] const LastBackup &lastBackup() const { return m_lastBackup; }
    [[nodiscard]] QString helmProgram() const { return m_helmProgram; } ///< empty: HELM, or helm in PATH
    [[nodiscard]] ActionRequest restoreRequest(const QStringList &paths) const;
    /// How long what is locked may still be done in this window; zero: it may not.
    [[nodiscard]] std::chrono::seconds unlockedFor() const;
    [[nodiscard]] bool isActing() const; ///< something is being carried out
    [[nodiscard]] bool mayChange() const { return !m_context.isReadOnly; }
    [[nodiscard]] Clock &clock() const { return m_clock; }

    [[nodiscard]] Liveness liveness(Resource resource) const { return m_liveness.value(resource); }
    /// Of all that is watched. A blind one is left out, for its view says so, unless it is the Sites and the Policies.
    [[nodiscard]] Liveness worstLiveness() const;
    [[nodiscard]] const OperatorInfo &operatorInfo() const { return m_operator; }
    [[nodiscard]] const MetricsDescription &metricsDescription() const { return m_metricsDescription; }
    /// nullopt: there is no server to be asked, whatever somebody chooses.
    [[nodiscard]] const std::optional<PrometheusChoice> &prometheusChoice() const { return m_prometheusChoice; }
    [[nodiscard]] const ChartRange &chartRange() const { return m_chartRange; }
    [[nodiscard]] QString logDescription() const { return m_logDescription; }
    /// How far back the log is read; nullopt: to its beginning.
    [[nodiscard]] std::optional<std::chrono::seconds> logRange() const { return m_logRange; }
    /// Whether a container of the operator was restarted, and the log of the one before is not read yet.
    [[nodiscard]] bool hasPreviousLogs() const { return m_hasPreviousLogs; }
    [[nodiscard]] QStringList namespaces() const { return m_namespaces.keys(); } ///< of the Sites and Policies, sorted
    [[nodiscard]] QByteArray yaml(const Object &object) const; ///< for people: without managedFields and last-applied

    // For the session.
    void setContext(const ContextEntry &context); ///< the same context, told anew
    void setLiveness(Resource resource, const Liveness &liveness);
    void setOperatorInfo(const OperatorInfo &info);
    void setLogDescription(const QString &text, bool hasPreviousLogs);
    /// @p answers in the order of charts().
    void setCharts(const QList<ChartModel::Answer> &answers);
    void setMetricsDescription(const MetricsDescription &description);
    void setPrometheusChoice(const PrometheusChoice &choice);
    void setMarks(const QList<ChartMark> &marks); ///< in all charts
    void setLastBackup(const LastBackup &backup);
    void setSchema(Resource resource, const QJsonObject &schema) { m_schemas.insert(resource, schema); }
    ActionModel &addAction(); ///< one that is asked for now; it goes with this model, or when many later ones are over

    // For the views.
    void requestPreview(Resource resource, const ObjectKey &key);
    void requestRemote(Resource resource, const ObjectKey &key) { Q_EMIT remoteRequested(resource, key); }
    void requestSignIn(const PatronusSignIn &signIn, bool keep) { Q_EMIT signInRequested(signIn, keep); }
    void requestResync() { Q_EMIT resyncRequested(); }
    /// Where not all namespaces may be read, @p nameSpace alone is from now on; empty: all are tried once more.
    void requestNamespace(const QString &nameSpace) { Q_EMIT namespaceRequested(nameSpace); }
    /// Whether it is the person who has to say which namespace is read: of something, not all may be.
    [[nodiscard]] bool asksForNamespace() const;
    void requestChartRange(const ChartRange &range);
    /// The charts are asked of @p server from now on, as far as nothing wins over it; without a URL: of one that is
    /// looked for. @p secret is what one signs in with; nullopt: what there is already.
    void requestPrometheus(const PrometheusServer &server, const std::optional<QString> &secret)
    {
        Q_EMIT prometheusRequested(server, secret);
    }
    void requestPrometheusSecret() { Q_EMIT prometheusSecretRequested(); } ///< PrometheusChoice tells where it is
    void requestPrometheusForgotten() { Q_EMIT prometheusForgottenRequested(); } ///< the secret, at once
    void requestLogRange(std::optional<std::chrono::seconds> range); ///< the log is then read anew
    void requestPreviousLogs() { Q_EMIT previousLogsRequested(); }
    void unlock(); ///< for a quarter of an hour
    /// By value: what it was taken from may change by it.
    void requestAction(ActionRequest request)
    {
        Q_EMIT actionRequested(request);
    } // NOLINT(performance-unnecessary-value-param)
    void requestReport(Report report) { Q_EMIT reportRequested(report); }
    void setBackupFolder(const QString &folder); ///< its backups are looked for
    void setBackupReaders(const QString &certificates) { m_backupReaders = certificates; } ///< SealKeys::encryptFor
    void setHelmProgram(const QString &program) { m_helmProgram = program; }
    void setRestoreChoices(const RestoreWishes &choices); ///< likewise

Q_SIGNALS:
    void contextChanged();
    void namespacesChanged();
    void livenessChanged();
    void operatorChanged();
    void descriptionsChanged();
    void previewRequested(patronus::ClusterModel::Resource resource, const patronus::ObjectKey &key);
    void remoteRequested(patronus::ClusterModel::Resource resource, const patronus::ObjectKey &key);
    void signInRequested(const patronus::PatronusSignIn &signIn, bool keep);
    void resyncRequested();
    void namespaceRequested(const QString &nameSpace);
    void chartRangeChanged();
    void prometheusRequested(const patronus::PrometheusServer &server, const std::optional<QString> &secret);
    void prometheusSecretRequested();
    void prometheusForgottenRequested();
    void logRangeChanged();
    void previousLogsRequested();
    void actionRequested(const patronus::ActionRequest &request);
    void reportRequested(patronus::ClusterModel::Report report);
    void actionAdded(patronus::ActionModel *action);
    void actionsChanged(); ///< one was added, or is in another phase

private:
    void countNamespaces(const StoreModel &table, int first, int last, int sign);

    ContextEntry m_context;
    Clock &m_clock;
    PolicyOrder m_order;
    DriftVerdicts m_driftVerdicts;
    StateChanges m_changes;
    Topology m_topology;
    StoreModel m_sites, m_policies, m_events;
    TimeColumns m_siteTable, m_policyTable, m_eventTable;
    LogLinesModel m_log;
    PlanModel m_plan;
    RemoteModel m_remote;
    QList<ActionModel *> m_actions;
    std::vector<std::unique_ptr<ReportModel>> m_reports; // by Report
    QMap<Resource, QJsonObject> m_schemas;
    Clock::time_point m_unlockedUntil = {};
    QString m_backupFolder, m_backupReaders, m_helmProgram;
    LastBackup m_lastBackup;
    RestoreWishes m_restoreWishes;
    std::vector<std::unique_ptr<ChartModel>> m_charts;
    QMap<Resource, Liveness> m_liveness;
    QMap<QString, int> m_namespaces; // how many Sites and Policies are in each
    OperatorInfo m_operator;
    MetricsDescription m_metricsDescription;
    std::optional<PrometheusChoice> m_prometheusChoice;
    ChartRange m_chartRange;
    QString m_logDescription;
    std::optional<std::chrono::seconds> m_logRange = std::chrono::hours(1);
    bool m_hasPreviousLogs = false;
};

} // namespace patronus
