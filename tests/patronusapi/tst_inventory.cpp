// SPDX-License-Identifier: GPL-3.0-or-later
#include "patronusapi/inventory.h"
#include "patronusapi/projection.h"
#include "support/patronusbodies.h"
#include "support/testcase.h"

#include <QCoroTask>
#include <QRandomGenerator>

#include <malloc.h>
#include <map>

using namespace Qt::StringLiterals;
using namespace patronus;

/// An API of which objects come and go between two pages, as a test says.
class ChangingApi : public PatronusClient
{
public:
    using Objects = std::map<QString, QJsonObject>;

    Task<QJsonObject> put(RemoteKind, QString, QJsonObject, std::stop_token) override { co_return notAsked(); }
    Task<void> remove(RemoteKind, QString, std::stop_token) override { co_return notAsked(); }
    Task<RemotePage<RemotePath>> paths(int, qint64, std::stop_token) override { co_return notAsked(); }
    Task<RemotePage<TrafficStats>> trafficStats(QDate, int, qint64, std::stop_token) override { co_return notAsked(); }
    Task<RemoteHealth> health(std::stop_token) override { co_return notAsked(); }

    Task<RemotePage<QJsonObject>> list(RemoteKind kind, int limit, qint64 offset, std::stop_token) override
    {
        ++requests;
        if (failAt == requests)
            co_return std::unexpected(Error{Error::Kind::Server, u"on demand"_s});
        const Objects &objects = kind == RemoteKind::Site ? sites : policies;
        RemotePage<QJsonObject> page{.items = {}, .total = qint64(objects.size())};
        qint64 index = 0;
        for (const auto &[name, object] : objects)
            if (index++ >= offset && page.items.size() < std::min(limit, pageLimit))
                page.items.append(object);
        if (kind == RemoteKind::Site && betweenPages)
            betweenPages(requests);
        co_return page;
    }

    void addSites(int count)
    {
        for (int i = 0; i < count; ++i)
            addSite(i);
    }
    void addSite(int number)
    {
        const QString name = nameOf(number);
        QJsonObject site = siteBody(name);
        site[u"id"_s] = u"id-"_s + name;
        site[u"updated_at"_s] = u"2026-01-01T00:00:00Z"_s;
        sites[name] = site;
    }
    static QString nameOf(int number) { return u"site-%1"_s.arg(number, 6, 10, QLatin1Char('0')); }

    Objects sites, policies;
    int pageLimit = 1000; // of the API, below what is asked for
    int requests = 0, failAt = -1;
    std::function<void(int request)> betweenPages; // after each page of Sites

private:
    static std::unexpected<Error> notAsked()
    {
        return std::unexpected(Error{Error::Kind::Invalid, u"the inventory lists, and nothing else"_s});
    }
};

