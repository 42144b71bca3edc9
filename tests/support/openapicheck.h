// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/transport.h"

#include <QJsonObject>
#include <QSet>
#include <QStringList>

#include <map>
#include <memory>

namespace valijson {
class Schema;
}

namespace patronus {

/// Holds requests and answers against an OpenAPI 3.0 document: path, method, parameters, headers, status and bodies.
/// Of the document it knows what resources/openapi has: local references, JSON bodies, no style or content parameters.
class OpenApiCheck
{
public:
    /// Reads resources/openapi/patronus-api.yaml; a document that cannot be read is Malformed.
    [[nodiscard]] static Expected<std::unique_ptr<OpenApiCheck>> load();
    ~OpenApiCheck();

    /// What is wrong with @p request, a line each.
    [[nodiscard]] QStringList problems(const HttpRequest &request);
    /// What is wrong with @p reply as the answer to @p request.
    [[nodiscard]] QStringList problems(const HttpRequest &request, const HttpReply &reply);

    /// All operations with the statuses that the document names for them ("putSite 201"; not "default"), and those of
    /// them that were checked so far.
    [[nodiscard]] QSet<QString> documented() const;
    [[nodiscard]] const QSet<QString> &seen() const { return m_seen; }

private:
    struct Operation {
        QJsonObject json;
        QList<QJsonObject> parameters; ///< references resolved, those of the path included
        std::map<QString, QString> pathValues; ///< decoded, by name of the parameter
    };

    explicit OpenApiCheck(QJsonObject document);

    [[nodiscard]] Expected<Operation> find(const HttpRequest &request) const;
    [[nodiscard]] QJsonObject resolved(const QJsonObject &object) const;
    [[nodiscard]] QStringList bodyProblems(const QString &what, const QJsonObject &holder, const QByteArray &body);
    [[nodiscard]] QStringList valueProblems(const QString &what, const QJsonObject &schema, const QJsonValue &value);
    /// A text of a URL or a header as the type that @p schema asks for.
    [[nodiscard]] QJsonValue typed(const QJsonObject &schema, const QString &text) const;

    const QJsonObject m_document;
    std::map<QByteArray, std::unique_ptr<valijson::Schema>> m_schemas; // compiled, by their JSON
    QSet<QString> m_seen;
};

/// Passes everything to another transport and checks it on the way; what is wrong is kept in problems().
class CheckedTransport : public Transport
{
public:
    /// @p check has to outlive it.
    CheckedTransport(std::unique_ptr<Transport> transport, OpenApiCheck &check);

    Task<HttpReply> send(HttpRequest request, std::stop_token stop) override;
    Task<HttpReply> stream(HttpRequest request, BodySink onBody, std::stop_token stop) override;
    void setTls(TlsSettings tls) override { m_transport->setTls(std::move(tls)); }
    void reset() override { m_transport->reset(); }
    void dropChanges() override { m_transport->dropChanges(); }

    [[nodiscard]] const QStringList &problems() const { return m_problems; }
    void forgetProblems() { m_problems.clear(); } ///< for a test that expects some
    [[nodiscard]] const QList<HttpRequest> &requests() const
    {
        return m_requests;
    } ///< all that were sent, the newest last

private:
    const std::unique_ptr<Transport> m_transport;
    OpenApiCheck &m_check;
    QStringList m_problems;
    QList<HttpRequest> m_requests;
};

} // namespace patronus
