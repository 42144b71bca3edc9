// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/change.h"

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

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

} // namespace

QString Change::text() const
{
    const QString what = u"%1 %2"_s.arg(type.kind, key.text());
    switch (verb) {
    case Verb::Create:
        return u"create "_s + what;
    case Verb::Patch:
        return u"patch "_s + what;
    case Verb::Scale:
        break;
    }
    return u"scale %1 to %2"_s.arg(what).arg(replicas);
}

Changes::Changes(KubeClient &client) : m_client(client), m_dryRun(client.dryRun())
{
}

Task<Object> Changes::tryOut(Change change, std::stop_token stop)
{
    return send(*m_dryRun, change, std::move(stop));
}

Task<Object> Changes::make(Change change, std::stop_token stop)
{
    return send(m_client, change, std::move(stop));
}

} // namespace patronus
