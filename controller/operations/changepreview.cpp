// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/changepreview.h"

#include "core/json.h"
#include "operations/listing.h"
#include "runtime/triggers.h"
#include "sdwan/names.h"

#include <QJsonArray>
#include <QJsonDocument>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

using What = PreviewedObject::Change;

const QString lastApplied = u"kubectl.kubernetes.io/last-applied-configuration"_s;

/// The kind that @p manifest is of; null: none of ours.
const Kind *kindOf(const QJsonObject &manifest)
{
    for (const Kind *kind : {&siteKind(), &policyKind()})
        if (manifest["kind"_L1] == kind->resource().kind
            && manifest["apiVersion"_L1].toString().startsWith(kind->resource().group + u'/'))
            return kind;
    return nullptr;
}

/// The kind that @p type is; null: none of ours.
const Kind *kindOf(const ResourceType &type)
{
    return !isSiteOrPolicy(type) ? nullptr : type == resources::sites() ? &siteKind() : &policyKind();
}

/// @p wanted, with null for each member that @p before has and it does not.
QJsonObject withRemovals(const QJsonObject &wanted, const QJsonObject &before)
{
    QJsonObject patch = wanted;
    for (auto it = before.begin(); it != before.end(); ++it) {
        const QJsonValue now = wanted[it.key()];
        if (now.isUndefined())
            patch.insert(it.key(), QJsonValue::Null);
        else if (now.isObject() && it->isObject())
            patch.insert(it.key(), withRemovals(now.toObject(), it->toObject()));
    }
    return patch;
}

/// @p live as it stays after a delete, as long as a finalizer holds it.
Object deleted(const Object &live, const QDateTime &now)
{
    QJsonObject json = live.json();
    QJsonObject metadata = json["metadata"_L1].toObject();
    if (!live.isDeleting()) {
        metadata.insert("deletionTimestamp"_L1, now.toString(Qt::ISODate));
        metadata.insert("generation"_L1, live.generation() + 1);
    }
    json.insert("metadata"_L1, metadata);
    return Object(json);
}

/// @p metadata as SetFinalizer leaves it.
QJsonObject marked(QJsonObject metadata)
{
    QJsonArray finalizers = metadata["finalizers"_L1].toArray();
    if (!finalizers.contains(names::finalizer))
        finalizers.append(names::finalizer);
    metadata.insert("finalizers"_L1, finalizers);
    QJsonObject annotations = metadata["annotations"_L1].toObject();
    annotations.insert(names::remoteName, metadata["name"_L1]);
    metadata.insert("annotations"_L1, annotations);
    return metadata;
}

/// Leaves @p store as it would be after @p step, so that what follows from it is previewed too.
void layOver(Store &store, const Step &step)
{
    if (const auto *finish = std::get_if<RemoveFinalizer>(&step); finish && finish->object.finalizers().size() == 1)
        store.remove(finish->object.key());
    const auto *told = std::get_if<PatchStatus>(&step);
    const auto *mark = std::get_if<SetFinalizer>(&step);
    const auto held = told ? store.find(told->object.key()) : mark ? store.find(mark->object.key()) : std::nullopt;
    if (!held)
        return;
    QJsonObject json = held->json();
    if (told)
        json.insert("status"_L1, told->status);
    else
        json.insert("metadata"_L1, marked(json["metadata"_L1].toObject()));
    store.remove(held->key()); // it has the version of the one that is held
    store.upsert(Object(json));
}

/// One run of previewChanges(). Lives until its task has ended.
class Previewing
{
public:
    Previewing(PreviewWorld world, PreviewRequest request, std::stop_token stop)
        : m_reads(world.client.readOnly()),
          m_dryRun(world.client.dryRun()),
          m_patronus(world.patronus),
          m_clock(world.clock),
          m_request(std::move(request)),
          m_stop(std::move(stop))
    {
    }

