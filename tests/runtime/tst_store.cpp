// SPDX-License-Identifier: GPL-3.0-or-later
#include "runtime/store.h"
#include "support/testcase.h"

#include <QRandomGenerator>

#include <map>

using namespace patronus;
using namespace Qt::StringLiterals;

namespace {

QJsonObject json(
    const QString &name, int version, const QString &uid, const QString &nameSpace, const QJsonObject &spec)
{
    return {{u"metadata"_s,
                QJsonObject{{u"name"_s, name}, {u"namespace"_s, nameSpace}, {u"uid"_s, uid},
                    {u"resourceVersion"_s, QString::number(version)}}},
        {u"spec"_s, spec}};
}

Object site(const QString &name, int version, const QString &uid = u"u"_s, const QString &nameSpace = u"office"_s,
    const QJsonObject &spec = {})
{
    return Object(json(name, version, uid, nameSpace, spec));
}

/// Writes down what a store says: "+hq@5", "hq@5>6", "-hq@6", "synced".
class Log : public QObject
{
    Q_OBJECT

public:
    explicit Log(const Store &store)
    {
        connect(&store, &Store::upserted, this, [this](const Object &after, const Object &before) {
            lines += before.isNull() ? u'+' + name(after) : name(before) + u'>' + after.resourceVersion();
        });
        connect(&store, &Store::removed, this, [this](const Object &last) { lines += u'-' + name(last); });
        connect(&store, &Store::synced, this, [this] { lines += u"synced"_s; });
    }

    QStringList take() { return std::exchange(lines, {}); }

private:
    static QString name(const Object &object) { return object.key().name + u'@' + object.resourceVersion(); }

    QStringList lines;
};

const ObjectKey hq{u"office"_s, u"hq"_s};

} // namespace

