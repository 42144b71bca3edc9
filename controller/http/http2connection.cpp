// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/http2connection.h"

#include "core/log.h"

#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <deque>
#include <unordered_map>
#include <utility>

namespace patronus {

using namespace Qt::StringLiterals;
using enum Error::Kind;

namespace {

constexpr quint32 streamWindow = 4 << 20;
constexpr qint32 sessionWindow = 64 << 20;
constexpr qsizetype batchSize = 64 * 1024; // of frames that are handed to the socket in one go
constexpr size_t mostContinuations = 128; // of a header; libnghttp2 counts one that comes in pieces several times
constexpr quint32 streamsBeforeSettings = 100; // RFC 9113, 6.5.2: no server should allow fewer

struct Stream {
    std::shared_ptr<Exchange> exchange; // null: abandoned
    HttpHeaders headers = {}; // of the header block that is coming in
    int status = 0; // of that block
    qsizetype headerSize = 0; // of all blocks
    qsizetype bodySent = 0;
    bool answered = false; // END_STREAM came
    bool malformed = false;
};

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

} // namespace

class Http2Connection::Session
{
public:
    Session(Http2Connection &owner, std::unique_ptr<GatedSocket> gatedSocket, QByteArray serverAuthority,
        QByteArray pathPrefix, QByteArray agent, ConnectionLimits connectionLimits, Clock &systemClock);
    ~Session() { nghttp2_session_del(session); }
    Q_DISABLE_COPY_MOVE(Session)

    void schedulePump();
    void pump();
    void submitWaiting();
    void submit(std::shared_ptr<Exchange> exchange);
    void onReadable();
    void onSocketEnded(const Error &why);
    void onSilence();
    void ping();
    void leave(bool cut);
    void leaveIfDone();
    void reset(int32_t id, Stream &stream);
    void repeatOrFail(const std::shared_ptr<Exchange> &exchange, bool unseen, const QString &why);
    [[nodiscard]] std::vector<std::shared_ptr<Exchange>> takeAll();
    [[nodiscard]] size_t load() const { return streams.size() + waiting.size(); }
    [[nodiscard]] Stream *stream(int32_t id);

    // libnghttp2's callbacks; each gets this as its last argument.
    static nghttp2_session_callbacks *callbacks();
    static int onHeader(nghttp2_session *, const nghttp2_frame *frame, const uint8_t *name, size_t nameSize,
        const uint8_t *value, size_t valueSize, uint8_t flags, void *self);
    static int onBeginHeaders(nghttp2_session *, const nghttp2_frame *frame, void *self);
    static int onFrame(nghttp2_session *, const nghttp2_frame *frame, void *self);
    static int onInvalidFrame(nghttp2_session *, const nghttp2_frame *frame, int code, void *self);
    static int onData(nghttp2_session *, uint8_t flags, int32_t id, const uint8_t *data, size_t size, void *self);
    static int onStreamClose(nghttp2_session *, int32_t id, uint32_t code, void *self);
    static int onFrameSent(nghttp2_session *, const nghttp2_frame *frame, void *self);
    static int onProtocolError(nghttp2_session *, int code, const char *text, size_t size, void *self);
    static nghttp2_ssize readBody(nghttp2_session *, int32_t id, uint8_t *space, size_t size, uint32_t *flags,
        nghttp2_data_source *source, void *self);

