// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/crdupgrade.h"

#include "kube/discovery.h"
#include "operations/counted.h"
#include "operations/crds.h"
#include "operations/excerpt.h"
#include "operations/listing.h"
#include "operations/mergepatch.h"
#include "operations/owners.h"
#include "operations/structuralschema.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

QString nameOf(const CrdFacts &facts)
{
    return Object(facts.wanted).key().name;
}

/// Why the definition itself cannot take the place of the other.
QStringList definitionObstacles(const CrdFacts &facts)
{
    QStringList obstacles;
    const QString name = nameOf(facts);
    const QJsonObject wanted = schemaOf(versionOf(facts.wanted));
    const QJsonObject present = schemaOf(versionOf(facts.present.json()));
    if (const auto field = snakeCaseField(wanted))
        obstacles.append(u"the CRD %1 that was given is the replaced operator's (%2): take those of this version"_s.arg(
            name, *field));
    else if (const auto old = snakeCaseField(present))
        obstacles.append(
            u"the CRD %1 in the cluster speaks the language of the replaced operator (%2), and its objects "
            "would lose their fields: kubectl patronus migrate converts them"_s.arg(name, *old));
    for (const QJsonValue &stored : facts.present.status()["storedVersions"_L1].toArray())
        if (versionOf(facts.wanted, stored.toString()).isEmpty())
            obstacles.append(u"objects of %1 are stored as version %2, which the new CRD does not have: write each of "
                             "them anew first (kubectl get %1 -A -o json | kubectl replace -f -), and take the version "
                             "out of the CRD's status.storedVersions"_s.arg(name, stored.toString()));
    return obstacles;
}

QStringList definitionDiff(const CrdFacts &facts)
{
    QStringList lines;
    const auto columns = [](const QJsonObject &version) {
        QStringList all;
        for (const QJsonValue &column : version["additionalPrinterColumns"_L1].toArray())
            all.append(u"column %1 (%2)"_s.arg(column["name"_L1].toString(), column["jsonPath"_L1].toString()));
        return all;
    };
    const auto versions = [](const QJsonObject &definition) {
        QStringList all;
        for (const QJsonValue &version : definition["spec"_L1]["versions"_L1].toArray())
            all.append(u"version %1%2"_s.arg(
                version["name"_L1].toString(), version["served"_L1].toBool() ? QString() : u" (not served)"_s));
        return all;
    };
    const QJsonObject was = versionOf(facts.present.json()), is = versionOf(facts.wanted);
    for (const auto &[before, after] :
        {std::pair(versions(facts.present.json()), versions(facts.wanted)), std::pair(columns(was), columns(is))}) {
        for (const QString &line : before)
            if (!after.contains(line))
                lines.append(u"- "_s + line);
        for (const QString &line : after)
            if (!before.contains(line))
                lines.append(u"+ "_s + line);
    }
    return lines + schemaDifferences(schemaOf(was), schemaOf(is));
}

/// The spec of @p object as it is under @p schema.
QJsonObject specUnder(const Object &object, const QJsonObject &schema)
{
    return project(object.json(), schema)["spec"_L1].toObject();
}

} // namespace

SchemaImpact impactOf(const ResourceType &type, const QList<Object> &objects, const QJsonObject &schema)
{
    SchemaImpact impact;
    for (const Object &object : objects) {
        const QString name = u"%1 %2"_s.arg(type.kind, object.key().text());
        QStringList gone;
        for (const QString &field : prunedFields(object.json(), schema)) {
            if (field.startsWith("status."_L1))
                ++impact.statusFields;
            else
                gone.append(field);
        }
        if (!gone.isEmpty())
            impact.lost.append(u"%1 loses %2"_s.arg(name, gone.join(u", "_s)));
        QJsonObject spec = object.json();
        spec.remove("status"_L1); // which the operator writes anew
        for (const QString &problem : schemaProblems(spec, schema))
            impact.lost.append(u"%1 could not be changed any more: %2"_s.arg(name, problem));
    }
    return impact;
}

