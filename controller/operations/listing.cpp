// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/listing.h"

using namespace Qt::StringLiterals;

namespace patronus {

// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): who asks owns the client
Task<QList<Object>> listAll(KubeClient &client, ResourceType type, ListOptions options, std::stop_token stop)
{
    options.drop = isBookkeeping;
    for (int attempt = 1;; ++attempt) {
        QList<Object> objects;
        const auto onObject = [&objects](Object object) { objects.append(std::move(object)); };
        const auto listed = co_await client.list(type, options, onObject, stop);
        if (listed)
            co_return objects;
        if (listed.error().kind != Error::Kind::Gone || attempt == 3)
            co_return std::unexpected(listed.error());
    }
}

// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): who asks owns the client
Task<QList<Object>> listSitesAndPolicies(KubeClient &client, std::stop_token stop)
{
    QList<Object> all;
    for (const ResourceType &type : {resources::sites(), resources::policies()}) {
        const auto objects = co_await listAll(client, type, {}, stop);
        if (!objects && objects.error().kind != Error::Kind::NotFound)
            co_return std::unexpected(objects.error());
        all += objects.value_or(QList<Object>());
    }
    co_return all;
}

bool isSiteOrPolicy(const ResourceType &type)
{
    return type == resources::sites() || type == resources::policies();
}

const ResourceType &typeOf(const QJsonObject &object)
{
    return object["kind"_L1] == resources::sites().kind ? resources::sites() : resources::policies();
}

} // namespace patronus
