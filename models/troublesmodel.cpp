// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/troublesmodel.h"

#include <algorithm>

namespace patronus {

TroublesModel::TroublesModel(QList<const StoreModel *> tables, QObject *parent)
    : QAbstractListModel(parent), m_tables(std::move(tables))
{
    for (const StoreModel *table : m_tables)
        connect(table, &StoreModel::flushed, this, &TroublesModel::refresh);
    refresh();
}

int TroublesModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_troubles.size());
}

QVariant TroublesModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const auto &[state, object] = m_troubles[index.row()];
    switch (role) {
    case Qt::DisplayRole:
        return object.key().name;
    case KeyRole:
        return QVariant::fromValue(object.key());
    case UidRole:
        return object.uid();
    case SourceObjectRole:
        return QVariant::fromValue(object);
    case StateRole:
        return QVariant::fromValue(state);
    default:
        return {};
    }
}

void TroublesModel::refresh()
{
    struct Place {
        int rank;
        const StoreModel *table;
        int row;
        [[nodiscard]] const Object &object() const { return table->object(row); }
    };
    std::vector<Place> places;
    for (const StoreModel *table : m_tables)
        for (int row = 0; row < table->rowCount(); ++row)
            if (const State state = table->state(row); state != State::Ready)
                places.push_back({severityRank(state), table, row});
    const auto end = places.begin() + std::min<qsizetype>(most, std::ssize(places));
    std::ranges::partial_sort(places, end, [](const Place &left, const Place &right) {
        return left.rank != right.rank ? left.rank < right.rank : left.object().key() < right.object().key();
    });
    m_leftOut = int(places.end() - end);

    QList<Trouble> troubles;
    for (auto place = places.begin(); place != end; ++place)
        troubles.append({place->table->state(place->row), place->object()});
    const auto uid = [](const Trouble &trouble) { return trouble.object.uid(); };
    if (std::ranges::equal(troubles, m_troubles, {}, uid, uid)) { // the rule: nobody's place in the list is lost
        m_troubles = std::move(troubles);
        if (!m_troubles.isEmpty())
            Q_EMIT dataChanged(index(0), index(int(m_troubles.size()) - 1));
        return;
    }
    beginResetModel();
    m_troubles = std::move(troubles);
    endResetModel();
}

} // namespace patronus