    Http2Connection &q;
    const std::unique_ptr<GatedSocket> socket;
    const QByteArray authority;
    const QByteArray prefix;
    const QByteArray userAgent;
    const ConnectionLimits limits;
    Clock &clock;
    const std::unique_ptr<Timer> silence; // runs while a stream is open or a PING is out
    nghttp2_session *session = nullptr;
    std::unordered_map<int32_t, Stream> streams;
    std::deque<std::shared_ptr<Exchange>> waiting; // for the socket to be drained
    QByteArray batch;
    bool batchHasChange = false;
    bool pumpPosted = false;
    int started = 0;
    int served = 0;
    Clock::time_point heard;
    std::optional<Clock::time_point> pinged; // when the PING went that has no answer yet
    bool settled = false; // the server's SETTINGS came
    bool suspect = false;
    bool retired = false;
    bool goingAway = false; // the server takes no new stream
    bool left = false; // the socket is closed
    bool madeRoom = false;
    QString protocolError; // why libnghttp2 gave the connection up
};

Http2Connection::Session::Session(Http2Connection &owner, std::unique_ptr<GatedSocket> gatedSocket,
    QByteArray serverAuthority, QByteArray pathPrefix, QByteArray agent, ConnectionLimits connectionLimits,
    Clock &systemClock)
    : q(owner),
      socket(std::move(gatedSocket)),
      authority(std::move(serverAuthority)),
      prefix(std::move(pathPrefix)),
      userAgent(std::move(agent)),
      limits(connectionLimits),
      clock(systemClock),
      silence(clock.makeTimer([this] { onSilence(); })),
      heard(clock.now())
{
    nghttp2_session_callbacks *const table = callbacks();
    nghttp2_option *option = nullptr;
    nghttp2_option_new(&option);
    nghttp2_option_set_max_continuations(option, mostContinuations);
    nghttp2_session_client_new2(&session, table, this, option);
    nghttp2_option_del(option);
    nghttp2_session_callbacks_del(table);
    const std::array settings{
        nghttp2_settings_entry{NGHTTP2_SETTINGS_ENABLE_PUSH, 0},
        nghttp2_settings_entry{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, streamWindow},
        nghttp2_settings_entry{NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, quint32(limits.mostHeader)},
    };
    nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, settings.data(), settings.size());
    nghttp2_session_set_local_window_size(session, NGHTTP2_FLAG_NONE, 0, sessionWindow);
}

nghttp2_session_callbacks *Http2Connection::Session::callbacks()
{
    nghttp2_session_callbacks *table = nullptr;
    nghttp2_session_callbacks_new(&table);
    nghttp2_session_callbacks_set_on_begin_headers_callback(table, onBeginHeaders);
    nghttp2_session_callbacks_set_on_header_callback(table, onHeader);
    nghttp2_session_callbacks_set_on_frame_recv_callback(table, onFrame);
    nghttp2_session_callbacks_set_on_invalid_frame_recv_callback(table, onInvalidFrame);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(table, onData);
    nghttp2_session_callbacks_set_on_stream_close_callback(table, onStreamClose);
    nghttp2_session_callbacks_set_on_frame_send_callback(table, onFrameSent);
    nghttp2_session_callbacks_set_error_callback2(table, onProtocolError);
    return table;
}

// --- out
// ---------------------------------------------------------------------------------------------------------------

void Http2Connection::Session::schedulePump()
{
    if (std::exchange(pumpPosted, true))
        return;
    QMetaObject::invokeMethod(
        &q,
        [this] {
            pumpPosted = false;
            pump();
        },
        Qt::QueuedConnection);
}

void Http2Connection::Session::pump()
{
    while (!left && socket->isDrained()) {
        submitWaiting();
        while (batch.size() < batchSize) {
            const uint8_t *data = nullptr;
            const nghttp2_ssize size = nghttp2_session_mem_send2(session, &data);
            if (size < 0)
                return q.end(Unreachable, QString::fromLatin1(nghttp2_strerror(int(size))));
            if (size == 0)
                break;
            batch.append(reinterpret_cast<const char *>(data), size);
        }
        if (batch.isEmpty())
            break;
        const auto content = batchHasChange ? GatedSocket::Content::Change : GatedSocket::Content::Other;
        batchHasChange = false;
        socket->write(batch, content);
        batch.resize(0); // keeps its memory for the next one
    }
    leaveIfDone();
    if (std::exchange(madeRoom, false) && !left)
        Q_EMIT q.roomMade();
}

