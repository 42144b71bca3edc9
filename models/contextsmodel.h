// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/contextclass.h"

#include <QAbstractTableModel>

#include <optional>

namespace patronus {

/// Which context of which files: a name alone may stand in several.
struct ContextKey {
    QString name = {};
    QString scope = {}; ///< the file that the user added; empty: the files that kubectl would take

    friend bool operator==(const ContextKey &, const ContextKey &) = default;
};

/// A context of a kubeconfig as a person chooses it, or a file that cannot be used (it has a problem and no name);
/// nothing of it is secret.
struct ContextEntry {
    QString name, server = {}, user = {}, nameSpace = {}, credentials = {}, file = {};
    QString problem = {}; ///< why it cannot be used; empty: it can
    bool isCurrent = false; ///< the kubeconfig's own choice
    QString scope = {}; ///< as in ContextKey
    QString identity = {}; ///< of its server, CA and name: what settings are kept by; empty: none are
    std::optional<ContextClass> ownClass = std::nullopt; ///< as the user has set it
    bool isReadOnly = false; ///< as the user has set it; of a context that is connected to: as it is
    bool wasOpen = false; ///< a window showed it when the console was last used
    QString distinction = {}; ///< what tells it from another of the same name; empty: there is none

    friend bool operator==(const ContextEntry &, const ContextEntry &) = default;
    [[nodiscard]] ContextKey key() const { return {name, scope}; }
    [[nodiscard]] ContextClass contextClass() const { return ownClass.value_or(classify(name)); }
    [[nodiscard]] QString label() const ///< its name, such that no other has the same
    {
        return distinction.isEmpty() ? name : QStringLiteral("%1 (%2)").arg(name, distinction);
    }
};

/// All contexts of all kubeconfig files. Views only read it, and ask for what they want through its requests.
class ContextsModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column {
        NameColumn,
        ClassColumn,
        ServerColumn,
        UserColumn,
        NamespaceColumn,
        CredentialsColumn,
        FileColumn,
        ColumnCount
    };
    enum Role { ClassRole = Qt::UserRole, ProblemRole };

    using QAbstractTableModel::QAbstractTableModel;
    void setEntries(QList<ContextEntry> entries); ///< sets their distinctions
    [[nodiscard]] const QList<ContextEntry> &entries() const { return m_entries; }
    [[nodiscard]] std::optional<ContextEntry> find(const ContextKey &key) const; ///< one that can be used

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    // For the views.
    void requestFiles(const QStringList &files) { Q_EMIT filesRequested(files); }
    void requestRemoval(const QString &scope) { Q_EMIT removalRequested(scope); }
    /// Without a class: by its name.
    void requestClass(const ContextKey &key, std::optional<ContextClass> contextClass)
    {
        Q_EMIT classRequested(key, contextClass);
    }
    void requestReadOnly(const ContextKey &key, bool on) { Q_EMIT readOnlyRequested(key, on); }

Q_SIGNALS:
    void filesRequested(const QStringList &files); ///< to be added
    void removalRequested(const QString &scope); ///< of an added file
    void classRequested(const patronus::ContextKey &key, std::optional<patronus::ContextClass> contextClass);
    void readOnlyRequested(const patronus::ContextKey &key, bool on);

private:
    QList<ContextEntry> m_entries;
};

} // namespace patronus
