// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"
#include "kube/kubecontext.h"

#include <QHash>
#include <QJsonObject>
#include <QProcessEnvironment>

namespace patronus {

/// The contexts of one or several kubeconfig files
/// (https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/), merged by kubectl's rules:
/// the first file that has a cluster, user or context of a name, or a current context, wins; nothing is mixed below
/// that.
///
/// Stricter than kubectl where it ignores what changes security: an unknown field in a cluster, user or exec entry is
/// an error of the contexts that use it, and names file, path and remedy. One such entry leaves the other contexts
/// usable. Errors are Invalid and never hold a value of a secret field.
class Kubeconfig
{
public:
    /// Reads and merges @p files; those that are not there are skipped, as are empty names.
    /// Malformed or Invalid when one cannot be read or is no kubeconfig.
    [[nodiscard]] static Expected<Kubeconfig> load(const QStringList &files);

    /// The same for a list that a person chooses from: a file that cannot be used is left out, and told by problems().
    /// What stands in it shadows nothing in the files after it, as it would if it were mended.
    [[nodiscard]] static Kubeconfig loadWhatIsGood(const QStringList &files);

    /// @p explicitPath alone, which has to be there; or without it the list in KUBECONFIG; or without that
    /// HOME/.kube/config.
    [[nodiscard]] static Expected<Kubeconfig> fromEnvironment(
        const QProcessEnvironment &environment, const QString &explicitPath = {});
    /// The files that fromEnvironment() reads.
    [[nodiscard]] static QStringList filesOf(const QProcessEnvironment &environment, const QString &explicitPath = {});

    /// One context for a list to choose from.
    struct Summary {
        QString name;
        QString clusterName;
        QString server; ///< empty where there is a problem with it
        QString userName;
        QString nameSpace;
        QString credentialKind; ///< for a person, of a plugin with its name; empty where there is a problem
        QString file;
        bool isCurrent = false;
        QString problem = {}; ///< why context() refuses it; empty: it does not
    };
    /// All contexts, by name; then those that an earlier file's context of the same name hides, as a problem.
    [[nodiscard]] QList<Summary> contexts() const;

    /// A file that was left out.
    struct Problem {
        QString file;
        Error error;
    };
    [[nodiscard]] const QList<Problem> &problems() const { return m_problems; }

    /// The context called @p name, or the current one when empty. Invalid with file, path and remedy.
    [[nodiscard]] Expected<KubeContext> context(const QString &name = {}) const;

    /// Empty where none is set.
    [[nodiscard]] const QString &currentContext() const { return m_currentContext; }
    /// The files looked for, there or not, in the order of precedence: what to watch for changes.
    [[nodiscard]] const QStringList &files() const { return m_files; }
    [[nodiscard]] bool has(const QString &context) const { return m_contexts.contains(context); }

private:
    // An entry as it stands in its file; typed when a context is asked for.
    struct Entry {
        QString file;
        QString path; // "clusters[0]"
        QJsonObject json;
    };
    using Entries = QMap<QString, Entry>;

    [[nodiscard]] Expected<void> addFile(const QString &file, QByteArrayView text);
    [[nodiscard]] Expected<void> addEntries(
        Entries &entries, const QString &file, const QJsonObject &config, const QString &list);

    QStringList m_files;
    QList<Problem> m_problems;
    QList<Summary> m_hidden; // contexts of a name that an earlier file has
    QString m_currentContext;
    Entries m_clusters;
    Entries m_users;
    Entries m_contexts;
};

} // namespace patronus
