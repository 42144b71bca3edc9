// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"
#include "http/request.h"
#include "kube/resource.h"

namespace patronus {

/// What somebody wants to do, for a SelfSubjectAccessReview
/// (https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/self-subject-access-review-v1/).
struct AccessQuestion {
    QString verb; ///< get, list, watch, create, update, patch, delete …
    ResourceType type;
    QString nameSpace = {}; ///< empty: in all namespaces
    QString subresource = {};
};

/// Asks the server whether this user may. A POST that changes nothing, so no write gate is asked.
[[nodiscard]] HttpRequest accessReviewRequest(const AccessQuestion &question);
/// The same about the service account @p account: a SubjectAccessReview, which is itself a right of its own
/// (https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/subject-access-review-v1/).
[[nodiscard]] HttpRequest accountReviewRequest(const ObjectKey &account, const AccessQuestion &question);
/// The server's answer to either. Malformed where it is none.
[[nodiscard]] Expected<bool> accessReviewAnswer(const QJsonObject &review);

/// Asks the server as whom it knows us
/// (https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/self-subject-review-v1/). Changes
/// nothing either.
[[nodiscard]] HttpRequest selfReviewRequest();
/// The user's name. Malformed where it is no answer.
[[nodiscard]] Expected<QString> selfReviewAnswer(const QJsonObject &review);

} // namespace patronus
