// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/supportbundle.h"
#include "support/testcase.h"

#include <QJsonArray>
#include <QJsonDocument>

using namespace Qt::StringLiterals;
using namespace patronus;

class TestSupportBundle : public TestCase
{
    Q_OBJECT

private:
    [[nodiscard]] static DiagnosisFacts facts()
    {
        DiagnosisFacts facts{.now = QDateTime(QDate(2026, 11, 26), QTime(12, 0), QTimeZone::UTC),
            .version = u"0.1.0"_s,
            .operatorKey = {u"patronus-system"_s, u"patronus-operator"_s}};
        const QJsonArray env{QJsonObject{{u"name"_s, u"PATRONUS_API_TOKEN"_s}, {u"value"_s, u"hush-hush"_s}},
            QJsonObject{{u"name"_s, u"RUST_LOG"_s}, {u"value"_s, u"info"_s}}};
        const QJsonObject spec{{u"containers"_s, QJsonArray{QJsonObject{{u"name"_s, u"operator"_s}, {u"env"_s, env}}}}};
        facts.deployment = Object(
            {{u"metadata"_s, QJsonObject{{u"name"_s, u"patronus-operator"_s}, {u"managedFields"_s, QJsonArray{1}}}},
                {u"spec"_s, QJsonObject{{u"template"_s, QJsonObject{{u"spec"_s, spec}}}}}});
        facts.events = std::unexpected(Error{Error::Kind::Forbidden, u"this user may not list events"_s});
        facts.resources = {{.type = resources::sites()}, {.type = resources::policies()}};
        return facts;
    }

private Q_SLOTS:
    void secretsAreLeftOutAndNamed()
    {
        BundledTexts texts;
        texts.byName.insert(
            u"logs/a-operator.log"_s, QByteArray("INFO started\nDEBUG Authorization: Bearer hush-hush-hush\n"));
        texts.byName.insert(
            u"metrics/a.txt"_s, std::unexpected(Error{Error::Kind::Forbidden, u"this user may not get pods/proxy"_s}));
        const SupportBundle bundle = makeSupportBundle(
            {.context = u"prod/eu"_s, .cluster = {}, .nameSpace = {}, .user = u"ann"_s, .serverVersion = u"v1"_s},
            facts(), texts, u"kubectl-patronus 0.1.0"_s);
        QCOMPARE(bundle.name, u"patronus-bundle-prod-eu-20261126T120000Z"_s);
        for (const QByteArray &content : bundle.files)
            QVERIFY(!content.contains("hush-hush"));
        QVERIFY(bundle.files[u"deployment.yaml"_s].contains("RUST_LOG"));
        QVERIFY(!bundle.files[u"deployment.yaml"_s].contains("managedFields"));
        QVERIFY(bundle.files[u"logs/a-operator.log"_s].startsWith("INFO started\nDEBUG "));
        const QByteArray redacted = bundle.files[u"redacted.txt"_s];
        QVERIFY2(
            redacted.contains("deployment.yaml: spec.template.spec.containers[0].env[0].value"), redacted.constData());
        QVERIFY2(redacted.contains("logs/a-operator.log: line 2"), redacted.constData());
        QVERIFY2(!redacted.contains("line 1\n"), redacted.constData());
        const QByteArray missing = bundle.files[u"missing.txt"_s];
        QVERIFY2(missing.contains("events.yaml: this user may not list events"), missing.constData());
        QVERIFY2(missing.contains("metrics/a.txt: this user may not get pods/proxy"), missing.constData());
        QVERIFY(QJsonDocument::fromJson(bundle.files[u"diagnosis.json"_s])["checks"_L1].toArray().size() > 20);
    }
};

QTEST_GUILESS_MAIN(TestSupportBundle)
#include "tst_supportbundle.moc"
