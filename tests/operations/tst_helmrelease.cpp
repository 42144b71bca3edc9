// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/gzip.h"
#include "operations/helmrelease.h"
#include "support/testcase.h"

using namespace Qt::StringLiterals;
using namespace patronus;

// That a real helm's Secrets are read is shown by tests/e2e/tst_kubectlpatronus; here is what is no such Secret.
class TestHelmRelease : public TestCase
{
    Q_OBJECT

    // printf '{"config":{"replicaCount":3},…}' | gzip -9n | base64
    static QByteArray packed()
    {
        return "H4sIAAAAAAACA02OsQ7CMAxE/8VzWxV1ohITC7AxIQQMJnUhUhNHiYtAVf8dR3RgO+uenm8C88Qo0E7gSLBDwZw9OoIWAkpkP6aS"
               "A0UUjlDAi2Ky7LWtq1VVw1yAkAsDCiVoLxP8HHB363q/Owzn03ED800xw763j6yPFAZrcMuj19eNdtb3nJskKKN6oFOEP9Rlv0Nv"
               "e0qKQlmWV68rloHvJaaAJt8c0v/EZv4C2aiql+AAAAA=";
    }
    static Object secret(const QByteArray &data)
    {
        return Object(QJsonObject{{u"kind"_s, u"Secret"_s},
            {u"metadata"_s, QJsonObject{{u"name"_s, u"sh.helm.release.v1.x.v3"_s}, {u"namespace"_s, u"ops"_s}}},
            {u"data"_s, QJsonObject{{u"release"_s, QString::fromLatin1(data.toBase64())}}}});
    }

private Q_SLOTS:
    void aReleaseIsRead()
    {
        const auto release = helmReleaseFrom(secret(packed()));
        QVERIFY2(release, release ? "" : qPrintable(release.error().message));
        QCOMPARE(release->name, u"x"_s);
        QCOMPARE(release->revision, 3);
        QCOMPARE(release->status, u"deployed"_s);
        QCOMPARE(release->chart, u"patronus-operator"_s);
        QCOMPARE(release->chartVersion, u"0.1.0"_s);
        QCOMPARE(release->config, (QJsonObject{{u"replicaCount"_s, 3}}));
    }

    void whatIsNoReleaseIsAnError_data()
    {
        QTest::addColumn<QByteArray>("data");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("no base64") << "@@@"_ba;
        QTest::newRow("no gzip") << "hello"_ba.toBase64();
        const QByteArray gzip = QByteArray::fromBase64(packed());
        QTest::newRow("cut short") << gzip.first(gzip.size() - 20).toBase64();
        QByteArray damaged = gzip;
        damaged[gzip.size() / 2] = char(damaged[gzip.size() / 2] ^ 0x55);
        QTest::newRow("damaged") << damaged.toBase64();
    }
    void whatIsNoReleaseIsAnError()
    {
        QFETCH(const QByteArray, data);
        const auto release = helmReleaseFrom(secret(data));
        QVERIFY(!release);
        QCOMPARE(release.error().kind, Error::Kind::Malformed);
        QVERIFY(release.error().message.contains(u"ops/sh.helm.release.v1.x.v3"_s));
    }

    void aBombIsNotUnpacked()
    {
        const auto unpacked = gunzip(QByteArray::fromBase64(packed()), 10);
        QVERIFY(!unpacked);
        QVERIFY(unpacked.error().message.contains(u"more than 10 bytes"_s));
    }
};

QTEST_GUILESS_MAIN(TestHelmRelease)
#include "tst_helmrelease.moc"
