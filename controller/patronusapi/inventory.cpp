// SPDX-License-Identifier: GPL-3.0-or-later
#include "patronusapi/inventory.h"
#include "patronusapi/answers.h"
#include "patronusapi/projection.h"

#include "core/json.h"

#include <QSet>

using namespace Qt::StringLiterals;

namespace patronus {

static constexpr int pageSize = 1000;
static constexpr int stepsBackAllowed = 10;

namespace {

// As bytes an object takes a fraction of a QJsonObject's memory, and equal objects are equal bytes.
using Objects = QHash<QString, QByteArray>;

/// What a sweep has read of one collection.
struct Listing {
    Objects objects;
    QHash<QString, QString> names; ///< by id
    bool isWhole = true; ///< false: an object may be there that was not seen
};

} // namespace

struct Inventory::Private {
    explicit Private(PatronusClient &api) : client(api) { }

    struct Collection {
        Objects objects;
        QHash<QString, QString> names; ///< by id
        QSet<QString> touched; ///< written by us since the sweep began
    };

    Collection &of(RemoteKind kind) { return kind == RemoteKind::Site ? sites : policies; }
    Task<Listing> read(RemoteKind kind, std::stop_token stop);
    QStringList merge(RemoteKind kind, Listing listing);

    PatronusClient &client;
    Collection sites, policies;
    bool isSweeping = false;
    bool isRead = false;
    std::optional<Error> lastError;
};

/// Reads a collection page by page.
///
/// An object that comes or goes between two requests shifts the offsets of all behind it, and a removal would so hide
/// an object from both pages. Therefore each page begins with the last object of the page before. The order of the list
/// is stable, so a page that has any object seen before goes on from there without a gap; one that has none may not,
/// and the page before it is read again.
Task<Listing> Inventory::Private::read(RemoteKind kind, std::stop_token stop)
{
    Listing listing;
    int stepsBack = 0;
    for (qint64 offset = 0;;) {
        const Expected<RemotePage<QJsonObject>> page = co_await client.list(kind, pageSize, offset, stop);
        if (!page)
            co_return std::unexpected(page.error());

        const auto nameOf = [](const QJsonObject &object) { return object["name"_L1].toString(); };
        const bool isJoined = offset == 0 || std::ranges::any_of(page->items, [&](const QJsonObject &object) {
            return listing.objects.contains(nameOf(object));
        });
        if (!isJoined) {
            if (++stepsBack > stepsBackAllowed) {
                listing.isWhole = false; // it is changed faster than it can be read
                co_return listing;
            }
            offset = std::max(qint64(0), offset - (pageSize - 1));
            continue;
        }
        for (const QJsonObject &object : page->items) {
            listing.objects.insert(nameOf(object), toJson(sentMembers(kind, object)));
            if (const QString id = object["id"_L1].toString(); !id.isEmpty())
                listing.names.insert(id, nameOf(object));
        }
        const qint64 end = offset + page->items.size();
        if (page->items.isEmpty() || end >= page->total)
            co_return listing;
        if (page->items.size() == 1)
            co_return std::unexpected(malformed({Error::Kind::Malformed,
                u"%1: a page of one, and more to come"_s.arg(QLatin1StringView(collectionName(kind)))}));
        offset = end - 1;
    }
}

/// Takes what was read; gives the names of what is other than it was.
QStringList Inventory::Private::merge(RemoteKind kind, Listing listing)
{
    Collection &collection = of(kind);
    QStringList different;
    for (auto read = listing.objects.cbegin(); read != listing.objects.cend(); ++read) {
        if (collection.touched.contains(read.key()))
            continue; // we wrote it since: the sweep may have read it before
        QByteArray &held = collection.objects[read.key()];
        if (held == read.value())
            continue;
        held = read.value();
        different.append(read.key());
    }
    if (listing.isWhole) {
        collection.objects.removeIf([&](const auto &held) {
            if (listing.objects.contains(held.key()) || collection.touched.contains(held.key()))
                return false;
            different.append(held.key());
            return true;
        });
    }
    collection.names = std::move(listing.names);
    collection.touched.clear();
    return different;
}

Inventory::Inventory(PatronusClient &client) : d(std::make_unique<Private>(client))
{
}

Inventory::~Inventory() = default;

Task<void> Inventory::sweep(std::stop_token stop)
{
    Q_ASSERT(!d->isSweeping);
    d->isSweeping = true;
    d->sites.touched.clear();
    d->policies.touched.clear();
    Expected<Listing> sites = co_await d->read(RemoteKind::Site, stop);
    Expected<Listing> policies;
    if (sites)
        policies = co_await d->read(RemoteKind::Policy, stop);
    d->isSweeping = false;
    if (const auto &last = sites ? policies : sites; !last) {
        d->lastError = last.error();
        co_return std::unexpected(last.error());
    }
    d->lastError.reset();

    const QStringList differentSites = d->merge(RemoteKind::Site, std::move(*sites));
    const QStringList differentPolicies = d->merge(RemoteKind::Policy, std::move(*policies));
    d->isRead = true;
    for (const QString &name : differentSites)
        Q_EMIT changed(RemoteKind::Site, name);
    for (const QString &name : differentPolicies)
        Q_EMIT changed(RemoteKind::Policy, name);
    co_return {};
}

bool Inventory::isRead() const
{
    return d->isRead;
}

std::optional<Error> Inventory::lastError() const
{
    return d->lastError;
}

std::optional<QJsonObject> Inventory::find(RemoteKind kind, const QString &name) const
{
    const Objects &objects = d->of(kind).objects;
    const auto found = objects.find(name);
    if (found == objects.end())
        return {};
    return parseJsonObject(*found).value(); // what toJson() made can be parsed
}

QStringList Inventory::names(RemoteKind kind) const
{
    return d->of(kind).objects.keys();
}

QString Inventory::nameOf(RemoteKind kind, const QString &idOrName) const
{
    return d->of(kind).names.value(idOrName, idOrName);
}

void Inventory::notePut(RemoteKind kind, const QString &name, const QJsonObject &stored)
{
    Private::Collection &collection = d->of(kind);
    collection.objects.insert(name, toJson(sentMembers(kind, stored)));
    if (const QString id = stored["id"_L1].toString(); !id.isEmpty())
        collection.names.insert(id, name);
    if (d->isSweeping)
        collection.touched.insert(name);
}

void Inventory::noteRemoved(RemoteKind kind, const QString &name)
{
    Private::Collection &collection = d->of(kind);
    collection.objects.remove(name);
    if (d->isSweeping)
        collection.touched.insert(name);
}

void Inventory::forget(RemoteKind kind, const QString &name)
{
    noteRemoved(kind, name);
}

} // namespace patronus
