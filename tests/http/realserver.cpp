// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/realserver.h"

#include "http/testtls.h"

#include <QHttpServerResponder>
#include <QSslServer>

namespace patronus {

using namespace Qt::StringLiterals;

RealServer::RealServer(Kind kind)
{
    std::unique_ptr<QTcpServer> listener;
    if (kind == Kind::Plain) {
        listener = std::make_unique<QTcpServer>();
    } else {
        auto secure = std::make_unique<QSslServer>();
        secure->setSslConfiguration(serverTls(u"server"_s, {kind == Kind::Http2 ? "h2"_ba : "http/1.1"_ba}));
        listener = std::move(secure);
    }
    QObject::connect(listener.get(), &QTcpServer::pendingConnectionAvailable, &m_server, [this] { ++m_connections; });
    if (!listener->listen(QHostAddress::LocalHost))
        qFatal("cannot listen");
    m_url = QUrl(u"%1://127.0.0.1:%2"_s.arg(kind == Kind::Plain ? u"http"_s : u"https"_s).arg(listener->serverPort()));
    m_server.setMissingHandler(&m_server,
        [this](const QHttpServerRequest &request, QHttpServerResponder &responder) { answer(request, responder); });
    if (!m_server.bind(listener.get()))
        qFatal("cannot bind");
    listener.release()->setParent(&m_server);
}

void RealServer::answer(const QHttpServerRequest &request, QHttpServerResponder &responder)
{
    using enum QHttpServerRequest::Method;
    ++m_requests;
    const QString path = request.url().path();
    const QByteArray number = path.section(u'/', 2).toLatin1();
    if (path.endsWith("/echo"_L1)) {
        const QHash<QHttpServerRequest::Method, QByteArray> verbs{
            {Get, "GET"}, {Post, "POST"}, {Put, "PUT"}, {Patch, "PATCH"}, {Delete, "DELETE"}};
        QByteArray text = verbs.value(request.method()) + ' ' + request.url().path().toUtf8() + '?'
            + request.url().query(QUrl::FullyEncoded).toUtf8() + '\n';
        for (qsizetype i = 0; i < request.headers().size(); ++i)
            if (request.headers().nameAt(i).startsWith("x-"_L1))
                text += QByteArray(request.headers().nameAt(i).data()) + '='
                    + request.headers().valueAt(i).toByteArray() + '\n';
        QHttpHeaders headers;
        headers.append("x-answered-by", "RealServer");
        responder.write(text + request.body(), headers);
    } else if (path.startsWith("/status/"_L1)) {
        responder.write("status " + number, "text/plain", QHttpServerResponder::StatusCode(number.toInt()));
    } else if (path.startsWith("/size/"_L1)) {
        responder.write(QByteArray(number.toInt(), 'x'), "text/plain");
    } else if (path == "/stream"_L1 || path == "/endless"_L1) {
        responder.writeBeginChunked("text/plain");
        if (path == "/endless"_L1) {
            responder.writeChunk("tick\n");
            m_hanging.push_back(std::make_unique<QHttpServerResponder>(std::move(responder)));
            return;
        }
        responder.writeChunk("one\n");
        responder.writeChunk("two\n");
        responder.writeEndChunked("three\n");
    } else if (path == "/hang"_L1) {
        m_hanging.push_back(std::make_unique<QHttpServerResponder>(std::move(responder)));
    } else {
        responder.write(QHttpServerResponder::StatusCode::NotFound);
    }
}

} // namespace patronus
