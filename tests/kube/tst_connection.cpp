// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/connection.h"

#include "core/metrics.h"
#include "support/httpdouble.h"
#include "support/manualclock.h"
#include "support/testcase.h"

#include <QTemporaryDir>

using namespace Qt::StringLiterals;
using namespace patronus;

class TestConnection : public TestCase
{
    Q_OBJECT

private:
    ManualClock m_clock;

    std::unique_ptr<KubeConnection> open(const KubeContext &context, ConnectionOptions options = {})
    {
        options.environment = {};
        auto connection = KubeConnection::open(context, m_clock, std::move(options));
        if (!connection)
            qFatal("%s", qPrintable(connection.error().message));
        return std::move(*connection);
    }
    static KubeContext contextOf(const HttpDouble &server)
    {
        return {.name = u"c"_s, .server = server.url(), .impersonation = {.user = u"bob"_s}};
    }

private Q_SLOTS:
    void eachClientHasConnectionsOfItsOwnAndTheSameCredentials()
    {
        HttpDouble server([](const HttpDouble::Request &, HttpDouble::Peer &peer) { peer.answer(200, "{}"); });
        Metrics metrics;
        auto connection = open(contextOf(server), {.userAgent = "agent", .metrics = &metrics});
        const auto one = connection->makeClient().value();
        const auto two = connection->makeClient().value();
        connection.reset(); // clients outlive it
        QVERIFY(QCoro::waitFor(one->getJson("/a", {})));
        QVERIFY(QCoro::waitFor(two->getJson("/b", {})));
        QVERIFY(QCoro::waitFor(one->getJson("/c", {})));
        QCOMPARE(server.accepted(), 2);
        QCOMPARE(server.requests().size(), 3);
        for (const auto &request : server.requests()) {
            QCOMPARE(request.header("impersonate-user"), "bob"_ba);
            QCOMPARE(request.header("user-agent"), "agent"_ba);
        }
        const std::string host = "host=\"" + server.url().authority().toStdString() + '"';
        QVERIFY(metrics.text().contains(host));
    }

    void renewedCredentialsAreUsedFromTheNextRequestOn()
    {
        HttpDouble server([](const HttpDouble::Request &, HttpDouble::Peer &peer) { peer.answer(200, "{}"); });
        const auto connection = open(contextOf(server));
        const auto client = connection->makeClient().value();
        QVERIFY(QCoro::waitFor(client->getJson("/a", {})));
        KubeContext context = contextOf(server);
        context.impersonation.user = u"alice"_s;
        QVERIFY(connection->renew(context));
        QVERIFY(QCoro::waitFor(client->getJson("/b", {})));
        QCOMPARE(server.requests().last().header("impersonate-user"), "alice"_ba);
        QCOMPARE(connection->context(), context);

        // What belongs to another server, or cannot be used, changes nothing.
        context.impersonation.user = u"eve"_s;
        context.server = QUrl(u"http://elsewhere"_s);
        QVERIFY(connection->renew(context).error().message.contains(u"another server"_s));
        context = contextOf(server);
        context.impersonation.user = u"line\nbreak"_s;
        QVERIFY(!connection->renew(context));
        QVERIFY(QCoro::waitFor(client->getJson("/c", {})));
        QCOMPARE(server.requests().last().header("impersonate-user"), "alice"_ba);
    }

    void aContextsPathIsPutBeforeEveryRequest()
    {
        HttpDouble server([](const HttpDouble::Request &, HttpDouble::Peer &peer) { peer.answer(200, "{}"); });
        KubeContext context = contextOf(server);
        context.server.setPath(u"/k8s/clusters/c-1"_s);
        const auto client = open(context)->makeClient().value();
        QVERIFY(QCoro::waitFor(client->getJson("/version", {})));
        QCOMPARE(server.requests().first().target, "/k8s/clusters/c-1/version"_ba);
    }

    void theContextsProxyGoesBeforeTheEnvironments_data()
    {
        QTest::addColumn<QUrl>("ofContext");
        QTest::addColumn<QString>("noProxy");
        QTest::addColumn<QUrl>("proxy");
        QTest::newRow("none: the environment's") << QUrl() << QString() << QUrl(u"http://environment:3128"_s);
        QTest::newRow("the context's") << QUrl(u"socks5://context:1080"_s) << QString()
                                       << QUrl(u"socks5://context:1080"_s);
        QTest::newRow("NO_PROXY") << QUrl() << u"host.example"_s << QUrl();
        QTest::newRow("NO_PROXY is not for the context's")
            << QUrl(u"http://context:1"_s) << u"host.example"_s << QUrl(u"http://context:1"_s);
    }
    void theContextsProxyGoesBeforeTheEnvironments()
    {
        QFETCH(const QUrl, ofContext);
        QFETCH(const QString, noProxy);
        ConnectionOptions options;
        options.environment = {};
        options.environment.insert(u"HTTPS_PROXY"_s, u"http://environment:3128"_s);
        options.environment.insert(u"NO_PROXY"_s, noProxy);
        const auto connection
            = KubeConnection::open({.server = QUrl(u"https://host.example"_s), .proxy = ofContext}, m_clock, options);
        QVERIFY(connection);
        QTEST((*connection)->proxy(), "proxy");
    }

    void aResetEndsWhatIsInFlight()
    {
        HttpDouble silent([](const HttpDouble::Request &, HttpDouble::Peer &) { });
        const auto connection = open(contextOf(silent));
        const auto client = connection->makeClient().value();
        auto task = client->getJson("/a", {});
        QTRY_COMPARE(silent.requests().size(), 1);
        connection->reset();
        QCOMPARE(QCoro::waitFor(task).error().kind, Error::Kind::Unreachable);
    }

    void lostLeadershipEndsChangesAndNotReads()
    {
        QPointer<HttpDouble::Peer> reader;
        HttpDouble server([&](const HttpDouble::Request &request, HttpDouble::Peer &peer) {
            if (request.verb == "GET")
                reader = &peer;
        });
        bool isLeader = true;
        const auto connection = open(contextOf(server), {.mayWrite = [&] { return isLeader; }});
        const auto client = connection->makeClient().value();
        auto read = client->getJson("/a", {});
        auto change = client->remove(resources::leases(), {u"n"_s, u"x"_s}, {}, {});
        QTRY_COMPARE(server.requests().size(), 2);
        isLeader = false;
        connection->dropChanges();
        QCOMPARE(QCoro::waitFor(change).error().kind, Error::Kind::WriteRefused);
        QCOMPARE(QCoro::waitFor(client->remove(resources::leases(), {u"n"_s, u"x"_s}, {}, {})).error().kind,
            Error::Kind::WriteRefused);
        QVERIFY(reader);
        reader->answer(200, "{}");
        QVERIFY(QCoro::waitFor(read));
        QCOMPARE(server.requests().size(), 2);
    }

    void whatCannotBeReadIsSaidAtOnce()
    {
        const auto connection
            = KubeConnection::open({.server = QUrl(u"https://host"_s), .caFile = u"/no/such"_s}, m_clock, {});
        QVERIFY(!connection);
        QVERIFY(connection.error().message.contains("/no/such"_L1));
    }
};

QTEST_GUILESS_MAIN(TestConnection)
#include "tst_connection.moc"
