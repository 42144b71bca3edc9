// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/exchange.h"

#include <unordered_map>
#include <vector>

struct nghttp2_session;

namespace patronus {

/// HTTP/2 (RFC 9113) of one connection: makes frames of exchanges and gives them what the server's frames say. It has
/// no socket and no clock. libnghttp2 does the protocol and ends here.
class Http2Session
{
public:
    struct Settings {
        QByteArray authority; ///< host and port as the URL has them
        QByteArray prefix; ///< put before each target
        QByteArray userAgent; ///< empty: none
        qsizetype mostHeader; ///< of an answer
        WriteGate mayWrite; ///< asked for a change's header and for each piece of its body when its bytes are made
    };
    /// Is told what concerns the connection, from inside receive() and frames(). It must not delete the session there.
    class Owner
    {
    public:
        virtual ~Owner() = default;
        virtual void onSettings() = 0; ///< the server's: mostStreams() may have changed
        virtual void onPong() = 0;
        virtual void onGoAway() = 0; ///< the server takes no new stream
        virtual void onStreamClosed() = 0; ///< before its exchange is told
        /// @p exchange is on no stream any more, and has no header of an answer. @p isUnseen: the server says that it
        /// did nothing with it.
        virtual void onUnanswered(const std::shared_ptr<Exchange> &exchange, bool isUnseen, const QString &why) = 0;
    };
    /// What goes to the socket next; its bytes are valid until frames() is called again.
    struct Frames {
        QByteArrayView bytes;
        bool haveChange; ///< a part of a change is among them
    };

    /// @p owner outlives it.
    Http2Session(Settings settings, Owner &owner);
    ~Http2Session();
    Q_DISABLE_COPY_MOVE(Http2Session)

    /// Opens a stream for @p exchange.
    void submit(std::shared_ptr<Exchange> exchange);
    /// About 64 KiB at most; empty: nothing is to be sent now. An error ends the connection; it is WriteRefused where a
    /// change's header may no longer go, which cannot be left out of what follows it.
    [[nodiscard]] Expected<Frames> frames();
    /// Takes bytes of the server. An error (Malformed) ends the connection.
    [[nodiscard]] Expected<void> receive(QByteArrayView bytes);

    void ping();
    void goAway(); ///< says that the connection is at its end
    /// Resets the stream of @p exchange, which is told nothing more; false: it has none.
    bool abandon(const Exchange &exchange);
    /// Ends all changes as WriteRefused and resets their streams; false: there is none.
    bool dropChanges();
    /// All exchanges on streams, which are told nothing more.
    [[nodiscard]] std::vector<std::shared_ptr<Exchange>> takeAll();

    [[nodiscard]] size_t streamCount() const { return m_streams.size(); } ///< also of those that are being reset
    [[nodiscard]] quint32 mostStreams() const; ///< that the server allows at once
    [[nodiscard]] bool isOver() const; ///< nothing more is to be read or sent
    [[nodiscard]] QString protocolError() const
    {
        return m_protocolError;
    } ///< why libnghttp2 gave up; empty: it did not

private:
    struct Stream {
        std::shared_ptr<Exchange> exchange; // null: abandoned
        HttpHeaders headers = {}; // of the header block that is coming in
        int status = 0; // of that block
        qsizetype headerSize = 0; // of all blocks
        qsizetype bodySent = 0;
        bool answered = false; // END_STREAM came
        bool malformed = false;
    };
    struct Callbacks; // libnghttp2's
    friend struct Callbacks;

    [[nodiscard]] Stream *stream(qint32 id);
    void reset(qint32 id, Stream &stream);

    const Settings m_settings;
    Owner &m_owner;
    nghttp2_session *m_session = nullptr;
    std::unordered_map<qint32, Stream> m_streams;
    QByteArray m_frames;
    bool m_framesHaveChange = false;
    bool m_refused = false; // a change's header
    QString m_protocolError;
};

} // namespace patronus
