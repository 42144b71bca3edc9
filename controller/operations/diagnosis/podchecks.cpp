// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/diagnosis/checks.h"

#include "core/json.h"

#include <QJsonArray>
#include <QSet>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

const QSet<QString> imageReasons{u"ErrImagePull"_s, u"ImagePullBackOff"_s, u"InvalidImageName"_s,
    u"ErrImageNeverPull"_s, u"RegistryUnavailable"_s, u"ImageInspectError"_s};
constexpr int manyRestarts = 3;

/// A container of a pod, as its status tells.
struct ContainerState {
    Object pod;
    QJsonObject status;

    [[nodiscard]] QString name() const { return status["name"_L1].toString(); }
    [[nodiscard]] QJsonObject waiting() const { return valueAt(status, u"state.waiting").toObject(); }
    [[nodiscard]] int restarts() const { return status["restartCount"_L1].toInt(); }
    /// How it ended last; empty: it has not.
    [[nodiscard]] QJsonObject ended() const
    {
        const QJsonObject now = valueAt(status, u"state.terminated").toObject();
        return now.isEmpty() ? valueAt(status, u"lastState.terminated").toObject() : now;
    }
    [[nodiscard]] QString where() const { return u"%1, container %2"_s.arg(pod.key().name, name()); }
    [[nodiscard]] QString logCommand() const
    {
        return u"kubectl logs %1 -n %2 -c %3%4"_s.arg(
            pod.key().name, pod.key().nameSpace, name(), restarts() > 0 ? u" --previous"_s : QString());
    }
};

QList<ContainerState> containersOf(const DiagnosisFacts &facts)
{
    QList<ContainerState> all;
    if (facts.pods)
        for (const Object &pod : *facts.pods)
            for (const auto list : {"initContainerStatuses"_L1, "containerStatuses"_L1})
                for (const QJsonValue &status : pod.status()[list].toArray())
                    all.append({pod, status.toObject()});
    return all;
}

QString describeCommand(const Object &pod)
{
    return u"kubectl describe pod %1 -n %2"_s.arg(pod.key().name, pod.key().nameSpace);
}

/// What an exit code of the operator says (docs/operations.md).
QString exitText(int code)
{
    switch (code) {
    case 1:
        return u"exit code 1: failed while running"_s;
    case 2:
        return u"exit code 2: wrong settings, all mistakes stand in its log"_s;
    case 3:
        return u"exit code 3: lost the Lease"_s;
    default:
        return u"exit code %1"_s.arg(code);
    }
}

Check scheduledCheck(const DiagnosisFacts &facts)
{
    Finding finding("pods-scheduled"_L1, u"A node takes the operator's pods"_s);
    if (finding.knows(facts.pods))
        for (const Object &pod : *facts.pods) {
            const QJsonObject scheduled = conditionOfType(pod.status()["conditions"_L1], "PodScheduled"_L1);
            if (scheduled["status"_L1] == "False"_L1)
                finding.problem(u"%1 waits for a node: %2"_s.arg(pod.key().name, scheduled["message"_L1].toString()),
                    describeCommand(pod));
            else if (pod.spec()["nodeName"_L1].toString().isEmpty() && pod.status()["phase"_L1] == "Pending"_L1)
                finding.warning(u"%1 is Pending since %2, and no scheduler has looked at it"_s.arg(
                                    pod.key().name, ageText(pod.creationTime(), facts.now)),
                    describeCommand(pod));
        }
    return finding.take(u"no pod waits"_s);
}

Check imageCheck(const DiagnosisFacts &facts)
{
    Finding finding("pods-image"_L1, u"Images can be pulled"_s);
    if (finding.knows(facts.pods))
        for (const ContainerState &container : containersOf(facts)) {
            const QString reason = container.waiting()["reason"_L1].toString();
            if (!imageReasons.contains(reason))
                continue;
            QStringList secrets;
            for (const QJsonValue &secret : container.pod.spec()["imagePullSecrets"_L1].toArray())
                secrets.append(secret["name"_L1].toString());
            finding.problem(u"%1: %2 of %3: %4"_s.arg(container.where(), reason,
                                container.status["image"_L1].toString(), container.waiting()["message"_L1].toString()),
                u"check the image's name and tag, and imagePullSecrets (%1); then helm upgrade --set image.tag=…"_s.arg(
                    secrets.isEmpty() ? u"none are set"_s : secrets.join(u", "_s)));
        }
    return finding.take(u"no image is missing"_s);
}

