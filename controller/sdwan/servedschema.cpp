// SPDX-License-Identifier: GPL-3.0-or-later
#include "sdwan/servedschema.h"

#include "kube/discovery.h"

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
}

QJsonObject ServedSchema::project(const QJsonObject &whole) const
{
    if (m_schema.isEmpty())
        return whole;
    return patronus::project({{u"status"_s, whole}}, m_schema)["status"_L1].toObject();
}

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
