// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/change.h"

#include "operations/diff.h"
#include "operations/mergepatch.h"
#include "operations/sanitized.h"

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

/// Gives the object as it was.
// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): the client is its caller's
Task<Object> removed(KubeClient &client, Change change, Preconditions seen, std::stop_token stop)
{
    const auto done = co_await client.remove(change.type, change.key, std::move(seen), std::move(stop));
    co_return done.transform([&change] { return change.before; });
}

// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): no coroutine; the client is its caller's
Task<Object> send(KubeClient &client, const Change &change, std::stop_token stop)
{
    const WriteOptions options{.fieldManager = u"kubectl-patronus"_s, .strict = true};
    const Preconditions seen{.uid = change.before.uid(), .resourceVersion = change.before.resourceVersion()};
    switch (change.verb) {
    case Change::Verb::Create:
        return client.create(change.type, change.body, options, std::move(stop));
    case Change::Verb::Scale:
        return client.scale(change.type, change.key, change.replicas, seen, options, std::move(stop));
    case Change::Verb::Remove:
        return removed(client, change, seen, std::move(stop));
    case Change::Verb::Patch:
        break;
    }
    // In a merge patch, metadata that differs from the object's is a conflict: a precondition.
    QJsonObject body = change.body;
    QJsonObject metadata = body["metadata"_L1].toObject();
    metadata.insert("uid"_L1, seen.uid);
    metadata.insert("resourceVersion"_L1, seen.resourceVersion);
    body.insert("metadata"_L1, metadata);
    return client.patch(change.type, change.key, {}, PatchType::Merge, body, options, std::move(stop));
}

QString verbOf(const Change &change)
{
    switch (change.verb) {
    case Change::Verb::Create:
        return u"create"_s;
    case Change::Verb::Patch:
        return u"patch"_s;
    case Change::Verb::Remove:
        return u"delete"_s;
    case Change::Verb::Scale:
        break;
    }
    return u"scale"_s;
}

QJsonObject scaleBody(int replicas)
{
    return {{u"spec"_s, QJsonObject{{u"replicas"_s, replicas}}}};
}

/// What a way back needs of the object, and what says which one it was.
QJsonObject seenOf(const Object &object)
{
    if (object.isNull())
        return {};
    QJsonObject json = sanitized(object.json());
    QJsonObject metadata = json["metadata"_L1].toObject();
    metadata.insert("uid"_L1, object.uid());
    metadata.insert("resourceVersion"_L1, object.resourceVersion());
    json.insert("metadata"_L1, metadata);
    return json;
}

/// What is sent; empty where the verb says it all.
QJsonObject sentBody(const Change &change)
{
    return change.verb == Change::Verb::Scale ? scaleBody(change.replicas) : change.body;
}

} // namespace

QString Change::text() const
{
    const QString text = u"%1 %2 %3"_s.arg(verbOf(*this), type.kind, key.text());
    return verb == Verb::Scale ? u"%1 to %2"_s.arg(text).arg(replicas) : text;
}

QStringList Change::diff() const
{
    if (!shown.isEmpty())
        return shown;
    const QJsonObject seen = before.isNull() ? QJsonObject() : sanitized(before.json());
    return verb == Verb::Remove ? diffLines(seen, {}) : diffLines(seen, sanitized(merged(seen, sentBody(*this))));
}

AccessQuestion Change::permission() const
{
    const bool isScale = verb == Verb::Scale;
    return {.verb = isScale ? u"patch"_s : verbOf(*this),
        .type = type,
        .nameSpace = key.nameSpace,
        .subresource = isScale ? u"scale"_s : QString()};
}

Changes::Changes(KubeClient &client, QString journalPath, Target target, Clock &clock)
    : m_client(client),
      m_dryRun(client.dryRun()),
      m_journalPath(std::move(journalPath)),
      m_target(std::move(target)),
      m_clock(clock)
{
}

Task<Object> Changes::tryOut(Change change, std::stop_token stop)
{
    return send(*m_dryRun, change, std::move(stop));
}

Task<Object> Changes::make(Change change, std::stop_token stop)
{
    const auto id = announce({.verb = verbOf(change),
        .apiVersion = change.type.apiVersion(),
        .kind = change.type.kind,
        .key = change.key,
        .before = seenOf(change.before),
        .after = sentBody(change)});
    if (!id)
        co_return std::unexpected(id.error());
    const auto made = co_await send(m_client, change, std::move(stop));
    const auto noted = conclude(*id, made ? u"done"_s : made.error().message);
    if (made && !noted)
        co_return std::unexpected(noted.error());
    co_return made;
}

Expected<void> Changes::openJournal()
{
    if (m_journal)
        return {};
    return Journal::open(m_journalPath).transform([this](std::unique_ptr<Journal> opened) {
        m_journal = std::move(opened);
    });
}

Expected<QString> Changes::announce(JournalEntry entry)
{
    entry.time = m_clock.wallTime();
    entry.target = m_target;
    return openJournal().and_then([&] { return m_journal->begin(entry); });
}

Expected<void> Changes::conclude(const QString &id, const QString &outcome)
{
    return m_journal->finish(id, outcome);
}

Expected<std::optional<JournalEntry>> Changes::newestDone(const QString &verb) const
{
    return patronus::newestDone(m_journalPath, verb, m_target.cluster);
}

} // namespace patronus
