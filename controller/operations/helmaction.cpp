// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/helmaction.h"

#include "kube/discovery.h"
#include "operations/counted.h"
#include "operations/lastbackup.h"
#include "operations/mergepatch.h"
#include "operations/permissions.h"
#include "operations/several.h"

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

using What = ManifestDifference::What;

AccessQuestion permissionFor(const ManifestDifference &difference, const ResourceType &type)
{
    return {.verb = difference.what == What::Created ? u"create"_s
            : difference.what == What::Changed       ? u"patch"_s
                                                     : u"delete"_s,
        .type = type,
        .nameSpace = type.namespaced ? difference.key.nameSpace : QString()};
}

QList<AccessQuestion> permissionsFor(
    const QList<ManifestDifference> &differences, const QList<ResourceType> &types, const QString &nameSpace)
{
    QList<AccessQuestion> needed;
    QStringList asked;
    const auto add = [&](const AccessQuestion &question) {
        if (const QString text = permissionText(question); !asked.contains(text)) {
            asked.append(text);
            needed.append(question);
        }
    };
    for (const QString &verb : {u"create"_s, u"update"_s}) // in which Helm keeps the release
        add({.verb = verb, .type = resources::secrets(), .nameSpace = nameSpace});
    for (const ManifestDifference &difference : differences)
        if (const auto type = typeOf(types, difference.apiVersion, difference.kind);
            type && difference.what != What::Left)
            add(permissionFor(difference, *type));
    return needed;
}

} // namespace

std::optional<ResourceType> typeOf(const QList<ResourceType> &types, const QString &apiVersion, const QString &kind)
{
    const QString group = apiVersion.contains(u'/') ? apiVersion.section(u'/', 0, 0) : QString();
    std::optional<ResourceType> found;
    for (const ResourceType &type : types)
        if (type.group == group && type.kind == kind && (!found || type.apiVersion() == apiVersion))
            found = type;
    return found;
}

QJsonObject journalOf(const HelmRelease &release)
{
    if (release.revision == 0)
        return {};
    return {{u"revision"_s, release.revision}, {u"status"_s, release.status}, {u"chart"_s, release.chartText()},
        {u"values"_s, release.config}};
}

HelmAction::HelmAction(ActionWorld world, KubeConnection &connection, HelmChoice choice)
    : Action(std::move(world)), m_connection(connection), m_choice(std::move(choice))
{
}

Task<HelmFacts> HelmAction::readFacts(std::stop_token stop)
{
    const auto history = co_await readHelmHistory(world().client, world().operatorNamespace, m_choice.release, stop);
    if (!history)
        co_return std::unexpected(history.error());
    auto facts = co_await readSurroundings(std::move(stop));
    if (facts)
        facts->history = *history;
    co_return facts;
}

Task<HelmFacts> HelmAction::readSurroundings(std::stop_token stop)
{
    HelmFacts facts;
    const auto deployment = co_await readMaintenance(world().client, operatorDeployment(world()), stop);
    if (deployment)
        facts.deployment = *deployment;
    else if (deployment.error().kind != Error::Kind::NotFound)
        co_return std::unexpected(deployment.error());
    if (facts.deployment)
        facts.autoscalers = co_await readAutoscalers(world().client, facts.deployment->deployment, stop);
    for (const ResourceType &type : {resources::sites(), resources::policies()})
        if (const auto definition
            = co_await world().client.get(resources::customResourceDefinitions(), {{}, type.groupResource()}, stop))
            facts.crds.append(*definition);
    facts.backup = backupWarnings(co_await lastBackup(world(), stop), world().clock.wallTime());
    Discovery discovery(world().client);
    const auto types = co_await discovery.types(stop);
    if (!types)
        co_return std::unexpected(types.error());
    facts.types = *types;
    if (world().client.mode() != KubeClient::Mode::Live)
        facts.problems.append(u"this context is read-only here"_s);
    const auto found = HelmProgram::find(m_choice.program, QProcessEnvironment::systemEnvironment());
    m_program = found.value_or(QString());
    if (!found)
        facts.problems.append(found.error().message);
    else if (const auto version = co_await HelmProgram(*found, m_connection, world().clock).version(stop); !version)
        facts.problems.append(version.error().message);
    co_return facts;
}

