// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/contextclass.h"

#include <QAbstractTableModel>

namespace patronus {

/// A context of a kubeconfig as a person chooses it; nothing of it is secret.
struct ContextEntry {
    QString name, server = {}, user = {}, nameSpace = {}, credentials = {}, file = {};
    QString problem = {}; ///< why it cannot be used; empty: it can
    bool isCurrent = false; ///< the kubeconfig's own choice
    [[nodiscard]] ContextClass contextClass() const { return classify(name); }
};

/// All contexts of all kubeconfig files.
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
    void setEntries(const QList<ContextEntry> &entries);
    [[nodiscard]] const QList<ContextEntry> &entries() const { return m_entries; }

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    Qt::ItemFlags flags(const QModelIndex &index) const override;

private:
    QList<ContextEntry> m_entries;
};

} // namespace patronus
