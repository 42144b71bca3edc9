// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/http2session.h"

#include "core/log.h"

#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace patronus {

using namespace Qt::StringLiterals;
using enum Error::Kind;

namespace {

constexpr quint32 streamWindow = 4 << 20;
constexpr qint32 sessionWindow = 64 << 20;
constexpr qsizetype mostFrames = 64 * 1024; // that are handed out in one go
constexpr size_t mostContinuations = 128; // of a header; libnghttp2 counts one that comes in pieces several times

QByteArray bytes(const uint8_t *data, size_t size)
{
    return {reinterpret_cast<const char *>(data), qsizetype(size)};
}

nghttp2_nv field(QByteArrayView name, QByteArrayView value)
{
    const auto *const n = reinterpret_cast<const uint8_t *>(name.data());
    const auto *const v = reinterpret_cast<const uint8_t *>(value.data());
    return {const_cast<uint8_t *>(n), const_cast<uint8_t *>(v), size_t(name.size()), size_t(value.size()),
        NGHTTP2_NV_FLAG_NONE};
}

QString codeName(uint32_t code)
{
    return QString::fromLatin1(nghttp2_http2_strerror(code));
}

QString errorName(nghttp2_ssize code)
{
    return QString::fromLatin1(nghttp2_strerror(int(code)));
}

} // namespace

/// What libnghttp2 calls; the last argument is the session.
struct Http2Session::Callbacks {
    static nghttp2_session_callbacks *table();

    static int onBeginHeaders(nghttp2_session *, const nghttp2_frame *frame, void *self);
    static int onHeader(nghttp2_session *, const nghttp2_frame *frame, const uint8_t *name, size_t nameSize,
        const uint8_t *value, size_t valueSize, uint8_t flags, void *self);
    static int onFrame(nghttp2_session *, const nghttp2_frame *frame, void *self);
    static int onInvalidFrame(nghttp2_session *, const nghttp2_frame *frame, int code, void *self);
    static int onData(nghttp2_session *, uint8_t flags, int32_t id, const uint8_t *data, size_t size, void *self);
    static int onStreamClose(nghttp2_session *, int32_t id, uint32_t code, void *self);
    static int beforeFrame(nghttp2_session *, const nghttp2_frame *frame, void *self);
    static int onFrameSent(nghttp2_session *, const nghttp2_frame *frame, void *self);
    static int onProtocolError(nghttp2_session *, int code, const char *text, size_t size, void *self);
    static nghttp2_ssize readBody(nghttp2_session *, int32_t id, uint8_t *space, size_t size, uint32_t *flags,
        nghttp2_data_source *source, void *self);

    static Http2Session &of(void *self) { return *static_cast<Http2Session *>(self); }
};

Http2Session::Http2Session(Settings settings, Owner &owner) : m_settings(std::move(settings)), m_owner(owner)
{
    nghttp2_session_callbacks *const table = Callbacks::table();
    nghttp2_option *option = nullptr;
    nghttp2_option_new(&option);
    nghttp2_option_set_max_continuations(option, mostContinuations);
    nghttp2_session_client_new2(&m_session, table, this, option);
    nghttp2_option_del(option);
    nghttp2_session_callbacks_del(table);
    const std::array settingsFrame{
        nghttp2_settings_entry{NGHTTP2_SETTINGS_ENABLE_PUSH, 0},
        nghttp2_settings_entry{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, streamWindow},
        nghttp2_settings_entry{NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, quint32(m_settings.mostHeader)},
    };
    nghttp2_submit_settings(m_session, NGHTTP2_FLAG_NONE, settingsFrame.data(), settingsFrame.size());
    nghttp2_session_set_local_window_size(m_session, NGHTTP2_FLAG_NONE, 0, sessionWindow);
}

Http2Session::~Http2Session()
{
    nghttp2_session_del(m_session);
}

// --- out -------------------------------------------------------------------------------------------------------------

