// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "kube/client.h"
#include "operations/diagnosis/facts.h"

namespace patronus {

/// Of what a diagnosis is made.
struct DiagnosisScope {
    QString version; ///< of this program: "0.1.0"
    ObjectKey operatorKey; ///< of the operator's Deployment
    QString nameSpace = {}; ///< of Sites and Policies; empty: all
};

/// Reads all that diagnose() asks for, several requests at once, and tries one change of each kind out (dryRun=All).
/// Changes nothing. What is refused, or cannot be read, is an error in its place in the facts; only a server that does
/// not answer at all is an error of the whole. Takes some seconds longer where a spec is found that nobody has looked
/// at yet: it is looked at twice. @p client and @p clock have to outlive what runs.
[[nodiscard]] Task<DiagnosisFacts> gatherFacts(
    KubeClient &client, Clock &clock, DiagnosisScope scope, std::stop_token stop);

} // namespace patronus
