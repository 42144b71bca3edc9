// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/transport.h"

#include <QSslConfiguration>
#include <QSslError>
#include <QTcpSocket>

namespace patronus {

/// Where a socket goes.
struct SocketTarget {
    QString host; ///< a name, or an address without brackets
    quint16 port = 0;
    std::optional<QSslConfiguration> tls = std::nullopt; ///< nullopt: plain TCP
    QString serverName = {}; ///< verified and sent as SNI in place of the host; empty: the host
    TlsRemedies remedies = {};
};

/// A TCP or TLS connection from which no byte of a change leaves unasked.
///
/// The owner writes only while isDrained(), and asks mayWrite() before it puts bytes of a change together. What the
/// kernel does not take at once waits in Qt's buffers; before each later part of it goes, the gate is asked again, also
/// when this process was frozen meanwhile. If it then says no, the connection is cut with what is left in it.
class GatedSocket : public QObject
{
    Q_OBJECT

public:
    enum class Content { Change, Other };

    explicit GatedSocket(WriteGate mayWrite, QObject *parent = nullptr);
    ~GatedSocket() override;

    void open(const SocketTarget &target);
    /// After opened(): the protocol that ALPN chose, or empty.
    [[nodiscard]] QByteArray protocol() const;

    [[nodiscard]] bool mayWrite() const { return !m_mayWrite || m_mayWrite(); }
    /// Whether all that was written is in the kernel's hands.
    [[nodiscard]] bool isDrained() const;
    /// Hands @p bytes to the kernel as far as it takes them.
    void write(QByteArrayView bytes, Content content);
    /// What has come; at most @p space.size() bytes. 0: nothing more for now.
    [[nodiscard]] qsizetype read(std::span<char> space);

    /// Closes after what was written has gone. No signal comes any more.
    void close();
    /// Cuts the connection at once; what is in Qt's and in the kernel's buffers is dropped. No signal comes any more.
    void abort();
    /// Whether bytes that were written have not left this machine yet.
    [[nodiscard]] bool holdsUnsentBytes() const;

Q_SIGNALS:
    void opened();
    void readable();
    void drained(); ///< isDrained() is true again; not emitted from inside write()
    void ended(
        const patronus::Error &why); ///< it could not be opened, or the peer closed it; after the last readable()
    void refused(); ///< the gate said no to the rest of a change: the connection is cut

private:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void onWritten();
    void onEnded();
    void guardRest();
    void refuse();
    [[nodiscard]] Error errorNow() const;

    const WriteGate m_mayWrite;
    std::unique_ptr<QTcpSocket> m_socket;
    SocketTarget m_target;
    QList<QSslError> m_tlsErrors;
    bool m_opened = false;
    bool m_writing = false;
    bool m_holdsChange = false; // a part of a change waits in Qt's buffers
};

} // namespace patronus
