// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/http1parser.h"

#include <algorithm>
#include <charconv>

namespace patronus {

using namespace Qt::StringLiterals;

namespace {

std::unexpected<Error> malformed(const QString &text)
{
    return std::unexpected(Error{Error::Kind::Malformed, text});
}

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

bool isToken(QByteArrayView name)
{
    return !name.isEmpty() && std::ranges::all_of(name, [](char c) {
        return isDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
            || QByteArrayView("!#$%&'*+-.^_`|~").contains(c);
    });
}

// Digits of @p base alone: no sign, no space, no 0x; nullopt also when it is more than 2^62.
std::optional<quint64> number(QByteArrayView text, int base)
{
    quint64 value = 0;
    const auto [end, error] = std::from_chars(text.begin(), text.end(), value, base);
    if (error != std::errc() || end != text.end() || value > (quint64(1) << 62))
        return std::nullopt;
    return value;
}

bool hasToken(QByteArrayView list, QByteArrayView token)
{
    while (!list.isEmpty()) {
        const qsizetype comma = list.indexOf(',');
        if ((comma < 0 ? list : list.first(comma)).trimmed().compare(token, Qt::CaseInsensitive) == 0)
            return true;
        list.slice(comma < 0 ? list.size() : comma + 1);
    }
    return false;
}

} // namespace

Http1Parser::Http1Parser(qsizetype mostHeader) : m_mostHeader(mostHeader)
{
}

Expected<Http1Parser::Step> Http1Parser::next(QByteArrayView &input)
{
    while (m_state != State::Ended) {
        switch (m_state) {
        case State::Header: {
            const auto whole = readHeader(input);
            if (!whole)
                return std::unexpected(whole.error());
            if (!*whole)
                return Step{Event::NeedMore};
            if (m_state != State::Header) // not the header of a 1xx, which only announces the answer
                return Step{Event::Header};
            break;
        }
        case State::Body:
        case State::BodyToClose:
        case State::Chunk: {
            if (m_left == 0 && m_state != State::BodyToClose) {
                m_state = m_state == State::Chunk ? State::ChunkEnd : State::Ended;
                break;
            }
            if (input.isEmpty())
                return Step{Event::NeedMore};
            const auto size
                = m_state == State::BodyToClose ? input.size() : qsizetype(std::min(m_left, quint64(input.size())));
            const QByteArrayView piece = input.first(size);
            input.slice(size);
            m_left -= m_state == State::BodyToClose ? 0 : quint64(size);
            return Step{Event::Body, piece};
        }
        case State::ChunkSize:
        case State::ChunkEnd:
        case State::Trailer: {
            const auto whole = readLine(input);
            if (!whole)
                return std::unexpected(whole.error());
            if (!*whole)
                return Step{Event::NeedMore};
            if (m_state == State::ChunkSize) {
                if (const auto parsed = parseChunkSize(); !parsed)
                    return std::unexpected(parsed.error());
            } else if (m_state == State::ChunkEnd) {
                if (!m_text.isEmpty())
                    return malformed(u"a chunk of the body is longer than it says"_s);
                m_state = State::ChunkSize;
            } else if (m_text.isEmpty()) {
                m_state = State::Ended;
            } else if (m_trailerSize += m_text.size(); m_trailerSize > m_mostHeader) {
                return malformed(u"the trailers are longer than %1 bytes"_s.arg(m_mostHeader));
            }
            m_text.clear();
            break;
        }
        case State::Ended:
            break;
        }
    }
    return Step{Event::End};
}

Expected<bool> Http1Parser::readHeader(QByteArrayView &input)
{
    // Garbage is seen at its first byte, not when 64 KiB of it have come.
    const QByteArrayView start = "HTTP/1.";
    const qsizetype seen = m_text.size();
    const qsizetype most = m_mostHeader + 4; // with the empty line
    m_text.append(input.first(std::min(input.size(), most - seen)));
    if (!start.startsWith(QByteArrayView(m_text).first(std::min(m_text.size(), start.size()))))
        return malformed(u"the answer is not HTTP/1.1"_s);

    const qsizetype end = m_text.indexOf("\r\n\r\n", std::max<qsizetype>(0, seen - 3));
    if (end < 0) {
        if (m_text.size() == most)
            return malformed(u"the header is longer than %1 bytes"_s.arg(m_mostHeader));
        input = {};
        return false;
    }
    input.slice(end + 4 - seen);
    if (const auto parsed = parseHeader(QByteArrayView(m_text).first(end + 2)); !parsed)
        return std::unexpected(parsed.error());
    m_text.clear();
    return true;
}

Expected<bool> Http1Parser::readLine(QByteArrayView &input)
{
    constexpr qsizetype longest = 4096;
    const qsizetype end = input.indexOf('\n');
    const qsizetype size = end < 0 ? input.size() : end + 1;
    if (m_text.size() + size > longest)
        return malformed(u"a line between chunks is longer than %1 bytes"_s.arg(longest));
    m_text.append(input.first(size));
    input.slice(size);
    if (end < 0)
        return false;
    if (!m_text.endsWith("\r\n"))
        return malformed(u"a line between chunks does not end with CR LF"_s);
    m_text.chop(2);
    return true;
}

Expected<void> Http1Parser::parseHeader(QByteArrayView text)
{
    m_headers.clear();
    const qsizetype statusEnd = text.indexOf("\r\n");
    const QByteArrayView line = text.first(statusEnd); // HTTP/1.1 200 OK
    if (line.size() < 12 || !isDigit(line[7]) || line[8] != ' ' || !std::ranges::all_of(line.sliced(9, 3), isDigit)
        || (line.size() > 12 && line[12] != ' '))
        return malformed(u"the answer's first line is no status line"_s);
    m_status = line.sliced(9, 3).toInt();
    if (m_status < 100)
        return malformed(u"%1 is no status"_s.arg(m_status));
    m_keepsAlive = line[7] != '0';

    for (text.slice(statusEnd + 2); !text.isEmpty();) {
        const qsizetype end = text.indexOf("\r\n");
        if (const auto parsed = parseField(text.first(end)); !parsed)
            return parsed;
        text.slice(end + 2);
    }
    return chooseBody();
}

Expected<void> Http1Parser::parseField(QByteArrayView line)
{
    const qsizetype colon = line.indexOf(':');
    if (colon < 0 || !isToken(line.first(colon)))
        return malformed(u"a header line has no name"_s);
    const QByteArrayView value = line.sliced(colon + 1).trimmed();
    if (std::ranges::any_of(value, [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\t'; }))
        return malformed(u"a header's value has a control character"_s);
    m_headers.emplaceBack(line.first(colon).toByteArray().toLower(), value.toByteArray());
    return {};
}

// How long the body is: https://www.rfc-editor.org/rfc/rfc9112#section-6.3
Expected<void> Http1Parser::chooseBody()
{
    std::optional<quint64> length;
    bool chunked = false;
    for (const auto &[name, value] : std::as_const(m_headers)) {
        if (name == "content-length") {
            const auto parsed = number(value, 10);
            if (!parsed || (length && length != parsed))
                return malformed(u"content-length is no number"_s);
            length = parsed;
        } else if (name == "transfer-encoding") {
            if (chunked || value.compare("chunked", Qt::CaseInsensitive) != 0)
                return malformed(u"the body has a transfer-encoding that was not asked for"_s);
            chunked = true;
        } else if (name == "connection") {
            if (hasToken(value, "close"))
                m_keepsAlive = false;
        }
    }
    if (chunked && length)
        return malformed(u"the body has both a content-length and a transfer-encoding"_s);

    if (m_status == 101)
        return malformed(u"the server changed the protocol unasked"_s);
    if (m_status < 200)
        return {};
    m_left = length.value_or(0);
    if (m_status == 204 || m_status == 304) {
        m_left = 0;
        m_state = State::Body;
    } else if (chunked) {
        m_state = State::ChunkSize;
    } else if (length) {
        m_state = State::Body;
    } else {
        m_keepsAlive = false;
        m_state = State::BodyToClose;
    }
    return {};
}

Expected<void> Http1Parser::parseChunkSize()
{
    QByteArrayView text = m_text;
    if (const qsizetype extension = text.indexOf(';'); extension >= 0)
        text.truncate(extension);
    const auto size = number(text.trimmed(), 16);
    if (!size)
        return malformed(u"a chunk's size is no number"_s);
    m_left = *size;
    m_state = *size == 0 ? State::Trailer : State::Chunk;
    return {};
}

} // namespace patronus