Task<ActionPlan> HelmAction::withObjects(
    ActionPlan plan, QList<ManifestDifference> differences, QList<ResourceType> types, std::stop_token stop)
{
    const auto needed = permissionsFor(differences, types, world().operatorNamespace);
    const auto allowed = co_await checkPermissions(world().client, needed, stop);
    if (!allowed && allowed.error().kind != Error::Kind::Forbidden)
        co_return std::unexpected(allowed.error());
    if (!allowed)
        plan.obstacles.append(allowed.error().message);
    const auto shared = std::make_shared<ActionPlan>(std::move(plan));
    const qsizetype first = shared->steps.size();
    shared->steps.resize(first + differences.size(), ActionStep{.text = {}});
    const auto one = [this, shared, differences, types, first, stop](qsizetype i) {
        const ManifestDifference &difference = differences[i];
        return addObject(shared, difference, typeOf(types, difference.apiVersion, difference.kind), first + i, stop);
    };
    const auto added = co_await severalAtOnce(differences.size(), one);
    if (!added)
        co_return std::unexpected(added.error());
    co_return std::move(*shared);
}

Task<void> HelmAction::addObject(std::shared_ptr<ActionPlan> plan, ManifestDifference difference,
    std::optional<ResourceType> type, qsizetype index, std::stop_token stop)
{
    const auto dryRun = world().client.dryRun();
    if (type && !type->namespaced)
        difference.key.nameSpace.clear();
    ActionStep step{.text = u"by Helm: "_s + difference.text(), .diff = difference.diff};
    const WriteOptions options{.fieldManager = u"helm"_s, .metadataOnly = true, .dryRun = true};
    Expected<Object> tried = Object();
    if (!type && difference.what != What::Left && difference.what != What::Removed) {
        tried = std::unexpected(Error{.kind = Error::Kind::NotFound,
            .message = u"the server does not know %1 %2"_s.arg(difference.apiVersion, difference.kind)});
    } else if (difference.what == What::Created) {
        QJsonObject object = difference.after;
        QJsonObject metadata = object["metadata"_L1].toObject();
        if (type->namespaced)
            metadata.insert("namespace"_L1, difference.key.nameSpace);
        object.insert("metadata"_L1, metadata);
        tried = co_await dryRun->create(*type, object, options, stop);
    } else if (difference.what == What::Changed) {
        tried = co_await dryRun->patch(*type, difference.key, {}, PatchType::Merge,
            mergePatch(difference.before, difference.after), options, stop);
    }
    using enum Error::Kind;
    const auto isIts
        = [](Error::Kind kind) { return kind == Invalid || kind == Forbidden || kind == Conflict || kind == NotFound; };
    if (!tried && !isIts(tried.error().kind))
        co_return std::unexpected(tried.error());
    const bool isGone = !tried && difference.what == What::Changed && tried.error().kind == NotFound && type;
    const bool isEarly = !tried && difference.what == What::Created && tried.error().kind == NotFound && type;
    // Such as a claim that stayed when a release went: where it is not this release's, helm would not have rendered it.
    const bool isThere = !tried && difference.what == What::Created && tried.error().kind == Conflict;
    const bool isAsked = difference.what == What::Created || difference.what == What::Changed;
    step.check = !isAsked || isGone || isEarly || isThere ? ActionStep::Check::NotSent
        : tried                                           ? ActionStep::Check::Accepted
                                                          : ActionStep::Check::Refused;
    if (isGone)
        step.text += u" (it is not there: Helm makes it anew)"_s;
    else if (isThere)
        step.text += u" (it is there already: Helm takes it over)"_s;
    else if (isEarly)
        step.text += u" (after its namespace)"_s;
    else if (!tried)
        step.remark = tried.error().message;
    plan->steps[index] = step;
    co_return Expected<void>();
}

Task<HelmRelease> HelmAction::render(QStringList arguments, std::stop_token stop)
{
    HelmProgram helm(m_program, m_connection, world().clock);
    helm.setSecret(m_secretValues);
    const auto said
        = co_await helm.run(arguments << u"--dry-run=server"_s << u"--output"_s << u"json"_s, {}, std::move(stop));
    co_return said.and_then([](const HelmProgram::Said &all) { return helmRevisionOf(all.output); });
}

