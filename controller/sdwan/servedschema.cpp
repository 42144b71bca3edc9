// SPDX-License-Identifier: GPL-3.0-or-later
#include "sdwan/servedschema.h"

#include "kube/discovery.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace patronus {

ServedSchema::ServedSchema(QJsonObject schema)
    : m_schema(std::move(schema)),
      m_snakeCaseField(patronus::snakeCaseField(m_schema)),
      m_keepsConditions(declares(m_schema, u"status.conditions"))
{
    for (const QStringView path : {u"status.phase", u"status.observedGeneration", u"status.conditions.type",
             u"status.conditions.observedGeneration"})
        if (!declares(m_schema, path))
            m_missingFields.append(path.toString());

    const auto hasAll = [this](const QString &member, std::initializer_list<const char *> below) {
        return std::ranges::all_of(below, [&](const char *name) {
            return declares(m_schema, u"status.%1.%2"_s.arg(member, QLatin1StringView(name)));
        });
    };
    for (const QString &member : {u"phase"_s, u"active"_s, u"observedGeneration"_s, u"peers"_s, u"activePaths"_s,
             u"healthScore"_s, u"matchedFlows"_s, u"bytesRouted"_s})
        if (declares(m_schema, u"status."_s + member))
            m_wholeMembers.insert(member);
    if (hasAll(u"conditions"_s, {"type", "status", "observedGeneration", "lastTransitionTime", "reason", "message"}))
        m_wholeMembers.insert(u"conditions"_s);
}

QJsonObject ServedSchema::project(const QJsonObject &whole) const
{
    // The walk over schema and status costs more than all else that a status needs: a CRD of today needs none.
    if (m_schema.isEmpty()
        || std::ranges::all_of(whole.keys(), [this](const QString &name) { return m_wholeMembers.contains(name); }))
        return whole;
    return patronus::project({{u"status"_s, whole}}, m_schema)["status"_L1].toObject();
}

// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): who reads owns the client
Task<ServedSchema> readServedSchema(KubeClient &client, ResourceType type, std::stop_token stop)
{
    Discovery discovery(client);
    const Expected<std::optional<QJsonObject>> schema
        = co_await discovery.servedSchema(type.group, type.version, type.kind, stop);
    if (!schema)
        co_return std::unexpected(schema.error());
    if (!*schema)
        co_return std::unexpected(Error{.kind = Error::Kind::NotFound,
            .message = u"the server has no resource %1.%2"_s.arg(type.plural, type.group)});
    co_return ServedSchema(**schema);
}

} // namespace patronus
