// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <algorithm>

namespace patronus {

/// Whether @p text reaches the server unchanged as an HTTP header's value: no control characters, which could begin
/// another header, and no space at its ends, which would be cut off.
[[nodiscard]] inline bool isHeaderValue(const QString &text)
{
    const bool hasControl
        = std::ranges::any_of(text, [](QChar c) { return c.unicode() < 0x20 || c.unicode() == 0x7f; });
    return !text.isEmpty() && !hasControl && text.front() != u' ' && text.back() != u' ';
}

} // namespace patronus
