// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/clustermodel.h"

namespace patronus {

/// What the operator's Lease says at @p now into @p info; a null one: nobody leads.
void readLease(const Object &lease, const QDateTime &now, OperatorInfo &info);
/// What its Deployment says; a null one: there is none.
void readDeployment(const Object &deployment, OperatorInfo &info);

} // namespace patronus