void Http2Connection::Session::submitWaiting()
{
    while (!waiting.empty()) {
        const auto exchange = std::move(waiting.front());
        waiting.pop_front();
        if (exchange->isFinished())
            continue;
        if (goingAway)
            repeatOrFail(exchange, true, u"the server ended the connection"_s);
        else if (exchange->request().changesSomething && !socket->mayWrite())
            exchange->fail(WriteRefused, u"this process may not write now"_s);
        else
            submit(exchange);
        madeRoom = madeRoom || exchange->isFinished();
    }
}

void Http2Connection::Session::submit(std::shared_ptr<Exchange> exchange)
{
    const HttpRequest &request = exchange->request();
    const QByteArray path = prefix + request.target;
    const bool hasBody = !request.body.isEmpty();
    const QByteArray length = QByteArray::number(request.body.size());

    std::vector<nghttp2_nv> fields;
    fields.reserve(size_t(request.headers.size()) + 6);
    fields.push_back(field(":method", verbName(request.verb)));
    fields.push_back(field(":scheme", "https"));
    fields.push_back(field(":authority", authority));
    fields.push_back(field(":path", path));
    if (!userAgent.isEmpty())
        fields.push_back(field("user-agent", userAgent));
    for (const auto &[name, value] : request.headers)
        fields.push_back(field(name, value));
    if (hasBody)
        fields.push_back(field("content-length", length));

    const nghttp2_data_provider2 body{.source = {}, .read_callback = readBody};
    const int32_t id
        = nghttp2_submit_request2(session, nullptr, fields.data(), fields.size(), hasBody ? &body : nullptr, nullptr);
    if (id < 0)
        return exchange->fail(Unreachable, QString::fromLatin1(nghttp2_strerror(id)));
    batchHasChange = batchHasChange || request.changesSomething;
    streams.emplace(id, Stream{.exchange = std::move(exchange)});
}

nghttp2_ssize Http2Connection::Session::readBody(
    nghttp2_session *, int32_t id, uint8_t *space, size_t size, uint32_t *flags, nghttp2_data_source *, void *self)
{
    auto &session = *static_cast<Session *>(self);
    Stream *const stream = session.stream(id);
    if (!stream || !stream->exchange)
        return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE; // resets the stream
    const HttpRequest &request = stream->exchange->request();
    if (request.changesSomething && !session.socket->mayWrite()) {
        stream->exchange->fail(
            WriteRefused, u"this process may no longer write: the rest of the request was dropped"_s);
        return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    }
    const auto piece = std::min(qsizetype(size), request.body.size() - stream->bodySent);
    std::memcpy(space, request.body.constData() + stream->bodySent, size_t(piece));
    stream->bodySent += piece;
    if (stream->bodySent == request.body.size())
        *flags |= NGHTTP2_DATA_FLAG_EOF;
    session.batchHasChange = session.batchHasChange || request.changesSomething;
    return piece;
}

// --- in
// ----------------------------------------------------------------------------------------------------------------

void Http2Connection::Session::onReadable()
{
    std::array<char, 64 * 1024> space;
    while (!left) {
        const qsizetype size = socket->read(space);
        if (size == 0)
            break;
        heard = clock.now();
        const nghttp2_ssize used
            = nghttp2_session_mem_recv2(session, reinterpret_cast<const uint8_t *>(space.data()), size_t(size));
        if (used < 0)
            return q.end(Malformed, QString::fromLatin1(nghttp2_strerror(int(used))));
    }
    pump();
}

Stream *Http2Connection::Session::stream(int32_t id)
{
    const auto found = streams.find(id);
    return found == streams.end() ? nullptr : &found->second;
}

int Http2Connection::Session::onBeginHeaders(nghttp2_session *, const nghttp2_frame *frame, void *self)
{
    if (Stream *const stream = static_cast<Session *>(self)->stream(frame->hd.stream_id)) {
        stream->headers.clear();
        stream->status = 0;
    }
    return 0;
}

