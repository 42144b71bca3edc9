// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/openapicheck.h"

#include "core/json.h"
#include "kube/yaml.h"
#include "support/sourcetree.h"

#include <QFile>
#include <QUrl>
#include <QUrlQuery>

#include <valijson/adapters/qtjson_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

using namespace Qt::StringLiterals;

namespace patronus {

static constexpr std::array methods{"get"_L1, "put"_L1, "post"_L1, "delete"_L1, "patch"_L1};

Expected<std::unique_ptr<OpenApiCheck>> OpenApiCheck::load()
{
    QFile file(sourcePath(u"resources/openapi/patronus-api.yaml"));
    if (!file.open(QIODevice::ReadOnly))
        return std::unexpected(Error{Error::Kind::NotFound, file.fileName() + ": "_L1 + file.errorString()});
    const auto documents = parseYaml(file.readAll());
    if (!documents)
        return std::unexpected(documents.error());
    if (documents->size() != 1 || !documents->first().isObject())
        return std::unexpected(Error{Error::Kind::Malformed, u"one document is needed"_s});
    return std::unique_ptr<OpenApiCheck>(new OpenApiCheck(documents->first().toObject()));
}

OpenApiCheck::OpenApiCheck(QJsonObject document) : m_document(std::move(document))
{
}

OpenApiCheck::~OpenApiCheck() = default;

QJsonObject OpenApiCheck::resolved(const QJsonObject &object) const
{
    const QString reference = object["$ref"_L1].toString();
    if (reference.isEmpty())
        return object;
    QJsonValue value = m_document;
    for (const QString &segment : reference.sliced(2).split(u'/')) // "#/components/…"
        value = value[segment];
    return resolved(value.toObject());
}

Expected<OpenApiCheck::Operation> OpenApiCheck::find(const HttpRequest &request) const
{
    const QString method = QString::fromLatin1(verbName(request.verb)).toLower();
    const QByteArray path = request.target.split('?').first();
    const QByteArrayList segments = path.split('/');
    const QJsonObject paths = m_document["paths"_L1].toObject();
    for (auto candidate = paths.begin(); candidate != paths.end(); ++candidate) {
        const QByteArrayList pattern = candidate.key().toUtf8().split('/');
        std::map<QString, QString> values;
        bool isMatch = pattern.size() == segments.size();
        for (qsizetype i = 0; isMatch && i < pattern.size(); ++i) {
            if (pattern[i].startsWith('{'))
                values[QString::fromUtf8(pattern[i].sliced(1).chopped(1))] = QUrl::fromPercentEncoding(segments[i]);
            else
                isMatch = pattern[i] == segments[i];
        }
        if (!isMatch)
            continue;
        const QJsonObject item = candidate.value().toObject();
        if (!item.contains(method))
            return std::unexpected(Error{Error::Kind::Invalid, u"%1 has no %2"_s.arg(candidate.key(), method)});
        Operation operation{item[method].toObject(), {}, values};
        for (const QJsonObject &holder : {item, operation.json})
            for (const QJsonValue &parameter : holder["parameters"_L1].toArray())
                operation.parameters.append(resolved(parameter.toObject()));
        return operation;
    }
    return std::unexpected(Error{Error::Kind::Invalid, u"the document has no path %1"_s.arg(QString::fromUtf8(path))});
}

QJsonValue OpenApiCheck::typed(const QJsonObject &schema, const QString &text) const
{
    const QString type = resolved(schema)["type"_L1].toString();
    bool isNumber = false;
    if (type == "integer"_L1) {
        const qint64 number = text.toLongLong(&isNumber);
        return isNumber ? QJsonValue(number) : QJsonValue(text);
    }
    if (type == "number"_L1) {
        const double number = text.toDouble(&isNumber);
        return isNumber ? QJsonValue(number) : QJsonValue(text);
    }
    return text;
}

QStringList OpenApiCheck::valueProblems(const QString &what, const QJsonObject &schema, const QJsonValue &value)
{
    auto &compiled = m_schemas[toJson(schema)];
    if (!compiled) {
        // The references in a schema are resolved from the top, where the components have to be.
        const QJsonValue top
            = QJsonObject{{u"allOf"_s, QJsonArray{schema}}, {u"components"_s, m_document["components"_L1]}};
        compiled = std::make_unique<valijson::Schema>();
        valijson::SchemaParser(valijson::SchemaParser::kDraft4)
            .populateSchema(valijson::adapters::QtJsonAdapter(top), *compiled);
    }
    valijson::ValidationResults results;
    if (valijson::Validator(valijson::Validator::kStrongTypes)
            .validate(*compiled, valijson::adapters::QtJsonAdapter(value), &results))
        return {};
    QStringList problems;
    for (const auto &error : results) {
        QString context;
        for (const std::string &part : error.context)
            context += QString::fromStdString(part);
        problems.append(u"%1: %2: %3"_s.arg(what, context, QString::fromStdString(error.description)));
    }
    return problems;
}

QStringList OpenApiCheck::bodyProblems(const QString &what, const QJsonObject &holder, const QByteArray &body)
{
    const QJsonObject content = holder["content"_L1].toObject();
    if (content.isEmpty())
        return body.isEmpty() ? QStringList() : QStringList{what + ": a body where none is documented"_L1};
    const auto json = parseJsonObject(body);
    if (!json)
        return {what + ": "_L1 + json.error().message};
    return valueProblems(what, content["application/json"_L1]["schema"_L1].toObject(), *json);
}

static bool isJson(const HttpHeaders &headers)
{
    return std::ranges::any_of(headers, [](const auto &header) {
        return header.first == "content-type" && header.second.startsWith("application/json");
    });
}

QStringList OpenApiCheck::problems(const HttpRequest &request)
{
    const auto operation = find(request);
    if (!operation)
        return {operation.error().message};
    const QString what = operation->json["operationId"_L1].toString();
    QStringList problems;

    const qsizetype question = request.target.indexOf('?');
    const auto given = QUrlQuery(question < 0 ? QString() : QString::fromUtf8(request.target.sliced(question + 1)))
                           .queryItems(QUrl::FullyDecoded);
    QSet<QString> known;
    for (const QJsonObject &parameter : operation->parameters) {
        const QString name = parameter["name"_L1].toString();
        const QJsonObject schema = parameter["schema"_L1].toObject();
        if (parameter["in"_L1].toString() == "path"_L1) {
            problems += valueProblems(what + u' ' + name, schema, typed(schema, operation->pathValues.at(name)));
            continue;
        }
        known.insert(name);
        for (const auto &[key, value] : given)
            if (key == name)
                problems += valueProblems(what + u' ' + name, schema, typed(schema, value));
    }
    for (const auto &[key, value] : given)
        if (!known.contains(key))
            problems.append(u"%1: the parameter %2 is not documented"_s.arg(what, key));

    const QJsonObject body = operation->json["requestBody"_L1].toObject();
    problems += bodyProblems(what + " request"_L1, body, request.body);
    if (!body.isEmpty() && !isJson(request.headers))
        problems.append(what + ": the request's content-type is not application/json"_L1);
    return problems;
}

QStringList OpenApiCheck::problems(const HttpRequest &request, const HttpReply &reply)
{
    const auto operation = find(request);
    if (!operation)
        return {operation.error().message};
    const QString what = u"%1 %2"_s.arg(operation->json["operationId"_L1].toString()).arg(reply.status);
    const QJsonObject responses = operation->json["responses"_L1].toObject();
    const QString status = QString::number(reply.status);
    if (!responses.contains(status) && (reply.status < 400 || !responses.contains("default"_L1)))
        return {what + ": the status is not documented"_L1};
    const QJsonObject response = resolved(responses[responses.contains(status) ? status : u"default"_s].toObject());
    m_seen.insert(what);

    QStringList problems = bodyProblems(what, response, reply.body);
    if (!reply.body.isEmpty() && !isJson(reply.headers))
        problems.append(what + ": the content-type is not application/json"_L1);
    const QJsonObject headers = response["headers"_L1].toObject();
    for (auto header = headers.begin(); header != headers.end(); ++header) {
        const QByteArray value = reply.header(header.key().toLower().toUtf8());
        const QJsonObject schema = resolved(header.value().toObject())["schema"_L1].toObject();
        if (!value.isEmpty())
            problems += valueProblems(what + u' ' + header.key(), schema, typed(schema, QString::fromUtf8(value)));
    }
    return problems;
}

QSet<QString> OpenApiCheck::documented() const
{
    QSet<QString> all;
    for (const QJsonValue &item : m_document["paths"_L1].toObject()) {
        for (const QLatin1StringView method : methods) {
            const QJsonObject operation = item[method].toObject();
            for (const QString &status : operation["responses"_L1].toObject().keys())
                if (status != "default"_L1)
                    all.insert(operation["operationId"_L1].toString() + u' ' + status);
        }
    }
    return all;
}

CheckedTransport::CheckedTransport(std::unique_ptr<Transport> transport, OpenApiCheck &check)
    : m_transport(std::move(transport)), m_check(check)
{
}

Task<HttpReply> CheckedTransport::send(HttpRequest request, std::stop_token stop)
{
    m_requests.append(request);
    m_problems += m_check.problems(request);
    Expected<HttpReply> reply = co_await m_transport->send(request, stop);
    if (reply)
        m_problems += m_check.problems(request, *reply);
    co_return reply;
}

Task<HttpReply> CheckedTransport::stream(HttpRequest request, BodySink onBody, std::stop_token stop)
{
    return m_transport->stream(std::move(request), std::move(onBody), stop);
}

} // namespace patronus
