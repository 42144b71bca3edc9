// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/gatedsocket.h"

#include "http/tls.h"

#include <QCoreApplication>
#include <QEvent>
#include <QNetworkProxy>
#include <QSocketNotifier>
#include <QSslSocket>
#include <QTimer>

#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

namespace patronus {

using namespace Qt::StringLiterals;

GatedSocket::GatedSocket(WriteGate mayWrite, QObject *parent) : QObject(parent), m_mayWrite(std::move(mayWrite))
{
}

GatedSocket::~GatedSocket()
{
    if (m_socket)
        m_socket->disconnect(this);
}

void GatedSocket::open(const SocketTarget &target)
{
    m_target = target;
    auto *const ssl = target.tls ? new QSslSocket : nullptr;
    m_socket.reset(ssl ? ssl : new QTcpSocket);
    m_socket->setProxy(QNetworkProxy::NoProxy); // not the application's
    connect(m_socket.get(), &QIODevice::readyRead, this, &GatedSocket::readable);
    connect(m_socket.get(), &QAbstractSocket::errorOccurred, this, &GatedSocket::onEnded);
    const auto onOpened = [this] {
        m_opened = true;
        m_socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
        m_socket->setSocketOption(QAbstractSocket::KeepAliveOption, 1);
        Q_EMIT opened();
    };
    if (!ssl) {
        connect(m_socket.get(), &QIODevice::bytesWritten, this, &GatedSocket::onWritten);
        connect(m_socket.get(), &QAbstractSocket::connected, this, onOpened);
        m_socket->connectToHost(target.host, target.port);
        return;
    }
    connect(ssl, &QSslSocket::encryptedBytesWritten, this, &GatedSocket::onWritten);
    connect(ssl, &QSslSocket::encrypted, this, onOpened);
    connect(ssl, &QSslSocket::sslErrors, this, [this](const QList<QSslError> &errors) { m_tlsErrors = errors; });
    ssl->setSslConfiguration(*target.tls);
    if (target.serverName.isEmpty())
        ssl->connectToHostEncrypted(target.host, target.port);
    else
        ssl->connectToHostEncrypted(target.host, target.port, target.serverName);
}

QByteArray GatedSocket::protocol() const
{
    const auto *const ssl = qobject_cast<QSslSocket *>(m_socket.get());
    return ssl ? ssl->sslConfiguration().nextNegotiatedProtocol() : QByteArray();
}

bool GatedSocket::isDrained() const
{
    if (!m_socket || !m_socket->isValid())
        return false;
    const auto *const ssl = qobject_cast<QSslSocket *>(m_socket.get());
    return m_socket->bytesToWrite() == 0 && (!ssl || ssl->encryptedBytesToWrite() == 0);
}

void GatedSocket::write(QByteArrayView bytes, Content content)
{
    m_writing = true;
    m_socket->write(bytes.data(), bytes.size());
    m_socket->flush(); // now, while the gate's word is fresh, and not when the event loop comes to it
    m_writing = false;
    if (content == Content::Change && m_socket->isValid() && !isDrained()) {
        m_holdsChange = true;
        guardRest();
    }
}

// Qt writes on when the kernel has room again: its write notifier fires inside the socket's own engine, before any
// signal. So the notifier itself is watched. Where none is found nothing could hold the rest back: then it does not go
// at all.
void GatedSocket::guardRest()
{
    bool guarded = false;
    const auto notifiers = m_socket->findChildren<QSocketNotifier *>();
    for (QSocketNotifier *const notifier : notifiers) {
        if (notifier->type() != QSocketNotifier::Write)
            continue;
        notifier->installEventFilter(this); // installing twice is the same as once
        guarded = true;
    }
    if (!guarded)
        QMetaObject::invokeMethod(this, &GatedSocket::refuse, Qt::QueuedConnection);
}

bool GatedSocket::eventFilter(QObject *watched, QEvent *event)
{
    if (!m_holdsChange || event->type() != QEvent::SockAct || mayWrite())
        return QObject::eventFilter(watched, event);
    static_cast<QSocketNotifier *>(watched)->setEnabled(false);
    QMetaObject::invokeMethod(this, &GatedSocket::refuse, Qt::QueuedConnection); // not under the notifier's feet
    return true;
}

void GatedSocket::refuse()
{
    if (!m_holdsChange)
        return;
    abort();
    Q_EMIT refused();
}

void GatedSocket::onWritten()
{
    if (m_writing || !isDrained())
        return;
    m_holdsChange = false;
    Q_EMIT drained();
}

qsizetype GatedSocket::read(std::span<char> space)
{
    return std::max<qsizetype>(0, m_socket->read(space.data(), qint64(space.size())));
}

void GatedSocket::close()
{
    if (!m_socket)
        return;
    m_socket->disconnect(this);
    m_socket->disconnectFromHost();
    if (m_socket->state() == QAbstractSocket::UnconnectedState)
        return;
    // A peer that never closes its side must not keep it: what was written is little and has ten seconds.
    QTcpSocket *const socket = m_socket.release();
    socket->setParent(QCoreApplication::instance());
    connect(socket, &QAbstractSocket::disconnected, socket, &QObject::deleteLater);
    QTimer::singleShot(std::chrono::seconds(10), socket, [socket] { delete socket; });
}

void GatedSocket::abort()
{
    m_holdsChange = false;
    if (!m_socket)
        return;
    m_socket->disconnect(this);
    if (const auto descriptor = m_socket->socketDescriptor(); descriptor >= 0) {
        const linger drop{.l_onoff = 1, .l_linger = 0}; // the kernel drops what it holds, too
        setsockopt(int(descriptor), SOL_SOCKET, SO_LINGER, &drop, sizeof drop);
    }
    m_socket->abort();
}

bool GatedSocket::holdsUnsentBytes() const
{
    if (!m_socket || m_socket->socketDescriptor() < 0)
        return false;
    int unsent = 0;
    return !isDrained() || ioctl(int(m_socket->socketDescriptor()), SIOCOUTQNSD, &unsent) < 0 || unsent > 0;
}

void GatedSocket::onEnded()
{
    const Error why = errorNow();
    m_socket->disconnect(this);
    if (m_opened && m_socket->bytesAvailable() > 0)
        Q_EMIT readable();
    Q_EMIT ended(why);
}

Error GatedSocket::errorNow() const
{
    const QString where
        = (m_target.host.contains(u':') ? u"[%1]:%2"_s : u"%1:%2"_s).arg(m_target.host).arg(m_target.port);
    QString text = m_tlsErrors.isEmpty() ? m_socket->errorString() : describeTlsErrors(m_tlsErrors, m_target.remedies);
    if (!m_opened && m_target.tls && m_socket->error() == QAbstractSocket::RemoteHostClosedError)
        text = u"the server closed the connection during the TLS handshake"_s;
    return Error{Error::Kind::Unreachable, where + u": "_s + text};
}

} // namespace patronus
