// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/journal.h"
#include "support/testcase.h"

#include <QFile>
#include <QTemporaryDir>

using namespace Qt::StringLiterals;
using namespace patronus;

class TestJournal : public TestCase
{
    Q_OBJECT

private:
    static JournalEntry entry(const QString &name)
    {
        return {.time = QDateTime::fromString(u"2026-11-26T12:00:00.123Z"_s, Qt::ISODateWithMs),
            .target = {.context = u"prod"_s,
                .cluster = {.server = u"https://one"_s, .caSha256 = u"ca"_s, .kubeSystemUid = u"ks"_s},
                .nameSpace = {},
                .user = u"alice"_s,
                .serverVersion = u"v1.34.4"_s},
            .verb = u"patch"_s,
            .apiVersion = u"sdwan.patronus.dev/v1alpha1"_s,
            .kind = u"Site"_s,
            .key = {u"default"_s, name},
            .before = {{u"spec"_s, QJsonObject{{u"location"_s, u"Bonn"_s}, {u"token"_s, u"hush"_s}}}},
            .after = {{u"spec"_s, QJsonObject{{u"location"_s, u"Berlin"_s}}}}};
    }
    static std::unique_ptr<Journal> opened(const QString &path)
    {
        auto journal = Journal::open(path);
        if (!journal)
            qFatal("%s", qPrintable(journal.error().message));
        return *std::move(journal);
    }

private Q_SLOTS:
    void whatIsWrittenIsReadBack()
    {
        const QTemporaryDir home;
        const QString path = home.filePath(u"state/patronus/journal.jsonl"_s);
        QCOMPARE(readJournal(path)->size(), 0);
        {
            const auto journal = opened(path);
            const auto first = journal->begin(entry(u"hq"_s));
            QVERIFY(first);
            QCOMPARE(readJournal(path)->first().outcome, QString()); // on the disk before it is sent
            QVERIFY(journal->finish(*first, u"done"_s));
            const auto second = journal->begin(entry(u"lab"_s));
            QVERIFY(second);
        }
        const auto read = readJournal(path);
        QVERIFY(read);
        QCOMPARE(read->size(), 2);
        QCOMPARE(read->at(0).outcome, u"done"_s);
        QCOMPARE(read->at(1).outcome, QString());
        JournalEntry expected = entry(u"hq"_s);
        expected.id = read->first().id;
        expected.outcome = u"done"_s;
        QCOMPARE(read->first().toJson(), expected.toJson());
        QFile file(path);
        QCOMPARE(file.permissions() & QFile::Permissions(0x0077), QFile::Permissions());
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY(!file.readAll().contains("hush"));
    }

    void aLineThatACrashHasCutTakesNoOtherWithIt()
    {
        const QTemporaryDir home;
        const QString path = home.filePath(u"journal.jsonl"_s);
        QVERIFY(opened(path)->begin(entry(u"hq"_s)));
        QFile file(path);
        QVERIFY(file.open(QIODevice::Append) && file.write("{\"id\":\"half") > 0);
        file.close();
        QVERIFY(opened(path)->begin(entry(u"lab"_s)));
        const auto read = readJournal(path);
        QVERIFY(read);
        QCOMPARE(read->size(), 2);
        QCOMPARE(read->last().key.name, u"lab"_s);
    }

    void aLongOneIsPutAsideAndStillRead()
    {
        const QTemporaryDir home;
        const QString path = home.filePath(u"journal.jsonl"_s);
        const auto before = opened(path); // somebody who is at work while it is put aside
        const auto pending = before->begin(entry(u"pending"_s));
        JournalEntry large = entry(u"large"_s);
        large.after.insert("pad"_L1, QString(100'000, u'x'));
        for (int i = 0; i < 43; ++i)
            QVERIFY(before->begin(large));
        QVERIFY(opened(path)->begin(entry(u"new"_s)));
        QVERIFY(before->finish(*pending, u"done"_s));
        QVERIFY(QFile(path).size() < 10'000);
        const auto read = readJournal(path);
        QVERIFY(read);
        QCOMPARE(read->size(), 45);
        QCOMPARE(read->first().outcome, u"done"_s);
        QCOMPARE(read->last().key.name, u"new"_s);
        QCOMPARE(readJournal(path, 1)->size(), 1);
    }

    void theNewestThatWasDoneIsReadFromTheEnd()
    {
        const QTemporaryDir home;
        const QString path = home.filePath(u"journal.jsonl"_s);
        const ClusterIdentity here = entry({}).target.cluster;
        const auto newest = [&] { return newestDone(path, u"backup"_s, here).value(); };
        QVERIFY(!newest());
        const auto journal = opened(path);
        const auto note = [&](const QString &name, const QString &outcome, const QString &server = u"https://one"_s) {
            JournalEntry backup = entry(name);
            backup.verb = u"backup"_s;
            backup.target.cluster.server = server;
            const auto id = journal->begin(backup);
            QVERIFY(id && (outcome.isEmpty() || journal->finish(*id, outcome)));
        };
        note(u"first"_s, u"done"_s);
        JournalEntry large = entry(u"large"_s);
        large.after = {{u"pad"_s, QString(100'000, u'x')}, {u"verb"_s, u"backup"_s}}; // one that only looks like it
        for (int i = 0; i < 43; ++i)
            QVERIFY(journal->begin(large));
        QCOMPARE(newest()->key.name, u"first"_s);
        note(u"second"_s, u"done"_s);
        note(u"failed"_s, u"the disk is full"_s);
        note(u"begun"_s, {});
        note(u"elsewhere"_s, u"done"_s, u"https://two"_s);
        QCOMPARE(newest()->key.name, u"second"_s);
        QVERIFY(opened(path)->begin(entry(u"new"_s))); // all of that is put aside
        QVERIFY(QFile(path).size() < 10'000);
        QCOMPARE(newest()->key.name, u"second"_s);
        QCOMPARE(newest()->toJson(), readJournal(path)->at(44).toJson());
    }

    void whereItIs()
    {
        QProcessEnvironment environment;
        environment.insert(u"HOME"_s, u"/home/alice"_s);
        QCOMPARE(Journal::defaultPath(environment), u"/home/alice/.local/state/patronus/journal.jsonl"_s);
        environment.insert(u"XDG_STATE_HOME"_s, u"relative"_s);
        QCOMPARE(Journal::defaultPath(environment), u"/home/alice/.local/state/patronus/journal.jsonl"_s);
        environment.insert(u"XDG_STATE_HOME"_s, u"/state"_s);
        QCOMPARE(Journal::defaultPath(environment), u"/state/patronus/journal.jsonl"_s);
    }

    void whatCannotBeWrittenIsAnErrorThatNamesTheFile()
    {
        const auto journal = Journal::open(u"/proc/no-such-place/journal.jsonl"_s);
        QVERIFY(!journal);
        QVERIFY2(journal.error().message.contains(u"/proc/no-such-place/journal.jsonl"_s),
            qPrintable(journal.error().message));
        const auto full = Journal::open(u"/dev/full"_s);
        QVERIFY(full);
        QVERIFY(!(*full)->begin(entry(u"hq"_s)));
    }
};

QTEST_GUILESS_MAIN(TestJournal)
#include "tst_journal.moc"
