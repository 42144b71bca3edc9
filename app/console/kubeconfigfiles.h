// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/kubeconfig.h"
#include "models/contextsmodel.h"

#include <QFileSystemWatcher>
#include <QMap>
#include <QTimer>

namespace patronus {

/// The kubeconfig files of this console: those that kubectl would take, merged by kubectl's rules, and those that the
/// user has added, each for itself, so that no entry of one is taken for another's. Keeps a ContextsModel equal to
/// them, and carries out what its views ask for; added files and classes are remembered in the settings.
class KubeconfigFiles : public QObject
{
    Q_OBJECT

public:
    /// @p explicitPath is the --kubeconfig, or empty. @p contexts has to outlive it.
    KubeconfigFiles(ContextsModel &contexts, QString explicitPath);

    void read(); ///< all files anew; they are watched, too
    /// Invalid, with the remedy, where there is no such context or it cannot be used.
    [[nodiscard]] Expected<KubeContext> context(const ContextKey &key) const;
    /// The context that a command line calls @p name: kubectl's, or else that of the one added file that has it.
    [[nodiscard]] Expected<ContextKey> find(const QString &name) const;

Q_SIGNALS:
    void filesRead(); ///< also where the list is as it was: credentials may have changed

private:
    void watch();
    void add(const QStringList &files);
    void remove(const QString &scope);
    void setClass(const ContextKey &key, std::optional<ContextClass> contextClass);
    void setReadOnly(const ContextKey &key, bool on);
    [[nodiscard]] QList<ContextEntry> entriesOf(const QString &scope) const;

    ContextsModel &m_contexts;
    const QString m_explicitPath;
    const QStringList m_wereOpen; // identities, as it was before this start
    QFileSystemWatcher m_watcher;
    QTimer m_settling; // a file is replaced in several steps
    QMap<QString, Kubeconfig> m_scopes; // by added file; under the empty name, what kubectl would take
};

} // namespace patronus
