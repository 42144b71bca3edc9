// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/http2script.h"

#include "http/testtls.h"

#include <QtEndian>

namespace patronus {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype prefaceSize = 24; // "PRI * HTTP/2.0…"
constexpr qsizetype frameHeaderSize = 9;

} // namespace

Http2Script::Http2Script(Handler handler, QByteArray settings)
    : m_handler(std::move(handler)), m_settings(std::move(settings)), m_server({}, serverTls(u"server"_s, {"h2"}))
{
    m_server.setOnAccepted([this](Peer &peer) { peer.write(frame(Settings, None, 0, m_settings)); });
    m_server.setOnBytes([this](Peer &peer) { read(peer); });
}

void Http2Script::read(Peer &peer)
{
    const QPointer<Peer> guard(&peer);
    while (guard) {
        qsizetype &parsed = m_parsed[peer.number()];
        parsed = std::max(parsed, prefaceSize);
        const QByteArray &bytes = peer.received();
        if (bytes.size() < parsed + frameHeaderSize)
            return;
        const auto *const start = reinterpret_cast<const uchar *>(bytes.constData()) + parsed;
        const qsizetype size = start[0] << 16 | start[1] << 8 | start[2];
        if (bytes.size() < parsed + frameHeaderSize + size)
            return;
        const Frame frame{.type = start[3],
            .flags = start[4],
            .stream = qFromBigEndian<quint32>(start + 5),
            .payload = bytes.mid(parsed + frameHeaderSize, size),
            .connection = peer.number()};
        parsed += frameHeaderSize + size;
        m_frames << frame;
        if (frame.type == Settings && (frame.flags & Ack) == 0)
            peer.write(Http2Script::frame(Settings, Ack, 0));
        else if (frame.type == Ping && (frame.flags & Ack) == 0 && answersPings)
            peer.write(Http2Script::frame(Ping, Ack, 0, frame.payload));
        m_handler(frame, peer);
    }
}

QList<Http2Script::Frame> Http2Script::frames(quint8 type) const
{
    QList<Frame> some;
    std::ranges::copy_if(m_frames, std::back_inserter(some), [type](const Frame &frame) { return frame.type == type; });
    return some;
}

QByteArray Http2Script::number(quint32 value)
{
    QByteArray bytes(4, Qt::Uninitialized);
    qToBigEndian(value, bytes.data());
    return bytes;
}

QByteArray Http2Script::setting(quint16 name, quint32 value)
{
    return number(name).last(2) + number(value);
}

QByteArray Http2Script::frame(quint8 type, quint8 flags, quint32 stream, const QByteArray &payload)
{
    return number(quint32(payload.size())).last(3) + char(type) + char(flags) + number(stream) + payload;
}

QByteArray Http2Script::header(quint32 stream, quint8 flags, const QByteArray &more)
{
    return frame(Headers, flags, stream, "\x88"_ba + more); // 8 is ":status: 200" in HPACK's static table
}

QByteArray Http2Script::answer(quint32 stream, const QByteArray &body)
{
    return header(stream) + frame(Data, EndStream, stream, body);
}

QByteArray Http2Script::goAway(quint32 lastStream, quint32 code)
{
    return frame(GoAway, None, 0, number(lastStream) + number(code));
}

QByteArray Http2Script::reset(quint32 stream, quint32 code)
{
    return frame(Reset, None, stream, number(code));
}

} // namespace patronus
