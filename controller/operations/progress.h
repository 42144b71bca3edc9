// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <functional>

namespace patronus {

/// Told how far an operation is: "checking objects", 500 of 2000; @p of is 0 where nobody knows yet. May be empty.
using Progress = std::function<void(const QString &what, qsizetype done, qsizetype of)>;

/// The same, such that it can be called also where it was empty.
[[nodiscard]] inline Progress callable(Progress progress)
{
    return progress ? std::move(progress) : [](const QString &, qsizetype, qsizetype) { };
}

} // namespace patronus
