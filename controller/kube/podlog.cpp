// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/podlog.h"

#include <QRandomGenerator>
#include <QTimeZone>

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace patronus {

namespace {

constexpr Clock::duration firstDelay = 1s;
constexpr Clock::duration longestDelay = 30s;
constexpr qsizetype mostShown = 100'000; // lines of one second; above it repeats are accepted

/// Cuts pieces into lines and lines to a length. (LineStream gives up at a long line; a log has to go on.)
class LogLines
{
public:
    explicit LogLines(qsizetype longest) : m_longest(longest) { }

    template <typename F> void feed(QByteArrayView piece, F &&onLine)
    {
        while (!piece.isEmpty()) {
            const qsizetype end = piece.indexOf('\n');
            const QByteArrayView part = end < 0 ? piece : piece.first(end);
            const qsizetype room = m_longest - m_line.size();
            m_line.append(part.first(std::min(room, part.size())));
            m_isCut = m_isCut || part.size() > room;
            if (end < 0)
                return;
            onLine(m_line, m_isCut);
            m_line.clear();
            m_isCut = false;
            piece = piece.sliced(end + 1);
        }
    }

private:
    const qsizetype m_longest;
    QByteArray m_line;
    bool m_isCut = false;
};

/// Whether the same request may succeed later: the container may be about to start.
bool isWorthTrying(const Error &error)
{
    return error.isRetryable()
        || (error.kind == Error::Kind::Invalid && error.message.contains("is waiting to start"_L1));
}

} // namespace

void PodLogCursor::next(QByteArrayView line, bool isCut, const Sink &onEntry)
{
    const qsizetype space = line.indexOf(' ');
    const auto time = logTimeFrom(space < 0 ? line : line.first(space));
    if (!time)
        return onEntry({.text = line, .isCut = isCut}); // the kubelet's own words

    static const size_t seed = QRandomGenerator::system()->generate64();
    const size_t digest = qHash(line, seed);
    if (const auto repeat = m_repeats.find(digest); repeat != m_repeats.end()) {
        if (--repeat.value() == 0)
            m_repeats.erase(repeat);
        return;
    }
    if (std::exchange(m_isResumed, false)) {
        // Lines come in the order of the log: if this new one is here, the repeats that have not come will not.
        onEntry({.kind = m_repeats.isEmpty() ? PodLogEntry::Kind::Reconnected : PodLogEntry::Kind::Gap, .time = time});
        m_repeats.clear();
    }
    const auto second = std::chrono::floor<std::chrono::seconds>(*time);
    if (!m_second || second > *m_second) {
        m_second = second;
        m_shown.clear();
    }
    if (second == *m_second && m_shown.size() < mostShown)
        ++m_shown[digest];
    onEntry({.time = time, .text = space < 0 ? QByteArrayView() : line.sliced(space + 1), .isCut = isCut});
}

void PodLogCursor::resume()
{
    m_repeats = m_shown;
    m_isResumed = m_second.has_value();
}

QDateTime PodLogCursor::since() const
{
    return m_second ? QDateTime::fromSecsSinceEpoch(m_second->time_since_epoch().count(), QTimeZone::UTC) : QDateTime();
}

PodLog::PodLog(KubeClient &client, Clock &clock, Options options)
    : m_client(client), m_clock(clock), m_options(std::move(options))
{
}

Task<void> PodLog::follow(PodLogCursor::Sink onEntry, std::stop_token stop)
{
    using Kind = PodLogEntry::Kind;
    KubeClient &client = m_client;
    Clock &clock = m_clock;
    const Options options = m_options;
    PodLogCursor cursor;
    Clock::duration delay = firstDelay;
    const Clock::time_point began = clock.now();
    while (true) {
        LogOptions request{.container = options.container,
            .previous = options.previous,
            .follow = !options.previous,
            .timestamps = true,
            .since = cursor.since()};
        if (!cursor.since().isValid() && options.last) // seen from now: what it took to get here is more than that
            request.last = *options.last + std::chrono::ceil<std::chrono::seconds>(clock.now() - began);

        LogLines lines(options.longestLine);
        bool isNew = false;
        const auto hand = [&](const PodLogEntry &entry) {
            if (stop.stop_requested())
                return;
            isNew = true;
            onEntry(entry);
        };
        const auto onLine = [&](QByteArrayView line, bool isCut) { cursor.next(line, isCut, hand); };
        const auto onBody = [&](QByteArrayView piece) { lines.feed(piece, onLine); };
        const auto ended = co_await client.streamText(requests::log(options.pod, request).target, onBody, stop);
        if (stop.stop_requested())
            co_return std::unexpected(Error{Error::Kind::Cancelled, u"log: stopped"_s});
        if (options.previous || (!ended && !isWorthTrying(ended.error())))
            co_return ended;

        // The stream also ends when the container does: it may come again.
        delay = isNew ? firstDelay : std::min(delay * 2, longestDelay);
        const Clock::duration asked = ended ? 0s : ended.error().retryAfter.value_or(0s);
        const QByteArray why = ended ? QByteArray() : ended.error().message.toUtf8();
        onEntry({.kind = Kind::Cut, .text = why});
        if (const auto slept = co_await clock.sleep(std::max(delay, asked), stop); !slept)
            co_return slept;
        onEntry({.kind = Kind::Asking});
        cursor.resume();
    }
}

} // namespace patronus
