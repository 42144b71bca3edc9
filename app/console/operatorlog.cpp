// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/operatorlog.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {
constexpr qsizetype longestLine = 32 << 10;
}

OperatorLog::OperatorLog(LogLinesModel &lines, Clock &clock) : m_lines(lines), m_clock(clock)
{
}

OperatorLog::~OperatorLog()
{
    m_reading.request_stop();
}

QCoro::Task<> OperatorLog::close()
{
    if (m_file)
        m_file->close();
    m_reading.request_stop();
    return m_inFlight.ended();
}

QString OperatorLog::description() const
{
    if (m_file)
        return m_file->problem().isEmpty() ? tr("following %1").arg(m_file->fileName())
                                           : tr("%1: %2").arg(m_file->fileName(), m_file->problem());
    if (m_pods.isEmpty())
        return tr("no running pods of the operator were found in this cluster, and no --operator-log was given");
    QStringList followed, parts;
    for (const auto &[name, pod] : m_pods.asKeyValueRange())
        pod.problem.isEmpty() ? followed.append(name) : parts.append(u"%1: %2"_s.arg(name, pod.problem));
    if (!followed.isEmpty())
        parts.prepend(tr("following %1").arg(followed.join(u", "_s)));
    return parts.join(u" · "_s);
}

void OperatorLog::followFile(const QString &file)
{
    m_file = std::make_unique<LogFile>(file, m_lines, m_clock);
    connect(m_file.get(), &LogFile::problemChanged, this, &OperatorLog::descriptionChanged);
    setRange(m_range);
}

void OperatorLog::followPods(KubeClient &client, const QList<Pod> &pods)
{
    m_client = &client;
    QSet<QString> listed;
    for (const Pod &pod : pods) {
        listed.insert(pod.key.name);
        const bool isNew = !m_pods.contains(pod.key.name);
        Followed &followed = m_pods[pod.key.name];
        followed.pod = pod;
        if (isNew)
            start(followed, m_hasPods);
    }
    m_pods.removeIf([&](const auto &entry) { return !entry.value().isStreaming && !listed.contains(entry.key()); });
    m_hasPods = m_hasPods || !pods.isEmpty();
    Q_EMIT descriptionChanged();
}

void OperatorLog::setRange(Range range)
{
    m_range = range;
    m_reading.request_stop();
    m_reading = {};
    m_lines.clear();
    if (m_file) {
        const std::chrono::milliseconds now(m_clock.wallTime().toMSecsSinceEpoch());
        m_file->readSince(range.transform([now](std::chrono::seconds back) { return LogTime(now - back); }));
    }
    for (Followed &followed : m_pods) {
        followed.problem.clear();
        followed.previousRead = 0;
        start(followed, false);
    }
    Q_EMIT descriptionChanged();
}

QString OperatorLog::timeOfDay() const
{
    return m_clock.wallTime().toString(u"HH:mm:ss"_s);
}

void OperatorLog::start(Followed &followed, bool isNew)
{
    followed.isStreaming = true;
    follow(*m_client, followed.pod, isNew, m_reading.get_token());
}

// In these two the session awaits close() before it lets this object or the client go.

// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): see above
QCoro::Task<> OperatorLog::follow(KubeClient &client, Pod pod, bool isNew, std::stop_token stop)
{
    const auto guard = m_inFlight.enter();
    PodLog log(
        client, m_clock, {.pod = pod.key, .container = pod.container, .last = m_range, .longestLine = longestLine});
    const QString name = pod.key.name;
    const int source = m_lines.source(name);
    const auto ended = co_await log.follow(
        [this, name, source, isNew](const PodLogEntry &entry) mutable {
            if (entry.kind == PodLogEntry::Kind::Line && std::exchange(isNew, false)) // before its first line
                m_lines.addMark(source, entry.time, tr("joined at %1 UTC").arg(timeOfDay()));
            onEntry(name, source, entry);
        },
        stop);
    if (!stop.stop_requested())
        onEnded(name, ended);
}

// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): see above
QCoro::Task<> OperatorLog::readPrevious(KubeClient &client, Pod pod, std::stop_token stop)
{
    const auto guard = m_inFlight.enter();
    PodLog log(client, m_clock,
        {.pod = pod.key, .container = pod.container, .previous = true, .last = m_range, .longestLine = longestLine});
    const QString name = pod.key.name;
    const int source = m_lines.source(tr("%1 (previous)").arg(name));
    const auto ended
        = co_await log.follow([this, name, source](const PodLogEntry &entry) { onEntry(name, source, entry); }, stop);
    if (stop.stop_requested())
        co_return;
    m_lines.addMark(source, std::nullopt,
        ended ? tr("the container was restarted here")
              : tr("the log before the restart cannot be read: %1").arg(ended.error().message));
}

void OperatorLog::readPrevious()
{
    for (Followed &followed : m_pods) {
        if (followed.pod.restarts == followed.previousRead)
            continue;
        followed.previousRead = followed.pod.restarts;
        readPrevious(*m_client, followed.pod, m_reading.get_token());
    }
    Q_EMIT descriptionChanged();
}

bool OperatorLog::hasPrevious() const
{
    return std::ranges::any_of(
        m_pods, [](const Followed &followed) { return followed.pod.restarts != followed.previousRead; });
}

void OperatorLog::onEntry(const QString &pod, int source, const PodLogEntry &entry)
{
    if (entry.kind == PodLogEntry::Kind::Line)
        return entry.isCut ? m_lines.add(source, entry.time, entry.text.toByteArray() + " …")
                           : m_lines.add(source, entry.time, entry.text);
    const QString now = timeOfDay();
    switch (entry.kind) {
    case PodLogEntry::Kind::Line:
        break;
    case PodLogEntry::Kind::Reconnected:
        m_lines.addMark(source, entry.time, tr("reconnected at %1 UTC, nothing lost").arg(now));
        break;
    case PodLogEntry::Kind::Gap:
        m_lines.addMark(source, entry.time,
            tr("reconnected at %1 UTC; the container or its file is another since: what was written last before that "
               "may be lost")
                .arg(now));
        break;
    case PodLogEntry::Kind::Cut:
        setProblem(pod,
            entry.text.isEmpty() ? tr("its log ended at %1 UTC, asking again").arg(now)
                                 : tr("cut at %1 UTC, asking again: %2").arg(now, QString::fromUtf8(entry.text)));
        break;
    case PodLogEntry::Kind::Asking:
        setProblem(pod, {});
        break;
    }
}

void OperatorLog::setProblem(const QString &pod, const QString &problem)
{
    m_pods[pod].problem = problem;
    Q_EMIT descriptionChanged();
}

void OperatorLog::onEnded(const QString &pod, const Expected<void> &ended)
{
    m_pods[pod].isStreaming = false;
    if (ended || ended.error().kind == Error::Kind::NotFound) {
        m_lines.addMark(m_lines.source(pod), std::nullopt, tr("gone at %1 UTC").arg(timeOfDay()));
        m_pods.remove(pod);
    } else {
        m_pods[pod].problem = ended.error().message;
    }
    Q_EMIT descriptionChanged();
}

} // namespace patronus
