// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"

#include <QByteArray>

#include <functional>

namespace patronus {

/// Cuts a body that comes in pieces of any size into lines. A line ends with LF; a CR before it is dropped, so are
/// empty lines. A line that lies whole in one piece is handed over where it lies, without a copy.
class LineStream
{
public:
    using Sink = std::function<void(QByteArrayView line)>;

    explicit LineStream(qsizetype longest = 16 * 1024 * 1024);

    /// Hands each line that ends in @p piece to @p onLine; what is left waits for the next piece. Malformed when a line
    /// is longer than the limit: the stream is of no use from then on.
    [[nodiscard]] Expected<void> feed(QByteArrayView piece, const Sink &onLine);

    /// What came after the last line's end: a server that cuts a stream may leave half a line.
    [[nodiscard]] const QByteArray &rest() const { return m_rest; }

private:
    const qsizetype m_longest;
    QByteArray m_rest;
};

} // namespace patronus
