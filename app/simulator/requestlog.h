// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/simulator/exchange.h"

#include <QDateTime>
#include <QJsonArray>

#include <deque>
#include <map>
#include <tuple>

namespace patronus::simulator {

/// What was asked: how often, and the changes in full.
class RequestLog
{
public:
    /// A PUT, POST, PATCH or DELETE of an object (not of the log-in).
    struct Change {
        QDateTime time;
        QByteArray method;
        QString path; ///< "/api/v1/sites/hq", decoded
        int status; ///< 0: not answered
        QString address; ///< of who asked
        Headers headers; ///< without Authorization
        QByteArray body;
    };

    /// @p pattern is the kind of path ("/api/v1/sites/{name}"), @p status 0 for a request that got no answer.
    void note(const Request &request, const QByteArray &pattern, int status, const QDateTime &now);
    void clear();

    /// The requests of @p method to @p pattern that were answered with @p status; empty or -1: any.
    [[nodiscard]] qint64 count(const QByteArray &method = {}, const QByteArray &pattern = {}, int status = -1) const;
    [[nodiscard]] const std::deque<Change> &changes() const { return m_changes; } ///< the newest last, at most 10,000
    [[nodiscard]] QJsonObject toJson() const;

private:
    std::map<std::tuple<QByteArray, QByteArray, int>, qint64> m_counts;
    std::deque<Change> m_changes;
    qint64 m_dropped = 0; ///< changes that are no longer kept
};

} // namespace patronus::simulator
