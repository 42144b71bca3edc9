// SPDX-License-Identifier: GPL-3.0-or-later
#include "patronusapi/inventory.h"
#include "runtime/events.h"
#include "runtime/store.h"
#include "sdwan/liveeffects.h"
#include "sdwan/names.h"
#include "support/manualclock.h"
#include "support/scriptedtransport.h"
#include "support/testcase.h"

#include <QCoroTask>

using namespace Qt::StringLiterals;
using namespace patronus;

class TestLiveEffects : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    /// Who is woken before the watch tells that the object is gone reads the cache: with the finalizer still in it, it
    /// would delete at the Patronus API once more.
    void aRemovedFinalizerIsGoneFromTheCacheBeforeTheWatchTellsOfIt_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("version");
        QTest::addColumn<QStringList>("left");
        QTest::addColumn<bool>("isHeld");
        QTest::newRow("the last one: nothing is stored any more") << 200 << u"7"_s << QStringList() << false;
        QTest::newRow("another's finalizer is left") << 200 << u"8"_s << QStringList{u"example.com/other"_s} << true;
        QTest::newRow("it had gone before") << 404 << QString() << QStringList() << false;
    }
    void aRemovedFinalizerIsGoneFromTheCacheBeforeTheWatchTellsOfIt()
    {
        QFETCH(const int, status);
        QFETCH(const QString, version);
        QFETCH(const QStringList, left);
        QFETCH(const bool, isHeld);
        ManualClock clock;
        const auto kubernetes = std::make_shared<ScriptedTransport>();
        const auto api = std::make_shared<ScriptedTransport>();
        KubeClient client(kubernetes, nullptr);
        HttpPatronusClient patronus(api, {}, clock);
        Inventory inventory(patronus);
        EventRecorder events(client, clock, u"test"_s, u"test"_s);
        Store sites, policies;
        sites.addFeed({});
        const Object site(metadata(u"7"_s, QStringList{QString(names::finalizer)} + left));
        sites.upsert(site);
        LiveEffects effects(client, patronus, inventory, events, sites, policies);

        QJsonObject answer = metadata(version, left);
        answer.insert("kind"_L1, u"PartialObjectMetadata"_s); // as a server answers to metadataOnly
        kubernetes->queue(
            status, status == 200 ? toJson(answer) : QByteArray(R"({"kind":"Status","reason":"NotFound","code":404})"));
        QVERIFY(QCoro::waitFor(effects.perform({RemoveFinalizer{resources::sites(), site}}, std::stop_token())));
        const auto held = sites.find(site.key());
        QCOMPARE(held.has_value(), isHeld);
        QVERIFY(!held || !held->hasFinalizer(names::finalizer));
    }

private:
    static QJsonObject metadata(const QString &version, const QStringList &finalizers)
    {
        return {{u"apiVersion"_s, u"sdwan.patronus.dev/v1alpha1"_s}, {u"kind"_s, u"Site"_s},
            {u"metadata"_s,
                QJsonObject{{u"name"_s, u"hq"_s}, {u"namespace"_s, u"default"_s}, {u"uid"_s, u"1"_s},
                    {u"resourceVersion"_s, version}, {u"generation"_s, 2},
                    {u"deletionTimestamp"_s, u"2026-01-01T00:00:00Z"_s},
                    {u"finalizers"_s, QJsonArray::fromStringList(finalizers)}}}};
    }
};

QTEST_GUILESS_MAIN(TestLiveEffects)
#include "tst_liveeffects.moc"
