// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/json.h"
#include "kube/status.h"
#include "support/testcase.h"

#include <QJsonDocument>
#include <QTimeZone>

using namespace patronus;
using namespace Qt::StringLiterals;
using Kind = Error::Kind;
using std::chrono::seconds;

Q_DECLARE_METATYPE(patronus::HttpReply)

namespace {

const HttpRequest patch{.verb = HttpRequest::Verb::Patch, .target = "/apis/g/v1/sites/hq/status?fieldManager=m"_ba};
const QDateTime now(QDate(2026, 11, 23), QTime(10, 0), QTimeZone::UTC);

/// A metav1.Status; a cause is its field and its message.
QByteArray status(
    const char *message, const QList<std::pair<const char *, const char *>> &causes = {}, const char *reason = "")
{
    QJsonArray list;
    for (const auto &[field, text] : causes)
        list += QJsonObject{{u"field"_s, QLatin1StringView(field)}, {u"message"_s, QLatin1StringView(text)}};
    return toJson({{u"kind"_s, u"Status"_s}, {u"message"_s, QLatin1StringView(message)},
        {u"reason"_s, QLatin1StringView(reason)}, {u"details"_s, QJsonObject{{u"causes"_s, list}}}});
}

} // namespace

class tst_Status : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void kindAndMessage_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<Kind>("kind");
        QTest::addColumn<QString>("message");
        const auto row = [](const char *name, int status, const QByteArray &body, Kind kind, const QString &message) {
            const QString what = u"PATCH /apis/g/v1/sites/hq/status"_s;
            QTest::newRow(name) << status << body << kind << (message.isEmpty() ? what : what + u": "_s + message);
        };
        row("bad request", 400, status("the body is empty"), Kind::Invalid, u"the body is empty"_s);
        row("unauthorized", 401, status("Unauthorized"), Kind::Unauthorized, u"Unauthorized"_s);
        row("forbidden", 403, status("User x cannot patch resource sites/status"), Kind::Forbidden,
            u"User x cannot patch resource sites/status"_s);
        row("no such object", 404, status("sites hq not found"), Kind::NotFound, u"sites hq not found"_s);
        row("no such path", 404, "404 page not found\n", Kind::NotFound, u"404: 404 page not found"_s);
        row("conflict", 409, status("the object has been modified"), Kind::Conflict, u"the object has been modified"_s);
        row("continue token too old", 410, status("The provided continue parameter is too old"), Kind::Gone,
            u"The provided continue parameter is too old"_s);
        row("only a reason", 415, status("", {}, "UnsupportedMediaType"), Kind::Invalid, u"UnsupportedMediaType"_s);
        row("causes that the message has", 422,
            status("Site hq is invalid: spec.wireguard: Required value", {{"spec.wireguard", "Required value"}}),
            Kind::Invalid, u"Site hq is invalid: spec.wireguard: Required value"_s);
        row("causes that the message has not", 409,
            status("Apply failed with 2 conflicts", {{".status.phase", "conflict with old"}, {"", "conflict too"}}),
            Kind::Conflict, u"Apply failed with 2 conflicts (.status.phase: conflict with old; conflict too)"_s);
        QByteArray dumped = "patch: Invalid value: '{" + QByteArray(300, '1') + "}': unknown field 'spec.locaton'";
        row("the whole object", 422, status(dumped.replace('\'', '"').constData()), Kind::Invalid,
            u"patch: Invalid value: unknown field \"spec.locaton\""_s);
        row("throttled", 429, status("too many requests"), Kind::Throttled, u"too many requests"_s);
        row("etcd", 500, status("etcdserver: leader changed"), Kind::Server, u"etcdserver: leader changed"_s);
        row("etcd compacted", 500, status("etcdserver: mvcc: required revision has been compacted"), Kind::Gone,
            u"etcdserver: mvcc: required revision has been compacted"_s);
        row("time-out", 504, status("Timeout: request did not complete"), Kind::Server,
            u"Timeout: request did not complete"_s);
        row("a proxy's page", 502, "<html>\n<h1>Bad   Gateway</h1></html>", Kind::Server,
            u"502: <html> <h1>Bad Gateway</h1></html>"_s);
        row("the HTTP status wins", 503, R"({"kind":"Status","message":"odd","code":404})", Kind::Server, u"odd"_s);
        row("nothing at all", 503, "", Kind::Server, u"503"_s);
        row("hostile types", 400, R"({"kind":"Status","message":{"a":1},"details":[1],"code":"x"})", Kind::Invalid, {});
    }
    void kindAndMessage()
    {
        QFETCH(const int, status);
        QFETCH(const QByteArray, body);
        const Error error = errorFrom(patch, {.status = status, .body = body}, now);
        QTEST(error.kind, "kind");
        QTEST(error.message, "message");
        QCOMPARE(error.retryAfter, std::nullopt);
    }

    void aRedirectIsNotFollowedAndNamed()
    {
        const HttpReply reply{
            .status = 302, .headers = {{"location"_ba, "https://user:pw@login.example/sso?ticket=1"_ba}}};
        const Error error = errorFrom(patch, reply, now);
        QCOMPARE(error.kind, Kind::Malformed);
        QVERIFY2(
            error.message.contains("https://login.example/sso, which is not followed"_L1), qPrintable(error.message));
    }

    void retryAfter_data()
    {
        QTest::addColumn<QByteArray>("header");
        QTest::addColumn<QByteArray>("date");
        QTest::addColumn<int>("ofStatus");
        QTest::addColumn<std::optional<seconds>>("expected");
        const auto row
            = [](const char *name, const QByteArray &header, const QByteArray &date, int ofStatus,
                  std::optional<seconds> expected) { QTest::newRow(name) << header << date << ofStatus << expected; };
        row("none", "", "", 0, std::nullopt);
        row("seconds", "7", "", 0, seconds(7));
        row("zero", "0", "", 0, seconds(0));
        row("a date, by our clock", "Mon, 23 Nov 2026 10:00:30 GMT", "", 0, seconds(30));
        row("a date, by the server's clock", "Mon, 23 Nov 2026 10:00:30 GMT", "Mon, 23 Nov 2026 10:00:20 GMT", 0,
            seconds(10));
        row("a date that has passed", "Mon, 23 Nov 2026 09:00:00 GMT", "", 0, seconds(0));
        row("of the Status", "", "", 5, seconds(5));
        row("the header wins", "7", "", 5, seconds(7));
        row("negative", "-1", "", 0, std::nullopt);
        row("garbage", "soon", "", 0, std::nullopt);
        row("absurd", "99999999999", "", 0, std::chrono::hours(24));
    }
    void retryAfter()
    {
        QFETCH(const QByteArray, header);
        QFETCH(const QByteArray, date);
        QFETCH(const int, ofStatus);
        HttpReply reply{.status = 429};
        if (!header.isEmpty())
            reply.headers.append({"retry-after"_ba, header});
        if (!date.isEmpty())
            reply.headers.append({"date"_ba, date});
        reply.body = R"({"kind":"Status","message":"m","details":{"retryAfterSeconds":@}})"_ba;
        reply.body.replace("@", QByteArray::number(ofStatus));
        QTEST(errorFrom(patch, reply, now).retryAfter, "expected");
    }

    void aStatusInAStreamIsReadByItsCodeOrItsReason()
    {
        const auto kind
            = [](const char *json) { return errorFromStatus(QJsonDocument::fromJson(json).object(), u"watch"_s).kind; };
        QCOMPARE(kind(R"({"code":410,"reason":"Expired"})"), Kind::Gone);
        QCOMPARE(kind(R"({"reason":"Expired"})"), Kind::Gone);
        QCOMPARE(kind(R"({"code":500})"), Kind::Server);
        QCOMPARE(kind("{}"), Kind::Server);
        QCOMPARE(kind(R"({"code":"410"})"), Kind::Server);
    }

    void whatLooksLikeACredentialIsNotPassedOn()
    {
        const QString token = u"eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJlc2lnbmF0dXJl"_s;
        const HttpReply reply{.status = 500, .body = "upstream sent Authorization: Bearer " + token.toLatin1()};
        QVERIFY(!errorFrom(patch, reply, now).message.contains(token));
    }

    void theMessageIsBounded()
    {
        const HttpReply reply{.status = 500, .body = QByteArray(1'000'000, 'x')};
        QVERIFY(errorFrom(patch, reply, now).message.size() < 2200);
    }
};

QTEST_GUILESS_MAIN(tst_Status)
#include "tst_status.moc"
