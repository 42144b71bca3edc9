// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "kube/client.h"
#include "kube/logtime.h"

#include <QHash>

namespace patronus {

/// What a followed log shows next.
struct PodLogEntry {
    enum class Kind {
        Line,
        Reconnected, ///< the stream was cut and goes on here; nothing is missing
        Gap, ///< the stream was cut and the log has been rotated or its container replaced since: lines may be missing
             ///< here
        Cut, ///< the stream has ended, by an error (the text says which) or with the container; it is asked for again
        Asking, ///< it is asked for again now
    };
    Kind kind = Kind::Line;
    std::optional<LogTime> time = {}; ///< nullopt where the line came without one
    QByteArrayView text = {}; ///< UTF-8; valid during the call that hands it over
    bool isCut = false; ///< the line was longer than the limit, its end is left out
};

/// Where a followed log stands, and what of a resumed one has been shown already. The API resumes by whole seconds
/// (sinceTime), so the lines of the last second come again: each of them is recognised by its time and text, once for
/// each time that it was shown. Pure.
class PodLogCursor
{
public:
    using Sink = std::function<void(const PodLogEntry &)>;

    /// Hands over what @p line, as the server sends it with timestamps=true, leads to: nothing for a repeat.
    void next(QByteArrayView line, bool isCut, const Sink &onEntry);
    /// The stream begins anew, from since().
    void resume();
    /// The second of the newest line; invalid while there was none.
    [[nodiscard]] QDateTime since() const;

private:
    std::optional<std::chrono::sys_seconds> m_second;
    QHash<size_t, int> m_shown; // digests of the lines of m_second
    QHash<size_t, int> m_repeats; // of these, what the resumed stream has not sent again yet
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
        std::optional<std::chrono::seconds> last = {}; ///< of what is there at the beginning; nullopt: all
        qsizetype longestLine = 32 * 1024; ///< bytes; what is longer is cut
    };

    /// @p client and @p clock have to outlive what follow() runs.
    PodLog(KubeClient &client, Clock &clock, Options options);

    /// Hands over entries until @p stop is requested (Cancelled), or until trying again is of no use (the pod is gone,
    /// or may not be read). Of a previous instance it ends with the log's end. @p onEntry is not called after that.
    [[nodiscard]] Task<void> follow(PodLogCursor::Sink onEntry, std::stop_token stop);

private:
    KubeClient &m_client;
    Clock &m_clock;
    const Options m_options;
};

} // namespace patronus
