// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/reportrows.h"

#include "app/console/reports.h"
#include "core/json.h"
#include "operations/diff.h"
#include "operations/helmaction.h"
#include "operations/manifests.h"
#include "operations/revert.h"

using namespace Qt::StringLiterals;

namespace patronus::reportrows {

namespace {

using Row = ReportModel::Row;
using Kind = ActionRequest::Kind;

State stateOf(DriftItem::State state)
{
    using enum DriftItem::State;
    switch (state) {
    case InSync:
        return State::Ready;
    case Paused:
        return State::Unknown;
    case Deleting:
    case NotReconciled:
        return State::Working;
    case Invalid:
    case NameConflict:
        return State::Failed;
    case Changed:
    case Missing:
    case Orphan:
    case Dangling:
        break;
    }
    return State::Degraded;
}

State stateOf(const HelmRelease &release)
{
    return release.status == "deployed"_L1 ? State::Ready
        : release.status == "failed"_L1    ? State::Failed
        : release.isPending()              ? State::Working
                                           : State::Unknown;
}

/// What @p release changed of the one @p before it.
QString changesOf(const HelmRelease &before, const HelmRelease &release)
{
    QStringList lines{Reports::tr("Changed since revision %1:").arg(before.revision)};
    lines += HelmAction::valuesDiff(before, release);
    const auto old = readManifests(before.manifest.toUtf8()), now = readManifests(release.manifest.toUtf8());
    if (!old || !now)
        return (lines << (old ? now : old).error().message).join(u'\n');
    for (const ManifestDifference &difference : manifestDifferences(*old, *now, release.nameSpace))
        lines += QStringList{difference.text()} + difference.diff;
    return lines.size() == 1 ? Reports::tr("Nothing changed since revision %1.").arg(before.revision)
                             : lines.join(u'\n');
}

} // namespace

QString localTime(const QDateTime &time)
{
    return time.toLocalTime().toString(u"yyyy-MM-dd HH:mm:ss"_s);
}

Row rowOf(const JournalEntry &entry)
{
    const bool isDone = entry.outcome == "done"_L1;
    const QString outcome = entry.outcome.isEmpty() ? Reports::tr("unknown: the program ended before the answer")
        : isDone                                    ? Reports::tr("done")
                                                    : entry.outcome;
    QString detail = Reports::tr("Server %1\nBefore and what was sent:\n").arg(entry.target.cluster.server);
    detail += diffLines(entry.before, entry.after).join(u'\n');
    QList<ActionOffer> remedies;
    if (isDone && Revert::isPossible(entry))
        remedies.append({Reports::tr("Take it back…"), {.kind = Kind::Revert, .entry = entry}});
    return {.state = isDone           ? State::Ready
            : entry.outcome.isEmpty() ? State::Unknown
                                      : State::Failed,
        .cells = {localTime(entry.time), entry.target.context, entry.target.user, entry.verb,
            entry.kind + u' ' + entry.key.text(), outcome},
        .detail = detail,
        .remedies = remedies};
}

Row rowOf(const Check &check)
{
    const State state = check.result == Check::Result::Ok ? State::Ready
        : check.result == Check::Result::Warning          ? State::Degraded
        : check.result == Check::Result::Problem          ? State::Failed
                                                          : State::Unknown;
    QString detail = check.evidence.join(u'\n');
    if (!check.remedies.isEmpty())
        detail += u'\n' + Reports::tr("What to do:") + u'\n' + check.remedies.join(u'\n');
    return {.state = state,
        .cells = {stateName(state), check.title, check.evidence.value(0)},
        .detail = detail,
        .remedies = {}};
}

Row rowOf(const DriftItem &item)
{
    QStringList detail = item.remarks;
    for (const QString &field : item.fields)
        detail.append(u"- %1: %2\n+ %1: %3"_s.arg(field,
            item.remote ? valueAt(*item.remote, field).toVariant().toString() : QString(),
            valueAt(item.wanted, field).toVariant().toString()));
    if (!item.remedy.isEmpty())
        detail.append(Reports::tr("What to do: %1").arg(item.remedy));
    Row row{.state = stateOf(item.state),
        .cells = {QString::fromLatin1(stateName(item.state)), item.kind->resource().kind, item.key.text(),
            item.remarks.value(0, item.fields.join(u", "_s))},
        .detail = detail.join(u'\n'),
        .remedies = {}};
    if (item.state == DriftItem::State::Paused)
        row.remedies.append({Reports::tr("Resume…"),
            {.kind = Kind::Resume, .objects = {{item.kind->resource(), item.key, item.object.uid()}}}});
    return row;
}

QList<Row> rowsOf(const HelmHistory &history)
{
    QList<Row> rows;
    for (qsizetype i = history.size(); i-- > 0;) {
        const HelmRelease &release = history[i];
        Row row{.state = stateOf(release),
            .cells = {Reports::tr("Helm"), QString::number(release.revision), release.status, release.chartText(),
                release.appVersion, localTime(release.updated), release.description},
            .detail
            = i == 0 ? Reports::tr("The oldest revision that Helm keeps.") : changesOf(history[i - 1], release)};
        if (i != history.size() - 1)
            row.remedies.append({Reports::tr("Roll back to revision %1…").arg(release.revision),
                {.kind = Kind::RollBack, .revision = release.revision}});
        rows.append(row);
    }
    return rows;
}

QList<Row> rowsOf(const QList<RolloutRevision> &history)
{
    QList<Row> rows;
    for (qsizetype i = history.size(); i-- > 0;) {
        const RolloutRevision &revision = history[i];
        Row row{.state = revision.isCurrent ? State::Ready : State::Unknown,
            .cells = {Reports::tr("Deployment"), QString::number(revision.revision),
                revision.isCurrent ? Reports::tr("current") : QString(), revision.images.join(u", "_s), {},
                localTime(revision.created), revision.cause},
            .detail = i == 0 ? Reports::tr("The oldest revision that the Deployment keeps.")
                             : Reports::tr("Changed since revision %1:").arg(history[i - 1].revision) + u'\n'
                    + diffLines(history[i - 1].podTemplate, revision.podTemplate).join(u'\n')};
        if (!revision.isCurrent)
            row.remedies.append({Reports::tr("Set the pods back to revision %1…").arg(revision.revision),
                {.kind = Kind::UndoRollout, .revision = revision.revision}});
        rows.append(row);
    }
    return rows;
}

} // namespace patronus::reportrows
