// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/remotemodel.h"

#include "core/json.h"
#include "models/units.h"

#include <QJsonDocument>
#include <QMap>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

/// The fields of an object by their paths; a list is one field.
void flatten(const QJsonObject &object, const QString &prefix, QMap<QString, QJsonValue> &fields)
{
    for (auto it = object.begin(); it != object.end(); ++it)
        if (it->isObject())
            flatten(it->toObject(), prefix + it.key() + u'.', fields);
        else
            fields.insert(prefix + it.key(), *it);
}

QMap<QString, QJsonValue> fieldsOf(const QJsonObject &object)
{
    QMap<QString, QJsonValue> fields;
    flatten(object, {}, fields);
    return fields;
}

QString textOf(const QJsonValue &value)
{
    if (value.isUndefined())
        return units::none;
    if (value.isString())
        return value.toString();
    if (value.isArray()) {
        QStringList items;
        for (const QJsonValue &item : value.toArray())
            items.append(item.isObject() ? QString::fromUtf8(toJson(item.toObject())) : item.toVariant().toString());
        return items.isEmpty() ? u"[]"_s : items.join(u", "_s);
    }
    return value.isNull() ? u"null"_s : value.toVariant().toString();
}

} // namespace

void RemoteModel::set(Phase phase, const QList<Row> &rows, const QString &note)
{
    beginResetModel();
    m_phase = phase;
    m_rows = rows;
    m_note = note;
    endResetModel();
    Q_EMIT phaseChanged();
}

void RemoteModel::begin(const ObjectKey &object)
{
    m_object = object;
    set(Phase::Reading, {}, {});
}

void RemoteModel::finish(const Answer &answer)
{
    m_differences = answer.differences;
    const QMap<QString, QJsonValue> wanted = fieldsOf(answer.wanted);
    const QMap<QString, QJsonValue> remote = fieldsOf(answer.remote.value_or(QJsonObject()));
    QMap<QString, QJsonValue> all = remote;
    all.insert(wanted);
    QList<Row> rows;
    for (const QString &field : all.keys()) {
        const bool differs = std::ranges::any_of(
            answer.differences, [&](const QString &path) { return field == path || field.startsWith(path + u'.'); });
        rows.append({field, textOf(wanted.value(field, QJsonValue::Undefined)),
            textOf(remote.value(field, QJsonValue::Undefined)), differs});
    }
    // What differs stands on top, what is the API's own below.
    std::ranges::stable_sort(rows, {}, [&](const Row &row) {
        return row.differs ? 0 : wanted.contains(row.field) ? 1 : 2;
    });
    const Phase phase = !answer.remote ? Phase::Missing
        : answer.wanted.isEmpty()      ? Phase::Shown
        : answer.differences.isEmpty() ? Phase::InSync
                                       : Phase::Differs;
    set(phase, rows, answer.way);
}

void RemoteModel::fail(Phase phase, const QString &why)
{
    set(phase, {}, why);
}

QString RemoteModel::summary() const
{
    switch (m_phase) {
    case Phase::Nothing:
        return tr("Not read yet.");
    case Phase::Reading:
        return tr("Reading from the Patronus API…");
    case Phase::InSync:
        return tr("In sync: the Patronus API has what the spec says.");
    case Phase::Differs:
        return tr("Differs in %1.").arg(m_differences.join(u", "_s));
    case Phase::Missing:
        return tr("The Patronus API has no object of this name.");
    case Phase::Shown:
        return tr("The spec is not valid, so there is nothing to compare with.");
    case Phase::SignInNeeded:
        return tr("The Patronus API asks who you are.");
    case Phase::OutOfReach:
        break;
    }
    return tr("The Patronus API is out of reach.");
}

int RemoteModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_rows.size());
}

int RemoteModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : 3;
}

QVariant RemoteModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Row &row = m_rows[index.row()];
    if (role == DiffersRole)
        return row.differs;
    if (role != Qt::DisplayRole && role != Qt::ToolTipRole)
        return {};
    return index.column() == FieldColumn ? row.field : index.column() == WantedColumn ? row.wanted : row.remote;
}

QVariant RemoteModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    return section == FieldColumn ? tr("Field") : section == WantedColumn ? tr("The spec says") : tr("The API has");
}

} // namespace patronus
