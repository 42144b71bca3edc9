// SPDX-License-Identifier: GPL-3.0-or-later
#include "runtime/triggers.h"
#include "support/testcase.h"

#include <QRandomGenerator>

#include <map>

using namespace patronus;
using namespace Qt::StringLiterals;

namespace {

const ObjectKey video{u"office"_s, u"video"_s};
const ObjectKey backup{u"plant"_s, u"backup"_s};

QSet<ObjectKey> referrers(const ReferenceIndex &index, const QString &name)
{
    const QList<ObjectKey> keys = index.referrers(name);
    const QSet<ObjectKey> unique(keys.begin(), keys.end());
    return unique.size() == keys.size() ? unique : QSet<ObjectKey>{{u"given"_s, u"twice"_s}};
}

} // namespace

class tst_Triggers : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void everyoneWhoRefersToANameIsFound()
    {
        ReferenceIndex index;
        QCOMPARE(referrers(index, u"hq"_s), QSet<ObjectKey>());
        index.set(video, {u"hq"_s, u"branch"_s});
        index.set(backup, {u"hq"_s});
        QCOMPARE(referrers(index, u"hq"_s), (QSet<ObjectKey>{video, backup}));
        QCOMPARE(referrers(index, u"branch"_s), QSet<ObjectKey>{video});
    }

    void aChangeReplacesWhatWasReferredTo()
    {
        ReferenceIndex index;
        index.set(video, {u"hq"_s, u"branch"_s});
        index.set(video, {u"branch"_s, u"depot"_s});
        QCOMPARE(referrers(index, u"hq"_s), QSet<ObjectKey>());
        QCOMPARE(referrers(index, u"branch"_s), QSet<ObjectKey>{video});
        QCOMPARE(referrers(index, u"depot"_s), QSet<ObjectKey>{video});
        index.set(video, {});
        QCOMPARE(referrers(index, u"branch"_s), QSet<ObjectKey>());
    }

    void aNameGivenTwiceCountsOnce()
    {
        ReferenceIndex index;
        index.set(video, {u"hq"_s, u"hq"_s});
        QCOMPARE(referrers(index, u"hq"_s), QSet<ObjectKey>{video});
        index.remove(video);
        index.remove(video);
        QCOMPARE(referrers(index, u"hq"_s), QSet<ObjectKey>());
    }

    void anyScriptGivesWhatASearchOfAllWouldGive()
    {
        QRandomGenerator random(1);
        ReferenceIndex index;
        std::map<ObjectKey, QStringList> model;
        for (int step = 0; step < 5000; ++step) {
            const ObjectKey key{u"ns"_s, QString::number(random.bounded(20))};
            if (random.bounded(4) == 0) {
                index.remove(key);
                model.erase(key);
            } else {
                QStringList names;
                for (int i = random.bounded(4); i > 0; --i)
                    names += QString::number(random.bounded(8));
                index.set(key, names);
                model[key] = names;
            }
            const QString name = QString::number(random.bounded(8));
            QSet<ObjectKey> expected;
            for (const auto &[holder, names] : model)
                if (names.contains(name))
                    expected.insert(holder);
            QCOMPARE(referrers(index, name), expected);
        }
    }
};

QTEST_GUILESS_MAIN(tst_Triggers)
#include "tst_triggers.moc"
