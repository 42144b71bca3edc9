// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/restore.h"

#include "core/json.h"
#include "operations/chosen.h"
#include "operations/crds.h"
#include "operations/listing.h"
#include "operations/permissions.h"
#include "operations/several.h"
#include "sdwan/conditions.h"

#include <QSet>

#include <algorithm>
#include <iterator>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace patronus {

namespace {

using Fate = RestoreItem::Action;

QSet<QString> namespacesOf(const RestoreSource &source)
{
    QSet<QString> all;
    for (const QJsonObject &object : source.objects)
        all.insert(Object(object).key().nameSpace);
    return all;
}

} // namespace

Restore::Restore(
    KubeClient &client, Changes &changes, Clock &clock, RestoreSource source, RestoreChoices choices, Progress progress)
    : m_client(client),
      m_changes(changes),
      m_clock(clock),
      m_source(std::move(source)),
      m_choices(choices),
      m_progress(callable(std::move(progress)))
{
}

Change Restore::changeOf(const RestoreItem &item)
{
    if (item.action == Fate::Create)
        return {.verb = Change::Verb::Create, .type = item.type, .key = item.key, .body = item.wanted};
    return {.verb = Change::Verb::Patch,
        .type = item.type,
        .key = item.key,
        .body = restorePatch(item.wanted, item.present.json()),
        .before = item.present};
}

Task<RestorePlan> Restore::plan(std::stop_token stop)
{
    m_progress(u"reading the cluster"_s, 0, 0);
    const auto facts = co_await collect(stop);
    if (!facts)
        co_return std::unexpected(facts.error());
    const auto plan = std::make_shared<RestorePlan>(planRestore(m_source, *facts, m_choices));
    const auto allowed = co_await checkAllowed(*plan, stop);
    if (!allowed)
        co_return std::unexpected(allowed.error());
    const auto one = [this, plan, stop](qsizetype i) { return tryOut(plan, i, stop); };
    const auto tried = co_await severalAtOnce(plan->items.size(), one);
    if (!tried)
        co_return std::unexpected(tried.error());
    co_return std::move(*plan);
}

Task<void> Restore::tryOut(std::shared_ptr<RestorePlan> plan, qsizetype index, std::stop_token stop)
{
    RestoreItem &item = plan->items[index];
    if (!isWritten(item) || item.waitsForType)
        co_return Expected<void>();
    m_progress(u"trying objects out"_s, index, plan->items.size());
    const auto tried = co_await m_changes.tryOut(changeOf(item), stop);
    if (tried)
        co_return Expected<void>();
    const Error::Kind kind = tried.error().kind;
    if (kind == Error::Kind::Unreachable || kind == Error::Kind::Cancelled || kind == Error::Kind::Unauthorized)
        co_return std::unexpected(tried.error());
    item.action = Fate::Conflict;
    item.reason = u"the server refuses it: "_s + tried.error().message;
    co_return Expected<void>();
}

Task<RestoreFacts> Restore::collect(std::stop_token stop)
{
    const auto facts = std::make_shared<RestoreFacts>();
    for (const bool isSites : {true, false}) {
        const ResourceType type = isSites ? resources::sites() : resources::policies();
        const auto objects = co_await present(type, stop);
        if (objects)
            (isSites ? facts->sites : facts->policies) = *objects;
        else if (objects.error().kind == Error::Kind::NotFound)
            facts->absentCrds.append({{}, type.groupResource()});
        else
            co_return std::unexpected(objects.error());
    }
    for (const QString &space : namespacesOf(m_source)) {
        const auto found = co_await m_client.get(resources::namespaces(), {{}, space}, stop);
        if (!found && found.error().kind == Error::Kind::NotFound)
            facts->absentNamespaces.append(space);
        else if (!found && found.error().kind != Error::Kind::Forbidden) // who may not look is told by the dry run
            co_return std::unexpected(found.error());
    }
    facts->absentNamespaces.sort();
    co_return std::move(*facts);
}

/// In all namespaces, or, for who may not, in those of the source.
Task<QList<Object>> Restore::present(ResourceType type, std::stop_token stop)
{
    const auto everywhere = co_await listAll(m_client, type, {}, stop);
    if (everywhere || everywhere.error().kind != Error::Kind::Forbidden)
        co_return everywhere;
    QList<Object> all;
    for (const QString &space : namespacesOf(m_source)) {
        const auto objects = co_await listAll(m_client, type, {.nameSpace = space}, stop);
        if (!objects)
            co_return std::unexpected(objects.error());
        all += *objects;
    }
    const QString note
        = u"%1 of other namespaces may not be read: whether a name is taken there was not looked at"_s.arg(type.plural);
    if (!m_source.notes.contains(note))
        m_source.notes.append(note);
    co_return all;
}

Task<void> Restore::checkAllowed(RestorePlan plan, std::stop_token stop)
{
    QList<AccessQuestion> needed;
    QSet<QString> asked;
    for (const RestoreItem &item : plan.items) {
        if (!isWritten(item))
            continue;
        const AccessQuestion question{.verb = item.action == Fate::Create ? u"create"_s : u"patch"_s,
            .type = item.type,
            .nameSpace = item.key.nameSpace};
        if (const QString text = permissionText(question); !asked.contains(text)) {
            asked.insert(text);
            needed.append(question);
        }
    }
    return checkPermissions(m_client, needed, std::move(stop));
}