int Http2Connection::Session::onHeader(nghttp2_session *, const nghttp2_frame *frame, const uint8_t *name,
    size_t nameSize, const uint8_t *value, size_t valueSize, uint8_t, void *self)
{
    auto &session = *static_cast<Session *>(self);
    Stream *const stream = session.stream(frame->hd.stream_id);
    if (!stream || !stream->exchange)
        return 0;
    stream->headerSize += qsizetype(nameSize + valueSize) + 32; // as SETTINGS_MAX_HEADER_LIST_SIZE counts
    if (stream->headerSize > session.limits.mostHeader) {
        stream->exchange->fail(Malformed, u"the header is longer than %1 bytes"_s.arg(session.limits.mostHeader));
        return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE; // resets the stream
    }
    QByteArray text = bytes(value, valueSize);
    if (nameSize > 0 && name[0] == ':')
        stream->status = text.toInt();
    else
        stream->headers.emplaceBack(bytes(name, nameSize), std::move(text));
    return 0;
}

int Http2Connection::Session::onFrame(nghttp2_session *, const nghttp2_frame *frame, void *self)
{
    auto &session = *static_cast<Session *>(self);
    switch (frame->hd.type) {
    case NGHTTP2_HEADERS:
    case NGHTTP2_DATA:
        if (Stream *const stream = session.stream(frame->hd.stream_id)) {
            // Not the header of a 1xx, which only announces the answer, and not trailers.
            if (frame->hd.type == NGHTTP2_HEADERS && stream->status >= 200 && stream->exchange)
                stream->exchange->receiveHeader(stream->status, std::move(stream->headers));
            stream->answered = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
        }
        break;
    case NGHTTP2_SETTINGS:
        session.settled = true;
        session.madeRoom = true;
        break;
    case NGHTTP2_PING:
        if ((frame->hd.flags & NGHTTP2_FLAG_ACK) != 0) {
            session.pinged.reset();
            session.silence->start(session.limits.pingAfter);
            session.madeRoom = session.madeRoom || std::exchange(session.suspect, false);
        }
        break;
    case NGHTTP2_GOAWAY:
        qCDebug(logHttp) << "GOAWAY" << codeName(frame->goaway.error_code);
        session.retired = true;
        session.goingAway = true;
        break;
    default:
        break;
    }
    return 0;
}

int Http2Connection::Session::onInvalidFrame(nghttp2_session *, const nghttp2_frame *frame, int, void *self)
{
    if (Stream *const stream = static_cast<Session *>(self)->stream(frame->hd.stream_id))
        stream->malformed = true;
    return 0;
}

int Http2Connection::Session::onData(
    nghttp2_session *, uint8_t, int32_t id, const uint8_t *data, size_t size, void *self)
{
    Stream *const stream = static_cast<Session *>(self)->stream(id);
    if (!stream || !stream->exchange)
        return 0;
    const auto exchange = stream->exchange; // what it calls may abandon it
    exchange->receiveBody(QByteArrayView(reinterpret_cast<const char *>(data), qsizetype(size)));
    return 0;
}

int Http2Connection::Session::onStreamClose(nghttp2_session *, int32_t id, uint32_t code, void *self)
{
    auto &session = *static_cast<Session *>(self);
    const auto node = session.streams.extract(id);
    if (node.empty())
        return 0;
    const Stream &stream = node.mapped();
    session.madeRoom = true;
    ++session.served;
    if (!stream.exchange)
        return 0;
    stream.exchange->setCarrier(nullptr);
    if (stream.malformed)
        stream.exchange->fail(
            Malformed, session.protocolError.isEmpty() ? u"the answer breaks HTTP/2's rules"_s : session.protocolError);
    else if (stream.answered && stream.exchange->hasHeader())
        stream.exchange->complete();
    else if (stream.exchange->hasHeader())
        stream.exchange->fail(
            Unreachable, u"the answer was cut: the server reset the stream (%1)"_s.arg(codeName(code)));
    else
        session.repeatOrFail(
            stream.exchange, code == NGHTTP2_REFUSED_STREAM, u"the server reset the stream (%1)"_s.arg(codeName(code)));
    return 0;
}

