// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"
#include "http/request.h"

namespace patronus {

/// Reads one HTTP/1.1 answer (RFC 9112) out of pieces of any size. Strict: what the RFC lets a client repair (bare LF,
/// folded lines, two lengths) is Malformed, for nobody in good order sends it. No socket.
class Http1Parser
{
public:
    enum class Event {
        NeedMore, ///< all of the input is used
        Header, ///< status() and takeHeaders() are there
        Body, ///< a piece of the body
        End, ///< the answer is whole; what is left of the input is not of it
    };
    struct Step {
        Event event = Event::NeedMore;
        QByteArrayView body = {}; ///< of Body; lies in the input
    };

    explicit Http1Parser(qsizetype mostHeader = 64 * 1024);

    /// The next event in @p input, which is advanced by what was used.
    [[nodiscard]] Expected<Step> next(QByteArrayView &input);
    /// The connection closed: whether that is the end of a body that has no other end.
    [[nodiscard]] bool endsByClose() const { return m_state == State::BodyToClose; }
    /// Whether a byte of an answer has been read.
    [[nodiscard]] bool hasBegun() const { return m_status != 0 || !m_text.isEmpty(); }

    [[nodiscard]] int status() const { return m_status; }
    [[nodiscard]] HttpHeaders takeHeaders() { return std::move(m_headers); }
    /// Whether the connection can be used again after End.
    [[nodiscard]] bool keepsAlive() const { return m_keepsAlive; }

private:
    enum class State { Header, Body, BodyToClose, ChunkSize, Chunk, ChunkEnd, Trailer, Ended };

    Expected<bool> readHeader(QByteArrayView &input);
    Expected<bool> readLine(QByteArrayView &input);
    Expected<void> parseHeader(QByteArrayView text);
    Expected<void> parseField(QByteArrayView line);
    Expected<void> chooseBody();
    Expected<void> parseChunkSize();

    qsizetype m_mostHeader;
    State m_state = State::Header;
    QByteArray m_text; // of the header, or of a line between chunks, until it is whole
    qsizetype m_trailerSize = 0;
    quint64 m_left = 0; // of the body or of the chunk
    int m_status = 0;
    HttpHeaders m_headers;
    bool m_keepsAlive = false;
};

} // namespace patronus