void Http2Session::submit(std::shared_ptr<Exchange> exchange)
{
    const HttpRequest &request = exchange->request();
    const QByteArray path = m_settings.prefix + request.target;
    const bool hasBody = !request.body.isEmpty();
    const QByteArray length = QByteArray::number(request.body.size());

    std::vector<nghttp2_nv> fields;
    fields.reserve(size_t(request.headers.size()) + 6);
    fields.push_back(field(":method", verbName(request.verb)));
    fields.push_back(field(":scheme", "https"));
    fields.push_back(field(":authority", m_settings.authority));
    fields.push_back(field(":path", path));
    if (!m_settings.userAgent.isEmpty())
        fields.push_back(field("user-agent", m_settings.userAgent));
    for (const auto &[name, value] : request.headers)
        fields.push_back(field(name, value));
    if (hasBody)
        fields.push_back(field("content-length", length));

    const nghttp2_data_provider2 body{.source = {}, .read_callback = Callbacks::readBody};
    const int32_t id
        = nghttp2_submit_request2(m_session, nullptr, fields.data(), fields.size(), hasBody ? &body : nullptr, nullptr);
    if (id < 0)
        return exchange->fail(Unreachable, errorName(id));
    m_streams.emplace(id, Stream{.exchange = std::move(exchange)});
}

nghttp2_ssize Http2Session::Callbacks::readBody(
    nghttp2_session *, int32_t id, uint8_t *space, size_t size, uint32_t *flags, nghttp2_data_source *, void *self)
{
    Stream *const stream = of(self).stream(id);
    if (!stream || !stream->exchange)
        return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE; // resets the stream
    const HttpRequest &request = stream->exchange->request();
    if (request.changesSomething && !of(self).m_settings.mayWrite()) {
        stream->exchange->fail(
            WriteRefused, u"this process may no longer write: the rest of the request was dropped"_s);
        return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    }
    const auto piece = std::min(qsizetype(size), request.body.size() - stream->bodySent);
    std::memcpy(space, request.body.constData() + stream->bodySent, size_t(piece));
    stream->bodySent += piece;
    if (stream->bodySent == request.body.size())
        *flags |= NGHTTP2_DATA_FLAG_EOF;
    if (request.changesSomething)
        of(self).m_framesHaveChange = true;
    return piece;
}

Expected<Http2Session::Frames> Http2Session::frames()
{
    m_frames.resize(0); // keeps its memory
    m_framesHaveChange = false;
    while (m_frames.size() < mostFrames) {
        const uint8_t *data = nullptr;
        const nghttp2_ssize size = nghttp2_session_mem_send2(m_session, &data);
        if (m_refused)
            return std::unexpected(Error{WriteRefused, u"this process may no longer write"_s});
        if (size < 0)
            return std::unexpected(Error{Unreachable, errorName(size)});
        if (size == 0)
            break;
        m_frames.append(reinterpret_cast<const char *>(data), size);
    }
    return Frames{m_frames, m_framesHaveChange};
}

/// A header may have waited in libnghttp2 since submit(), behind others for which the socket had no room. By now it is
/// in the compressor's memory: without it the server could read no later header, so the whole connection goes.
int Http2Session::Callbacks::beforeFrame(nghttp2_session *, const nghttp2_frame *frame, void *self)
{
    if (frame->hd.type != NGHTTP2_HEADERS)
        return 0;
    Stream *const stream = of(self).stream(frame->hd.stream_id);
    if (!stream || !stream->exchange || !stream->exchange->request().changesSomething)
        return 0;
    of(self).m_framesHaveChange = true;
    of(self).m_refused = !of(self).m_settings.mayWrite();
    return of(self).m_refused ? NGHTTP2_ERR_CALLBACK_FAILURE : 0;
}

int Http2Session::Callbacks::onFrameSent(nghttp2_session *, const nghttp2_frame *frame, void *self)
{
    QString &error = of(self).m_protocolError;
    if (frame->hd.type == NGHTTP2_GOAWAY && frame->goaway.error_code != NGHTTP2_NO_ERROR && error.isEmpty())
        error = codeName(frame->goaway.error_code);
    // We reset with CANCEL; libnghttp2 does it for what the server must not send.
    if (Stream *const stream = of(self).stream(frame->hd.stream_id); stream && frame->hd.type == NGHTTP2_RST_STREAM)
        stream->malformed = stream->malformed || frame->rst_stream.error_code == NGHTTP2_PROTOCOL_ERROR;
    return 0;
}

