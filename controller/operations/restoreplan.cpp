// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/restoreplan.h"

#include "operations/mergepatch.h"
#include "operations/sanitized.h"
#include "sdwan/names.h"

#include <QSet>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

using Action = RestoreItem::Action;

bool isOf(const QJsonObject &object, const ResourceType &type)
{
    return object["kind"_L1] == type.kind && object["apiVersion"_L1] == type.apiVersion();
}

QString nameOf(const QJsonObject &object)
{
    return u"%1 %2"_s.arg(object["kind"_L1].toString(), Object(object).key().text());
}

/// @p object with what its comparison is about: not what others keep on it.
QJsonObject comparable(const QJsonObject &object, bool hasRemoteName)
{
    QJsonObject result = sanitized(object);
    QJsonObject metadata = result["metadata"_L1].toObject();
    metadata.remove("finalizers"_L1);
    QJsonObject annotations = metadata["annotations"_L1].toObject();
    if (!hasRemoteName)
        annotations.remove(names::remoteName);
    metadata.insert("annotations"_L1, annotations);
    metadata.insert("labels"_L1, metadata["labels"_L1].toObject());
    result.insert("metadata"_L1, metadata);
    return result;
}

bool hasRecordedName(const Object &object)
{
    return object.annotation(names::remoteName) == object.key().name;
}

/// Who has a name, in the cluster and in the source, of one kind.
class Claims
{
public:
    Claims(const QList<Object> &present, const QList<Object> &wanted)
    {
        for (const Object &object : present)
            m_byName[object.key().name].insert(object.key(), {hasRecordedName(object), false});
        for (const Object &object : wanted) {
            Claim &claim = m_byName[object.key().name][object.key()];
            claim.isInSource = true;
            claim.isRecorded = claim.isRecorded || hasRecordedName(object);
        }
    }

    /// Why @p key must not be restored; empty: it may.
    [[nodiscard]] QString conflict(const ObjectKey &key) const
    {
        const QHash<ObjectKey, Claim> all = m_byName.value(key.name);
        if (all.size() < 2)
            return {};
        const bool areKnown = std::ranges::all_of(all, &Claim::isInSource);
        if (areKnown && std::ranges::count_if(all, &Claim::isRecorded) == 1)
            return {};
        QStringList others;
        for (auto it = all.begin(); it != all.end(); ++it)
            if (it.key() != key)
                others.append(it.key().text());
        others.sort();
        return u"the Patronus API knows no namespaces, and the name is taken by %1: rename one of them, or leave it "
               "out"_s.arg(others.join(u", "_s));
    }

private:
    struct Claim {
        bool isRecorded = false;
        bool isInSource = false;
    };
    QHash<QString, QHash<ObjectKey, Claim>> m_byName;
};

class Planner
{
public:
    Planner(const RestoreFacts &facts, const RestoreChoices &choices) : m_facts(facts), m_choices(choices) { }
    RestorePlan plan;

    void addCrds(const QList<QJsonObject> &crds)
    {
        for (const QJsonObject &crd : crds) {
            const ObjectKey key = Object(crd).key();
            const bool isAbsent = m_facts.absentCrds.contains(key);
            m_madeCrds += isAbsent ? key.name : QString();
            plan.items.append({.type = resources::customResourceDefinitions(),
                .key = key,
                .action = isAbsent ? Action::Create : Action::Identical,
                .reason = isAbsent ? QString() : u"the cluster's own stays as it is"_s,
                .wanted = crd});
        }
    }

    void addNamespaces(const QList<QJsonObject> &objects)
    {
        if (!m_choices.createNamespaces)
            return;
        QStringList needed;
        for (const QJsonObject &object : objects)
            if (const QString space = Object(object).key().nameSpace;
                m_facts.absentNamespaces.contains(space) && !needed.contains(space))
                needed.append(space);
        for (const QString &space : needed)
            plan.items.append({.type = resources::namespaces(),
                .key = {{}, space},
                .action = Action::Create,
                .reason = {},
                .wanted = {{u"apiVersion"_s, u"v1"_s}, {u"kind"_s, u"Namespace"_s},
                    {u"metadata"_s, QJsonObject{{u"name"_s, space}}}}});
    }

