// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/http2session.h"

#include "support/manualclock.h"
#include "support/testcase.h"

namespace patronus {

using Verb = HttpRequest::Verb;

/// What goes out, and when the gate is asked; what comes in is tst_http2connection's.
class TestHttp2Session final : public TestCase, public Http2Session::Owner
{
    Q_OBJECT

private:
    static constexpr int many = 10; // requests whose headers are more than what is handed out in one go

    ManualClock m_clock;
    bool m_mayWrite = true;

    void onSettings() override { }
    void onPong() override { }
    void onGoAway() override { }
    void onStreamClosed() override { }
    void onUnanswered(const std::shared_ptr<Exchange> &, bool, const QString &) override { }

    std::unique_ptr<Http2Session> session()
    {
        m_mayWrite = true;
        return std::make_unique<Http2Session>(Http2Session::Settings{.authority = "host",
                                                  .prefix = {},
                                                  .userAgent = {},
                                                  .mostHeader = 65536,
                                                  .mayWrite = [this] { return m_mayWrite; }},
            *this);
    }
    std::shared_ptr<Exchange> submit(Http2Session &to, Verb verb)
    {
        HttpRequest request{.verb = verb, .target = "/x", .headers = {{"x-long", QByteArray(20'000, '\1')}}};
        auto exchange = std::make_shared<Exchange>(std::move(request), Transport::BodySink(), m_clock);
        to.submit(exchange);
        return exchange;
    }

private Q_SLOTS:
    void aHeaderThatWaitsGoesOnlyIfTheGateIsStillOpen()
    {
        const auto session = this->session();
        std::vector<std::shared_ptr<Exchange>> deletions;
        for (int i = 0; i < many; ++i)
            deletions.push_back(submit(*session, Verb::Delete));
        const auto first = session->frames();
        QVERIFY(first);
        QVERIFY(first->haveChange);
        QVERIFY2(first->bytes.size() < many * 20'000, qPrintable(QString::number(first->bytes.size())));

        m_mayWrite = false; // the others still wait in the session
        const auto second = session->frames();
        QVERIFY(!second);
        QCOMPARE(second.error().kind, Error::Kind::WriteRefused);
        QVERIFY(session->dropChanges());
        for (const auto &deletion : deletions) {
            QVERIFY(deletion->isFinished());
            QCOMPARE(deletion->result().await_resume().error().kind, Error::Kind::WriteRefused);
        }
    }

    void readsAreNotAskedFor()
    {
        const auto session = this->session();
        m_mayWrite = false;
        for (int i = 0; i < many; ++i)
            submit(*session, Verb::Get);
        qsizetype size = 0;
        for (;;) {
            const auto frames = session->frames();
            QVERIFY(frames);
            QVERIFY(!frames->haveChange);
            if (frames->bytes.isEmpty())
                break;
            size += frames->bytes.size();
        }
        QVERIFY2(size > many * 20'000, qPrintable(QString::number(size)));
        QVERIFY(!session->dropChanges());
    }
};

} // namespace patronus

QTEST_GUILESS_MAIN(patronus::TestHttp2Session)
#include "tst_http2session.moc"
