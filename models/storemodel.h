// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "models/objectfilter.h"
#include "models/state.h"
#include "runtime/store.h"

#include <QAbstractTableModel>
#include <QSet>

#include <functional>
#include <map>
#include <memory>
#include <set>

namespace patronus {

/// What the item models of objects answer to beyond Qt's roles.
enum ObjectRole {
    KeyRole = Qt::UserRole, ///< ObjectKey
    UidRole, ///< QString: what a selection holds on to
    SourceObjectRole, ///< Object
    StateRole, ///< State
    SortRole, ///< what sorts, where that is not the text
};

/// One row per object of a Store, in the order of their keys; one column per Column.
///
/// The store's changes are taken over ten times a second at most, so that a storm of changes costs a view little, and
/// in stretches, so that the event loop is never away for long. Reads only the store and never the network: whoever
/// shows a model cannot cause a request.
class StoreModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    struct Column {
        QString id; ///< for settings
        QString title;
        std::function<QVariant(const Object &)> value; ///< what Qt::DisplayRole shows; empty: the row's state
        bool isNumber = false; ///< to the right, and sorted as a number
        std::function<QVariant(const Object &)> sortValue = {}; ///< empty: value
        std::function<QString(const Object &)> toolTip = {}; ///< empty: none
    };

    /// @p store and @p clock have to outlive the model. @p state may be empty: rows without a state.
    StoreModel(const Store &store, QList<Column> columns, std::function<State(const Object &)> state, Clock &clock,
        QObject *parent = nullptr);
    ~StoreModel() override;

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    [[nodiscard]] std::optional<Object> find(const ObjectKey &key) const; ///< as the rows have it
    [[nodiscard]] const Object &object(int row) const { return m_rows[row].object; }
    [[nodiscard]] State state(int row) const { return m_rows[row].state; }
    [[nodiscard]] ObjectFilter::Row filterRow(int row) const; ///< valid until rows change
    [[nodiscard]] const QVariant &sortValue(int row, int column) const; ///< what SortRole gives
    [[nodiscard]] int count(State state) const; ///< rows in @p state
    [[nodiscard]] bool isSynced() const; ///< the store has read a whole list
    /// What columns say of these objects has changed, though they have not.
    void touch(const QSet<ObjectKey> &keys);

Q_SIGNALS:
    void flushed(); ///< changes have been taken over

private:
    struct Row {
        Object object;
        // Told once a change, for they are asked thousands of times while rows are filtered and sorted:
        State state = State::Unknown;
        QString text = {}, facts = {}; // of ObjectFilter::Row
        mutable int sortColumn = -1; // that sortValue is of: the one that somebody asked for last
        mutable QVariant sortValue = {};
    };
    void note(const ObjectKey &key);
    void flush();
    void goOn();
    void publish();
    void tellChanged(const QList<int> &rows);
    void remove(const QList<int> &rows);
    void insert(QList<Row> rows);
    [[nodiscard]] Row makeRow(const Object &object) const;
    [[nodiscard]] int placeOf(const ObjectKey &key) const; ///< of the first row that does not come before it
    [[nodiscard]] std::optional<int> rowOf(const ObjectKey &key) const;

    const Store &m_store;
    Clock &m_clock;
    const QList<Column> m_columns;
    const std::function<State(const Object &)> m_state;
    QList<Row> m_rows;
    std::set<ObjectKey> m_changed; // and not made yet
    std::map<ObjectKey, std::optional<Row>> m_made; // and not shown yet; nullopt: it has gone
    Clock::time_point m_madeSince;
    std::unique_ptr<Timer> m_timer;
    bool m_waiting = false;
};

} // namespace patronus
