// SPDX-License-Identifier: GPL-3.0-or-later
#include "forward/podtunnel.h"

#include "http/networkproxy.h"
#include "http/tls.h"

#include <QNetworkRequest>
#include <QWebSocketHandshakeOptions>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

constexpr qint64 mostWaiting = 1 << 20; // bytes of the local socket that are read ahead
const QString subprotocol = u"v4.channel.k8s.io"_s;

} // namespace

PodTunnel::PodTunnel(QTcpSocket *local, QObject *parent) : QObject(parent), m_local(local)
{
    m_local->setParent(this);
    m_local->setReadBufferSize(mostWaiting);
    connect(m_local, &QTcpSocket::readyRead, this, &PodTunnel::sendOn);
    connect(m_local, &QTcpSocket::disconnected, this, [this] {
        m_remote.close();
        deleteLater();
    });
    connect(&m_remote, &QWebSocket::connected, this, [this] {
        m_isOpen = true;
        sendOn();
    });
    connect(&m_remote, &QWebSocket::binaryMessageReceived, this, &PodTunnel::onFrame);
    connect(&m_remote, &QWebSocket::disconnected, this, &PodTunnel::onRemoteEnded);
    connect(&m_remote, &QWebSocket::errorOccurred, this, [this](QAbstractSocket::SocketError error) {
        if (!m_isOpen || error != QAbstractSocket::RemoteHostClosedError)
            fail(m_remote.errorString());
    });
    connect(&m_remote, &QWebSocket::sslErrors, this,
        [this](const QList<QSslError> &errors) { fail(describeTlsErrors(errors)); });
}

void PodTunnel::open(const KubeConnection::Access &access, const QString &path, const QByteArray &query)
{
    const auto ssl = sslConfiguration(access.tls);
    if (!ssl)
        return fail(ssl.error().message);
    if (!access.tls.serverName.isEmpty() && access.tls.serverName != access.server.host())
        return fail(tr("a port-forward cannot yet verify the API server by its tls-server-name"));
    QUrl url = access.server;
    url.setScheme(url.scheme() == "http"_L1 ? u"ws"_s : u"wss"_s);
    const QString prefix = url.path();
    url.setPath((prefix.endsWith(u'/') ? prefix.chopped(1) : prefix) + path);
    url.setQuery(QString::fromLatin1(query));
    QNetworkRequest request(url);
    for (const auto &[name, value] : access.headers)
        request.setRawHeader(name, value);
    QWebSocketHandshakeOptions options;
    options.setSubprotocols({subprotocol});
    m_remote.setSslConfiguration(*ssl);
    m_remote.setProxy(networkProxy(access.proxy));
    m_remote.open(request, options);
}

void PodTunnel::fail(const QString &problem)
{
    if (std::exchange(m_isFailed, true))
        return;
    Q_EMIT failed(problem);
    m_local->abort();
    deleteLater();
}

void PodTunnel::sendOn()
{
    if (!m_isOpen)
        return;
    if (const QByteArray bytes = m_local->readAll(); !bytes.isEmpty())
        m_remote.sendBinaryMessage('\0' + bytes);
}

void PodTunnel::onFrame(const QByteArray &frame)
{
    const auto channel = frame.isEmpty() ? 2 : size_t(uchar(frame[0]));
    if (channel > 1)
        return fail(tr("the API server sent a frame of no channel of a port-forward"));
    if (!std::exchange(m_isPortNamed[channel], true))
        return; // the two bytes of the port
    if (channel == 1)
        return fail(QString::fromUtf8(frame.sliced(1)).trimmed());
    m_local->write(frame.sliced(1));
}

void PodTunnel::onRemoteEnded()
{
    m_local->disconnectFromHost(); // after what is still to be written
}

} // namespace patronus