class TestInventory : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { qRegisterMetaType<RemoteKind>(); }

    void aSweepFindsEverything_data()
    {
        QTest::addColumn<int>("count");
        QTest::addColumn<int>("requests"); // with the one for Policies
        QTest::newRow("nothing") << 0 << 2;
        QTest::newRow("one") << 1 << 2;
        QTest::newRow("a page") << 1000 << 2;
        QTest::newRow("a page and one") << 1001 << 3;
        QTest::newRow("pages") << 3500 << 5;
    }
    void aSweepFindsEverything()
    {
        QFETCH(const int, count);
        ChangingApi api;
        api.addSites(count);
        api.policies[u"web"_s] = policyBody(u"web"_s);
        Inventory inventory(api);
        QVERIFY(!inventory.isRead());
        QVERIFY(sweep(inventory));
        QVERIFY(inventory.isRead());
        QTEST(api.requests, "requests");
        QCOMPARE(inventory.names(RemoteKind::Site).size(), count);
        QCOMPARE(inventory.find(RemoteKind::Policy, u"web"_s), policyBody(u"web"_s));
        QVERIFY(!inventory.find(RemoteKind::Policy, u"site-000000"_s));
        if (count > 0) {
            QCOMPARE(inventory.find(RemoteKind::Site, u"site-000000"_s),
                siteBody(u"site-000000"_s)); // without what the API adds
            QCOMPARE(inventory.nameOf(RemoteKind::Site, u"id-site-000000"_s), u"site-000000"_s);
        }
        QCOMPARE(inventory.nameOf(RemoteKind::Site, u"site-000000"_s), u"site-000000"_s);
    }

    void whatSomebodyElseDidIsTold()
    {
        ChangingApi api;
        api.addSites(3);
        Inventory inventory(api);
        QVERIFY(sweep(inventory));
        QCOMPARE(m_changed, (QStringList{u"site-000000"_s, u"site-000001"_s, u"site-000002"_s}));
        QVERIFY(sweep(inventory));
        QCOMPARE(m_changed, QStringList());

        api.sites.erase(u"site-000001"_s);
        api.sites[u"site-000002"_s][u"location"_s] = u"Bern"_s;
        api.sites[u"site-000000"_s][u"updated_at"_s] = u"2026-02-02T00:00:00Z"_s; // not ours: no drift
        api.addSite(7);
        QVERIFY(sweep(inventory));
        QCOMPARE(m_changed, (QStringList{u"site-000001"_s, u"site-000002"_s, u"site-000007"_s}));
        QVERIFY(!inventory.find(RemoteKind::Site, u"site-000001"_s));
    }

    void aFailedSweepChangesNothing_data()
    {
        QTest::addColumn<int>("failAt");
        QTest::newRow("Sites") << 4;
        QTest::newRow("Policies") << 6;
    }
    void aFailedSweepChangesNothing()
    {
        QFETCH(const int, failAt);
        ChangingApi api;
        api.addSites(1500);
        Inventory inventory(api);
        QVERIFY(sweep(inventory)); // three requests
        api.sites.erase(u"site-000001"_s);
        api.failAt = failAt;
        QVERIFY(!sweep(inventory));
        QCOMPARE(m_changed, QStringList());
        QVERIFY(inventory.find(RemoteKind::Site, u"site-000001"_s));
        api.failAt = -1;
        QVERIFY(sweep(inventory));
        QCOMPARE(m_changed, QStringList{u"site-000001"_s});
    }

    void aRemovalBetweenPagesHidesNoOther()
    {
        ChangingApi api;
        api.addSites(2500);
        Inventory inventory(api);
        QVERIFY(sweep(inventory));
        api.requests = 0;
        api.betweenPages = [&](int request) {
            if (request == 1)
                for (int i = 500; i < 520; ++i)
                    api.sites.erase(ChangingApi::nameOf(i));
        };
        QVERIFY(sweep(inventory));
        QCOMPARE(m_changed, QStringList()); // the 20 were read before; the next sweep tells of them
        QVERIFY(sweep(inventory));
        QCOMPARE(m_changed.size(), 20);
        QCOMPARE(inventory.names(RemoteKind::Site).size(), 2480);
    }

    void thatTheLastOfAPageGoesHidesNoOther()
    {
        ChangingApi api;
        api.addSites(2500);
        Inventory inventory(api);
        QVERIFY(sweep(inventory));
        api.requests = 0;
        api.betweenPages = [&](int request) {
            if (request == 1)
                for (int i = 990; i < 1000; ++i)
                    api.sites.erase(ChangingApi::nameOf(i));
        };
        QVERIFY(sweep(inventory));
        QCOMPARE(m_changed, QStringList());
    }

    void churnNeverTakesWhatStaysForRemoved()
    {
        QRandomGenerator random(20);
        for (int round = 0; round < 8; ++round) {
            ChangingApi api;
            api.pageLimit = 20; // many pages, so many chances
            api.addSites(200);
            Inventory inventory(api);
            QVERIFY(sweep(inventory));
            QSet<QString> stayed;
            for (const auto &[name, site] : api.sites)
                stayed.insert(name);
            api.betweenPages = [&](int) {
                for (int i = 0; i < 3; ++i) {
                    const QString name = ChangingApi::nameOf(random.bounded(400));
                    if (api.sites.erase(name) > 0)
                        stayed.remove(name);
                    else
                        api.addSite(name.sliced(5).toInt());
                }
            };
            QVERIFY(sweep(inventory));
            const QStringList held = inventory.names(RemoteKind::Site);
            for (const QString &name : std::as_const(stayed))
                QVERIFY2(held.contains(name), qPrintable(u"round %1: %2"_s.arg(round).arg(name)));
            // When it is calm again, one sweep tells the truth.
            api.betweenPages = {};
            QVERIFY(sweep(inventory));
            QCOMPARE(inventory.names(RemoteKind::Site).size(), qsizetype(api.sites.size()));
        }
    }

    void aListThatShrinksFasterThanItIsReadRemovesNothing()
    {
        ChangingApi api;
        api.pageLimit = 10;
        api.addSites(3000);
        Inventory inventory(api);
        api.betweenPages = {};
        QVERIFY(sweep(inventory));
        int next = 0;
        api.betweenPages = [&](int) {
            for (int i = 0; i < 30; ++i)
                api.sites.erase(ChangingApi::nameOf(next++));
        };
        QVERIFY(sweep(inventory));
        for (const auto &[name, site] : api.sites)
            QVERIFY2(inventory.find(RemoteKind::Site, name), qPrintable(name));
    }

    void aPageThatGoesNowhereIsAnError()
    {
        ChangingApi api;
        api.pageLimit = 1;
        api.addSites(3);
        Inventory inventory(api);
        const auto swept = QCoro::waitFor(inventory.sweep({}));
        QVERIFY(!swept);
        QCOMPARE(swept.error().kind, Error::Kind::Malformed);
    }

    void whatWeWroteDuringASweepWins()
    {
        ChangingApi api;
        api.addSites(1500);
        Inventory inventory(api);
        QVERIFY(sweep(inventory));
        QJsonObject ours = siteBody(u"site-000001"_s);
        ours[u"location"_s] = u"ours"_s;
        api.betweenPages = [&](int) { // the first page, with the old content, has been read
            inventory.notePut(RemoteKind::Site, u"site-000001"_s, ours);
            inventory.noteRemoved(RemoteKind::Site, u"site-000002"_s);
            inventory.forget(RemoteKind::Site, u"site-000003"_s);
            inventory.notePut(RemoteKind::Site, u"new"_s, siteBody(u"new"_s));
            api.betweenPages = {};
        };
        QVERIFY(sweep(inventory));
        QCOMPARE(m_changed, QStringList());
        QCOMPARE(inventory.find(RemoteKind::Site, u"site-000001"_s), ours);
        QVERIFY(!inventory.find(RemoteKind::Site, u"site-000002"_s));
        QVERIFY(!inventory.find(RemoteKind::Site, u"site-000003"_s));
        QVERIFY(inventory.find(RemoteKind::Site, u"new"_s));

        QVERIFY(sweep(inventory)); // the API never had any of that
        QCOMPARE(m_changed, (QStringList{u"new"_s, u"site-000001"_s, u"site-000002"_s, u"site-000003"_s}));
    }

    void writesBetweenSweepsAreHeld()
    {
        ChangingApi api;
        Inventory inventory(api);
        QVERIFY(sweep(inventory));
        api.addSite(1);
        inventory.notePut(RemoteKind::Site, ChangingApi::nameOf(1), api.sites.begin()->second);
        QCOMPARE(inventory.nameOf(RemoteKind::Site, u"id-site-000001"_s), u"site-000001"_s);
        QVERIFY(sweep(inventory));
        QCOMPARE(m_changed, QStringList()); // what the API has is what we hold
        inventory.forget(RemoteKind::Site, ChangingApi::nameOf(1));
        QVERIFY(!inventory.find(RemoteKind::Site, ChangingApi::nameOf(1)));
        QVERIFY(sweep(inventory));
        QCOMPARE(m_changed, QStringList{ChangingApi::nameOf(1)});
    }

    void twentyThousandObjectsTakeLittleMemory()
    {
        ChangingApi api;
        api.addSites(20'000);
        Inventory inventory(api);
        const size_t before = mallinfo2().uordblks;
        QVERIFY(QCoro::waitFor(inventory.sweep({})));
        const size_t after = mallinfo2().uordblks;
        if (after <= before)
            QSKIP("this allocator does not tell what is in use"); // as under AddressSanitizer
        const size_t bytes = (after - before) / 20'000;
        qInfo("%zu bytes an object", bytes);
        QVERIFY(bytes < 1000);
        QCOMPARE(api.requests, 22);
    }

private:
    /// True when it succeeded; what it told of is in m_changed, in order.
    bool sweep(Inventory &inventory)
    {
        m_changed.clear();
        const auto connection
            = connect(&inventory, &Inventory::changed, this, [this](RemoteKind kind, const QString &name) {
                  if (kind == RemoteKind::Site)
                      m_changed.append(name);
              });
        const auto swept = QCoro::waitFor(inventory.sweep({}));
        disconnect(connection);
        m_changed.sort();
        return swept.has_value();
    }

    QStringList m_changed;
};

QTEST_GUILESS_MAIN(TestInventory)
#include "tst_inventory.moc"
