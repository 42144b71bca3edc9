// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/drift.h"

#include "patronusapi/inventory.h"
#include "runtime/store.h"
#include "sdwan/conditions.h"
#include "sdwan/difference.h"
#include "sdwan/nameclaims.h"
#include "sdwan/names.h"

#include <QJsonArray>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

using State = DriftItem::State;

QString describeCommand(const DriftItem &item)
{
    return u"kubectl describe %1 %2 -n %3"_s.arg(
        QLatin1StringView(item.kind->label), item.key.name, item.key.nameSpace);
}

QString remotePath(const DriftItem &item)
{
    return u"/api/v1/%1/%2"_s.arg(QLatin1StringView(collectionName(item.kind->remote)), item.key.name);
}

/// Both kinds, with who owns which name.
class Comparison
{
public:
    explicit Comparison(const DriftFacts &facts) : m_facts(facts), m_siteNames(m_sites), m_policyNames(m_policies)
    {
        for (const Object &site : facts.sites)
            m_sites.upsert(site);
        for (const Object &policy : facts.policies)
            m_policies.upsert(policy);
    }

    [[nodiscard]] QList<DriftItem> itemsOf(const Kind &kind) const
    {
        const bool isSite = kind.remote == RemoteKind::Site;
        const QMap<QString, QJsonObject> remote = m_facts.remote.value(kind.remote);
        QList<DriftItem> items;
        for (const Object &object : isSite ? m_facts.sites : m_facts.policies)
            items.append(itemOf(kind, object, remote));
        for (auto it = remote.begin(); m_facts.isWhole && it != remote.end(); ++it)
            if (const DriftItem orphan = orphanOf(kind, it.key(), *it); namesOf(kind).claimants(it.key()).isEmpty())
                items.append(orphan);
        std::ranges::sort(
            items, {}, [](const DriftItem &item) { return std::pair(item.state == State::InSync, item.key); });
        return items;
    }

private:
    [[nodiscard]] const NameClaims &namesOf(const Kind &kind) const
    {
        return kind.remote == RemoteKind::Site ? m_siteNames : m_policyNames;
    }

    [[nodiscard]] QStringList missingSites(const Kind &kind, const Object &object) const
    {
        QStringList missing = kind.references(object);
        missing.removeIf([this](const QString &site) {
            return m_siteNames.exists(site) || m_facts.remote.value(RemoteKind::Site).contains(site);
        });
        return missing;
    }

    static DriftItem orphanOf(const Kind &kind, const QString &name, const QJsonObject &remote)
    {
        DriftItem item{.kind = &kind, .key = {{}, name}, .state = State::Orphan, .remote = remote};
        item.remedy = u"delete it there (DELETE %1), or make the %2 again: kubectl patronus restore"_s.arg(
            remotePath(item), kind.resource().kind);
        return item;
    }

    [[nodiscard]] DriftItem itemOf(
        const Kind &kind, const Object &object, const QMap<QString, QJsonObject> &remote) const
    {
        DriftItem item{.kind = &kind, .key = object.key(), .object = object};
        if (const auto found = remote.find(object.key().name); found != remote.end())
            item.remote = *found;
        const QList<Problem> problems = kind.validate(object);
        if (problems.isEmpty())
            item.wanted = kind.remoteBody(object);
        if (problems.isEmpty() && item.remote)
            item.fields = differences(item.wanted, *item.remote);
        judge(item, problems);
        return item;
    }

    void judge(DriftItem &item, const QList<Problem> &problems) const
    {
        const auto is = [&item](State state, const QString &remark, const QString &remedy) {
            item.state = state, item.remedy = remedy;
            if (!remark.isEmpty())
                item.remarks.prepend(remark);
        };
        const Object &object = item.object;
        const std::optional<Object> owner = namesOf(*item.kind).ownerOf(object.key().name);
        const QStringList missing = missingSites(*item.kind, object);
        if (!missing.isEmpty())
            item.remarks.append(u"no such Site: "_s + missing.join(u", "_s));
        if (object.isDeleting())
            is(State::Deleting, item.remote ? u"the API still has it"_s : u"the API has it no more"_s,
                u"kubectl patronus diagnose, if it does not end"_s);
        else if (isPaused(object))
            is(State::Paused, {},
                u"to go on: kubectl annotate %1 %2 -n %3 %4-"_s.arg(
                    QLatin1StringView(item.kind->label), item.key.name, item.key.nameSpace, names::paused));
        else if (!problems.isEmpty())
            is(State::Invalid, problems.first().path + u": "_s + problems.first().message, u"edit the object"_s);
        else if (!owner || owner->uid() != object.uid()) {
            item.isAdoptable = !owner;
            is(State::NameConflict,
                owner ? u"the name is that of "_s + owner->key().text() : u"the name was another object's"_s,
                owner ? u"rename it"_s
                      : u"kubectl annotate %1 %2 -n %3 %4=true, or rename it"_s.arg(
                            QLatin1StringView(item.kind->label), item.key.name, item.key.nameSpace, names::adopt));
        } else
            judgeSent(item, !missing.isEmpty());
    }

