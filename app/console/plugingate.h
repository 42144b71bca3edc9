// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/execplugin.h"

class QWidget;

namespace patronus {

/// How the console runs credential plugins: only those that the user has allowed, once and for all as long as nothing
/// of them changes, or allows now in a dialog on @p window; and while one runs, a dialog shows what it says. The
/// dialogs go with the window. @p window may go before what was made with this.
[[nodiscard]] ExecOptions pluginsWithLeave(QWidget &window);

} // namespace patronus
