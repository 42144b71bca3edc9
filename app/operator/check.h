// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "operator/options.h"

namespace patronus {

/// `patronus-operator check`: looks once at the API server, the permissions of the operations guide, the CRDs and the
/// Patronus API, and prints a table to standard output. Changes nothing. 0 when all is well, 1 when something is not.
/// Needs a QCoreApplication; runs an event loop of its own.
[[nodiscard]] int checkEverything(const OperatorOptions &options);

} // namespace patronus
