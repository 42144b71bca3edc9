// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics.h"
#include "sdwan/schemawatch.h"
#include "support/manualclock.h"
#include "support/scriptedtransport.h"
#include "support/testcase.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QSignalSpy>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace patronus;

namespace {

/// An object's schema that has these fields.
QJsonObject having(const QList<std::pair<QString, QJsonObject>> &fields)
{
    QJsonObject properties;
    for (const auto &[name, schema] : fields)
        properties.insert(name, schema);
    return {{u"properties"_s, properties}};
}

const QJsonObject current = having({{u"phase"_s, {}}, {u"observedGeneration"_s, {}},
    {u"conditions"_s, {{u"items"_s, having({{u"type"_s, {}}, {u"observedGeneration"_s, {}}})}}}});
const QJsonObject older = having({{u"active"_s, {}}});

/// The server's OpenAPI of our group, with these schemas of a status; an empty one leaves the kind out.
QByteArray document(const QJsonObject &site, const QJsonObject &policy, const QString &key = u"publicKey"_s)
{
    QJsonObject schemas;
    for (const auto &[kind, status] : {std::pair(u"Site"_s, site), std::pair(u"Policy"_s, policy)}) {
        const QJsonObject name{{u"group"_s, u"sdwan.patronus.dev"_s}, {u"version"_s, u"v1alpha1"_s}, {u"kind"_s, kind}};
        QJsonObject schema
            = having({{u"spec"_s, having({{u"wireguard"_s, having({{key, {}}})}})}, {u"status"_s, status}});
        schema.insert("x-kubernetes-group-version-kind"_L1, QJsonArray{name});
        if (!status.isEmpty())
            schemas.insert(kind, schema);
    }
    return QJsonDocument(QJsonObject{{u"components"_s, QJsonObject{{u"schemas"_s, schemas}}}}).toJson();
}

struct Rig {
    ManualClock clock;
    Metrics metrics;
    std::shared_ptr<ScriptedTransport> transport = std::make_shared<ScriptedTransport>();
    KubeClient client{transport, nullptr};
    SchemaWatch watch{client, clock, metrics};
    QSignalSpy changed{&watch, &SchemaWatch::changed};

    void answer(const QByteArray &body, int status = 200) // to both kinds' questions
    {
        transport->queue(status, body);
        transport->queue(status, body);
    }
    [[nodiscard]] qsizetype rounds() const { return transport->calls.size() / 2; }
    [[nodiscard]] bool isOutdated(const char *kind)
    {
        return metrics.gauge("patronus_operator_crd_outdated", "", {{"kind", kind}}).value() != 0;
    }
};

} // namespace

class TestSchemaWatch : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void whatIsServedIsReadAgainAndToldWhenItIsAnother()
    {
        Rig rig;
        rig.answer(document(current, current));
        rig.watch.start();
        QCOMPARE(rig.watch.problem(), QString());
        QCOMPARE(rig.changed.count(), 1);
        QVERIFY(rig.watch.of(policyKind()).keepsConditions());
        rig.answer(document(current, current));
        rig.clock.advance(30s);
        QCOMPARE(rig.rounds(), 2);
        QCOMPARE(rig.changed.count(), 1);

        rig.answer(document(current, older));
        QTest::ignoreMessage(QtWarningMsg,
            QRegularExpression(
                u"policies.sdwan.patronus.dev is older than this operator: kubectl apply -f crds/; it does "
                "not keep status.phase, "_s));
        rig.clock.advance(30s);
        QCOMPARE(rig.changed.count(), 2);
        QVERIFY(!rig.watch.of(policyKind()).keepsConditions());
        QVERIFY(rig.watch.of(siteKind()).keepsConditions());
        QVERIFY(rig.isOutdated("policy") && !rig.isOutdated("site"));
        QCOMPARE(rig.watch.problem(), QString()); // it can be worked with

        rig.answer(document(current, current));
        rig.clock.advance(30s);
        QCOMPARE(rig.changed.count(), 3);
        QVERIFY(!rig.isOutdated("policy"));
    }

    void whatStopsTheWorkIsToldOnceAndLookedAtSooner_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("problem");
        QTest::newRow("nothing installed")
            << "404 page not found"_ba << 404 << u"sites.sdwan.patronus.dev is not installed"_s;
        QTest::newRow("one missing") << document(current, {}) << 200
                                     << u"policies.sdwan.patronus.dev is not installed"_s;
        QTest::newRow("snake_case") << document(current, current, u"public_key"_s) << 200
                                    << u"the replaced operator (spec.wireguard.public_key): nothing is touched"_s;
        QTest::newRow("no answer") << "{}"_ba << 503 << u"could not be asked for its schemas"_s;
    }
    void whatStopsTheWorkIsToldOnceAndLookedAtSooner()
    {
        QFETCH(const QByteArray, body);
        QFETCH(const int, status);
        QFETCH(const QString, problem);
        Rig rig;
        rig.answer(body, status);
        QTest::ignoreMessage(QtCriticalMsg, QRegularExpression(QRegularExpression::escape(problem)));
        rig.watch.start();
        QVERIFY2(rig.watch.problem().contains(problem), qPrintable(rig.watch.problem()));
        QCOMPARE(rig.changed.count(), 1);
        rig.answer(body, status);
        rig.clock.advance(5s);
        QCOMPARE(rig.rounds(), 2);
        QCOMPARE(rig.changed.count(), 1);

        rig.answer(document(current, current));
        rig.clock.advance(5s);
        QCOMPARE(rig.watch.problem(), QString());
        QCOMPARE(rig.changed.count(), 2);
    }

    void aServerThatDoesNotAnswerLeavesWhatIsKnown()
    {
        Rig rig;
        rig.answer(document(current, current));
        rig.watch.start();
        rig.answer("{}", 503);
        rig.clock.advance(30s);
        QCOMPARE(rig.watch.problem(), QString());
        QCOMPARE(rig.changed.count(), 1);
        QVERIFY(rig.watch.of(siteKind()).keepsConditions());
    }

    void stopEndsWhatIsInFlight()
    {
        Rig rig;
        rig.watch.start();
        QCOMPARE(rig.transport->calls.size(), 1);
        QVERIFY(QCoro::waitFor(rig.watch.stop()));
        QVERIFY(rig.transport->last()->isEnded());
        QCOMPARE(rig.changed.count(), 0);
    }
};

QTEST_GUILESS_MAIN(TestSchemaWatch)
#include "tst_schemawatch.moc"
