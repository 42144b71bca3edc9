// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/contextsmodel.h"

#include "models/units.h"

#include <QFileInfo>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace patronus {

void ContextsModel::setEntries(QList<ContextEntry> entries)
{
    for (ContextEntry &entry : entries) {
        const QString shortName = QFileInfo(entry.file).fileName();
        bool isOnly = true, isOnlyOfItsFile = true;
        for (const ContextEntry &other : std::as_const(entries)) {
            if (other.name != entry.name || other.key() == entry.key() || !other.problem.isEmpty())
                continue;
            isOnly = false;
            isOnlyOfItsFile = isOnlyOfItsFile && QFileInfo(other.file).fileName() != shortName;
        }
        entry.distinction = isOnly ? QString() : isOnlyOfItsFile ? shortName : entry.file;
    }
    if (entries == m_entries)
        return;
    beginResetModel();
    m_entries = std::move(entries);
    endResetModel();
}

std::optional<ContextEntry> ContextsModel::find(const ContextKey &key) const
{
    const auto entry
        = std::ranges::find_if(m_entries, [&](const ContextEntry &e) { return e.problem.isEmpty() && e.key() == key; });
    return entry == m_entries.end() ? std::nullopt : std::optional(*entry);
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
        return orNone(entry.name);
    case ClassColumn:
        return entry.name.isEmpty() ? QString(units::none) : contextClassName(entry.contextClass());
    case ServerColumn:
        return orNone(entry.server);
    case UserColumn:
        return orNone(entry.user);
    case NamespaceColumn:
        return orNone(entry.nameSpace);
    case CredentialsColumn:
        return entry.problem.isEmpty() ? orNone(entry.credentials) : tr("cannot be used");
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

} // namespace patronus
