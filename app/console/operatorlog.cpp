// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/operatorlog.h"

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

constexpr std::chrono::milliseconds pollInterval(500), batchInterval(100);
constexpr qint64 firstBytes = 1 << 20; // of a file that was long before we came
constexpr qsizetype longestLine = 32 << 10;

QString textOf(const PodLogEntry &entry)
{
    switch (entry.kind) {
    case PodLogEntry::Kind::Reconnected:
        return OperatorLog::tr("— reconnected, nothing is missing —");
    case PodLogEntry::Kind::Gap:
        return OperatorLog::tr("— reconnected, lines may be missing here —");
    case PodLogEntry::Kind::Line:
        break;
    }
    return entry.isCut ? entry.text + u" …"_s : entry.text;
}

} // namespace

OperatorLog::OperatorLog(LogLinesModel &lines, Clock &clock)
    : m_lines(lines),
      m_clock(clock),
      m_poll(clock.makeTimer([this] { readFile(); })),
      m_batch(clock.makeTimer([this] { flush(); }))
{
}

OperatorLog::~OperatorLog()
{
    m_closing.request_stop();
}

QCoro::Task<> OperatorLog::close()
{
    m_poll->stop();
    m_batch->stop();
    m_closing.request_stop();
    return m_inFlight.ended();
}

QString OperatorLog::description() const
{
    if (!m_file.fileName().isEmpty())
        return m_fileProblem.isEmpty() ? tr("following %1").arg(m_file.fileName())
                                       : tr("%1: %2").arg(m_file.fileName(), m_fileProblem);
    QStringList followed, problems;
    for (const auto &[pod, problem] : m_pods.asKeyValueRange())
        problem.isEmpty() ? followed.append(pod.name) : problems.append(u"%1: %2"_s.arg(pod.name, problem));
    if (m_pods.isEmpty())
        return tr("no running pods of the operator were found in this cluster, and no --operator-log was given");
    if (!followed.isEmpty())
        problems.prepend(tr("following %1").arg(followed.join(u", "_s)));
    return problems.join(u" · "_s);
}

void OperatorLog::followFile(const QString &file)
{
    m_file.setFileName(file);
    readFile();
}

void OperatorLog::readFile()
{
    m_poll->start(pollInterval);
    QString problem;
    if (!m_file.isOpen()) {
        if (m_file.open(QIODevice::ReadOnly)) {
            m_file.seek(std::max<qint64>(m_file.size() - firstBytes, 0));
            if (m_file.pos() > 0)
                m_file.readLine(); // the rest of a line whose beginning is left out
        } else {
            problem = m_file.errorString();
        }
    }
    if (m_file.isOpen()) {
        if (m_file.size() < m_file.pos()) { // truncated: somebody began a new log
            m_file.seek(0);
            m_rest.clear();
        }
        m_rest += m_file.readAll();
        QStringList lines;
        qsizetype from = 0;
        for (qsizetype newline = m_rest.indexOf('\n'); newline >= 0; newline = m_rest.indexOf('\n', from)) {
            lines.append(QString::fromUtf8(QByteArrayView(m_rest).sliced(from, newline - from)));
            from = newline + 1;
        }
        m_rest.remove(0, from);
        if (m_rest.size() > longestLine) { // no line: it must not grow for ever
            lines.append(QString::fromUtf8(m_rest) + u" …"_s);
            m_rest.clear();
        }
        m_lines.append(u"operator"_s, lines);
    }
    if (std::exchange(m_fileProblem, problem) != problem)
        Q_EMIT descriptionChanged();
}

void OperatorLog::followPods(KubeClient &client, const QList<ObjectKey> &pods)
{
    for (const ObjectKey &pod : pods)
        if (!m_pods.contains(pod)) {
            m_pods.insert(pod, {});
            followPod(client, pod);
        }
    Q_EMIT descriptionChanged();
}

// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): close() is awaited before the client goes
QCoro::Task<> OperatorLog::followPod(KubeClient &client, ObjectKey pod)
{
    // The session awaits close() before it lets this object or the client go.
    const auto guard = m_inFlight.enter();
    const std::stop_token stop = m_closing.get_token();
    PodLog log(client, m_clock, {.pod = pod, .longestLine = longestLine});
    const auto ended
        = co_await log.follow([this, pod](const PodLogEntry &entry) { add(pod.name, textOf(entry)); }, stop);
    if (stop.stop_requested())
        co_return;
    if (ended || ended.error().kind == Error::Kind::NotFound)
        m_pods.remove(pod); // it is gone
    else
        m_pods.insert(pod, ended.error().message);
    Q_EMIT descriptionChanged();
}

void OperatorLog::add(const QString &source, const QString &line)
{
    if (m_added.isEmpty())
        m_batch->start(batchInterval);
    m_added[source].append(line);
}

void OperatorLog::flush()
{
    const auto added = std::exchange(m_added, {});
    for (const auto &[source, lines] : added.asKeyValueRange())
        m_lines.append(source, lines);
}

} // namespace patronus
