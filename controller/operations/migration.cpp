// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/migration.h"

#include "kube/discovery.h"
#include "operations/actionsequence.h"
#include "operations/counted.h"
#include "operations/crds.h"
#include "operations/excerpt.h"
#include "operations/maintenance.h"
#include "operations/mergepatch.h"
#include "operations/savefirst.h"
#include "operations/structuralschema.h"
#include "sdwan/names.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

constexpr QLatin1StringView preserve("x-kubernetes-preserve-unknown-fields");

QJsonValue inCamelCase(const QJsonValue &value)
{
    if (value.isObject())
        return toCamelCase(value.toObject());
    if (!value.isArray())
        return value;
    QJsonArray items;
    for (const QJsonValue &item : value.toArray())
        items.append(inCamelCase(item));
    return items;
}

/// _a becomes A, and _1 becomes 1.
QString inCamelCase(const QString &name)
{
    QString result;
    for (qsizetype i = 0; i < name.size(); ++i) {
        const QChar next = i + 1 < name.size() ? name[i + 1] : QChar();
        const bool isJoint = name[i] == u'_' && ((next >= u'a' && next <= u'z') || (next >= u'0' && next <= u'9'));
        result += isJoint ? name[++i].toUpper() : name[i];
    }
    return result;
}

/// @p definition such that every spec is taken and kept as it is.
QJsonObject opened(QJsonObject definition)
{
    QJsonObject spec = definition["spec"_L1].toObject();
    QJsonArray versions = spec["versions"_L1].toArray();
    for (qsizetype i = 0; i < versions.size(); ++i) {
        QJsonObject version = versions[i].toObject();
        QJsonObject schema = schemaOf(version), properties = schema["properties"_L1].toObject();
        properties.insert("spec"_L1, QJsonObject{{u"type"_s, u"object"_s}, {preserve, true}});
        schema.insert("properties"_L1, properties);
        version.insert("schema"_L1, QJsonObject{{u"openAPIV3Schema"_s, schema}});
        versions[i] = version;
    }
    spec.insert("versions"_L1, versions);
    definition.insert("spec"_L1, spec);
    return definition;
}

bool isOpened(const Object &definition)
{
    return schemaOf(versionOf(definition.json()))["properties"_L1]["spec"_L1][preserve].toBool();
}

bool isOld(const CrdFacts &facts)
{
    return snakeCaseField(schemaOf(versionOf(facts.present.json()))).has_value();
}

Object converted(const Object &object)
{
    QJsonObject json = object.json();
    json.insert("spec"_L1, toCamelCase(object.spec()));
    json.remove("status"_L1); // the operator's
    return Object(json);
}

Change definitionChange(const CrdFacts &facts, const QJsonObject &wanted, const QString &shown, bool waits)
{
    return {.verb = Change::Verb::Patch,
        .type = resources::customResourceDefinitions(),
        .key = facts.present.key(),
        .body = crdPatch(wanted, facts.present),
        .before = facts.present,
        .shown = {shown},
        .waits = waits};
}

} // namespace

QJsonObject toCamelCase(const QJsonObject &spec)
{
    QJsonObject result;
    for (auto member = spec.begin(); member != spec.end(); ++member)
        result.insert(inCamelCase(member.key()), inCamelCase(*member));
    return result;
}

Migration::Migration(ActionWorld world, QList<QJsonObject> definitions, bool acceptLoss)
    : ChangeAction(std::move(world)), m_definitions(std::move(definitions)), m_acceptLoss(acceptLoss)
{
}

