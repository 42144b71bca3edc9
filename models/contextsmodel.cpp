// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/contextsmodel.h"

#include "models/units.h"

#include <QCoreApplication>
#include <QRegularExpression>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace patronus {

QString contextClassName(ContextClass contextClass)
{
    switch (contextClass) {
    case ContextClass::Production:
        return QCoreApplication::translate("ContextClass", "PRODUCTION");
    case ContextClass::Staging:
        return QCoreApplication::translate("ContextClass", "STAGING");
    case ContextClass::Development:
        return QCoreApplication::translate("ContextClass", "DEVELOPMENT");
    case ContextClass::Unknown:
        break;
    }
    return QCoreApplication::translate("ContextClass", "UNKNOWN – AS PRODUCTION");
}

ContextClass classify(const QString &contextName)
{
    static const QRegularExpression separators(u"[^a-z]+"_s);
    const QStringList words = contextName.toLower().split(separators, Qt::SkipEmptyParts);
    const auto anyStartsWith = [&](const QStringList &beginnings) {
        return std::ranges::any_of(words, [&](const QString &word) {
            return std::ranges::any_of(beginnings, [&](const QString &b) { return word.startsWith(b); });
        });
    };
    const auto anyIs = [&](const QStringList &names) {
        return std::ranges::any_of(words, [&](const QString &word) { return names.contains(word); });
    };
    // Production first: of two words in one name the dangerous one counts.
    if (anyStartsWith({u"prod"_s}) || anyIs({u"prd"_s, u"live"_s}))
        return ContextClass::Production;
    if (anyStartsWith({u"stag"_s, u"preprod"_s}) || anyIs({u"stg"_s, u"uat"_s, u"qa"_s, u"test"_s}))
        return ContextClass::Staging;
    if (anyStartsWith({u"dev"_s, u"minikube"_s}) || anyIs({u"local"_s, u"kind"_s, u"demo"_s, u"sandbox"_s, u"lab"_s}))
        return ContextClass::Development;
    return ContextClass::Unknown;
}

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
