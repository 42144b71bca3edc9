// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/gzip.h"

#include <QScopeGuard>

#include <array>
#include <zlib.h>

using namespace Qt::StringLiterals;

namespace patronus {

Expected<QByteArray> gunzip(QByteArrayView packed, qsizetype most)
{
    const auto malformed = [](const QString &why) {
        return std::unexpected(Error{.kind = Error::Kind::Malformed, .message = u"gzip: "_s + why});
    };
    z_stream stream{};
    constexpr int gzipOnly = 16 + MAX_WBITS;
    if (inflateInit2(&stream, gzipOnly) != Z_OK)
        return malformed(u"zlib cannot begin"_s);
    const auto end = qScopeGuard([&stream] { inflateEnd(&stream); });

    QByteArray input = packed.toByteArray(); // zlib's interface wants it writable
    stream.next_in = reinterpret_cast<Bytef *>(input.data());
    stream.avail_in = static_cast<uInt>(input.size());
    QByteArray result;
    int code = Z_OK;
    while (code == Z_OK) {
        std::array<char, 64 * 1024> piece{};
        stream.next_out = reinterpret_cast<Bytef *>(piece.data());
        stream.avail_out = static_cast<uInt>(piece.size());
        code = inflate(&stream, Z_NO_FLUSH);
        result.append(piece.data(), static_cast<qsizetype>(piece.size() - stream.avail_out));
        if (result.size() > most)
            return malformed(u"more than %1 bytes"_s.arg(most));
    }
    if (code != Z_STREAM_END)
        return malformed(code == Z_BUF_ERROR ? u"cut short"_s : u"damaged"_s);
    return result;
}

} // namespace patronus
