// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/storemodel.h"

#include <algorithm>

namespace patronus {

namespace {
constexpr std::chrono::milliseconds batchInterval(100);
constexpr qsizetype batchSize = 250; // objects: what is done in a hundredth of a second
} // namespace

StoreModel::StoreModel(const Store &store, QList<Column> columns, std::function<State(const Object &)> state,
    Clock &clock, QObject *parent)
    : QAbstractTableModel(parent),
      m_store(store),
      m_columns(std::move(columns)),
      m_state(std::move(state)),
      m_timer(clock.makeTimer([this] { flush(); }))
{
    connect(&store, &Store::upserted, this, [this](const Object &after) { note(after.key()); });
    connect(&store, &Store::removed, this, [this](const Object &last) { note(last.key()); });
    connect(&store, &Store::synced, this, [this] { flush(); }); // the first list is shown at once
    for (const ObjectKey &key : store.keys())
        m_changed.insert(key);
    flush();
}

StoreModel::~StoreModel() = default;

int StoreModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_rows.size());
}

int StoreModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_columns.size());
}

QVariant StoreModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const Row &row = m_rows[index.row()];
    const Column &column = m_columns[index.column()];
    switch (role) {
    case Qt::DisplayRole:
        return column.value ? column.value(row.object) : stateName(row.state);
    case Qt::TextAlignmentRole:
        return QVariant((column.isNumber ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    case Qt::ToolTipRole:
        return column.toolTip ? column.toolTip(row.object) : QVariant();
    case KeyRole:
        return QVariant::fromValue(row.object.key());
    case UidRole:
        return row.object.uid();
    case SourceObjectRole:
        return QVariant::fromValue(row.object);
    case StateRole:
        return m_state ? QVariant::fromValue(row.state) : QVariant();
    case SortRole:
        return sortValue(index.row(), index.column());
    default:
        return {};
    }
}

QVariant StoreModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= m_columns.size())
        return {};
    const Column &column = m_columns[section];
    switch (role) {
    case Qt::DisplayRole:
        return column.title;
    case Qt::TextAlignmentRole:
        return QVariant((column.isNumber ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    case Qt::UserRole:
        return column.id;
    default:
        return {};
    }
}

std::optional<Object> StoreModel::find(const ObjectKey &key) const
{
    const auto row = rowOf(key);
    return row ? std::optional(m_rows[*row].object) : std::nullopt;
}

std::optional<int> StoreModel::rowOf(const ObjectKey &key) const
{
    for (; m_numbered < m_rows.size(); ++m_numbered)
        m_rowOf[m_rows[m_numbered].object.key()] = m_numbered;
    const auto it = m_rowOf.constFind(key);
    return it == m_rowOf.cend() ? std::nullopt : std::optional(*it);
}

const QVariant &StoreModel::sortValue(int rowNumber, int column) const
{
    const Row &row = m_rows[rowNumber];
    if (std::exchange(row.sortColumn, column) != column) {
        const Column &by = m_columns[column];
        row.sortValue = by.sortValue ? by.sortValue(row.object)
            : by.value               ? by.value(row.object)
                                     : severityRank(row.state);
    }
    return row.sortValue;
}

int StoreModel::count(State state) const
{
    return int(std::ranges::count(m_rows, state, &Row::state));
}

bool StoreModel::isSynced() const
{
    return m_store.isSynced();
}

StoreModel::Row StoreModel::makeRow(const Object &object) const
{
    Row row{.object = object, .state = m_state ? m_state(object) : State::Unknown};
    for (const Column &column : m_columns)
        row.text += (column.value ? column.value(object).toString() : stateName(row.state)) + u'\n';
    row.text.squeeze();
    return row;
}

void StoreModel::note(const ObjectKey &key)
{
    m_changed.insert(key);
    if (!std::exchange(m_waiting, true))
        m_timer->start(batchInterval);
}

void StoreModel::touch(const QSet<ObjectKey> &keys)
{
    for (const ObjectKey &key : keys)
        note(key);
}

void StoreModel::flush()
{
    m_timer->stop();
    m_waiting = m_changed.size() > batchSize;
    QSet<ObjectKey> changed;
    if (m_waiting) {
        for (auto it = m_changed.begin(); changed.size() < batchSize; it = m_changed.erase(it))
            changed.insert(*it);
        m_timer->start({}); // the rest when the event loop has had its turn
    } else {
        changed.swap(m_changed);
    }
    QSet<ObjectKey> gone;
    QList<Row> added;
    QList<int> same;
    for (const ObjectKey &key : changed) {
        const auto object = m_store.find(key);
        const auto row = rowOf(key);
        // Created anew under the same name: another object, so another row. What points to the old one must not slip.
        const bool isSame = object && row && m_rows[*row].object.uid() == object->uid();
        if (isSame) {
            m_rows[*row] = makeRow(*object);
            same.append(*row);
            continue;
        }
        if (row)
            gone.insert(key);
        if (object)
            added.append(makeRow(*object));
    }
    tellChanged(std::move(same));
    flushRemovals(gone);
    if (!added.isEmpty()) {
        // A set has no order: by name, so that the same cluster always looks the same.
        std::ranges::sort(added, {}, [](const Row &row) { return row.object.key(); });
        const int first = int(m_rows.size());
        beginInsertRows({}, first, first + int(added.size()) - 1);
        m_rows.append(added);
        endInsertRows();
    }
    Q_EMIT flushed();
}

void StoreModel::tellChanged(QList<int> rows)
{
    std::ranges::sort(rows);
    for (qsizetype i = 0; i < rows.size();) {
        const int first = rows[i];
        int last = first;
        for (++i; i < rows.size() && rows[i] == last + 1; ++i)
            last = rows[i];
        Q_EMIT dataChanged(index(first, 0), index(last, int(m_columns.size()) - 1));
    }
}

void StoreModel::flushRemovals(const QSet<ObjectKey> &keys)
{
    if (keys.isEmpty())
        return;
    QList<int> rows;
    for (const ObjectKey &key : keys)
        rows.append(rowOf(key).value());
    for (const ObjectKey &key : keys)
        m_rowOf.remove(key);
    std::ranges::sort(rows, std::greater());
    for (qsizetype i = 0; i < rows.size();) {
        const int last = rows[i];
        int first = last;
        for (++i; i < rows.size() && rows[i] == first - 1; ++i)
            first = rows[i];
        beginRemoveRows({}, first, last);
        m_rows.remove(first, last - first + 1);
        m_numbered = std::min(m_numbered, first); // numbered anew when somebody asks: once, not after each of thousands
        endRemoveRows();
    }
}

} // namespace patronus