QJsonObject crdPatch(const QJsonObject &wanted, const Object &present)
{
    QJsonObject spec = wanted["spec"_L1].toObject();
    const QJsonObject has = present.spec();
    for (const QLatin1StringView name : {"conversion"_L1, "preserveUnknownFields"_L1}) // what the server puts in
        if (!spec.contains(name) && has.contains(name))
            spec.insert(name, has[name]);
    QJsonObject names = spec["names"_L1].toObject();
    for (const QLatin1StringView name : {"listKind"_L1, "singular"_L1})
        if (!names.contains(name))
            names.insert(name, has["names"_L1][name]);
    spec.insert("names"_L1, names);
    const QJsonObject patch = mergePatch(has, spec);
    return patch.isEmpty() ? QJsonObject() : QJsonObject{{u"spec"_s, patch}};
}

// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): who asks owns the client
Task<QList<CrdFacts>> readCrdFacts(KubeClient &client, QList<QJsonObject> definitions, std::stop_token stop)
{
    QList<CrdFacts> all;
    for (qsizetype i = 0; i < definitions.size(); ++i) {
        CrdFacts facts{.wanted = definitions[i]};
        const auto present
            = co_await client.get(resources::customResourceDefinitions(), {{}, Object(facts.wanted).key().name}, stop);
        if (!present && present.error().kind != Error::Kind::NotFound)
            co_return std::unexpected(present.error());
        if (present) {
            facts.present = *present;
            const auto objects = co_await listAll(client, crdType(facts.wanted).value_or(resources::sites()), {}, stop);
            if (!objects)
                co_return std::unexpected(objects.error());
            facts.objects = *objects;
        }
        all.append(facts);
    }
    co_return all;
}

CrdUpgrade::CrdUpgrade(ActionWorld world, CrdUpgradeWish wish) : ChangeAction(std::move(world)), m_wish(std::move(wish))
{
}

ChangeAction::Decision CrdUpgrade::decisionFor(const QList<CrdFacts> &facts, const CrdUpgradeWish &wish)
{
    Decision decision{.plan = {.title = u"Upgrade the CRDs of Sites and Policies"_s,
                          .button = u"Upgrade the CRDs"_s,
                          .command = u"kubectl apply --server-side --force-conflicts -f crds/"_s,
                          .object = u"crds"_s},
        .changes = {}};
    ActionPlan &plan = decision.plan;
    QStringList lost;
    for (const CrdFacts &one : facts) {
        const ResourceType type = crdType(one.wanted).value_or(resources::sites());
        const QJsonObject version = versionOf(one.wanted, type.version), schema = schemaOf(version);
        plan.obstacles += definitionObstacles(one);
        const QJsonObject patch = one.present.isNull() ? QJsonObject() : crdPatch(one.wanted, one.present);
        if (!one.present.isNull() && patch.isEmpty())
            continue;
        const SchemaImpact impact = impactOf(type, one.objects, schema);
        lost += impact.lost;
        plan.consequences.append(
            u"%1: %2 held against the new schema, and %3."_s.arg(nameOf(one), counted(one.objects.size(), u"object"_s),
                impact.lost.isEmpty() ? u"none loses anything"_s : u"some lose something"_s));
        if (impact.statusFields > 0)
            plan.warnings.append(u"gone from %1: %2; the operator writes the statuses anew"_s.arg(
                type.plural, counted(impact.statusFields, u"status field"_s)));
        if (const QStringList empty = emptyColumns(version); !empty.isEmpty())
            plan.warnings.append(u"columns of %1 that will show nothing, since the schema has no such field: %2"_s.arg(
                nameOf(one), empty.join(u", "_s)));
        if (hasRules(schema))
            plan.warnings.append(
                u"the new CRD %1 has rules in CEL: objects were not held against those"_s.arg(nameOf(one)));
        plan.warnings += one.present.isNull() ? QStringList() : ownersOf(one.present);
        decision.changes.append({.verb = one.present.isNull() ? Change::Verb::Create : Change::Verb::Patch,
            .type = resources::customResourceDefinitions(),
            .key = {{}, nameOf(one)},
            .body = one.present.isNull() ? one.wanted : patch,
            .before = one.present});
    }
    if (lost.isEmpty())
        return decision;
    plan.tier = Tier::Destructive;
    (wish.acceptLoss ? plan.warnings : plan.obstacles) += firstOf(lost);
    if (!wish.acceptLoss) {
        plan.obstacles.append(u"whoever accepts the loss (--accept-loss) has it done all the same, after a backup"_s);
        return decision;
    }
    plan.consequences.append(u"A backup is made first, in %1."_s.arg(wish.backup.folder));
    if (const auto usable = Backup::checkKeys(wish.backup); !usable)
        plan.obstacles.append(usable.error().message);
    return decision;
}