ChangeAction::Decision Migration::decisionFor(const QList<CrdFacts> &facts, bool acceptLoss)
{
    Decision decision{.plan = {.title = u"Convert Sites, Policies and their CRDs"_s,
                          .button = u"Convert"_s,
                          .tier = Tier::Destructive,
                          .object = u"migration"_s},
        .changes = {}};
    ActionPlan &plan = decision.plan;
    QList<Change> objects, closing;
    QStringList lost;
    for (const CrdFacts &one : facts) {
        const ResourceType type = crdType(one.wanted).value_or(resources::sites());
        if (one.present.isNull() || (!isOld(one) && !isOpened(one.present)))
            continue;
        const QJsonObject schema = schemaOf(versionOf(one.wanted, type.version));
        if (!isOpened(one.present))
            decision.changes.append(definitionChange(one, opened(one.wanted),
                u"~ specs of any form are taken and kept, "
                "for the time of the conversion"_s,
                false));
        QList<Object> after;
        for (const Object &object : one.objects) {
            after.append(converted(object));
            if (const QJsonObject spec = after.last().spec(); spec != object.spec())
                objects.append({.verb = Change::Verb::Patch,
                    .type = type,
                    .key = object.key(),
                    .body = {{u"spec"_s, mergePatch(object.spec(), spec)}},
                    .before = object,
                    .waits = true});
        }
        lost += impactOf(type, after, schema).lost;
        closing.append(definitionChange(one, one.wanted, u"~ specs are of this operator's form alone"_s, true));
    }
    if (closing.isEmpty())
        return decision;
    plan.consequences.append(u"%1 %2 made camelCase (public_key: publicKey). UIDs, labels, annotations and finalizers "
                             "stay, the Patronus API is not asked, and traffic goes on."_s.arg(
                                 countedObjects(objects.size()), isOrAre(objects.size())));
    plan.warnings.append(u"no GitOps tool may apply old manifests from here on: suspend it, and convert its repository "
                         "with resources/migration/to-camel-case.jq"_s);
    (acceptLoss ? plan.warnings : plan.obstacles) += firstOf(lost);
    if (!lost.isEmpty() && !acceptLoss)
        plan.obstacles.append(
            u"mend these objects, or accept the loss (--accept-loss): they are whole in the backup"_s);
    decision.changes += objects + closing;
    return decision;
}

Task<ChangeAction::Decision> Migration::decide(std::stop_token stop)
{
    const auto facts = co_await readCrdFacts(world().client, m_definitions, stop);
    if (!facts)
        co_return std::unexpected(facts.error());
    m_facts = *facts;
    co_return decisionFor(m_facts, m_acceptLoss);
}

Task<QString> Migration::settle(QList<Object>, std::stop_token stop)
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
        QHash<QString, QJsonObject> specs;
        for (const Object &object : *objects)
            specs.insert(object.uid(), object.spec());
        count += objects->size();
        for (const Object &before : facts.objects)
            if (const QJsonObject wanted = project(converted(before).json(), schema)["spec"_L1].toObject();
                specs.contains(before.uid()) && specs[before.uid()] != wanted)
                wrong.append(u"%1 %2"_s.arg(type.kind, before.key().text()));
    }
    if (!wrong.isEmpty())
        co_return std::unexpected(Error{.kind = Error::Kind::Invalid,
            .message = u"these read otherwise than was written: "_s + firstOf(wrong).join(u", "_s)});
    co_return u"%1 read back in this operator's language. Next: helm upgrade to its chart, with the "
              "values of the backup (kubectl patronus upgrade), then kubectl patronus maintenance resume. The way "
              "back: "
              "kubectl apply --server-side --force-conflicts -f crds/, then of sites-backup.yaml and "
              "policies-backup.yaml of the backup"_s.arg(countedObjects(count));
}

std::unique_ptr<Action> makeMigration(const ActionWorld &world, const CrdUpgradeWish &wish)
{
    std::vector<std::unique_ptr<Action>> parts;
    parts.push_back(std::make_unique<Maintenance>(
        world, MaintenanceWish{.aim = MaintenanceWish::Aim::Stop, .reason = u"migration"_s}));
    parts.push_back(std::make_unique<SaveFirst>(world, wish.backup));
    parts.push_back(std::make_unique<Migration>(world, wish.definitions, wish.acceptLoss));
    return std::make_unique<ActionSequence>(world,
        ActionPlan{.title = u"Migrate from the replaced operator"_s,
            .button = u"Migrate"_s,
            .tier = Tier::Destructive,
            .object = names::operatorName},
        std::move(parts), 2);
}

} // namespace patronus
