// SPDX-License-Identifier: GPL-3.0-or-later
#include "sdwan/kind.h"
#include "sdwan/validate.h"
#include "support/testcase.h"

#include <QJsonDocument>

using namespace Qt::StringLiterals;
using namespace patronus;

class TestValidate : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void endpoints_data()
    {
        QTest::addColumn<QString>("endpoint");
        QTest::addColumn<bool>("valid");
        const auto row = [](const char *endpoint, bool valid) {
            QTest::newRow(endpoint) << QString::fromLatin1(endpoint) << valid;
        };
        row("203.0.113.7:51820", true);
        row("vpn.example.com:51820", true);
        row("localhost:1", true);
        row("[2001:db8::7]:51820", true);
        row("2001:db8::7:51820", false); // an IPv6 address needs its brackets
        row("[2001:db8::zz]:51820", false);
        row("[203.0.113.7]:51820", false);
        row("300.0.113.7:51820", false);
        row("203.0.113:51820", false);
        row("203.0.113.07:51820", false);
        row("vpn.example.com", false);
        row("vpn.example.com:", false);
        row(":51820", false);
        row("vpn.example.com:0", false);
        row("vpn.example.com:65535", true);
        row("vpn.example.com:65536", false);
        row("vpn.example.com:+80", false);
        row("vpn_1.example.com:80", false);
        row("-vpn.example.com:80", false);
        row("vpn..example.com:80", false);
    }

    void endpoints()
    {
        QFETCH(const QString, endpoint);
        QTEST(!problemWithEndpoint(endpoint).has_value(), "valid");
    }

    void ports_data()
    {
        QTest::addColumn<QString>("ports");
        QTest::addColumn<bool>("valid");
        const auto row
            = [](const char *ports, bool valid) { QTest::newRow(ports) << QString::fromLatin1(ports) << valid; };
        row("80", true);
        row("80-443", true);
        row("80,443", true);
        row("80,1000-2000,65535", true);
        row("80-80", true);
        row("443-80", false);
        row("0", false);
        row("65536", false);
        row("80-", false);
        row("-80", false);
        row("80,,443", false);
        row("80-90-100", false);
        row("http", false);
        row("80 - 443", false);
        row("", false);
    }

    void ports()
    {
        QFETCH(const QString, ports);
        QTEST(!problemWithPorts(ports).has_value(), "valid");
    }

    void keys_data()
    {
        QTest::addColumn<QString>("key");
        QTest::addColumn<bool>("valid");
        QTest::newRow("32 bytes") << QString::fromLatin1(QByteArray(32, 'k').toBase64()) << true;
        QTest::newRow("31 bytes") << QString::fromLatin1(QByteArray(31, 'k').toBase64()) << false;
        QTest::newRow("33 bytes") << QString::fromLatin1(QByteArray(33, 'k').toBase64()) << false;
        QTest::newRow("no base64") << QString(44, u'!') << false;
        QTest::newRow("empty") << QString() << false;
    }

    void keys()
    {
        QFETCH(const QString, key);
        QTEST(!problemWithKey(key).has_value(), "valid");
    }

    void allProblemsOfASpecAreToldAtOnceWithTheirPath()
    {
        const Object site(QJsonDocument::fromJson(R"({"metadata":{"name":"hq"},"spec":{
            "wireguard":{"publicKey":"short","listenPort":51820,"endpoints":["nowhere","vpn.example.com:1"]},
            "mesh":{"enabled":true,"peerWith":["hq","a","a"]}}})")
                .object());
        QStringList paths;
        for (const Problem &problem : siteKind().validate(site))
            paths.append(problem.path);
        QCOMPARE(paths,
            QStringList({u"spec.wireguard.publicKey"_s, u"spec.wireguard.endpoints[0]"_s, u"spec.mesh.peerWith[0]"_s,
                u"spec.mesh.peerWith[2]"_s}));
    }

    void aRouteWithoutPrimaryPathIsLegal()
    {
        const Object policy(QJsonDocument::fromJson(
            R"({"metadata":{"name":"p"},"spec":{"priority":1,"match":{},"action":{"type":"route"}}})")
                .object());
        QVERIFY(policyKind().validate(policy).isEmpty());
    }

    void aBackupPathHasToDiffer()
    {
        const Object policy(
            QJsonDocument::fromJson(R"({"metadata":{"name":"p"},"spec":{"priority":1,"match":{"dstPortRange":"9-1"},
            "action":{"type":"route","primaryPath":{"siteRef":"hq","pathId":"1"},"backupPath":{"siteRef":"hq","pathId":"1"}}}})")
                .object());
        QCOMPARE(policyKind().validate(policy).size(), 2);
        QCOMPARE(policyKind().references(policy), QStringList(u"hq"_s));
    }
};

QTEST_GUILESS_MAIN(TestValidate)
#include "tst_validate.moc"