    /// Of one that the operator would send, or has sent.
    static void judgeSent(DriftItem &item, bool isDangling)
    {
        const Object &object = item.object;
        const QJsonObject synced = condition(object, conditions::Synced);
        const QJsonValue observed
            = object.status().value("observedGeneration"_L1); // an older CRD keeps none, and no conditions
        const bool isCurrent = observed.isUndefined() || observed.toInteger() == object.generation();
        const bool isThere = item.remote && item.fields.isEmpty();
        const bool isSynced = synced["status"_L1] == "True"_L1 || (synced.isEmpty() && isThere);
        if (isDangling)
            item.state = State::Dangling, item.remedy = u"create the Site, or correct the reference"_s;
        else if (!isCurrent || !isSynced) {
            item.state = State::NotReconciled;
            item.remarks.prepend(!isCurrent
                    ? u"the operator has looked at generation %1 of %2"_s
                          .arg(object.status()["observedGeneration"_L1].toInteger())
                          .arg(object.generation())
                    : u"%1: %2"_s.arg(synced["reason"_L1].toString(u"no status"_s), synced["message"_L1].toString()));
            item.remedy = describeCommand(item) + u"; kubectl patronus diagnose"_s;
        } else if (!isThere) {
            item.state = item.remote ? State::Changed : State::Missing;
            item.remedy = u"the operator puts it right at its next look (5 min); else kubectl patronus diagnose"_s;
        }
    }

    const DriftFacts &m_facts;
    Store m_sites, m_policies;
    NameClaims m_siteNames, m_policyNames;
};

} // namespace

const char *stateName(DriftItem::State state)
{
    switch (state) {
    case State::InSync:
        return "in-sync";
    case State::Paused:
        return "paused";
    case State::Deleting:
        return "deleting";
    case State::NotReconciled:
        return "not-reconciled";
    case State::Changed:
        return "changed";
    case State::Missing:
        return "missing";
    case State::Orphan:
        return "orphan";
    case State::NameConflict:
        return "name-conflict";
    case State::Dangling:
        return "dangling";
    case State::Invalid:
        break;
    }
    return "invalid";
}

QJsonObject DriftItem::toJson() const
{
    QJsonObject json{{u"state"_s, QLatin1StringView(stateName(state))}, {u"kind"_s, kind->resource().kind},
        {u"namespace"_s, key.nameSpace}, {u"name"_s, key.name}, {u"remarks"_s, QJsonArray::fromStringList(remarks)},
        {u"fields"_s, QJsonArray::fromStringList(fields)}, {u"remedy"_s, remedy},
        {u"wanted"_s, wanted.isEmpty() ? QJsonValue() : QJsonValue(wanted)},
        {u"remote"_s, remote ? QJsonValue(*remote) : QJsonValue()}};
    if (!object.isNull())
        json.insert("status"_L1,
            QJsonObject{{u"generation"_s, object.generation()},
                {u"observedGeneration"_s, object.status()["observedGeneration"_L1]},
                {u"synced"_s, condition(object, conditions::Synced)}});
    return json;
}

// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): who asks owns the client
Task<RemoteObjects> readRemoteObjects(PatronusClient &client, std::stop_token stop)
{
    Inventory inventory(client);
    const auto swept = co_await inventory.sweep(std::move(stop));
    if (!swept)
        co_return std::unexpected(swept.error());
    RemoteObjects objects;
    for (const RemoteKind kind : {RemoteKind::Site, RemoteKind::Policy})
        for (const QString &name : inventory.names(kind))
            objects[kind].insert(name, inventory.find(kind, name).value_or(QJsonObject()));
    co_return objects;
}

QList<DriftItem> findDrift(const DriftFacts &facts)
{
    const Comparison comparison(facts);
    return comparison.itemsOf(siteKind()) + comparison.itemsOf(policyKind());
}

} // namespace patronus
