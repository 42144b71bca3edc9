// SPDX-License-Identifier: GPL-3.0-or-later
#include "sdwan/step.h"

#include "sdwan/names.h"

#include <QJsonDocument>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

QString remotePath(RemoteKind kind, const QString &name)
{
    return "/api/v1/"_L1 + QLatin1StringView(collectionName(kind)) + u'/' + name;
}

struct MakeRequest {
    StepRequest operator()(const PutRemote &step) const
    {
        return {.isRemote = true, .method = "PUT", .path = remotePath(step.kind, step.name), .body = step.body};
    }
    StepRequest operator()(const DeleteRemote &step) const
    {
        return {.isRemote = true, .method = "DELETE", .path = remotePath(step.kind, step.name)};
    }
    StepRequest operator()(const SetFinalizer &step) const { return patch(step.type, step.object, {}); }
    StepRequest operator()(const RemoveFinalizer &step) const { return patch(step.type, step.object, {}); }
    StepRequest operator()(const PatchStatus &step) const
    {
        StepRequest request = patch(step.type, step.object, u"status"_s);
        request.body = {{u"status"_s, step.status}};
        return request;
    }
    StepRequest operator()(const RecordEvent &step) const
    {
        return {.method = "POST", .path = QString::fromLatin1(resources::events().path(step.object.key().nameSpace))};
    }

private:
    static StepRequest patch(const ResourceType &type, const Object &object, const QString &subresource)
    {
        const QByteArray path = type.path(object.key().nameSpace, object.key().name, subresource);
        return {.method = "PATCH", .path = QString::fromLatin1(path)};
    }
};

struct Describe {
    QString operator()(const PutRemote &step) const
    {
        const QString what
            = step.differences.isEmpty() ? u"creates it"_s : "changes "_L1 + step.differences.join(u", "_s);
        return "PUT "_L1 + remotePath(step.kind, step.name) + " ("_L1 + what + u')';
    }
    QString operator()(const DeleteRemote &step) const { return "DELETE "_L1 + remotePath(step.kind, step.name); }
    QString operator()(const SetFinalizer &step) const
    {
        return u"Set finalizer %1 and annotation %2 on %3 %4"_s.arg(
            names::finalizer, names::remoteName, step.type.kind, step.object.key().text());
    }
    QString operator()(const RemoveFinalizer &step) const
    {
        return u"Remove finalizer %1 from %2 %3"_s.arg(names::finalizer, step.type.kind, step.object.key().text());
    }
    QString operator()(const PatchStatus &step) const
    {
        return u"Write the status of %1 %2"_s.arg(step.type.kind, step.object.key().text());
    }
    QString operator()(const RecordEvent &step) const
    {
        return u"Event %1 on %2 %3: %4"_s.arg(step.reason, step.type.kind, step.object.key().text(), step.message);
    }
};

} // namespace

StepRequest requestOf(const Step &step)
{
    return std::visit(MakeRequest{}, step);
}

QString describe(const Step &step)
{
    return std::visit(Describe{}, step);
}

QByteArray payload(const Step &step)
{
    const QJsonObject body = requestOf(step).body;
    return body.isEmpty() ? QByteArray() : QJsonDocument(body).toJson();
}

} // namespace patronus
