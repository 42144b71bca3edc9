// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/linestream.h"

#include <utility>

namespace patronus {

using namespace Qt::StringLiterals;

LineStream::LineStream(qsizetype longest) : m_longest(longest)
{
}

Expected<void> LineStream::feed(QByteArrayView piece, const Sink &onLine)
{
    const auto tooLong = [this] {
        return std::unexpected(Error{Error::Kind::Malformed, u"a line is longer than %1 bytes"_s.arg(m_longest)});
    };
    const auto hand = [&onLine](QByteArrayView line) {
        if (line.endsWith('\r'))
            line.chop(1);
        if (!line.isEmpty())
            onLine(line);
    };

    while (!piece.isEmpty()) {
        const qsizetype end = piece.indexOf('\n');
        if (m_rest.size() + (end < 0 ? piece.size() : end) > m_longest)
            return tooLong();
        if (end < 0) {
            m_rest.append(piece);
            break;
        }
        if (m_rest.isEmpty()) {
            hand(piece.first(end));
        } else {
            m_rest.append(piece.first(end));
            hand(std::exchange(m_rest, {})); // the sink may feed nothing, but it may look at rest()
        }
        piece.slice(end + 1);
    }
    return {};
}

} // namespace patronus
