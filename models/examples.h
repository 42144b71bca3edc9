// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/resource.h"

namespace patronus {

/// One object of resources/examples, which are part of the program.
struct Example {
    QString name; ///< of the object, and what its file says of itself: "branch-lone – One branch office, alone"
    QString text; ///< YAML, with its comments
};

/// Those of @p type, by file.
[[nodiscard]] QList<Example> examplesOf(const ResourceType &type);

} // namespace patronus
