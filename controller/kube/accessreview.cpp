// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/accessreview.h"

#include "core/json.h"
#include "kube/requests.h"

using namespace Qt::StringLiterals;

namespace patronus {

HttpRequest accessReviewRequest(const AccessQuestion &question)
{
    static const ResourceType reviews{
        u"authorization.k8s.io"_s, u"v1"_s, u"selfsubjectaccessreviews"_s, u"SelfSubjectAccessReview"_s, false};
    const auto &[verb, type, nameSpace, subresource] = question;
    QJsonObject attributes{
        {"verb"_L1, verb}, {"group"_L1, type.group}, {"version"_L1, type.version}, {"resource"_L1, type.plural}};
    if (!nameSpace.isEmpty())
        attributes.insert("namespace"_L1, nameSpace);
    if (!subresource.isEmpty())
        attributes.insert("subresource"_L1, subresource);
    const QJsonObject spec{{"resourceAttributes"_L1, attributes}};
    HttpRequest request = requests::create(reviews, {{"spec"_L1, spec}}, {});
    request.changesSomething = false;
    return request;
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