    Task<ChangesPreview> run()
    {
        for (const Kind *kind : {&siteKind(), &policyKind()}) {
            const auto objects = co_await listAll(*m_reads, kind->resource(), {}, m_stop);
            if (!objects)
                co_return std::unexpected(objects.error());
            for (const Object &object : *objects)
                m_live[kind->remote].insert(object.key(), object);
        }
        const QMap<RemoteKind, QMap<ObjectKey, Object>> before = m_live;
        for (const Change &change : std::as_const(m_request.changes))
            if (const Kind *const kind = kindOf(change.type))
                co_await make(*kind, change);
        for (const QJsonObject &manifest : std::as_const(m_request.manifests)) {
            const Kind *const kind = kindOf(manifest);
            const QString space = valueAt(manifest, u"metadata.namespace").toString(m_request.nameSpace);
            const ObjectKey key{space, valueAt(manifest, u"metadata.name").toString()};
            if (!kind)
                m_result.notes.append(
                    u"%1 %2 is none of the operator's and is left out"_s.arg(manifest["kind"_L1].toString(), key.name));
            else if (m_request.isDelete)
                co_await remove(*kind, key);
            else
                co_await apply(*kind, key, manifest);
        }
        for (const auto &[kind, key] : std::as_const(m_request.objects))
            if (m_request.isDelete)
                co_await remove(*kind, key);
            else
                look(*kind, key);
        if (m_request.isAll)
            for (const Kind *kind : {&siteKind(), &policyKind()})
                for (const ObjectKey &key : m_live[kind->remote].keys())
                    look(*kind, key);
        co_return co_await previewAll(before);
    }

private:
    [[nodiscard]] std::optional<Object> live(const Kind &kind, const ObjectKey &key) const
    {
        const auto found = m_live[kind.remote].constFind(key);
        return found == m_live[kind.remote].cend() ? std::nullopt : std::optional(*found);
    }

    void note(const Kind &kind, const ObjectKey &key, What change, const Expected<Object> &answer)
    {
        m_result.objects.emplaceBack(&kind, key, change, answer ? QString() : answer.error().message);
        if (!answer)
            return;
        m_live[kind.remote].insert(key, *answer);
        m_assumed.insert(answer->uid());
    }

    // NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): there are two kinds, and they are static
    QCoro::Task<> make(const Kind &kind, Change change)
    {
        const WriteOptions strict{.strict = true};
        if (change.verb == Change::Verb::Create)
            note(kind, change.key, What::Create, co_await m_dryRun->create(change.type, change.body, strict, m_stop));
        else if (change.verb == Change::Verb::Patch)
            note(kind, change.key, What::Update,
                co_await m_dryRun->patch(change.type, change.key, {}, PatchType::Merge, change.body, strict, m_stop));
        else
            co_await remove(kind, change.key);
    }

    // NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): there are two kinds, and they are static
    QCoro::Task<> apply(const Kind &kind, ObjectKey key, QJsonObject manifest)
    {
        const WriteOptions strict{.strict = true};
        if (live(kind, key)) {
            const auto whole = co_await m_reads->get(kind.resource(), key, m_stop); // with what was applied last
            const auto patched = whole ? co_await m_dryRun->patch(kind.resource(), key, {}, PatchType::Merge,
                                             applyPatch(manifest, *whole), strict, m_stop)
                                       : whole;
            note(kind, key, What::Update, patched);
        } else {
            QJsonObject metadata = manifest["metadata"_L1].toObject();
            metadata.insert("namespace"_L1, key.nameSpace);
            manifest.insert("metadata"_L1, metadata);
            note(kind, key, What::Create, co_await m_dryRun->create(kind.resource(), manifest, strict, m_stop));
        }
    }

    // NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): there are two kinds, and they are static
    QCoro::Task<> remove(const Kind &kind, ObjectKey key)
    {
        const auto before = live(kind, key);
        const auto removed = co_await m_dryRun->remove(kind.resource(), key, {}, m_stop);
        if (!before || !removed) {
            const QString reason = removed ? u"it is not there"_s : removed.error().message;
            note(kind, key, What::Delete, std::unexpected(Error{Error::Kind::NotFound, reason}));
            co_return;
        }
        note(kind, key, What::Delete, deleted(*before, m_clock.wallTime()));
        if (before->finalizers().isEmpty())
            m_live[kind.remote].remove(key); // it goes at once, and the operator hears of it too late
    }

    void look(const Kind &kind, const ObjectKey &key)
    {
        PreviewedObject object{.kind = &kind, .key = key};
        if (!live(kind, key))
            object.refusal = u"it is not there"_s;
        m_result.objects.append(object);
    }

    /// Whom the operator looks at again because @p object became @p after from @p before, null: it is not there
    /// (sdwan/wakes): who refers to a Site that comes or goes, and who claims a name that another may own now.
    void addFollowersOf(const PreviewedObject &object, const Object &before, const Object &after)
    {
        const bool comesOrGoes = before.isNull() != after.isNull();
        const bool isRenamed = comesOrGoes || (!after.isNull() && NameClaims::isClaimChanged(after, before));
        const bool isOther
            = object.kind->remote == RemoteKind::Site && (comesOrGoes || before.isDeleting() != after.isDeleting());
        if (!isRenamed && !isOther)
            return;
        if (isRenamed)
            for (const ObjectKey &key : std::as_const(m_named[object.kind->remote])[object.key.name])
                follow(*object.kind, key, object);
        if (isOther)
            for (const Kind *kind : {&siteKind(), &policyKind()})
                for (const ObjectKey &key : m_references[kind->remote].referrers(object.key.name))
                    follow(*kind, key, object);
    }

