// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "operations/action.h"
#include "operations/changepreview.h"

namespace patronus {

/// What the operator would do once @p request is carried out, in lines for ActionPlan::preview: its own reconciler says
/// so, and nothing is changed. Where it cannot be told, that is the line; of more than fifty objects the first are
/// told, and more than a hundred changes are not looked at. @p world.client may do more than read: only a dry run and a
/// reading client are made of it. What @p world refers to has to outlive it.
[[nodiscard]] QCoro::Task<QStringList> effectPreview(ActionWorld world, PreviewRequest request, std::stop_token stop);

} // namespace patronus
