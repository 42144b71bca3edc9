// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/json.h"
#include "kube/object.h"

#include <functional>

namespace patronus {

/// What a page of a list says of itself.
struct ListPage {
    QString resourceVersion;
    QString continueToken; ///< empty on the last page
};

/// Reads one page of a list and hands over its objects one at a time, so that no second copy of the page is ever made
/// of values: memory is the page's text and one object. @p drop is ListOptions::drop; @p onObject says whether to go
/// on. Objects get @p apiVersion and @p kind, which items of built-in types come without.
[[nodiscard]] Expected<ListPage> readListPage(QByteArrayView text, const QString &apiVersion, const QString &kind,
    const JsonDrop &drop, const std::function<bool(Object)> &onObject);

} // namespace patronus