void Http2Session::ping()
{
    nghttp2_submit_ping(m_session, NGHTTP2_FLAG_NONE, nullptr);
}

void Http2Session::goAway()
{
    nghttp2_session_terminate_session(m_session, NGHTTP2_NO_ERROR);
}

void Http2Session::reset(int32_t id, Stream &stream)
{
    stream.exchange.reset();
    nghttp2_submit_rst_stream(m_session, NGHTTP2_FLAG_NONE, id, NGHTTP2_CANCEL);
}

bool Http2Session::abandon(const Exchange &exchange)
{
    const auto found
        = std::ranges::find(m_streams, &exchange, [](const auto &entry) { return entry.second.exchange.get(); });
    if (found == m_streams.end())
        return false;
    reset(found->first, found->second);
    return true;
}

bool Http2Session::dropChanges()
{
    bool dropped = false;
    for (auto &[id, stream] : m_streams) {
        if (!stream.exchange || !stream.exchange->request().changesSomething)
            continue;
        stream.exchange->fail(WriteRefused, u"cut, for this process may no longer write"_s);
        reset(id, stream);
        dropped = true;
    }
    return dropped;
}

std::vector<std::shared_ptr<Exchange>> Http2Session::takeAll()
{
    std::vector<std::shared_ptr<Exchange>> all;
    for (auto &[id, stream] : m_streams)
        if (stream.exchange)
            all.push_back(std::exchange(stream.exchange, nullptr));
    return all;
}

// --- in --------------------------------------------------------------------------------------------------------------

nghttp2_session_callbacks *Http2Session::Callbacks::table()
{
    nghttp2_session_callbacks *table = nullptr;
    nghttp2_session_callbacks_new(&table);
    nghttp2_session_callbacks_set_on_begin_headers_callback(table, onBeginHeaders);
    nghttp2_session_callbacks_set_on_header_callback(table, onHeader);
    nghttp2_session_callbacks_set_on_frame_recv_callback(table, onFrame);
    nghttp2_session_callbacks_set_on_invalid_frame_recv_callback(table, onInvalidFrame);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(table, onData);
    nghttp2_session_callbacks_set_on_stream_close_callback(table, onStreamClose);
    nghttp2_session_callbacks_set_before_frame_send_callback(table, beforeFrame);
    nghttp2_session_callbacks_set_on_frame_send_callback(table, onFrameSent);
    nghttp2_session_callbacks_set_error_callback2(table, onProtocolError);
    return table;
}

Expected<void> Http2Session::receive(QByteArrayView input)
{
    const nghttp2_ssize used
        = nghttp2_session_mem_recv2(m_session, reinterpret_cast<const uint8_t *>(input.data()), size_t(input.size()));
    if (used < 0)
        return std::unexpected(Error{Malformed, errorName(used)});
    return {};
}

int Http2Session::Callbacks::onBeginHeaders(nghttp2_session *, const nghttp2_frame *frame, void *self)
{
    if (Stream *const stream = of(self).stream(frame->hd.stream_id)) {
        stream->headers.clear();
        stream->status = 0;
    }
    return 0;
}

int Http2Session::Callbacks::onHeader(nghttp2_session *, const nghttp2_frame *frame, const uint8_t *name,
    size_t nameSize, const uint8_t *value, size_t valueSize, uint8_t, void *self)
{
    Stream *const stream = of(self).stream(frame->hd.stream_id);
    if (!stream || !stream->exchange)
        return 0;
    const qsizetype most = of(self).m_settings.mostHeader;
    stream->headerSize += qsizetype(nameSize + valueSize) + 32; // as SETTINGS_MAX_HEADER_LIST_SIZE counts
    if (stream->headerSize > most) {
        stream->exchange->fail(Malformed, u"the header is longer than %1 bytes"_s.arg(most));
        return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE; // resets the stream
    }
    QByteArray text = bytes(value, valueSize);
    if (nameSize > 0 && name[0] == ':')
        stream->status = text.toInt();
    else
        stream->headers.emplaceBack(bytes(name, nameSize), std::move(text));
    return 0;
}