int Http2Connection::Session::onFrameSent(nghttp2_session *, const nghttp2_frame *frame, void *self)
{
    auto &session = *static_cast<Session *>(self);
    if (frame->hd.type == NGHTTP2_GOAWAY && frame->goaway.error_code != NGHTTP2_NO_ERROR
        && session.protocolError.isEmpty())
        session.protocolError = codeName(frame->goaway.error_code);
    // We reset with CANCEL; libnghttp2 does it for what the server must not send.
    if (Stream *const stream = session.stream(frame->hd.stream_id); stream && frame->hd.type == NGHTTP2_RST_STREAM)
        stream->malformed = stream->malformed || frame->rst_stream.error_code == NGHTTP2_PROTOCOL_ERROR;
    return 0;
}

int Http2Connection::Session::onProtocolError(nghttp2_session *, int, const char *text, size_t size, void *self)
{
    static_cast<Session *>(self)->protocolError = QString::fromLatin1(text, qsizetype(size));
    return 0;
}

// --- life
// --------------------------------------------------------------------------------------------------------------

/// @p unseen: the server says that it did nothing with it.
void Http2Connection::Session::repeatOrFail(const std::shared_ptr<Exchange> &exchange, bool unseen, const QString &why)
{
    if (exchange->isFinished())
        return;
    if (!exchange->isRepeated() && (unseen || (served > 0 && !exchange->request().changesSomething)))
        Q_EMIT q.unanswered(exchange);
    else
        exchange->fail(Unreachable, why);
}

void Http2Connection::Session::onSocketEnded(const Error &why)
{
    const auto unsent = std::exchange(waiting, {});
    const auto sent = takeAll();
    retired = true;
    for (const auto &exchange : sent) {
        if (exchange->hasHeader())
            exchange->fail(Unreachable, u"the answer was cut: "_s + why.message);
        else
            repeatOrFail(exchange, false, why.message);
    }
    for (const auto &exchange : unsent)
        repeatOrFail(exchange, true, why.message);
    leave(true);
}

std::vector<std::shared_ptr<Exchange>> Http2Connection::Session::takeAll()
{
    std::vector<std::shared_ptr<Exchange>> all;
    for (auto &[id, stream] : streams)
        if (stream.exchange)
            all.push_back(std::exchange(stream.exchange, nullptr));
    std::ranges::move(waiting, std::back_inserter(all));
    waiting.clear();
    for (const auto &exchange : all)
        exchange->setCarrier(nullptr);
    return all;
}

void Http2Connection::Session::reset(int32_t id, Stream &stream)
{
    stream.exchange.reset();
    nghttp2_submit_rst_stream(session, NGHTTP2_FLAG_NONE, id, NGHTTP2_CANCEL);
    schedulePump();
}

void Http2Connection::Session::ping()
{
    if (pinged)
        return;
    pinged = clock.now();
    nghttp2_submit_ping(session, NGHTTP2_FLAG_NONE, nullptr);
    schedulePump();
    silence->start(limits.pingAnswer);
}

void Http2Connection::Session::onSilence()
{
    if (pinged && heard <= *pinged)
        return q.end(Unreachable,
            u"the server does not answer: no PING came back within %1 ms"_s.arg(limits.pingAnswer.count()));
    if (pinged)
        return silence->start(limits.pingAnswer); // it sends, and what it sends is before the answer
    if (load() == 0)
        return;
    if (const auto quiet = clock.now() - heard; quiet < limits.pingAfter)
        silence->start(limits.pingAfter - quiet);
    else
        ping();
}

void Http2Connection::Session::leaveIfDone()
{
    if (left)
        return;
    if (nghttp2_session_want_read(session) == 0 && nghttp2_session_want_write(session) == 0 && socket->isDrained()) {
        if (protocolError.isEmpty())
            onSocketEnded(Error{Unreachable, u"the server ended the connection"_s});
        else
            q.end(Malformed, protocolError);
    } else if (retired && load() == 0 && !pinged) {
        leave(false);
    }
}

