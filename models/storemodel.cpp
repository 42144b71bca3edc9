// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/storemodel.h"

#include <algorithm>

namespace patronus {

namespace {
constexpr std::chrono::milliseconds flushInterval(100);
constexpr size_t longestStretch = 125; // rows: what is made in five milliseconds
} // namespace

StoreModel::StoreModel(const Store &store, QList<Column> columns, std::function<State(const Object &)> state,
    Clock &clock, QObject *parent)
    : QAbstractTableModel(parent),
      m_store(store),
      m_clock(clock),
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

ObjectFilter::Row StoreModel::filterRow(int rowNumber) const
{
    const Row &row = m_rows[rowNumber];
    return {.key = row.object.key(), .state = row.state, .text = row.text, .facts = row.facts};
}

int StoreModel::placeOf(const ObjectKey &key) const
{
    const auto keyOf = [](const Row &row) -> const ObjectKey & { return row.object.key(); };
    // A list comes in this order, so that the place is mostly the end.
    if (m_rows.isEmpty() || keyOf(m_rows.last()) < key)
        return int(m_rows.size());
    return int(std::ranges::lower_bound(m_rows, key, {}, keyOf) - m_rows.begin());
}

std::optional<int> StoreModel::rowOf(const ObjectKey &key) const
{
    const int place = placeOf(key);
    return place < m_rows.size() && m_rows[place].object.key() == key ? std::optional(place) : std::nullopt;
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
    std::ignore = object.json(); // its values at once: nearly all of them are asked for
    Row row{.object = object, .state = m_state ? m_state(object) : State::Unknown};
    for (const Column &column : m_columns)
        row.text += (column.value ? column.value(object).toString() : stateName(row.state)) + u'\n';
    row.text.squeeze();
    row.facts = ObjectFilter::factsOf(object);
    return row;
}

void StoreModel::note(const ObjectKey &key)
{
    m_changed.insert(key);
    if (!std::exchange(m_waiting, true))
        m_timer->start(flushInterval);
}

void StoreModel::touch(const QSet<ObjectKey> &keys)
{
    for (const ObjectKey &key : keys)
        note(key);
}

void StoreModel::flush()
{
    m_timer->stop();
    m_waiting = false;
    // Thousands that come at once are shown ten times a second: sorting them in and painting them costs, too.
    const Clock::time_point now = m_clock.now();
    if (m_made.empty())
        m_madeSince = now;
    else if (now - m_madeSince >= flushInterval)
        return publish();
    for (size_t made = 0; made < longestStretch && !m_changed.empty(); ++made) {
        const ObjectKey key = m_changed.extract(m_changed.begin()).value();
        m_made[key] = m_store.find(key).transform([this](const Object &object) { return makeRow(object); });
    }
    if (m_changed.empty() || m_rows.isEmpty())
        publish();
    else
        goOn();
}

void StoreModel::goOn()
{
    m_waiting = true;
    m_timer->start({}); // when the event loop has had its turn
}

void StoreModel::publish()
{
    if (!m_changed.empty())
        goOn();
    QList<int> same, gone;
    QList<Row> added;
    for (auto &[key, made] : std::exchange(m_made, {})) {
        const auto row = rowOf(key);
        // Created anew under the same name: another object, so another row. What points to the old one must not slip.
        if (made && row && m_rows[*row].object.uid() == made->object.uid()) {
            m_rows[*row] = *std::move(made);
            same.append(*row);
            continue;
        }
        if (row)
            gone.append(*row);
        if (made)
            added.append(*std::move(made));
    }
    tellChanged(same);
    remove(gone);
    insert(std::move(added));
    Q_EMIT flushed();
}

void StoreModel::tellChanged(const QList<int> &rows)
{
    for (qsizetype i = 0; i < rows.size();) {
        const int first = rows[i];
        int last = first;
        for (++i; i < rows.size() && rows[i] == last + 1; ++i)
            last = rows[i];
        Q_EMIT dataChanged(index(first, 0), index(last, int(m_columns.size()) - 1));
    }
}

void StoreModel::remove(const QList<int> &rows)
{
    for (qsizetype i = rows.size() - 1; i >= 0;) {
        const int last = rows[i];
        int first = last;
        for (--i; i >= 0 && rows[i] == first - 1; --i)
            first = rows[i];
        beginRemoveRows({}, first, last);
        m_rows.remove(first, last - first + 1);
        endRemoveRows();
    }
}

void StoreModel::insert(QList<Row> rows)
{
    for (qsizetype i = 0; i < rows.size();) {
        const int place = placeOf(rows[i].object.key());
        const qsizetype first = i;
        for (++i; i < rows.size() && (place == m_rows.size() || rows[i].object.key() < m_rows[place].object.key());)
            ++i;
        beginInsertRows({}, place, place + int(i - first) - 1);
        m_rows.insert(place, i - first, Row());
        std::move(rows.begin() + first, rows.begin() + i, m_rows.begin() + place);
        endInsertRows();
    }
}

} // namespace patronus
