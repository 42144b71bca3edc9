// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/operatormarks.h"

#include "core/json.h"
#include "operations/maintenance.h"

#include <QCoreApplication>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

constexpr qsizetype mostMarks = 500; // of an operator that restarts for ever
constexpr std::chrono::minutes rolloutTime(2); // within it new pods are the rollout's
const QString revisionName = u"deployment.kubernetes.io/revision"_s;
const QString oldRevisionsName = u"deployment.kubernetes.io/revision-history"_s; // before rollbacks to it

WallTime wallTime(const QDateTime &time)
{
    return WallTime(std::chrono::milliseconds(time.toMSecsSinceEpoch()));
}

std::optional<WallTime> timeAt(const QJsonObject &object, QStringView path)
{
    const QDateTime time = QDateTime::fromString(valueAt(object, path).toString(), Qt::ISODate);
    return time.isValid() ? std::optional(wallTime(time)) : std::nullopt;
}

QString tr(const char *text)
{
    return QCoreApplication::translate("patronus::OperatorMarks", text);
}

QString imageOf(const Object &workload)
{
    return valueAt(workload.json(), u"spec.template.spec.containers").toArray().first()["image"_L1].toString();
}

ChartMark moment(WallTime at, const QString &name, const QString &text)
{
    return {.from = at, .to = at, .name = name, .text = text};
}

ChartMark rollout(WallTime at, const QString &revision, const QString &image)
{
    return moment(at, tr("rollout %1").arg(revision), tr("Rollout of revision %1 began: %2").arg(revision, image));
}

} // namespace

OperatorMarks::OperatorMarks(const Store &pods, const Store &replicaSets, const Store &deployments, Clock &clock)
    : m_pods(pods), m_replicaSets(replicaSets), m_deployments(deployments), m_clock(clock)
{
}

WallTime OperatorMarks::now() const
{
    return wallTime(m_clock.wallTime());
}

void OperatorMarks::add(const QString &key, const ChartMark &mark)
{
    if (m_marks.contains(key))
        return;
    if (m_marks.size() == mostMarks)
        m_marks.erase(std::ranges::min_element(m_marks, {}, &ChartMark::from));
    m_marks.insert(key, mark);
}

void OperatorMarks::refresh()
{
    m_replicaSets.forEach([this](const Object &replicaSet) { readReplicaSet(replicaSet); });
    m_deployments.forEach([this](const Object &deployment) { readDeployment(deployment); });
    m_pods.forEach([this](const Object &pod) { readPod(pod); });
}

QList<ChartMark> OperatorMarks::marks() const
{
    QList<ChartMark> sorted = m_marks.values();
    std::ranges::stable_sort(sorted, {}, &ChartMark::from);
    return sorted;
}

/// One is made for each revision, when its rollout begins.
void OperatorMarks::readReplicaSet(const Object &replicaSet)
{
    const QString oldRevisions = replicaSet.annotation(oldRevisionsName);
    const QString revision
        = oldRevisions.isEmpty() ? replicaSet.annotation(revisionName) : oldRevisions.section(u',', 0, 0);
    if (!revision.isEmpty() && replicaSet.creationTime().isValid())
        add(u"rollout/"_s + revision, rollout(wallTime(replicaSet.creationTime()), revision, imageOf(replicaSet)));
}

void OperatorMarks::readDeployment(const Object &deployment)
{
    const QString revision = deployment.annotation(revisionName);
    if (const QString before = std::exchange(m_revision, revision); !before.isEmpty() && before != revision)
        add(u"rollout/"_s + revision, rollout(now(), revision, imageOf(deployment))); // a rollback makes no ReplicaSet

    const auto status = maintenanceStatusOf(deployment);
    const auto record = status ? status->record : std::nullopt;
    const QString key = record ? u"maintenance/"_s + record->since.toString(Qt::ISODate) : QString();
    if (m_maintenance != key && m_marks.contains(m_maintenance))
        m_marks[m_maintenance].to = now();
    m_maintenance = key;
    if (record)
        add(key,
            {.from = record->since.isValid() ? wallTime(record->since) : now(),
                .to = WallTime::max(),
                .name = tr("maintenance"),
                .text = tr("Maintenance by %1: %2").arg(record->actor, record->reason)});
}

void OperatorMarks::readPod(const Object &pod)
{
    const QString name = pod.key().name;
    if (const auto started = timeAt(pod.json(), u"status.startTime")) {
        const bool isOfRollout = std::ranges::any_of(m_marks.asKeyValueRange(), [&](const auto &mark) {
            return mark.first.startsWith("rollout/"_L1) && mark.second.from <= *started
                && *started < mark.second.from + rolloutTime;
        });
        if (!isOfRollout)
            add(u"pod/"_s + pod.uid(), moment(*started, tr("new pod"), tr("Pod %1 started").arg(name)));
    }
    for (const QJsonValue &value : pod.status().value("containerStatuses"_L1).toArray()) {
        const QJsonObject container = value.toObject();
        const qint64 restarts = container.value("restartCount"_L1).toInteger();
        if (restarts == 0)
            continue;
        const QJsonObject end = valueAt(container, u"lastState.terminated").toObject();
        const QString key = u"restart/%1/%2/%3"_s.arg(pod.uid(), container.value("name"_L1).toString()).arg(restarts);
        add(key,
            moment(timeAt(end, u"finishedAt").value_or(now()), tr("restart"),
                tr("%1 ended (%2, exit code %3) and was restarted")
                    .arg(name, end.value("reason"_L1).toString(tr("no reason")))
                    .arg(end.value("exitCode"_L1).toInteger())));
    }
}

} // namespace patronus
