// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/log.h"

#include "support/testcase.h"

#include <QElapsedTimer>

using namespace patronus;
using namespace Qt::StringLiterals;

class tst_Redact : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void aSecretIsTakenAway_data()
    {
        // Every text has the secret "S3cr" in it, once or more often, whole or at the end of another piece of it.
        QTest::addColumn<QString>("text");
        const auto row = [](const char *name, const QString &text) { QTest::newRow(name) << text; };
        row("bearer", u"Authorization: Bearer S3cr.S3cr-_~+/="_s);
        row("bearer in a sentence", u"sent bearer S3cr to the server"_s);
        row("basic", u"authorization: Basic dXNlcjpTS3cr=S3cr"_s);
        row("digest", u"Authorization: Digest username=\"a\", response=xS3cr"_s.remove(u'"'));
        row("proxy", u"Proxy-Authorization: Negotiate S3cr"_s);
        row("header in JSON", uR"({"authorization":"token S3cr"})"_s);
        row("cookie", u"Set-Cookie: session=S3cr; Path=/; other=S3cr"_s);
        row("token header", u"X-Auth-Token: S3cr"_s);
        row("JWT", u"got eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJTMy1jciJ9.S3cr-_x here"_s);
        row("JWT in a JSON value of another name", uR"({"x":"eyJhbGciOi.S3cr.S3cr"})"_s);
        row("JWT cut short", u"eyJS3cr"_s);
        row("token", u"token=S3cr"_s);
        row("token, YAML", u"users:\n- user:\n    token: S3cr\n"_s);
        row("token, JSON", uR"({"token":"S3cr"})"_s);
        row("token, spaced JSON", uR"({ "token" : "S3cr S3cr" })"_s);
        row("token, JSON with an escape", u"{\"token\":\"a\\\"S3cr\"}"_s);
        row("token, JSON inside JSON", u"{\"body\":\"{\\\"token\\\":\\\"S3cr \\\\\\\"S3cr\\\"}\"}"_s);
        row("token, JSON without end", u"{\"token\":\"ab S3cr"_s);
        row("token, single quotes", u"token: 'ab S3cr'"_s);
        row("token, block", u"token: |\n  abc\n  S3cr\nnext: 1"_s);
        row("tokens", uR"({"tokens": ["abc", "S3cr"]})"_s);
        row("id-token", u"id-token: S3cr"_s);
        row("refresh_token", u"grant=x&refresh_token=S3cr&y=1"_s);
        row("in a query", u"GET /login?user=a&access_token=S3cr HTTP/1.1"_s);
        row("environment", u"PATRONUS_API_TOKEN=S3cr"_s);
        row("upper case", u"TOKEN: S3cr"_s);
        row("password", u"password=p,S3cr;x"_s);
        row("password of several words", u"password: correct horse S3cr"_s);
        row("passwd", uR"("passwd": "S3cr")"_s);
        row("passphrase", u"passphrase=S3cr"_s);
        row("client_secret", u"client_secret=S3cr"_s);
        row("clientSecret", uR"({"clientSecret":"S3cr"})"_s);
        row("object of secrets", uR"({"credentials":{"user":"a","pass":"S3cr"}})"_s);
        row("client-key-data", u"client-key-data: LS0tS3cr"_s);
        row("clientKeyData", uR"("clientKeyData":"S3cr")"_s);
        row("privateKey", uR"({"privateKey":"yAnz5TF+lXXS3cr="})"_s);
        row("presharedKey", u"presharedKey: S3cr"_s);
        row("api key", u"x-api-key: S3cr"_s);
        row("flag", u"starting with --token S3cr --verbose"_s);
        row("flag with =", u"--patronus-api-token=S3cr"_s);
        row("flag of a password", u"--password S3cr"_s);
        row("URL", u"proxy http://user:S3cr@proxy:3128/ refused"_s);
        row("URL with an @ in the password", u"socks5://user:p@S3cr@proxy:1080"_s);
        row("URL with a token alone", u"https://S3cr@host/x"_s);
        row("PEM", u"-----BEGIN RSA PRIVATE KEY-----\nMIIE\nS3cr\n-----END RSA PRIVATE KEY-----\n"_s);
        row("PEM with escaped line ends", uR"("-----BEGIN PRIVATE KEY-----\nS3cr\n-----END PRIVATE KEY-----\n")"_s);
        row("PEM cut short", u"-----BEGIN EC PRIVATE KEY-----\nMIIE S3cr"_s);
        row("PEM in base64", u"data LS0tLS1CRUdJTiBQUklWS3cr/S3cr= end"_s);
        row("Secret",
            uR"({"kind":"Secret","metadata":{"name":"x"},"data":{"anything":"S3cr"},"stringData":{"other":"S3cr"}})"_s);
        row("Secret, data first", uR"({"data":{"anything":"S3cr"}, "kind": "Secret"})"_s);
        row("Secret, YAML", u"kind: Secret\ndata:\n  anything: S3cr\n  other: S3cr\n"_s);
        row("half a surrogate pair before it", u"x"_s + QChar(0xd800) + u" token=S3cr"_s);
        row("a zero before it", u"x"_s + QChar(0) + u" token=S3cr"_s);
        row("twice", u"token=S3cr token=S3cr password=S3cr"_s);
        row("far behind", QString(100'000, u'"') + u" token=S3cr"_s);
        row("long", u"token=\""_s + QString(1'000'000, u'a') + u"S3cr\""_s);
        row("long with escapes", u"token=\""_s + u"\\n"_s.repeated(500'000) + u"S3cr\""_s);
    }
    void aSecretIsTakenAway()
    {
        QFETCH(const QString, text);
        QVERIFY(text.contains("S3cr"_L1));
        const QString redacted = redact(text);
        QVERIFY2(!redacted.contains("S3cr"_L1), qPrintable(redacted.left(500)));
        QVERIFY2(redacted.contains("[redacted"_L1), qPrintable(redacted.left(500)));
    }

    void whatIsNoSecretStays_data()
    {
        QTest::addColumn<QString>("text");
        const auto row = [](const QString &text) { QTest::newRow(qPrintable(text.left(40))) << text; };
        row(u""_s);
        row(u"listed objects=500 resource=sites"_s);
        row(u"PATRONUS_API_TOKEN_FILE: cannot read /var/run/x"_s);
        row(u"--patronus-api-token-file /var/run/secrets/token"_s);
        row(u"tokenFile: /var/run/secrets/kubernetes.io/serviceaccount/token"_s);
        row(u"secretName=patronus-api secretRef: {name: x}"_s);
        row(u"secrets \"patronus-api\" is forbidden"_s);
        row(u"the bearer token has run out; basic authentication is off"_s);
        row(u"https://example.com:6443/api/v1?limit=500&watch=1"_s);
        row(u"mail me@example.com"_s);
        row(u"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----"_s);
        row(uR"({"kind":"ConfigMap","data":{"a":"b"}})"_s);
        row(u"publicKey: yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk="_s);
        row(u"tokenization=3 passwordless: yes"_s);
    }
    void whatIsNoSecretStays()
    {
        QFETCH(const QString, text);
        QCOMPARE(redact(text), text);
    }

    void whatIsAroundASecretStays()
    {
        QCOMPARE(redact(u"login failed token=abc status=401"), u"login failed token=[redacted] status=401"_s);
        QCOMPARE(redact(uR"({"user":"a","token":"abc","ok":true})"), uR"({"user":"a","token":[redacted],"ok":true})"_s);
        QCOMPARE(redact(u"http://u:p@h:1/x"), u"http://[redacted]@h:1/x"_s);
        QCOMPARE(redact(u"Authorization: Bearer abc\nAccept: x"), u"Authorization: [redacted]\nAccept: x"_s);
    }

    void whatLooksNearlyLikeASecretTakesNoLongTime_data()
    {
        QTest::addColumn<QString>("piece");
        for (const char *piece :
            {"a", "eyJ", "token", "token=", "-----BEGIN PRIVATE KEY", "-----BEGIN ", "http://", "http://a:b", "\"",
                "\\", "{\"data\":", "--token", "-", "kind:Secret data:{", "password: \"", "= ", "Authorization:"})
            QTest::newRow(piece) << QString::fromLatin1(piece);
    }
    void whatLooksNearlyLikeASecretTakesNoLongTime()
    {
        QFETCH(const QString, piece);
        const QString text = piece.repeated(64 * 1024 / piece.size());
        QElapsedTimer timer;
        timer.start();
        (void)redact(text);
        QVERIFY2(timer.elapsed() < 3000,
            qPrintable(QString::number(timer.elapsed()))); // quadratic would be minutes under a sanitizer
    }
};

QTEST_APPLESS_MAIN(tst_Redact)
#include "tst_redact.moc"
