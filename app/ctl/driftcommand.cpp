// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/patronuslink.h"
#include "app/ctl/printed.h"
#include "app/ctl/session.h"
#include "core/json.h"
#include "operations/drift.h"
#include "operations/listing.h"
#include "operations/permissions.h"
#include "sdwan/conditions.h"

#include <QJsonArray>
#include <QJsonDocument>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

using State = DriftItem::State;

/// Whether it counts: what was paused and is there as wanted does not.
bool isDrift(const DriftItem &item)
{
    const bool differs = !item.remote || !item.fields.isEmpty();
    return item.state != State::InSync && (item.state != State::Paused || differs);
}

QString valueText(const QJsonObject &body, const QString &path)
{
    const QJsonValue value = valueAt(body, path);
    if (value.isUndefined())
        return u"-"_s;
    return value.isString()
        ? value.toString()
        : QString::fromUtf8(QJsonDocument(QJsonArray{value}).toJson(QJsonDocument::Compact)).sliced(1).chopped(1);
}

QString specText(const DriftItem &item)
{
    return item.object.isNull() ? u"-"_s : u"generation %1"_s.arg(item.object.generation());
}

QString statusText(const DriftItem &item)
{
    const QJsonObject synced = condition(item.object, conditions::Synced);
    if (synced.isEmpty())
        return u"-"_s;
    return u"%1, of %2"_s.arg(synced["status"_L1] == "True"_L1 ? u"Synced"_s : synced["reason"_L1].toString())
        .arg(item.object.status()["observedGeneration"_L1].toInteger());
}

QString apiText(const DriftItem &item, bool isWide)
{
    if (!item.remote)
        return u"absent"_s;
    if (item.fields.isEmpty())
        return item.wanted.isEmpty() ? u"there"_s : u"as wanted"_s;
    QStringList fields = item.fields;
    if (isWide)
        for (QString &field : fields)
            field += u": %1, wanted %2"_s.arg(valueText(*item.remote, field), valueText(item.wanted, field));
    return u"differs: "_s + fields.join(isWide ? u"; "_s : u", "_s);
}

QString tableOf(const QList<DriftItem> &items, bool isWide)
{
    QList<QStringList> rows;
    qsizetype inSync = 0;
    for (const DriftItem &item : items) {
        inSync += item.state == State::InSync ? 1 : 0;
        if (isWide || item.state != State::InSync)
            rows.append({QString::fromLatin1(stateName(item.state)), item.kind->resource().kind, item.key.text(),
                specText(item), statusText(item), apiText(item, isWide), item.remarks.join(u"; "_s), item.remedy});
    }
    const QString sum = u"%1 of %2 in sync\n"_s.arg(inSync).arg(items.size());
    if (rows.isEmpty())
        return sum;
    return table({u"STATE"_s, u"KIND"_s, u"NAME"_s, u"SPEC"_s, u"STATUS"_s, u"API"_s, u"REMARKS"_s, u"DO"_s}, rows)
        + sum;
}

QJsonObject jsonOf(const QList<DriftItem> &items, const QStringList &notes, const QString &way)
{
    QJsonArray list;
    for (const DriftItem &item : items)
        list.append(item.toJson());
    return {{u"items"_s, list}, {u"drift"_s, std::ranges::count_if(items, isDrift)}, {u"api"_s, way},
        {u"notes"_s, QJsonArray::fromStringList(notes)}};
}

/// The Sites and Policies. Forbidden names verb and resource.
// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): main() has it and waits
Task<DriftFacts> readObjects(KubeClient &client, QString nameSpace, std::stop_token stop)
{
    const QList<AccessQuestion> needed{{.verb = u"list"_s, .type = resources::sites(), .nameSpace = nameSpace},
        {.verb = u"list"_s, .type = resources::policies(), .nameSpace = nameSpace}};
    const auto allowed = co_await checkPermissions(client, needed, stop);
    if (!allowed)
        co_return std::unexpected(allowed.error());
    DriftFacts facts{.isWhole = nameSpace.isEmpty()};
    for (const auto &[type, into] :
        {std::pair(resources::sites(), &facts.sites), std::pair(resources::policies(), &facts.policies)}) {
        const auto objects = co_await listAll(client, type, {.nameSpace = nameSpace}, stop);
        if (!objects)
            co_return std::unexpected(objects.error());
        *into = *objects;
    }
    co_return facts;
}

} // namespace

// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): main() has it and waits
QCoro::Task<int> runDrift(Session &session, CtlOptions options, std::stop_token stop)
{
    const auto failed = [&session](const Error &error) {
        session.terminal().say(u"error: "_s + error.message);
        return couldNotLook;
    };
    const auto reads = session.client().readOnly();
    auto facts = co_await readObjects(*reads, options.nameSpace, stop);
    if (!facts)
        co_return failed(facts.error());
    const auto link = co_await PatronusLink::open(session, options, stop);
    if (!link)
        co_return failed(link.error());
    const QString way = (*link)->text();
    auto remote = co_await readRemoteObjects((*link)->client(), stop);
    if (!remote)
        remote = std::unexpected((*link)->asSeen(remote.error()));
    co_await (*link)->close();
    if (!remote)
        co_return failed(Error{
            remote.error().kind, u"the Patronus API could not be read (%1): %2"_s.arg(way, remote.error().message)});
    facts->remote = *remote;
    QStringList notes;
    if (!facts->isWhole)
        notes.append(u"with --namespace neither orphans nor names taken in other namespaces can be seen"_s);
    for (const QString &note : std::as_const(notes))
        session.terminal().say(u"note: "_s + note);
    const QList<DriftItem> items = findDrift(*facts);
    print(options.format, jsonOf(items, notes, way), tableOf(items, options.format == CtlOptions::Format::Wide));
    co_return std::ranges::any_of(items, isDrift) ? 1 : 0;
}

} // namespace patronus
