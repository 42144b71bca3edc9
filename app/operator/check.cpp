// SPDX-License-Identifier: GPL-3.0-or-later
#include "check.h"

#include "connect.h"
#include "sdwan/neededaccess.h"
#include "sdwan/servedschema.h"

#include <cstdio>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

/// Prints a row a finding, and remembers whether any was bad.
class Table
{
public:
    void row(const QString &what, const Expected<QString> &found)
    {
        m_failed += found ? 0 : 1;
        std::printf("%-6s %-44s %s\n", found ? "ok" : "FAILED", qUtf8Printable(what),
            qUtf8Printable(found ? *found : found.error().message));
    }
    [[nodiscard]] int exitCode() const { return m_failed > 0 ? 1 : 0; }

private:
    int m_failed = 0;
};

// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): checkEverything() has all of them and waits
QCoro::Task<void> look(KubeClient &kube, PatronusClient &patronus, const OperatorOptions &options, Table &table)
{
    const Expected<QJsonObject> version = co_await kube.getJson("/version", {});
    table.row(u"API server"_s, version.transform([](const QJsonObject &v) { return v["gitVersion"_L1].toString(); }));
    if (version) {
        for (const AccessQuestion &question : neededAccess(options.podNamespace, options.watchNamespaces.value(0))) {
            const auto &[verb, type, nameSpace, subresource] = question;
            const Expected<bool> may = co_await kube.mayI(verb, type, nameSpace, subresource, {});
            const QString what
                = u"may %1 %2%3"_s.arg(verb, type.plural, subresource.isEmpty() ? QString() : u'/' + subresource);
            table.row(what, may.and_then([](bool yes) -> Expected<QString> {
                if (!yes)
                    return std::unexpected(Error{
                        Error::Kind::Forbidden, u"not allowed: bind the operator's Role to its ServiceAccount"_s});
                return u"yes"_s;
            }));
        }
        for (const ResourceType &type : {resources::sites(), resources::policies()}) {
            const Expected<ServedSchema> schema = co_await readServedSchema(kube, type, {});
            table.row(
                "CRD "_L1 + type.groupResource(), schema.and_then([](const ServedSchema &served) -> Expected<QString> {
                    if (served.snakeCaseField())
                        return std::unexpected(Error{
                            Error::Kind::Invalid, u"the snake_case CRD of the replaced operator: migrate it first"_s});
                    return served.missingFields().isEmpty()
                        ? u"served"_s
                        : u"served, but older than this operator: kubectl apply -f crds/"_s;
                }));
        }
    }
    const Expected<RemoteHealth> health = co_await patronus.health({});
    table.row("Patronus API "_L1 + options.apiUrl.toDisplayString(QUrl::RemoveUserInfo),
        health.and_then([](const RemoteHealth &h) -> Expected<QString> {
            if (h.status == RemoteHealth::Status::Unhealthy)
                return std::unexpected(Error{Error::Kind::Server, u"it answers, and says that it is unhealthy"_s});
            return "version "_L1 + h.version
                + (h.status == RemoteHealth::Status::Degraded ? ", degraded"_L1 : ", healthy"_L1);
        }));
    const auto page = co_await patronus.list(RemoteKind::Site, 1, 0, {});
    table.row(u"Patronus API credentials"_s,
        page.transform([](const auto &p) { return u"accepted, %1 Sites there"_s.arg(p.total); }));
}

} // namespace

int checkEverything(const OperatorOptions &options)
{
    SystemClock clock;
    Table table;
    const auto refuse = [] { return false; }; // a check changes nothing
    const auto kube = connectKubernetes(options, clock, refuse, nullptr);
    const auto client
        = kube ? (*kube)->makeClient() : Expected<std::unique_ptr<KubeClient>>(std::unexpected(kube.error()));
    const auto patronus = connectPatronus(options, clock, refuse, nullptr);
    table.row(u"settings"_s,
        !client         ? Expected<QString>(std::unexpected(client.error()))
            : !patronus ? Expected<QString>(std::unexpected(patronus.error()))
                        : Expected<QString>(u"read"_s));
    if (client && patronus)
        QCoro::waitFor(look(**client, *patronus->client, options, table));
    return table.exitCode();
}

} // namespace patronus
