// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/revert.h"

#include "operations/chosen.h"
#include "operations/listing.h"
#include "operations/mergepatch.h"
#include "operations/owners.h"
#include "operations/sanitized.h"

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace patronus {

namespace {

/// Of what a journal has entries.
std::optional<ResourceType> typeOf(const JournalEntry &entry)
{
    const auto all = {resources::sites(), resources::policies(), resources::deployments(), resources::namespaces(),
        resources::customResourceDefinitions()};
    const auto found = std::ranges::find_if(all, [&entry](const ResourceType &type) {
        return type.kind == entry.kind && type.apiVersion() == entry.apiVersion;
    });
    return found == all.end() ? std::nullopt : std::optional(*found);
}

/// The JSON of @p paths alone.
QJsonObject only(const QJsonObject &object, const QJsonObject &like)
{
    QJsonObject kept;
    for (auto member = like.begin(); member != like.end(); ++member) {
        const QJsonValue value = object[member.key()];
        if (member->isObject() && value.isObject())
            kept.insert(member.key(), only(value.toObject(), member->toObject()));
        else if (!value.isUndefined())
            kept.insert(member.key(), value);
    }
    return kept;
}

} // namespace

Revert::Revert(ActionWorld world, JournalEntry entry) : ChangeAction(std::move(world)), m_entry(std::move(entry))
{
}

bool Revert::isPossible(const JournalEntry &entry)
{
    return typeOf(entry).has_value();
}

ChangeAction::Decision Revert::decisionFor(
    const JournalEntry &entry, const std::optional<ResourceType> &type, const Object &live)
{
    const QString what = u"%1 %2 %3"_s.arg(entry.verb, entry.kind, entry.key.text());
    Decision decision{.plan = {.title = u"Take back: "_s + what,
                          .button = u"Take it back"_s,
                          .consequences = {u"It was done at %1 as %2."_s.arg(
                              entry.time.toUTC().toString(Qt::ISODate), entry.target.user)},
                          .object = entry.key.name},
        .changes = {}};
    ActionPlan &plan = decision.plan;
    if (!type) {
        plan.obstacles.append(u"%1 of %2 is not taken back by this program"_s.arg(entry.kind, entry.apiVersion));
        return decision;
    }
    if (!live.isNull())
        plan.warnings = ownersOf(live);
    Change change{.verb = Change::Verb::Patch, .type = *type, .key = entry.key, .before = live};
    if (entry.before.isEmpty()) { // it was made
        if (live.isNull())
            return decision;
        if (!isSiteOrPolicy(*type)) {
            plan.obstacles.append(u"a %1 that was made is not deleted by this program"_s.arg(entry.kind));
            return decision;
        }
        plan.tier = Tier::Destructive;
        change.verb = Change::Verb::Remove;
    } else if (live.isNull()) {
        change.verb = Change::Verb::Create;
        change.body = sanitized(entry.before);
    } else if (entry.verb == "scale"_L1) {
        change.verb = Change::Verb::Scale;
        change.replicas = entry.before["spec"_L1]["replicas"_L1].toInt(1);
        if (change.replicas == live.spec()["replicas"_L1].toInt(1))
            return decision;
    } else { // only what was written: others may have changed the rest since
        const QJsonObject was = only(sanitized(entry.before), entry.after),
                          is = only(sanitized(live.json()), entry.after);
        change.body = mergePatch(is, was);
        change.body.remove("apiVersion"_L1);
        if (change.body.isEmpty())
            return decision;
    }
    decision.changes.append(change);
    return decision;
}

Task<ChangeAction::Decision> Revert::decide(std::stop_token stop)
{
    if (m_entry.target.cluster != target().cluster)
        co_return std::unexpected(Error{.kind = Error::Kind::Invalid,
            .message
            = u"that was done in another cluster (%1): connect to it first"_s.arg(m_entry.target.cluster.server)});
    const auto type = typeOf(m_entry);
    if (!type)
        co_return decisionFor(m_entry, type, {});
    const auto live = co_await world().client.get(*type, m_entry.key, std::move(stop));
    if (!live && live.error().kind != Error::Kind::NotFound)
        co_return std::unexpected(live.error());
    co_return decisionFor(m_entry, type, live.value_or(Object()));
}

Task<QString> Revert::settle(QList<Object> made, std::stop_token stop)
{
    const auto type = typeOf(m_entry);
    if (!type || !isSiteOrPolicy(*type) || m_entry.before.isEmpty())
        co_return u"taken back"_s;
    const auto wrong = co_await awaitLookedAt(world(), {{*type, made.last().key(), made.last().uid()}}, 30s, stop);
    if (!wrong)
        co_return std::unexpected(wrong.error());
    co_return wrong->isEmpty() ? u"taken back, and Ready"_s : u"taken back, and not Ready: "_s + wrong->join(u"; "_s);
}

} // namespace patronus
