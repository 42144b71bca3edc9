// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "kube/object.h"

#include <QHash>

#include <memory>

namespace patronus {

/// What a record is about and says.
struct EventFacts {
    QString uid; ///< of the object
    QJsonObject regarding; ///< involvedObject
    QString type; ///< Normal or Warning
    QString reason;
    QString message;
};

/// Which records are one Event, and which are too many: client-go's EventCorrelator
/// (https://pkg.go.dev/k8s.io/client-go/tools/record) as a pure function of records and time. Memory is bounded: of
/// objects that have been quiet longest it is forgotten.
class EventLog
{
public:
    static constexpr auto interval = std::chrono::minutes(10); ///< in which equal records are one Event
    static constexpr int mostMessages = 10; ///< different ones of an object and reason, before they become one Event
    static constexpr double burst = 25; ///< Events of an object at once
    static constexpr auto refill = std::chrono::minutes(5); ///< one more in this time
    static constexpr qsizetype mostObjects = 4096;

    /// One Event. Shared with the queue, and changed there when it has been written.
    struct Entry {
        EventFacts facts;
        QString name = {}; ///< metadata.name; empty: not written yet
        QDateTime first = {};
        QDateTime last = {};
        int count = 0;
        Clock::time_point lastRecord = {};
        bool isQueued = false;
    };

    /// The Event that this record belongs to, counted and up to date; null when the object has had too many, but
    /// counted.
    [[nodiscard]] std::shared_ptr<Entry> record(
        const EventFacts &facts, Clock::time_point now, const QDateTime &wallTime);

    [[nodiscard]] qsizetype objects() const { return m_subjects.size(); } ///< that are remembered

private:
    struct Group { // records of one type and reason
        QHash<QString, std::shared_ptr<Entry>> byMessage;
        std::shared_ptr<Entry> combined; // of all further messages
    };
    struct Subject { // an object
        QHash<std::pair<QString, QString>, Group> groups;
        double tokens = burst;
        Clock::time_point lastRecord;
    };

    void forget(Clock::time_point now);
    static std::shared_ptr<Entry> entryOf(Group &group, const EventFacts &facts, Clock::time_point now);

    QHash<QString, Subject> m_subjects; // by UID
    Clock::time_point m_lastForget;
};

} // namespace patronus