    /// Has it looked at because of @p other, and once more if that was done already.
    void follow(const Kind &kind, const ObjectKey &key, const PreviewedObject &other)
    {
        if (other.kind == &kind && other.key == key)
            return;
        const auto known = std::ranges::find_if(
            m_result.objects, [&](const PreviewedObject &object) { return object.kind == &kind && object.key == key; });
        const qsizetype index = known - m_result.objects.begin();
        if (known == m_result.objects.end())
            m_result.objects.emplaceBack(&kind, key, What::Follows);
        if (!m_due.contains(index))
            m_due.append(index);
    }

    /// @p before: what there is without the changes, and then what was previewed last.
    Task<ChangesPreview> previewAll(QMap<RemoteKind, QMap<ObjectKey, Object>> before)
    {
        Store sites, policies;
        for (const Kind *kind : {&siteKind(), &policyKind()})
            for (const Object &object : std::as_const(m_live[kind->remote])) {
                (kind->remote == RemoteKind::Site ? sites : policies).upsert(object);
                m_named[kind->remote][object.key().name].append(object.key());
                m_references[kind->remote].set(object.key(), kind->references(object));
            }
        ReconcilePreview preview({.reads = *m_reads,
            .dryRun = *m_dryRun,
            .sites = sites,
            .policies = policies,
            .patronus = m_patronus,
            .clock = m_clock});
        const auto notes = co_await preview.refresh({&siteKind(), &policyKind()}, m_stop);
        if (!notes)
            co_return std::unexpected(notes.error());
        m_result.notes += *notes;
        for (qsizetype i = 0; i < m_result.objects.size(); ++i)
            m_due.append(i);
        while (!m_due.isEmpty()) { // those that follow come in on the way
            const qsizetype index = m_due.takeFirst();
            PreviewedObject object = m_result.objects[index];
            if (!object.refusal.isEmpty())
                continue;
            const auto answer = co_await preview.of(object.kind, object.key, m_assumed, m_stop);
            if (!answer)
                co_return std::unexpected(answer.error());
            object.answer.steps += answer->steps;
            object.answer.outcome = answer->outcome;
            m_result.objects[index] = object;
            Store &store = object.kind->remote == RemoteKind::Site ? sites : policies;
            for (const PreviewEffects::Entry &entry : answer->steps)
                layOver(store, entry.step);
            const Object after = store.find(object.key).value_or(Object());
            addFollowersOf(object, std::exchange(before[object.kind->remote][object.key], after), after);
        }
        m_result.objects.removeIf([this](const PreviewedObject &object) {
            const bool isBeside = object.change == What::Follows
                || (m_request.isAll && object.change == What::None && !object.answer.outcome);
            return isBeside && object.answer.steps.isEmpty();
        });
        co_return m_result;
    }

    const std::unique_ptr<KubeClient> m_reads, m_dryRun;
    PatronusClient *const m_patronus;
    Clock &m_clock;
    const PreviewRequest m_request;
    const std::stop_token m_stop;
    QMap<RemoteKind, QMap<ObjectKey, Object>> m_live; // as it would be
    QMap<RemoteKind, QHash<QString, QList<ObjectKey>>> m_named; // who has a name
    QMap<RemoteKind, ReferenceIndex> m_references; // who names a Site
    QSet<QString> m_assumed; // UIDs of what the server has otherwise, or not
    ChangesPreview m_result;
    QList<qsizetype> m_due; // which objects of the result are to be looked at yet
};

} // namespace

QJsonObject applyPatch(const QJsonObject &manifest, const Object &live)
{
    const QJsonObject before = QJsonDocument::fromJson(live.annotation(lastApplied).toUtf8()).object();
    QJsonObject patch = withRemovals(manifest, before);
    patch.remove("status"_L1); // a subresource
    return patch;
}

Task<ChangesPreview> previewChanges(PreviewWorld world, PreviewRequest request, std::stop_token stop)
{
    Previewing previewing(world, std::move(request), std::move(stop));
    co_return co_await previewing.run();
}

} // namespace patronus