int Http2Session::Callbacks::onFrame(nghttp2_session *, const nghttp2_frame *frame, void *self)
{
    switch (frame->hd.type) {
    case NGHTTP2_HEADERS:
    case NGHTTP2_DATA:
        if (Stream *const stream = of(self).stream(frame->hd.stream_id)) {
            // Not the header of a 1xx, which only announces the answer, and not trailers.
            if (frame->hd.type == NGHTTP2_HEADERS && stream->status >= 200 && stream->exchange)
                stream->exchange->receiveHeader(stream->status, std::move(stream->headers));
            stream->answered = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
        }
        break;
    case NGHTTP2_SETTINGS:
        of(self).m_owner.onSettings();
        break;
    case NGHTTP2_PING:
        if ((frame->hd.flags & NGHTTP2_FLAG_ACK) != 0)
            of(self).m_owner.onPong();
        break;
    case NGHTTP2_GOAWAY:
        qCDebug(logHttp) << "GOAWAY" << codeName(frame->goaway.error_code);
        of(self).m_owner.onGoAway();
        break;
    default:
        break;
    }
    return 0;
}

int Http2Session::Callbacks::onInvalidFrame(nghttp2_session *, const nghttp2_frame *frame, int, void *self)
{
    if (Stream *const stream = of(self).stream(frame->hd.stream_id))
        stream->malformed = true;
    return 0;
}

int Http2Session::Callbacks::onData(
    nghttp2_session *, uint8_t, int32_t id, const uint8_t *data, size_t size, void *self)
{
    Stream *const stream = of(self).stream(id);
    if (!stream || !stream->exchange)
        return 0;
    const auto exchange = stream->exchange; // what it calls may abandon it
    exchange->receiveBody(QByteArrayView(reinterpret_cast<const char *>(data), qsizetype(size)));
    return 0;
}

int Http2Session::Callbacks::onStreamClose(nghttp2_session *, int32_t id, uint32_t code, void *self)
{
    const auto node = of(self).m_streams.extract(id);
    if (node.empty())
        return 0;
    const Stream &stream = node.mapped();
    of(self).m_owner.onStreamClosed();
    if (!stream.exchange)
        return 0;
    stream.exchange->setCarrier(nullptr);
    const QString &error = of(self).m_protocolError;
    if (stream.malformed)
        stream.exchange->fail(Malformed, error.isEmpty() ? u"the answer breaks HTTP/2's rules"_s : error);
    else if (stream.answered && stream.exchange->hasHeader())
        stream.exchange->complete();
    else if (stream.exchange->hasHeader())
        stream.exchange->fail(
            Unreachable, u"the answer was cut: the server reset the stream (%1)"_s.arg(codeName(code)));
    else
        of(self).m_owner.onUnanswered(
            stream.exchange, code == NGHTTP2_REFUSED_STREAM, u"the server reset the stream (%1)"_s.arg(codeName(code)));
    return 0;
}

int Http2Session::Callbacks::onProtocolError(nghttp2_session *, int, const char *text, size_t size, void *self)
{
    of(self).m_protocolError = QString::fromLatin1(text, qsizetype(size));
    return 0;
}

Http2Session::Stream *Http2Session::stream(int32_t id)
{
    const auto found = m_streams.find(id);
    return found == m_streams.end() ? nullptr : &found->second;
}

quint32 Http2Session::mostStreams() const
{
    return nghttp2_session_get_remote_settings(m_session, NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS);
}

bool Http2Session::isOver() const
{
    return nghttp2_session_want_read(m_session) == 0 && nghttp2_session_want_write(m_session) == 0;
}

} // namespace patronus
