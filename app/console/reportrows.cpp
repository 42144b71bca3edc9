// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/reportrows.h"

#include "app/console/reports.h"
#include "core/json.h"
#include "operations/diff.h"
#include "operations/helmfacts.h"
#include "operations/manifests.h"
#include "operations/revert.h"
#include "operations/sanitized.h"
#include "sdwan/names.h"

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

ChosenObject chosen(const DriftItem &item)
{
    return {item.kind->resource(), item.key, item.object.uid()};
}

QString whatToDo(const DriftItem &item)
{
    using enum DriftItem::State;
    switch (item.state) {
    case InSync:
        return {};
    case Paused:
        return Reports::tr("resume it");
    case Deleting:
        return Reports::tr("nothing: it goes once the operator has taken it out of the Patronus API");
    case NotReconciled:
        return Reports::tr("mend what is said here; the operator tries again by itself, every minute at most");
    case Changed:
    case Missing:
        return Reports::tr(
            "nothing: the operator puts it right at its next look, every 5 minutes; a restart is a look");
    case Orphan:
        return Reports::tr("outside of Kubernetes: delete it in the Patronus API, or restore its object from a backup");
    case NameConflict:
        return item.isAdoptable ? Reports::tr("take the name over, if this is the one that it stands for")
                                : Reports::tr("copy it under another name, then delete this one");
    case Dangling:
        return Reports::tr("make the Site, or correct the reference");
    case Invalid:
        break;
    }
    return Reports::tr("edit it");
}

/// As it is, under a name that somebody has still to give.
QJsonObject withoutName(const Object &object)
{
    QJsonObject json = sanitized(object.json());
    QJsonObject metadata = json["metadata"_L1].toObject();
    metadata.insert("name"_L1, QString());
    json.insert("metadata"_L1, metadata);
    return json;
}

QJsonObject adopting(const Object &object)
{
    QJsonObject json = sanitized(object.json());
    QJsonObject metadata = json["metadata"_L1].toObject();
    QJsonObject annotations = metadata["annotations"_L1].toObject();
    annotations.insert(names::adopt, u"true"_s);
    metadata.insert("annotations"_L1, annotations);
    json.insert("metadata"_L1, metadata);
    return json;
}

QList<ReportModel::Writing> writingsOf(const DriftItem &item)
{
    using enum DriftItem::State;
    const ResourceType type = item.kind->resource();
    const ReportModel::Writing edit{Reports::tr("Edit…"), {.type = type, .base = item.object.json()}};
    switch (item.state) {
    case NotReconciled:
    case Invalid:
        return {edit};
    case Dangling:
        return {edit, {Reports::tr("New Site…"), {.type = resources::sites()}}};
    case NameConflict:
        if (!item.isAdoptable)
            return {{Reports::tr("Copy under another name…"), {.type = type, .mine = withoutName(item.object)}}};
        break;
    default:
        break;
    }
    return {};
}

QList<ActionOffer> remediesOf(const DriftItem &item)
{
    using enum DriftItem::State;
    const EditedObject adopted{
        .type = item.kind->resource(), .mine = adopting(item.object), .base = item.object.json()};
    const ActionOffer remove{Reports::tr("Delete…"), {.kind = Kind::Remove, .objects = {chosen(item)}}};
    switch (item.state) {
    case Paused:
        return {{Reports::tr("Resume…"), {.kind = Kind::Resume, .objects = {chosen(item)}}}};
    case Changed:
    case Missing:
        return {{Reports::tr("Restart the operator…"), {.kind = Kind::Restart}}};
    case NameConflict:
        if (item.isAdoptable)
            return {{Reports::tr("Take the name over…"), {.kind = Kind::Edit, .edits = {adopted}}}, remove};
        return {remove};
    default:
        return {};
    }
}

State stateOf(const HelmRelease &release)
{
    return release.status == "deployed"_L1 ? State::Ready
        : release.status == "failed"_L1    ? State::Failed
        : release.isPending()              ? State::Working
                                           : State::Unknown;
}

/// How @p from becomes @p to.
QString differenceOf(const HelmRelease &from, const HelmRelease &to)
{
    QStringList lines = valuesDiff(from, to);
    const auto old = readManifests(from.manifest.toUtf8()), now = readManifests(to.manifest.toUtf8());
    if (!old || !now)
        return (lines << (old ? now : old).error().message).join(u'\n');
    for (const ManifestDifference &difference : manifestDifferences(*old, *now, to.nameSpace))
        lines += QStringList{difference.text()} + difference.diff;
    return lines.join(u'\n');
}

QString differenceOf(const RolloutRevision &from, const RolloutRevision &to)
{
    return diffLines(from.podTemplate, to.podTemplate).join(u'\n');
}

/// Each of @p history beside the one at @p index: the one before it first.
template <typename Revision>
QList<ReportModel::Comparison> comparisonsOf(const QList<Revision> &history, qsizetype index)
{
    QList<ReportModel::Comparison> comparisons;
    for (qsizetype i = history.size(); i-- > 0;) {
        const auto text = [from = history[i], to = history[index]] {
            const QString difference = differenceOf(from, to);
            return difference.isEmpty() ? Reports::tr("Nothing differs.") : difference;
        };
        const ReportModel::Comparison one{Reports::tr("revision %1").arg(history[i].revision), text};
        if (i == index - 1)
            comparisons.prepend(one);
        else if (i != index)
            comparisons.append(one);
    }
    return comparisons;
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
    std::optional<ChosenObject> object;
    for (const ResourceType &type : {resources::sites(), resources::policies()})
        if (entry.kind == type.kind)
            object = ChosenObject{type, entry.key, {}};
    return {.state = isDone           ? State::Ready
            : entry.outcome.isEmpty() ? State::Unknown
                                      : State::Failed,
        .cells = {localTime(entry.time), entry.target.context, entry.target.user, entry.verb,
            entry.kind + u' ' + entry.key.text(), outcome},
        .detail = detail,
        .remedies = remedies,
        .object = object};
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
            item.remarks.value(0, item.fields.join(u", "_s)), whatToDo(item)},
        .detail = detail.join(u'\n'),
        .writings = writingsOf(item),
        .remedies = remediesOf(item)};
    if (!item.object.isNull())
        row.object = chosen(item);
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
            .comparisons = comparisonsOf(history, i)};
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
            .comparisons = comparisonsOf(history, i)};
        if (!revision.isCurrent)
            row.remedies.append({Reports::tr("Set the pods back to revision %1…").arg(revision.revision),
                {.kind = Kind::UndoRollout, .revision = revision.revision}});
        rows.append(row);
    }
    return rows;
}

} // namespace patronus::reportrows