QCoro::Task<RestoreOutcome> Restore::perform(RestorePlan plan, std::stop_token stop)
{
    const auto outcome = std::make_shared<RestoreOutcome>();
    if (plan.hasPrerequisites()) {
        const auto again = co_await makePrerequisites(plan, outcome, stop);
        if (again)
            plan = *again;
        else
            outcome->failure = again.error();
        if (again && again->count(Fate::Conflict) > 0 && !m_choices.skipConflicts)
            outcome->failure = Error{Error::Kind::Conflict,
                u"now that its CRDs and namespaces are there, the server refuses some: run this again to see which"_s};
    }
    QList<RestoreItem> items;
    std::ranges::copy_if(plan.items, std::back_inserter(items), isWritten);
    if (outcome->failure) {
        for (const RestoreItem &item : items)
            if (const QString text = changeOf(item).text(); !outcome->done.contains(text))
                outcome->notDone.append(text);
        co_return std::move(*outcome);
    }
    const auto made = co_await makeAll(items, outcome, stop);
    if (!made)
        outcome->failure = made.error();
    co_return std::move(*outcome);
}

/// Gives the plan of the rest.
Task<RestorePlan> Restore::makePrerequisites(
    RestorePlan plan, std::shared_ptr<RestoreOutcome> outcome, std::stop_token stop)
{
    for (qsizetype i = 0; i < plan.items.size(); ++i) {
        const RestoreItem item = plan.items[i];
        if (item.action != Fate::Create || item.type.namespaced)
            continue;
        const Change change = changeOf(item);
        const auto made = co_await m_changes.make(change, stop);
        if (!made && made.error().kind != Error::Kind::Conflict) // that one came meanwhile, as from a chart
            co_return std::unexpected(made.error());
        if (made)
            outcome->done.append(change.text());
        if (item.type != resources::customResourceDefinitions())
            continue;
        m_progress(u"waiting for "_s + item.key.name, 0, 0);
        const auto established = co_await awaitServed(m_client, m_clock, item.wanted, stop);
        if (!established)
            co_return std::unexpected(established.error());
    }
    co_return co_await this->plan(stop);
}

Task<void> Restore::makeAll(QList<RestoreItem> items, std::shared_ptr<RestoreOutcome> outcome, std::stop_token stop)
{
    Expected<void> result;
    for (qsizetype i = 0; i < items.size(); ++i) {
        const Change change = changeOf(items[i]);
        if (!result) {
            outcome->notDone.append(change.text());
            continue;
        }
        m_progress(u"writing objects"_s, i, items.size());
        const auto made = co_await m_changes.make(change, stop);
        if (made) {
            outcome->done.append(change.text());
            continue;
        }
        outcome->notDone.append(change.text());
        result = std::unexpected(made.error());
    }
    co_return result;
}

Task<QStringList> Restore::verify(RestorePlan plan, std::stop_token stop)
{
    m_progress(u"reading back"_s, 0, 0);
    QStringList wrong;
    for (const ResourceType &type : {resources::sites(), resources::policies()}) {
        const auto objects = co_await present(type, stop);
        if (!objects)
            co_return std::unexpected(objects.error());
        QHash<ObjectKey, Object> byKey;
        for (const Object &object : *objects)
            byKey.insert(object.key(), object);
        for (const RestoreItem &item : std::as_const(plan.items)) {
            if (item.type != type || item.action == Fate::Skip)
                continue;
            const auto found = byKey.constFind(item.key);
            const QString name = u"%1 %2"_s.arg(type.kind, item.key.text());
            if (found == byKey.constEnd())
                wrong.append(name + u" is not there"_s);
            else if (const QStringList where = restoreDifferences(item.wanted, found->json()); !where.isEmpty())
                wrong.append(u"%1 differs in %2"_s.arg(name, where.join(u", "_s)));
        }
    }
    co_return wrong;
}

Task<QStringList> Restore::awaitReady(RestorePlan plan, std::chrono::seconds limit, std::stop_token stop)
{
    const auto until = m_clock.now() + limit;
    while (true) {
        QStringList waiting;
        qsizetype all = 0;
        for (const ResourceType &type : {resources::sites(), resources::policies()}) {
            const auto objects = co_await present(type, stop);
            if (!objects)
                co_return std::unexpected(objects.error());
            QSet<ObjectKey> wanted;
            for (const RestoreItem &item : std::as_const(plan.items))
                if (item.type == type && item.action != Fate::Skip)
                    wanted.insert(item.key);
            all += wanted.size();
            for (const Object &object : *objects)
                if (const QString why = whyNotReady(object); wanted.contains(object.key()) && !why.isEmpty())
                    waiting.append(u"%1 %2: %3"_s.arg(type.kind, object.key().text(), why));
        }
        m_progress(u"waiting for Ready"_s, all - waiting.size(), all);
        if (waiting.isEmpty() || m_clock.now() >= until)
            co_return waiting;
        const auto slept = co_await m_clock.sleep(2s, stop);
        if (!slept)
            co_return std::unexpected(slept.error());
    }
}

} // namespace patronus
