// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "kube/client.h"

#include <QHash>

namespace patronus {

/// What a followed log shows next.
struct PodLogEntry {
    enum class Kind {
        Line,
        Reconnected, ///< the stream was cut and goes on here; nothing is missing
        Gap, ///< the stream was cut and the log has been rotated or its container replaced since: lines may be missing
             ///< here
    };
    Kind kind = Kind::Line;
    QDateTime time = {}; ///< UTC, with ms; invalid where the line came without one
    QString text = {};
    bool isCut = false; ///< the line was longer than the limit, its end is left out
};

/// Where a followed log stands, and what of a resumed one has been shown already. The API resumes by whole seconds
/// (sinceTime), so the lines of the last second come again: each of them is recognised by its time and text, once for
/// each time that it was shown. Pure.
class PodLogCursor
{
public:
    /// The entries that @p line, as the server sends it with timestamps=true, leads to: none for a repeat.
    [[nodiscard]] QList<PodLogEntry> next(QByteArrayView line, bool isCut);
    /// The stream begins anew, from since().
    void resume();
    /// The second of the newest line; invalid while there was none.
    [[nodiscard]] QDateTime since() const;

private:
    QDateTime m_second;
    QHash<QByteArray, int> m_shown; // digests of the lines of m_second and later
    QHash<QByteArray, int> m_repeats; // of these, what the resumed stream has not sent again yet
    bool m_isResumed = false;
};

/// Follows the log of one container: through cut connections and restarts, without gaps or repeats where the server has
/// the lines still. Event-loop thread only.
class PodLog
{
public:
    struct Options {
        ObjectKey pod = {};
        QString container = {}; ///< may be empty where the pod has only one
        bool previous = false; ///< the instance before the last restart: read once, not followed
        qint64 tailLines = 1000; ///< of what is there at the beginning
        qsizetype longestLine = 32 * 1024; ///< bytes; what is longer is cut
    };

    /// @p client and @p clock have to outlive what follow() runs.
    PodLog(KubeClient &client, Clock &clock, Options options);

    /// Hands over entries until @p stop is requested (Cancelled), or until trying again is of no use (the pod is gone,
    /// or may not be read). Of a previous instance it ends with the log's end. @p onEntry is not called after that.
    [[nodiscard]] Task<void> follow(std::function<void(PodLogEntry)> onEntry, std::stop_token stop);

private:
    KubeClient &m_client;
    Clock &m_clock;
    const Options m_options;
};

} // namespace patronus
