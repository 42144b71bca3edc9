// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/bundlefolder.h"
#include "operations/bundleretention.h"
#include "support/testcase.h"

#include <QDir>
#include <QProcess>
#include <QTemporaryDir>
#include <QTimeZone>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace patronus;

class TestBundleRetention : public TestCase
{
    Q_OBJECT

private:
    QTemporaryDir m_folder;

    static Bundle bundleOf(int day, const QString &cluster = u"one"_s)
    {
        return makeBundle({.time = QDateTime(QDate(2026, 11, day), QTime(3, 0), QTimeZone::UTC),
            .program = u"kubectl-patronus 0.1.0"_s,
            .target = {.context = u"prod"_s,
                .cluster = {.server = u"https://"_s + cluster, .caSha256 = {}, .kubeSystemUid = cluster},
                .nameSpace = {},
                .user = {},
                .serverVersion = {}}});
    }
    void write(const Bundle &bundle) const
    {
        const auto folder = BundleFolder::write(bundle, m_folder.path());
        QVERIFY(folder && (*folder)->keep());
    }
    QStringList names() const { return QDir(m_folder.path()).entryList(QDir::Dirs | QDir::NoDotAndDotDot); }
    static void age(const QString &path)
    {
        QCOMPARE(QProcess::execute(u"touch"_s, {u"-d"_s, u"2 days ago"_s, path}), 0);
    }

private Q_SLOTS:
    void init() override
    {
        TestCase::init();
        for (const QString &name : names())
            QVERIFY(QDir(m_folder.filePath(name)).removeRecursively());
    }

    void theOldestGoAndTheNewestStay()
    {
        for (const int day : {21, 23, 22, 24})
            write(bundleOf(day));
        const auto removed = pruneBundles(bundleOf(24), m_folder.path(), 2);
        QVERIFY(removed);
        QCOMPARE(removed->size(), 2);
        QCOMPARE(names(),
            (QStringList{u"patronus-backup-prod-20261123T030000Z"_s, u"patronus-backup-prod-20261124T030000Z"_s}));
        QCOMPARE(pruneBundles(bundleOf(24), m_folder.path(), 2), QStringList());
        QVERIFY(pruneBundles(bundleOf(24), m_folder.path(), 0));
        QCOMPARE(names(), (QStringList{u"patronus-backup-prod-20261124T030000Z"_s})); // never the last one
    }

    void whatIsOfAnotherClusterOrNoBundleStays()
    {
        write(bundleOf(20, u"two"_s));
        QVERIFY(QDir(m_folder.path()).mkdir(u"patronus-backup-notes"_s));
        QVERIFY(QDir(m_folder.path()).mkdir(u"photos"_s));
        write(bundleOf(24));
        QCOMPARE(pruneBundles(bundleOf(24), m_folder.path(), 1), QStringList());
        QCOMPARE(names().size(), 4);
    }

    void whatAKilledBackupLeftGoesAfterADay()
    {
        const QString old = m_folder.filePath(u"patronus-backup-prod-20261120T030000Z.partial-abcdef"_s);
        const QString running = m_folder.filePath(u"patronus-backup-prod-20261124T030000Z.partial-uvwxyz"_s);
        QVERIFY(QDir().mkpath(old) && QDir().mkpath(running));
        age(old);
        QCOMPARE(pruneBundles(bundleOf(24), m_folder.path(), 1), QStringList{old});
        QCOMPARE(names(), QStringList{QFileInfo(running).fileName()});
    }
};

QTEST_GUILESS_MAIN(TestBundleRetention)
#include "tst_bundleretention.moc"
