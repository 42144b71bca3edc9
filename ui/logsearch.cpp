// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/logsearch.h"

namespace patronus {

namespace {
constexpr int sliceRows = 4000; // of one turn of the event loop: a few milliseconds
}

LogSearch::LogSearch(LogLinesModel &log, QObject *parent) : QObject(parent), m_log(log)
{
    connect(&m_timer, &QTimer::timeout, this, &LogSearch::step);
}

void LogSearch::find(const QString &text, const QModelIndex &from, bool forward)
{
    const int rows = m_log.rowCount();
    m_text = text;
    m_forward = forward;
    m_left = rows;
    if (rows == 0 || text.isEmpty()) {
        stop();
        Q_EMIT missed();
        return;
    }
    const int start = from.isValid() ? from.row() + (forward ? 1 : -1) : rows - 1;
    m_at = m_log.index((start + rows) % rows);
    m_timer.start(0);
    step();
}

void LogSearch::stop()
{
    m_timer.stop();
}

void LogSearch::step()
{
    const int rows = m_log.rowCount();
    int row = m_at.isValid() ? m_at.row() : 0; // it was the oldest, and is gone
    for (int looked = 0; looked < sliceRows && m_left > 0 && rows > 0; ++looked, --m_left) {
        if (const QModelIndex index = m_log.index(row); index.data().toString().contains(m_text, Qt::CaseInsensitive)) {
            stop();
            Q_EMIT found(index);
            return;
        }
        row = (row + (m_forward ? 1 : -1) + rows) % rows;
    }
    m_at = m_log.index(row);
    if (m_left > 0 && rows > 0)
        return;
    stop();
    Q_EMIT missed();
}

} // namespace patronus