Task<void> HelmAction::checkRendersTheSame(QStringList arguments, HelmRelease rendered, std::stop_token stop)
{
    const auto now = co_await render(std::move(arguments), std::move(stop));
    if (!now)
        co_return std::unexpected(now.error());
    if (now->manifest != rendered.manifest)
        co_return std::unexpected(Error{.kind = Error::Kind::Conflict,
            .message = u"the chart or the values are not what was planned for: plan again"_s});
    co_return Expected<void>();
}

Task<void> HelmAction::checkUnchanged(HelmRelease planned, std::stop_token stop)
{
    const auto now = co_await readHelmHistory(world().client, world().operatorNamespace, planned.name, stop);
    if (!now)
        co_return std::unexpected(now.error());
    const HelmRelease &last = now->last();
    if (last.revision != planned.revision || last.status != planned.status)
        co_return std::unexpected(Error{.kind = Error::Kind::Conflict,
            .message = u"the release %1 was at revision %2 (%3) and is at %4 (%5) now: plan again"_s.arg(planned.name)
                .arg(planned.revision)
                .arg(planned.status)
                .arg(last.revision)
                .arg(last.status)});
    co_return Expected<void>();
}

Task<HelmProgram::Said> HelmAction::runHelm(
    QStringList arguments, JournalEntry entry, std::shared_ptr<ActionOutcome> outcome, std::stop_token stop)
{
    const auto id = world().changes.announce(std::move(entry));
    if (!id)
        co_return std::unexpected(id.error());
    const Progress tell = callable(world().progress);
    const auto onLine = [outcome, tell](const QString &line) {
        outcome->output.append(line);
        tell(u"helm: "_s + line, 0, 0);
    };
    HelmProgram helm(m_program, m_connection, world().clock);
    helm.setSecret(m_secretValues);
    const auto said = co_await helm.run(std::move(arguments), onLine, std::move(stop));
    const auto noted = world().changes.conclude(*id, said ? u"done"_s : said.error().message);
    if (said && !noted)
        co_return std::unexpected(noted.error());
    co_return said;
}

QCoro::Task<ActionOutcome> HelmAction::haveHelm(
    QStringList arguments, QString verb, HelmRelease from, std::optional<HelmRelease> to, std::stop_token stop)
{
    const auto outcome = std::make_shared<ActionOutcome>();
    const QString text = arguments.join(u' ').prepend("helm "_L1);
    const auto done = co_await runHelm(arguments << u"--debug"_s,
        {.verb = verb,
            .apiVersion = u"helm.sh/v3"_s,
            .kind = u"Release"_s,
            .key = {from.nameSpace, from.name},
            .before = journalOf(from),
            .after = to ? journalOf(*to) : QJsonObject()},
        outcome, stop);
    (done ? outcome->done : outcome->notDone).append(text);
    if (!done)
        outcome->failure = done.error();
    co_return *outcome;
}

QCoro::Task<ActionOutcome> HelmAction::haveHelmAndWait(
    QStringList arguments, QString verb, HelmRelease from, HelmRelease to, std::stop_token stop)
{
    ActionOutcome outcome
        = co_await haveHelm(std::move(arguments), std::move(verb), std::move(from), std::move(to), stop);
    if (outcome.failure)
        co_return outcome;
    const auto result = co_await settled(stop);
    if (result)
        outcome.result = *result;
    else
        outcome.failure = result.error();
    co_return outcome;
}

Task<QString> HelmAction::settled(std::stop_token stop)
{
    const auto rolled = co_await awaitRollout(
        world().client, world().clock, operatorDeployment(world()), m_choice.limit, world().progress, stop);
    if (!rolled)
        co_return std::unexpected(rolled.error());
    const auto now = co_await readHelmHistory(world().client, world().operatorNamespace, m_choice.release, stop);
    if (!now)
        co_return std::unexpected(now.error());
    const HelmRelease &last = now->last();
    const int ready = rolloutOf(*rolled).ready;
    co_return u"the release %1 is at revision %2 (%3, %4), and %5 of the operator %6 ready"_s.arg(last.name)
        .arg(last.revision)
        .arg(last.chartText(), last.status, counted(ready, u"replica"_s), isOrAre(ready));
}

} // namespace patronus
