// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/statustext.h"

#include "models/units.h"

#include <QCoreApplication>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

struct StatusText {
    Q_DECLARE_TR_FUNCTIONS(StatusText)
};

} // namespace

LivenessText livenessText(const Liveness &live, const QDateTime &now)
{
    const QString age = live.heard.isValid() ? units::age(live.heard, now) : QString();
    State state = State::Ready;
    QString text;
    switch (live.state) {
    case Liveness::State::Connecting:
        state = State::Working;
        text = StatusText::tr("connecting");
        break;
    case Liveness::State::Live:
        text = age.isEmpty() ? StatusText::tr("live") : StatusText::tr("live, last word %1 ago").arg(age);
        break;
    case Liveness::State::Resyncing:
        state = State::Working;
        text = StatusText::tr("reading everything again");
        break;
    case Liveness::State::Refused:
        state = State::Failed;
        text = StatusText::tr("you may not read this cluster's Sites and Policies");
        break;
    case Liveness::State::Missing:
        state = State::Failed;
        text = StatusText::tr("the CustomResourceDefinitions are not installed");
        break;
    case Liveness::State::Stale:
        state = State::Failed;
        text = age.isEmpty() ? StatusText::tr("no answer yet") : StatusText::tr("stale since %1").arg(age);
        break;
    case Liveness::State::Recorded:
        state = State::Unknown;
        text = StatusText::tr("a folder, as of %1 ago").arg(age);
        break;
    }
    if (!live.problem.isEmpty())
        text += u": "_s + live.problem.section(u'\n', 0, 0).left(160);
    return {state, text};
}

QString absenceText(const Liveness &live, bool isSynced)
{
    if (live.state == Liveness::State::Refused)
        return (live.nameSpace.isEmpty()
                ? StatusText::tr("You may not list this in all namespaces. Type a namespace that you may read into the "
                                 "field at the top (Alt+M), or ask who manages the cluster's roles. The API server "
                                 "says:\n\n%1")
                : StatusText::tr("You may not list this in the namespace %2 either. Type another into the field at the "
                                 "top (Alt+M), or ask who manages the cluster's roles. The API server says:\n\n%1")
                      .arg(u"%1"_s, live.nameSpace))
            .arg(live.problem);
    if (live.state == Liveness::State::Missing)
        return StatusText::tr("This cluster has no such resource: its CustomResourceDefinition is not installed.\n\n"
                              "kubectl apply -f crds/");
    if (!isSynced)
        return live.problem.isEmpty() ? StatusText::tr("Reading the list…")
                                      : StatusText::tr("Nothing has been read yet:\n%1").arg(live.problem);
    return {};
}

QString leaderText(const OperatorInfo &info)
{
    QString leader = !info.leaseProblem.isEmpty() ? StatusText::tr("leader not known")
        : info.leaderIsStale                      ? StatusText::tr("lease of %1 has run out").arg(info.leader)
        : !info.leader.isEmpty()                  ? StatusText::tr("leader %1").arg(info.leader)
        : info.metricsAnswer                      ? StatusText::tr("operator without leader election")
                                                  : StatusText::tr("no leader");
    if (info.replicas >= 0)
        leader += StatusText::tr(" (%1 of %2 ready)").arg(info.ready).arg(info.replicas);
    return leader;
}

QStringList heldText(const OperatorInfo::Held &held, const QDateTime &now)
{
    QStringList lines{StatusText::tr("Held by %1 for %2; it is to come back to %n replica(s).", nullptr, held.replicas)
            .arg(held.actor, units::age(held.since, now))};
    if (!held.reason.isEmpty())
        lines.append(StatusText::tr("Reason: %1").arg(held.reason));
    if (held.until.isValid() && held.until < now)
        lines.append(StatusText::tr("OVERDUE: it was to end %1 ago.").arg(units::age(held.until, now)));
    else if (held.until.isValid())
        lines.append(StatusText::tr("It is to end in %1.").arg(units::age(now, held.until)));
    return lines;
}

} // namespace patronus