Check runningCheck(const DiagnosisFacts &facts)
{
    Finding finding("pods-running"_L1, u"Containers start and keep running"_s);
    if (finding.knows(facts.pods))
        for (const ContainerState &container : containersOf(facts)) {
            const QString reason = container.waiting()["reason"_L1].toString();
            const QJsonObject ended = container.ended();
            const QString how = ended.isEmpty()        ? QString()
                : ended["reason"_L1] == "OOMKilled"_L1 ? u"no memory left"_s
                                                       : exitText(ended["exitCode"_L1].toInt());
            const bool isEnded = !valueAt(container.status, u"state.terminated").toObject().isEmpty();
            if (!reason.isEmpty() && reason != "ContainerCreating"_L1 && reason != "PodInitializing"_L1
                && !imageReasons.contains(reason))
                finding.problem(u"%1: %2 %3%4"_s
                                    .arg(container.where(), reason, how.isEmpty() ? QString() : u"(%1) "_s.arg(how),
                                        container.waiting()["message"_L1].toString())
                                    .trimmed(),
                    ended.isEmpty() ? describeCommand(container.pod) : container.logCommand());
            else if (isEnded && ended["exitCode"_L1].toInt() != 0)
                finding.problem(u"%1 has ended: %2"_s.arg(container.where(), how), container.logCommand());
            else if (container.restarts() >= manyRestarts)
                finding.warning(u"%1 was restarted %2 times, last with %3"_s.arg(container.where())
                                    .arg(container.restarts())
                                    .arg(how),
                    container.logCommand());
        }
    return finding.take(u"no container is restarting"_s);
}

Check readyCheck(const DiagnosisFacts &facts)
{
    Finding finding("pods-ready"_L1, u"Pods that run are ready"_s);
    if (finding.knows(facts.pods))
        for (const Object &pod : *facts.pods) {
            const QJsonObject ready = conditionOfType(pod.status()["conditions"_L1], "Ready"_L1);
            if (pod.status()["phase"_L1] == "Running"_L1 && ready["status"_L1] == "False"_L1)
                finding.problem(u"%1 runs and is not ready: %2"_s.arg(pod.key().name, ready["message"_L1].toString()),
                    u"kubectl get --raw '/api/v1/namespaces/%1/pods/%2:8081/proxy/readyz?verbose' says which cache or CRD is missing"_s
                        .arg(pod.key().nameSpace, pod.key().name));
        }
    return finding.take(u"none runs without being ready"_s);
}

Check memoryCheck(const DiagnosisFacts &facts)
{
    Finding finding("memory"_L1, u"The memory limit is enough"_s);
    if (finding.knows(facts.pods))
        for (const ContainerState &container : containersOf(facts)) {
            if (container.ended()["reason"_L1] != "OOMKilled"_L1)
                continue;
            QString limit = u"no limit of its own"_s;
            for (const QJsonValue &spec : container.pod.spec()["containers"_L1].toArray())
                if (const QString own = valueAt(spec.toObject(), u"resources.limits.memory").toString();
                    spec["name"_L1] == container.name() && !own.isEmpty())
                    limit = u"limit "_s + own;
            finding.problem(u"%1 was killed %2 ago because its memory ran out (%3)"_s.arg(container.where(),
                                ageText(timeOf(container.ended()["finishedAt"_L1]), facts.now), limit),
                u"helm upgrade --set resources.limits.memory=…: docs/operations.md has the tiers"_s);
        }
    return finding.take(u"no container was killed for its memory"_s);
}

} // namespace

QList<Check> podChecks(const DiagnosisFacts &facts)
{
    return {scheduledCheck(facts), imageCheck(facts), runningCheck(facts), readyCheck(facts), memoryCheck(facts)};
}

} // namespace patronus
