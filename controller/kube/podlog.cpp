// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/podlog.h"

#include <QCryptographicHash>

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

struct Stamp {
    QDateTime second; // exact: since() must never be rounded up
    QDateTime time;
};

/// "2026-11-23T10:00:00.123456789Z"; the fraction has any number of digits, the zone may be an offset.
std::optional<Stamp> stampFrom(QByteArrayView text)
{
    const qsizetype dot = text.indexOf('.');
    QByteArray whole = text.toByteArray();
    int ms = 0;
    if (dot > 0) {
        qsizetype end = dot + 1;
        while (end < text.size() && text[end] >= '0' && text[end] <= '9')
            ++end;
        ms = text.sliced(dot + 1, end - dot - 1).toByteArray().leftJustified(3, '0', true).toInt();
        whole.remove(dot, end - dot);
    }
    const QDateTime second = QDateTime::fromString(QString::fromLatin1(whole), Qt::ISODate).toUTC();
    if (!second.isValid())
        return std::nullopt;
    return Stamp{second, second.addMSecs(ms)};
}

/// Whether the same request may succeed later: the container may be about to start.
bool isWorthTrying(const Error &error)
{
    return error.isRetryable()
        || (error.kind == Error::Kind::Invalid && error.message.contains("is waiting to start"_L1));
}

} // namespace

QList<PodLogEntry> PodLogCursor::next(QByteArrayView line, bool isCut)
{
    const qsizetype space = line.indexOf(' ');
    const auto stamp = stampFrom(space < 0 ? line : line.first(space));
    if (!stamp)
        return {{.text = QString::fromUtf8(line), .isCut = isCut}}; // the kubelet's own words

    const QByteArray digest = QCryptographicHash::hash(line, QCryptographicHash::Md5);
    if (const auto repeat = m_repeats.find(digest); repeat != m_repeats.end()) {
        if (--repeat.value() == 0)
            m_repeats.erase(repeat);
        return {};
    }

    QList<PodLogEntry> entries;
    if (std::exchange(m_isResumed, false)) {
        // Lines come in the order of the log: if this new one is here, the repeats that have not come will not.
        entries += {.kind = m_repeats.isEmpty() ? PodLogEntry::Kind::Reconnected : PodLogEntry::Kind::Gap};
        m_repeats.clear();
    }
    if (!m_second.isValid() || stamp->second > m_second) {
        m_second = stamp->second;
        m_shown.clear();
    }
    if (stamp->second == m_second && m_shown.size() < mostShown)
        ++m_shown[digest];
    entries += {
        .time = stamp->time, .text = space < 0 ? QString() : QString::fromUtf8(line.sliced(space + 1)), .isCut = isCut};
    return entries;
}

void PodLogCursor::resume()
{
    m_repeats = m_shown;
    m_isResumed = m_second.isValid();
}

QDateTime PodLogCursor::since() const
{
    return m_second;
}

PodLog::PodLog(KubeClient &client, Clock &clock, Options options)
    : m_client(client), m_clock(clock), m_options(std::move(options))
{
}

Task<void> PodLog::follow(std::function<void(PodLogEntry)> onEntry, std::stop_token stop)
{
    KubeClient &client = m_client;
    Clock &clock = m_clock;
    const Options options = m_options;
    PodLogCursor cursor;
    Clock::duration delay = firstDelay;
    while (true) {
        LogOptions request{.container = options.container,
            .previous = options.previous,
            .follow = !options.previous,
            .timestamps = true,
            .since = cursor.since()};
        if (!cursor.since().isValid())
            request.tailLines = options.tailLines;

        LogLines lines(options.longestLine);
        bool isNew = false;
        const auto onLine = [&](QByteArrayView line, bool isCut) {
            for (PodLogEntry &entry : cursor.next(line, isCut)) {
                if (stop.stop_requested())
                    return;
                isNew = true;
                onEntry(std::move(entry));
            }
        };
        const auto onBody = [&](QByteArrayView piece) { lines.feed(piece, onLine); };
        const auto ended = co_await client.streamText(requests::log(options.pod, request).target, onBody, stop);
        if (stop.stop_requested())
            co_return std::unexpected(Error{Error::Kind::Cancelled, u"log: stopped"_s});
        if (options.previous || (!ended && !isWorthTrying(ended.error())))
            co_return ended;

        // The stream also ends when the container does: it may come again.
        delay = isNew ? firstDelay : std::min(delay * 2, longestDelay);
        const Clock::duration asked = ended ? 0s : ended.error().retryAfter.value_or(0s);
        if (const auto slept = co_await clock.sleep(std::max(delay, asked), stop); !slept)
            co_return slept;
        cursor.resume();
    }
}

} // namespace patronus
