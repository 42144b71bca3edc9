// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/object.h"

#include <QStringList>

namespace patronus {

/// Which programs keep @p object as they have it in their own source, and may undo what is done to it here: a sentence
/// each with the owner's name and the remedy. Read from what Argo CD, Flux and Helm mark their objects with.
[[nodiscard]] QStringList ownersOf(const Object &object);

} // namespace patronus
