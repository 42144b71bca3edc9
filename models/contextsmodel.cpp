// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/contextsmodel.h"

#include "models/units.h"

using namespace Qt::StringLiterals;

namespace patronus {

void ContextsModel::setEntries(const QList<ContextEntry> &entries)
{
    beginResetModel();
    m_entries = entries;
    endResetModel();
}

int ContextsModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_entries.size());
}

int ContextsModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant ContextsModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const ContextEntry &entry = m_entries[index.row()];
    if (role == ClassRole)
        return QVariant::fromValue(entry.contextClass());
    if (role == ProblemRole || (role == Qt::ToolTipRole && !entry.problem.isEmpty()))
        return entry.problem;
    if (role != Qt::DisplayRole)
        return {};
    const auto orNone = [](const QString &text) { return text.isEmpty() ? QString(units::none) : text; };
    switch (index.column()) {
    case NameColumn:
        return entry.name;
    case ClassColumn:
        return contextClassName(entry.contextClass());
    case ServerColumn:
        return orNone(entry.server);
    case UserColumn:
        return orNone(entry.user);
    case NamespaceColumn:
        return orNone(entry.nameSpace);
    case CredentialsColumn:
        return orNone(entry.credentials);
    case FileColumn:
        return orNone(entry.file);
    default:
        return {};
    }
}

QVariant ContextsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case NameColumn:
        return tr("Context");
    case ClassColumn:
        return tr("Class");
    case ServerColumn:
        return tr("Server");
    case UserColumn:
        return tr("User");
    case NamespaceColumn:
        return tr("Namespace");
    case CredentialsColumn:
        return tr("Credentials");
    case FileColumn:
        return tr("File");
    default:
        return {};
    }
}

Qt::ItemFlags ContextsModel::flags(const QModelIndex &index) const
{
    const Qt::ItemFlags flags = QAbstractTableModel::flags(index);
    return index.isValid() && !m_entries[index.row()].problem.isEmpty() ? flags & ~Qt::ItemIsEnabled : flags;
}

} // namespace patronus