class tst_Store : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void whatTheServerSaidIsGoneDoesNotComeBackByAWatchThatIsBehind()
    {
        Store store;
        store.addFeed({});
        store.upsert(site(u"hq"_s, 5));
        Log log(store);
        store.noteGone(site(u"hq"_s, 5, u"other"_s)); // not the one that is held
        QCOMPARE(log.take(), QStringList());
        store.noteGone(site(u"hq"_s, 5));
        QCOMPARE(log.take(), QStringList{u"-hq@5"_s});
        store.upsert(site(u"hq"_s, 6)); // written before it ended
        QVERIFY(!store.find(hq));
        store.remove(hq); // the watch is there
        QCOMPARE(log.take(), QStringList());
        store.upsert(site(u"hq"_s, 9, u"new"_s));
        QCOMPARE(log.take(), QStringList{u"+hq@9"_s});
    }

    void aListHasTheLastWordOnWhatIsGone()
    {
        Store store;
        store.addFeed({});
        store.upsert(site(u"hq"_s, 5));
        store.noteGone(site(u"hq"_s, 5));
        store.beginReplace();
        store.endReplace();
        store.beginReplace();
        store.upsert(site(u"hq"_s, 5)); // somebody restored etcd
        store.endReplace();
        QVERIFY(store.find(hq));
    }

    void anObjectIsHeldByItsKey()
    {
        Store store;
        Log log(store);
        QCOMPARE(store.find(hq), std::nullopt);
        store.upsert(site(u"hq"_s, 5));
        store.upsert(site(u"hq"_s, 6));
        store.upsert(site(u"branch"_s, 7));
        QCOMPARE(store.size(), 2);
        QCOMPARE(store.find(hq)->resourceVersion(), u"6"_s);
        QStringList names;
        store.forEach([&](const Object &object) { names += object.key().name; });
        names.sort();
        QCOMPARE(names, (QStringList{u"branch"_s, u"hq"_s}));
        store.remove(hq);
        store.remove(hq);
        QCOMPARE(store.keys(), (QList<ObjectKey>{{u"office"_s, u"branch"_s}}));
        QCOMPARE(log.take(), (QStringList{u"+hq@5"_s, u"hq@5>6"_s, u"+branch@7"_s, u"-hq@6"_s}));
    }

    void anOlderVersionIsNotTaken()
    {
        Store store;
        store.upsert(site(u"hq"_s, 10));
        Log log(store);
        store.upsert(site(u"hq"_s, 9)); // as numbers; as text "9" is more than "10"
        store.upsert(site(u"hq"_s, 10));
        QCOMPARE(store.find(hq)->resourceVersion(), u"10"_s);
        QCOMPARE(log.take(), QStringList());
    }

    void anotherUidIsARemovalAndANewObject()
    {
        Store store;
        store.upsert(site(u"hq"_s, 5, u"old"_s));
        Log log(store);
        store.upsert(site(u"hq"_s, 6, u"new"_s));
        QCOMPARE(log.take(), (QStringList{u"-hq@5"_s, u"+hq@6"_s}));
        QCOMPARE(store.find(hq)->uid(), u"new"_s);
    }

    void aRelistTellsOnlyWhatChanged()
    {
        Store store;
        store.upsert(site(u"a"_s, 1));
        store.upsert(site(u"b"_s, 2));
        store.upsert(site(u"c"_s, 3));
        Log log(store);
        store.beginReplace();
        store.upsert(site(u"a"_s, 1));
        store.upsert(site(u"c"_s, 5));
        store.upsert(site(u"d"_s, 6));
        QCOMPARE(store.size(), 4); // readers see no gap
        store.endReplace();
        QCOMPARE(log.take(), (QStringList{u"c@3>5"_s, u"+d@6"_s, u"-b@2"_s, u"synced"_s}));
        QCOMPARE(store.size(), 3);
    }

    void aRelistThatBrokeOffRemovesNothing()
    {
        Store store;
        store.upsert(site(u"a"_s, 1));
        store.upsert(site(u"b"_s, 2));
        store.beginReplace();
        store.upsert(site(u"a"_s, 1));
        store.beginReplace(); // the list failed on its second page and began anew
        store.upsert(site(u"b"_s, 2));
        Log log(store);
        store.endReplace();
        QCOMPARE(log.take(), (QStringList{u"-a@1"_s, u"synced"_s}));
    }

    void aListIsRightEvenWhenVersionsWentBackwards()
    {
        Store store;
        store.upsert(site(u"hq"_s, 1000));
        store.noteWritten(site(u"hq"_s, 1001));
        store.beginReplace(); // etcd was restored from a backup
        store.upsert(site(u"hq"_s, 500));
        store.endReplace();
        QCOMPARE(store.find(hq)->resourceVersion(), u"500"_s);
        store.upsert(site(u"hq"_s, 501));
        QCOMPARE(store.find(hq)->resourceVersion(), u"501"_s);
    }

    void isSyncedWhenEveryFeedHasReadAWholeList()
    {
        Store store;
        QVERIFY(!store.isSynced());
        store.addFeed(u"office"_s);
        store.addFeed(u"plant"_s);
        Log log(store);
        store.beginReplace(u"office"_s);
        store.endReplace(u"office"_s);
        QVERIFY(!store.isSynced());
        store.beginReplace(u"plant"_s);
        store.endReplace(u"plant"_s);
        QVERIFY(store.isSynced());
        store.beginReplace(u"plant"_s);
        QVERIFY(store.isSynced()); // a relist is no gap
        QCOMPARE(log.take(), QStringList{u"synced"_s});
    }

    void aFeedReplacesOnlyItsNamespace()
    {
        Store store;
        store.upsert(site(u"a"_s, 1, u"u"_s, u"office"_s));
        store.upsert(site(u"b"_s, 2, u"u"_s, u"plant"_s));
        store.beginReplace(u"office"_s);
        store.beginReplace(u"plant"_s);
        store.upsert(site(u"c"_s, 3, u"u"_s, u"plant"_s));
        store.endReplace(u"plant"_s);
        QCOMPARE(store.find({u"plant"_s, u"b"_s}), std::nullopt);
        QVERIFY(store.find({u"office"_s, u"a"_s}));
        store.endReplace(u"office"_s);
        QCOMPARE(store.keys(), (QList<ObjectKey>{{u"plant"_s, u"c"_s}}));
    }

    void aFeedThatIsRemovedTakesWhatItBroughtAlong()
    {
        Store store;
        store.addFeed(u"office"_s);
        store.addFeed(u"plant"_s);
        store.upsert(site(u"a"_s, 1, u"u"_s, u"office"_s));
        store.upsert(site(u"b"_s, 2, u"u"_s, u"plant"_s));
        store.beginReplace(u"plant"_s);
        store.upsert(site(u"b"_s, 2, u"u"_s, u"plant"_s));
        store.endReplace(u"plant"_s);
        QVERIFY(!store.isSynced());
        store.removeFeed(u"office"_s);
        QVERIFY(store.isSynced());
        QCOMPARE(store.keys(), (QList<ObjectKey>{{u"plant"_s, u"b"_s}}));
        store.addFeed();
        store.removeFeed({});
        QCOMPARE(store.size(), 0);
    }

    void ownWritesAreReadAtOnce()
    {
        Store store;
        store.upsert(site(u"hq"_s, 5));
        Log log(store);
        store.noteWritten(site(u"hq"_s, 8));
        QCOMPARE(store.find(hq)->resourceVersion(), u"8"_s);
        store.upsert(site(u"hq"_s, 6)); // the watch is behind
        QCOMPARE(store.find(hq)->resourceVersion(), u"8"_s);
        store.upsert(site(u"hq"_s, 8)); // the echo
        QCOMPARE(log.take(), QStringList{u"hq@5>8"_s});
        store.upsert(site(u"hq"_s, 9));
        QCOMPARE(log.take(), QStringList{u"hq@8>9"_s});
    }

    void anAnswerThatComesLateChangesNothing()
    {
        Store store;
        Log log(store);
        store.noteWritten(site(u"hq"_s, 8)); // not held: deleted meanwhile
        QCOMPARE(store.size(), 0);
        store.upsert(site(u"hq"_s, 9, u"new"_s));
        store.noteWritten(site(u"hq"_s, 10, u"old"_s)); // of the object that had this name before
        store.noteWritten(site(u"hq"_s, 9, u"new"_s));
        store.noteWritten(site(u"hq"_s, 7, u"new"_s));
        QCOMPARE(store.find(hq)->resourceVersion(), u"9"_s);
        QCOMPARE(log.take(), QStringList{u"+hq@9"_s});
    }

    void aListThatBeganBeforeTheWriteDoesNotUndoIt()
    {
        Store store;
        store.upsert(site(u"hq"_s, 5));
        store.beginReplace();
        store.noteWritten(site(u"hq"_s, 8));
        store.upsert(site(u"hq"_s, 5));
        store.endReplace();
        QCOMPARE(store.find(hq)->resourceVersion(), u"8"_s);
    }

    void aWrittenObjectThatTheListHasNotIsRemoved()
    {
        Store store;
        store.upsert(site(u"hq"_s, 5));
        store.noteWritten(site(u"hq"_s, 8));
        Log log(store);
        store.beginReplace();
        store.endReplace();
        QCOMPARE(log.take(), (QStringList{u"-hq@8"_s, u"synced"_s}));
    }

    void aMetadataOnlyAnswerKeepsSpecAndStatus()
    {
        Store store;
        store.upsert(site(u"hq"_s, 5, u"u"_s, u"office"_s, {{u"a"_s, 1}}));
        QJsonObject partial = json(u"hq"_s, 8, u"u"_s, u"office"_s, {});
        partial.insert(u"kind"_s, u"PartialObjectMetadata"_s);
        partial.remove(u"spec"_s);
        store.noteWritten(Object(partial));
        QCOMPARE(store.find(hq)->resourceVersion(), u"8"_s);
        QCOMPARE(store.find(hq)->spec(), (QJsonObject{{u"a"_s, 1}}));

        Log log(store); // between our read and our write somebody changed the spec: only the echo tells
        store.upsert(site(u"hq"_s, 8, u"u"_s, u"office"_s, {{u"a"_s, 2}}));
        QCOMPARE(log.take(), QStringList{u"hq@8>8"_s});
        QCOMPARE(store.find(hq)->spec(), (QJsonObject{{u"a"_s, 2}}));
    }

    void aMetadataOnlyAnswerOfAnotherGenerationIsNotPairedWithTheOldSpec()
    {
        Store store;
        store.upsert(site(u"hq"_s, 5));
        QJsonObject partial = json(u"hq"_s, 8, u"u"_s, u"office"_s, {});
        partial.insert(u"kind"_s, u"PartialObjectMetadata"_s);
        QJsonObject metadata = partial.value(u"metadata"_s).toObject();
        metadata.insert(u"generation"_s, 2);
        partial.insert(u"metadata"_s, metadata);
        store.noteWritten(Object(partial));
        QCOMPARE(store.find(hq)->resourceVersion(), u"5"_s);
    }

    void aSlotMayWriteToTheStore()
    {
        Store store;
        connect(&store, &Store::upserted, &store, [&](const Object &after, const Object &) {
            if (after.resourceVersion() == "5"_L1)
                store.noteWritten(site(u"hq"_s, 6));
        });
        connect(&store, &Store::removed, &store, [&](const Object &) { store.remove({u"office"_s, u"b"_s}); });
        store.upsert(site(u"hq"_s, 5));
        QCOMPARE(store.find(hq)->resourceVersion(), u"6"_s);
        store.upsert(site(u"a"_s, 1));
        store.upsert(site(u"b"_s, 1));
        store.beginReplace();
        store.endReplace();
        QCOMPARE(store.size(), 0);
    }

    /// Random scripts against the simplest model of a server: whatever is missed, after the next list both are equal,
    /// each object's version never goes back, and what was deleted does not come back.
    void anyScriptConverges()
    {
        for (quint32 seed = 1; seed <= 200; ++seed) {
            QRandomGenerator random(seed);
            std::map<QString, Object> server;
            Store store;
            std::map<QString, qint64> seen; // by UID
            connect(&store, &Store::upserted, &store, [&](const Object &after, const Object &before) {
                const qint64 version = after.resourceVersion().toLongLong();
                QVERIFY2(version > seen[after.uid()], qPrintable(u"seed %1"_s.arg(seed)));
                seen[after.uid()] = version;
                QVERIFY(before.isNull() || before.uid() == after.uid());
            });
            bool watching = false;
            for (int version = 1; version <= 120; ++version) {
                const QString name(QChar(u'a' + static_cast<char16_t>(random.bounded(5))));
                const int what = random.bounded(10);
                if (what < 6) { // somebody creates or changes an object
                    const QString uid = server.contains(name) ? server[name].uid() : u"u%1"_s.arg(version);
                    server[name] = site(name, version, uid);
                    if (watching)
                        store.upsert(server[name]);
                } else if (what < 8) { // somebody deletes one
                    if (server.erase(name) > 0 && watching)
                        store.remove({u"office"_s, name});
                } else if (what == 8 && server.contains(name)) { // we write; the watch tells later or never
                    server[name] = site(name, version, server[name].uid());
                    store.noteWritten(server[name]);
                    watching = false;
                } else { // the watch breaks off, or we list again
                    watching = !watching;
                    if (watching) {
                        store.beginReplace();
                        for (const auto &[_, object] : server)
                            store.upsert(object);
                        store.endReplace();
                    }
                }
                if (!watching)
                    continue;
                QCOMPARE(store.size(), static_cast<qsizetype>(server.size()));
                for (const auto &[_, object] : server)
                    QCOMPARE(store.find(object.key())->resourceVersion(), object.resourceVersion());
            }
        }
    }

    void theEchoOfAnOwnWriteNeedNotBeRead()
    {
        Store store;
        store.upsert(site(u"hq"_s, 5));
        store.noteWritten(site(u"hq"_s, 8));
        QVERIFY(!store.needs({hq, u"u"_s, u"8"_s}));
        QVERIFY(!store.needs({hq, u"u"_s, u"8"_s})); // nor when it comes twice
        QVERIFY(!store.needs({hq, u"u"_s, u"7"_s}));
        QVERIFY(store.needs({hq, u"u"_s, u"9"_s}));
        QVERIFY(store.needs({hq, u"new"_s, u"8"_s}));
        QVERIFY(store.needs({{u"office"_s, u"b"_s}, u"u"_s, u"8"_s}));
        store.beginReplace();
        QVERIFY(store.needs({hq, u"u"_s, u"8"_s})); // it is what says that the object still is there
    }

    /// Others write one field, we another, and lay our write over what we hold while the watch is behind. Once it has
    /// told all, both fields are the server's, however little of it was read.
    void anEchoIsReadWhereAnothersWriteWasPassedOver()
    {
        int unread = 0;
        for (quint32 seed = 1; seed <= 300; ++seed) {
            QRandomGenerator random(seed);
            int version = 1;
            QJsonObject spec{{u"ours"_s, 0}, {u"theirs"_s, 0}};
            Store store;
            store.upsert(site(u"hq"_s, version, u"u"_s, u"office"_s, spec));
            QList<Object> watch; // what it has not told yet
            const auto tell = [&] {
                const Object event = watch.takeFirst();
                if (store.needs({event.key(), event.uid(), event.resourceVersion()}))
                    store.upsert(event);
                else
                    ++unread;
            };
            for (int step = 0; step < 40; ++step) {
                const int what = random.bounded(5);
                if (what < 2 && !watch.isEmpty()) {
                    tell();
                    continue;
                }
                spec.insert(what == 4 ? u"theirs"_s : u"ours"_s, ++version);
                watch.append(site(u"hq"_s, version, u"u"_s, u"office"_s, spec));
                if (what == 4)
                    continue;
                QJsonObject laid = store.find(hq)->spec();
                laid.insert(u"ours"_s, version);
                store.noteWritten(site(u"hq"_s, version, u"u"_s, u"office"_s, laid));
                QCOMPARE(store.find(hq)->spec()["ours"_L1].toInt(), version);
            }
            while (!watch.isEmpty())
                tell();
            QVERIFY2(store.find(hq)->spec() == spec, qPrintable(u"seed %1"_s.arg(seed)));
        }
        QVERIFY(unread > 300);
    }

    void newer_data()
    {
        QTest::addColumn<QString>("a");
        QTest::addColumn<QString>("b");
        QTest::addColumn<bool>("expected");
        QTest::newRow("more") << u"10"_s << u"9"_s << true;
        QTest::newRow("less") << u"9"_s << u"10"_s << false;
        QTest::newRow("same") << u"10"_s << u"10"_s << false;
        QTest::newRow("same, written otherwise") << u"010"_s << u"10"_s << false;
        QTest::newRow("past 64 bits") << u"99999999999999999999999"_s << u"99999999999999999999998"_s << true;
        QTest::newRow("no number") << u"abc"_s << u"5"_s << true;
        QTest::newRow("than no number") << u"5"_s << u"abc"_s << true;
        QTest::newRow("the same that is no number") << u"abc"_s << u"abc"_s << false;
        QTest::newRow("than nothing") << u"5"_s << QString() << true;
    }
    void newer()
    {
        QFETCH(const QString, a);
        QFETCH(const QString, b);
        QTEST(isNewer(a, b), "expected");
    }
};

QTEST_GUILESS_MAIN(tst_Store)
#include "tst_store.moc"