Task<ChangeAction::Decision> CrdUpgrade::decide(std::stop_token stop)
{
    const auto facts = co_await readCrdFacts(world().client, m_wish.definitions, stop);
    if (!facts)
        co_return std::unexpected(facts.error());
    m_facts = *facts;
    Decision decision = decisionFor(m_facts, m_wish);
    m_isLossy = decision.plan.tier == Tier::Destructive;
    for (Change &change : decision.changes)
        if (!change.before.isNull())
            change.shown = definitionDiff(*std::ranges::find(m_facts, change.key.name, nameOf));
    co_return decision;
}

Task<void> CrdUpgrade::prepare(std::stop_token stop)
{
    m_saved.clear();
    if (!m_isLossy)
        co_return Expected<void>();
    Backup backup(world().client, world().clock, m_wish.backup, world().progress);
    const auto made = co_await backup.run(world().context, std::move(stop));
    if (!made)
        co_return std::unexpected(
            Error{made.error().kind, u"without a backup nothing is written: "_s + made.error().message});
    m_saved = made->path;
    co_return Expected<void>();
}

QCoro::Task<ActionOutcome> CrdUpgrade::carryOut(std::stop_token stop)
{
    ActionOutcome outcome = co_await ChangeAction::carryOut(std::move(stop));
    if (m_saved.isEmpty())
        co_return outcome;
    if (!outcome.result.isEmpty())
        outcome.result += u"; what was before is in "_s + m_saved;
    outcome.done.prepend(u"backup in "_s + m_saved);
    co_return outcome;
}

// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): who asks owns what it refers to
Task<QList<Object>> readServed(ActionWorld world, QJsonObject definition, std::stop_token stop)
{
    callable(world.progress)(u"waiting for "_s + Object(definition).key().name, 0, 0);
    const auto served = co_await awaitServed(world.client, world.clock, definition, stop);
    if (!served)
        co_return std::unexpected(served.error());
    co_return co_await listAll(world.client, crdType(definition).value_or(resources::sites()), {}, stop);
}

/// Waits until all is served, and reads every object again.
Task<QString> CrdUpgrade::settle(QList<Object>, std::stop_token stop)
{
    qsizetype count = 0;
    QStringList wrong;
    for (qsizetype i = 0; i < m_facts.size(); ++i) {
        const CrdFacts facts = m_facts[i];
        const auto objects = co_await readServed(world(), facts.wanted, stop);
        if (!objects)
            co_return std::unexpected(objects.error());
        const ResourceType type = crdType(facts.wanted).value_or(resources::sites());
        const QJsonObject schema = schemaOf(versionOf(facts.wanted, type.version));
        count += objects->size();
        QHash<QString, Object> now;
        for (const Object &object : *objects)
            now.insert(object.uid(), object);
        for (const Object &before : facts.objects)
            if (const auto object = now.constFind(before.uid()); object != now.constEnd()
                && object->generation() == before.generation()
                && specUnder(*object, schema) != specUnder(before, schema))
                wrong.append(u"%1 %2"_s.arg(type.kind, before.key().text()));
    }
    if (!wrong.isEmpty())
        co_return std::unexpected(Error{.kind = Error::Kind::Invalid,
            .message = u"these read otherwise than was foreseen: "_s + firstOf(wrong).join(u", "_s)});
    co_return u"the CRDs are Established and served, and %1 read back as foreseen"_s.arg(countedObjects(count));
}

} // namespace patronus
