// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"
#include "http/request.h"
#include "kube/kubecontext.h"

namespace patronus {

/// The Impersonate-… headers
/// (https://kubernetes.io/docs/reference/access-authn-authz/authentication/#user-impersonation); none for nobody. Keys
/// of extra are percent-encoded as client-go does. Invalid for values that would not reach the server as they are.
[[nodiscard]] Expected<HttpHeaders> impersonationHeaders(const Impersonation &as);

} // namespace patronus
