// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/accessreview.h"

#include "core/json.h"
#include "kube/requests.h"

using namespace Qt::StringLiterals;

namespace patronus {

static QJsonObject attributesOf(const AccessQuestion &question)
{
    const auto &[verb, type, nameSpace, subresource] = question;
    QJsonObject attributes{
        {"verb"_L1, verb}, {"group"_L1, type.group}, {"version"_L1, type.version}, {"resource"_L1, type.plural}};
    if (!nameSpace.isEmpty())
        attributes.insert("namespace"_L1, nameSpace);
    if (!subresource.isEmpty())
        attributes.insert("subresource"_L1, subresource);
    return attributes;
}

static HttpRequest reviewRequest(const QString &plural, const QString &kind, const QJsonObject &spec)
{
    const ResourceType reviews{u"authorization.k8s.io"_s, u"v1"_s, plural, kind, false};
    HttpRequest request = requests::create(reviews, {{"spec"_L1, spec}}, {});
    request.changesSomething = false;
    return request;
}

HttpRequest accessReviewRequest(const AccessQuestion &question)
{
    return reviewRequest(u"selfsubjectaccessreviews"_s, u"SelfSubjectAccessReview"_s,
        {{"resourceAttributes"_L1, attributesOf(question)}});
}

HttpRequest accountReviewRequest(const ObjectKey &account, const AccessQuestion &question)
{
    const QJsonArray groups{
        u"system:serviceaccounts"_s, u"system:serviceaccounts:"_s + account.nameSpace, u"system:authenticated"_s};
    return reviewRequest(u"subjectaccessreviews"_s, u"SubjectAccessReview"_s,
        {{"user"_L1, u"system:serviceaccount:%1:%2"_s.arg(account.nameSpace, account.name)}, {"groups"_L1, groups},
            {"resourceAttributes"_L1, attributesOf(question)}});
}

Expected<bool> accessReviewAnswer(const QJsonObject &review)
{
    return required<bool>(review, u"status.allowed");
}

HttpRequest selfReviewRequest()
{
    static const ResourceType reviews{
        u"authentication.k8s.io"_s, u"v1"_s, u"selfsubjectreviews"_s, u"SelfSubjectReview"_s, false};
    HttpRequest request = requests::create(reviews, {}, {});
    request.changesSomething = false;
    return request;
}

Expected<QString> selfReviewAnswer(const QJsonObject &review)
{
    return required<QString>(review, u"status.userInfo.username");
}

} // namespace patronus