    void addObjects(const ResourceType &type, const QList<QJsonObject> &objects, const QList<Object> &present)
    {
        QHash<ObjectKey, Object> byKey;
        for (const Object &object : present)
            byKey.insert(object.key(), object);
        QList<Object> wanted;
        for (const QJsonObject &object : objects)
            if (isOf(object, type))
                wanted.append(Object(object));
        const Claims claims(present, wanted);
        for (const Object &object : wanted)
            plan.items.append(itemOf(type, object, byKey.value(object.key()), claims));
    }

private:
    [[nodiscard]] RestoreItem itemOf(
        const ResourceType &type, const Object &wanted, const Object &present, const Claims &claims) const
    {
        RestoreItem item{.type = type, .key = wanted.key(), .wanted = wanted.json(), .present = present};
        const auto become = [&item](Action action, const QString &reason) {
            item.action = action;
            item.reason = reason;
            return item;
        };
        const QStringList differences
            = present.isNull() ? QStringList() : restoreDifferences(wanted.json(), present.json());
        if (!present.isNull() && present.isDeleting())
            return become(Action::Conflict, u"it is being deleted: wait until it has gone, and run this again"_s);
        if (!present.isNull() && differences.isEmpty())
            return become(Action::Identical, {});
        const QString what
            = u"differs in %1"_s.arg(differences.first(std::min<qsizetype>(3, differences.size())).join(u", "_s));
        if (!present.isNull() && !m_choices.update)
            return become(Action::Skip, what + u"; --existing=update would change it"_s);
        if (const QString taken = claims.conflict(wanted.key()); !taken.isEmpty())
            return become(Action::Conflict, taken);
        if (!present.isNull())
            return become(Action::Update, what);
        const QString crd = type.groupResource();
        const bool isCrdAbsent = m_facts.absentCrds.contains(ObjectKey{{}, crd});
        if (isCrdAbsent && !m_madeCrds.contains(crd))
            return become(Action::Conflict, u"the CRD %1 is neither in the cluster nor among the files"_s.arg(crd));
        const bool isSpaceAbsent = m_facts.absentNamespaces.contains(wanted.key().nameSpace);
        if (isSpaceAbsent && !m_choices.createNamespaces)
            return become(Action::Conflict,
                u"the namespace %1 is not there: make it, or give --create-namespaces"_s.arg(wanted.key().nameSpace));
        item.waitsForType = isCrdAbsent || isSpaceAbsent;
        return become(Action::Create, {});
    }

    const RestoreFacts &m_facts;
    const RestoreChoices &m_choices;
    QStringList m_madeCrds;
};

} // namespace

Expected<RestoreSource> restoreSourceOf(const QList<QJsonObject> &objects)
{
    RestoreSource source;
    QHash<QString, QJsonObject> seen;
    QList<QJsonObject> policies;
    QMap<QString, int> others;
    for (const QJsonObject &raw : objects) {
        const bool isSite = isOf(raw, resources::sites()), isPolicy = isOf(raw, resources::policies());
        const bool isCrd = isOf(raw, resources::customResourceDefinitions())
            && raw["spec"_L1]["group"_L1] == resources::sites().group;
        if (!isSite && !isPolicy && !isCrd) {
            ++others[raw["apiVersion"_L1].toString() + u' ' + raw["kind"_L1].toString()];
            continue;
        }
        QJsonObject object = sanitized(raw);
        if (QJsonObject metadata = object["metadata"_L1].toObject(); !isCrd && !metadata.contains("namespace"_L1)) {
            metadata.insert("namespace"_L1, u"default"_s); // as kubectl takes it
            object.insert("metadata"_L1, metadata);
        }
        const QString name = nameOf(object);
        if (const auto before = seen.constFind(name); before != seen.constEnd()) {
            if (*before != object)
                return std::unexpected(Error{.kind = Error::Kind::Invalid,
                    .message = u"%1 is there twice and not the same: give one file with it"_s.arg(name)});
            continue;
        }
        seen.insert(name, object);
        (isSite ? source.objects : isPolicy ? policies : source.crds).append(object);
    }
    source.objects += policies;
    for (auto it = others.begin(); it != others.end(); ++it)
        source.notes.append(
            u"%1 × %2 is left alone: this restores Sites, Policies and their CRDs"_s.arg(*it).arg(it.key()));
    return source;
}

const char *actionName(RestoreItem::Action action)
{
    switch (action) {
    case Action::Create:
        return "create";
    case Action::Update:
        return "update";
    case Action::Identical:
        return "identical";
    case Action::Skip:
        return "skip";
    case Action::Conflict:
        break;
    }
    return "conflict";
}

qsizetype RestorePlan::count(RestoreItem::Action action) const
{
    return std::ranges::count(items, action, &RestoreItem::action);
}

bool RestorePlan::hasPrerequisites() const
{
    return std::ranges::any_of(
        items, [](const RestoreItem &item) { return item.action == Action::Create && !item.type.namespaced; });
}

RestorePlan planRestore(const RestoreSource &source, const RestoreFacts &facts, const RestoreChoices &choices)
{
    Planner planner(facts, choices);
    planner.addCrds(source.crds);
    planner.addNamespaces(source.objects);
    planner.addObjects(resources::sites(), source.objects, facts.sites);
    planner.addObjects(resources::policies(), source.objects, facts.policies);
    return std::move(planner.plan);
}

QStringList restoreDifferences(const QJsonObject &wanted, const QJsonObject &present)
{
    const bool hasRemoteName = !Object(wanted).annotation(names::remoteName).isEmpty();
    return differingPaths(comparable(wanted, true), comparable(present, hasRemoteName));
}

QJsonObject restorePatch(const QJsonObject &wanted, const QJsonObject &present)
{
    const bool hasRemoteName = !Object(wanted).annotation(names::remoteName).isEmpty();
    return mergePatch(comparable(present, hasRemoteName), comparable(wanted, true));
}

} // namespace patronus
