// SPDX-License-Identifier: GPL-3.0-or-later
#include "sdwan/nameclaims.h"

#include "sdwan/conditions.h"
#include "sdwan/names.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace patronus {

NameClaims::NameClaims(const Store &store) : m_store(store)
{
    store.forEach([this](const Object &object) { onUpserted(object, {}); });
    connect(&store, &Store::upserted, this, &NameClaims::onUpserted);
    connect(&store, &Store::removed, this, &NameClaims::onRemoved);
}

/// Whether the object itself says that it has lost the name.
static bool isToldLoser(const Object &object)
{
    return conditionReason(object, conditions::Ready) == reasons::NameConflict;
}

bool NameClaims::isLoser(const Object &object) const
{
    return m_losers.contains(object.uid()) || isToldLoser(object);
}

QList<Object> NameClaims::claimants(const QString &name) const
{
    QList<Object> all;
    for (const ObjectKey &key : m_byName.value(name))
        if (const auto object = m_store.find(key))
            all.append(*object);
    return all;
}

std::optional<Object> NameClaims::ownerOf(const QString &name) const
{
    const QList<Object> all = claimants(name);
    const auto rank = [this, &name](const Object &object) {
        const bool isRecorded = object.annotation(names::remoteName) == name || m_claiming.contains(object.uid());
        return std::tuple(isLoser(object), !isRecorded, object.creationTime(), object.uid());
    };
    const auto first = std::ranges::min_element(all, {}, rank);
    if (first == all.end() || (isLoser(*first) && first->annotation(names::adopt) != "true"_L1))
        return std::nullopt;
    return *first;
}

bool NameClaims::exists(const QString &name) const
{
    return std::ranges::any_of(claimants(name), [](const Object &object) { return !object.isDeleting(); });
}

void NameClaims::noteLoser(const Object &object)
{
    m_losers.insert(object.uid());
}

bool NameClaims::isClaimChanged(const Object &after, const Object &before)
{
    const auto claim = [](const Object &object) {
        return std::tuple(isToldLoser(object), object.annotation(names::remoteName), object.annotation(names::adopt));
    };
    return before.isNull() || claim(after) != claim(before);
}

void NameClaims::onUpserted(const Object &after, const Object &before)
{
    if (m_losers.contains(after.uid()) && !before.isNull() && isToldLoser(before) && !isToldLoser(after))
        m_losers.remove(after.uid());
    QList<ObjectKey> &keys = m_byName[after.key().name];
    if (!keys.contains(after.key()))
        keys.append(after.key());
}

void NameClaims::onRemoved(const Object &last)
{
    m_losers.remove(last.uid());
    const auto it = m_byName.find(last.key().name);
    if (it == m_byName.end() || m_store.find(last.key()))
        return; // another object is there under the same key
    it->removeOne(last.key());
    if (it->isEmpty())
        m_byName.erase(it);
}

} // namespace patronus
