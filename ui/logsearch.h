// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/loglinesmodel.h"

#include <QTimer>

namespace patronus {

/// Finds the next row with a text, upper or lower case, and goes on at the other end: a slice of the rows in each turn
/// of the event loop.
class LogSearch : public QObject
{
    Q_OBJECT

public:
    /// @p log has to outlive it.
    explicit LogSearch(LogLinesModel &log, QObject *parent = nullptr);

    /// Begins at the row after @p from (before it, where not @p forward); an invalid one: at the newest. Ends with
    /// found() or missed(), unless it is started again or stopped.
    void find(const QString &text, const QModelIndex &from, bool forward);
    void stop();
    [[nodiscard]] bool isSearching() const { return m_timer.isActive(); }

Q_SIGNALS:
    void found(const QModelIndex &index);
    void missed();

private:
    void step();

    LogLinesModel &m_log;
    QTimer m_timer;
    QString m_text;
    QPersistentModelIndex m_at; // the row that is next
    bool m_forward = true;
    int m_left = 0; // rows to look at
};

} // namespace patronus