void Http2Connection::Session::leave(bool cut)
{
    if (std::exchange(left, true))
        return;
    retired = true;
    silence->stop();
    if (cut) {
        socket->abort();
    } else {
        nghttp2_session_terminate_session(session, NGHTTP2_NO_ERROR); // a GOAWAY, for good manners
        const uint8_t *data = nullptr;
        if (const nghttp2_ssize size = nghttp2_session_mem_send2(session, &data); size > 0)
            socket->write(QByteArrayView(reinterpret_cast<const char *>(data), size), GatedSocket::Content::Other);
        socket->close();
    }
    Q_EMIT q.ended();
}

Http2Connection::Http2Connection(std::unique_ptr<GatedSocket> socket, QByteArray authority, QByteArray prefix,
    QByteArray userAgent, ConnectionLimits limits, Clock &clock)
    : d(std::make_unique<Session>(
          *this, std::move(socket), std::move(authority), std::move(prefix), std::move(userAgent), limits, clock))
{
    connect(d->socket.get(), &GatedSocket::readable, this, [this] { d->onReadable(); });
    connect(d->socket.get(), &GatedSocket::drained, this, [this] { d->pump(); });
    connect(d->socket.get(), &GatedSocket::ended, this, [this](const Error &why) { d->onSocketEnded(why); });
    connect(d->socket.get(), &GatedSocket::refused, this, [this] {
        // Changes end as what they are; the rest was carried by the same bytes and goes down with them.
        dropChanges();
        end(Unreachable, u"the connection was cut together with a change that may not go"_s);
    });
    d->schedulePump();
}

Http2Connection::~Http2Connection() = default;

bool Http2Connection::isUsable() const
{
    return !d->retired && !d->suspect;
}

bool Http2Connection::hasRoom() const
{
    const quint32 most = nghttp2_session_get_remote_settings(d->session, NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS);
    return isUsable() && d->load() < (d->settled ? most : std::min(most, streamsBeforeSettings));
}

void Http2Connection::start(std::shared_ptr<Exchange> exchange)
{
    exchange->setCarrier(this);
    const bool wasIdle = d->load() == 0;
    d->waiting.push_back(std::move(exchange));
    d->schedulePump();
    if (++d->started >= d->limits.mostRequests)
        d->retired = true;
    // Nobody watched while nothing was open: after a long silence it is asked for at once.
    if (wasIdle && d->clock.now() - d->heard >= d->limits.pingAfter)
        d->ping();
    else if (wasIdle && !d->pinged)
        d->silence->start(d->limits.pingAfter);
}

void Http2Connection::retire()
{
    d->retired = true;
    d->schedulePump(); // leaves when nothing is open
}

void Http2Connection::end(Error::Kind kind, const QString &why)
{
    const auto all = d->takeAll();
    d->leave(true);
    for (const auto &exchange : all)
        exchange->fail(kind, why);
}

void Http2Connection::dropChanges()
{
    // Resetting a stream stops what is not yet a frame; what already lies in a buffer only the end of the connection
    // stops.
    const bool mayHoldChange = d->socket->holdsUnsentBytes();
    bool cut = false;
    for (auto &[id, stream] : d->streams) {
        if (!stream.exchange || !stream.exchange->request().changesSomething)
            continue;
        stream.exchange->fail(WriteRefused, u"cut, for this process may no longer write"_s);
        d->reset(id, stream);
        cut = mayHoldChange;
    }
    for (const auto &exchange : d->waiting)
        if (exchange->request().changesSomething)
            exchange->fail(WriteRefused, u"dropped, for this process may no longer write"_s);
    if (cut)
        end(Unreachable, u"the connection was cut together with a change that may not go"_s);
}

void Http2Connection::abandon(Exchange &exchange, Why why)
{
    const auto found
        = std::ranges::find(d->streams, &exchange, [](const auto &entry) { return entry.second.exchange.get(); });
    if (found != d->streams.end())
        d->reset(found->first, found->second);
    else
        std::erase_if(d->waiting, [&exchange](const auto &other) { return other.get() == &exchange; });
    if (why == Why::Expired) {
        d->suspect = true;
        d->ping();
        Q_EMIT roomMade(); // elsewhere
    }
}

} // namespace patronus
