// SPDX-License-Identifier: GPL-3.0-or-later
#include "runtime/store.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

bool isNumber(QStringView text)
{
    return !text.isEmpty() && std::ranges::all_of(text, [](QChar c) { return c >= u'0' && c <= u'9'; });
}

QStringView withoutZeros(QStringView number)
{
    while (number.startsWith(u'0'))
        number = number.sliced(1);
    return number;
}

/// @p held with the metadata of @p answer; nullopt where that would pair a spec with another's metadata.
std::optional<Object> withMetadata(const Object &held, const Object &answer)
{
    if (held.generation() != answer.generation())
        return std::nullopt;
    QJsonObject json = held.json();
    json.insert("metadata"_L1, answer.json().value("metadata"_L1));
    return Object(json);
}

} // namespace

bool isNewer(const QString &a, const QString &b)
{
    if (!isNumber(a) || !isNumber(b))
        return a != b;
    const QStringView left = withoutZeros(a);
    const QStringView right = withoutZeros(b);
    return left.size() != right.size() ? left.size() > right.size() : left > right; // of any length: no overflow
}

void Store::addFeed(const QString &nameSpace)
{
    m_feeds.insert(nameSpace, m_feeds.value(nameSpace));
}

void Store::removeFeed(const QString &nameSpace)
{
    m_feeds.remove(nameSpace);
    m_unseen.remove(nameSpace);
    for (const ObjectKey &key : keys())
        if (nameSpace.isEmpty() || key.nameSpace == nameSpace)
            remove(key);
}

bool Store::isReplacing(const ObjectKey &key)
{
    for (const QString &nameSpace : {key.nameSpace, QString()}) {
        if (const auto unseen = m_unseen.find(nameSpace); unseen != m_unseen.end()) {
            unseen->remove(key);
            return true;
        }
    }
    return false;
}

void Store::put(const Object &object, const Object &before)
{
    m_objects.insert(object.key(), object);
    Q_EMIT upserted(object, before);
}

bool Store::needs(const ObjectVersion &version)
{
    const auto held = m_objects.constFind(version.key);
    if (held == m_objects.constEnd() || held->uid() != version.uid || !m_unseen.isEmpty())
        return true;
    const auto own = m_own.find(version.key);
    if (held->resourceVersion() == version.resourceVersion) {
        if (own != m_own.end() && own->passedOver)
            return true;
        m_own.remove(version.key);
        return false;
    }
    if (isNewer(version.resourceVersion, held->resourceVersion()))
        return true;
    if (own != m_own.end())
        own->passedOver = true;
    return false;
}

void Store::upsert(const Object &object)
{
    const ObjectKey &key = object.key();
    const bool replacing = isReplacing(key);
    if (const auto gone = m_gone.constFind(key); gone != m_gone.constEnd() && *gone == object.uid())
        return;
    const auto own = m_own.constFind(key);
    const bool isOwn = own != m_own.constEnd();
    const bool isFloor = isOwn && (!replacing || own->sinceReplace);

    const Object held = m_objects.value(key);
    if (held.isNull() || held.uid() != object.uid()) {
        if (!held.isNull())
            remove(key);
        put(object, Object());
        return;
    }
    const bool isSame = object.resourceVersion() == held.resourceVersion();
    const bool isOlder = !isSame && !isNewer(object.resourceVersion(), held.resourceVersion());
    if (isOlder && (!replacing || isFloor)) {
        if (isOwn)
            m_own[key].passedOver = true;
        return;
    }

    m_own.remove(key);
    if (!isSame) {
        put(object, held);
    } else if (isOwn) {
        // The echo of our own write. Readers know it already, unless more had changed than what was laid over.
        if (held.spec() != object.spec() || held.status() != object.status())
            put(object, held);
        else
            m_objects.insert(key, object);
    }
}

void Store::remove(const ObjectKey &key)
{
    m_gone.remove(key);
    m_own.remove(key);
    if (const Object last = m_objects.take(key); !last.isNull())
        Q_EMIT removed(last);
}

void Store::beginReplace(const QString &nameSpace)
{
    QSet<ObjectKey> &unseen = m_unseen[nameSpace];
    unseen.clear();
    for (auto it = m_objects.keyBegin(); it != m_objects.keyEnd(); ++it) {
        if (!nameSpace.isEmpty() && it->nameSpace != nameSpace)
            continue;
        unseen.insert(*it);
        // The list that begins now shows what we have written before: the list is right from here on.
        if (const auto own = m_own.find(*it); own != m_own.end())
            own->sinceReplace = false;
    }
}

void Store::endReplace(const QString &nameSpace)
{
    for (const QSet<ObjectKey> gone = m_unseen.take(nameSpace); const ObjectKey &key : gone)
        remove(key);
    m_gone.removeIf([&](const auto &gone) { return nameSpace.isEmpty() || gone.key().nameSpace == nameSpace; });
    m_feeds.insert(nameSpace, true);
    if (isSynced())
        Q_EMIT synced();
}

void Store::noteWritten(const Object &object)
{
    const Object held = m_objects.value(object.key());
    if (held.isNull() || held.uid() != object.uid() || !isNewer(object.resourceVersion(), held.resourceVersion()))
        return;
    const bool metadataOnly = object.value(u"kind") == "PartialObjectMetadata"_L1;
    const std::optional<Object> laid = metadataOnly ? withMetadata(held, object) : object;
    if (!laid)
        return;
    m_own[object.key()].sinceReplace = true;
    put(*laid, held);
}

void Store::noteGone(const Object &object)
{
    const ObjectKey &key = object.key();
    if (m_objects.value(key).uid() != object.uid())
        return;
    remove(key);
    m_gone.insert(key, object.uid());
}

std::optional<Object> Store::find(const ObjectKey &key) const
{
    const auto it = m_objects.constFind(key);
    return it == m_objects.constEnd() ? std::nullopt : std::optional(*it);
}

QList<ObjectKey> Store::keys() const
{
    return m_objects.keys();
}

qsizetype Store::size() const
{
    return m_objects.size();
}

bool Store::isSynced() const
{
    return !m_feeds.isEmpty() && std::ranges::all_of(m_feeds, std::identity());
}

} // namespace patronus
