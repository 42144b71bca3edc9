// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/change.h"
#include "operations/diff.h"
#include "support/testcase.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;
using namespace patronus;

class TestDiff : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void whatGoesAndWhatComesIsALineEach()
    {
        const QJsonObject before{{u"spec"_s,
            QJsonObject{{u"replicas"_s, 3}, {u"same"_s, true}, {u"peers"_s, QJsonArray{u"a"_s}}, {u"old"_s, u"x"_s}}}};
        const QJsonObject after{{u"metadata"_s, QJsonObject{{u"annotations"_s, QJsonObject{{u"a.b/c"_s, u"y"_s}}}}},
            {u"spec"_s, QJsonObject{{u"replicas"_s, 1}, {u"same"_s, true}, {u"peers"_s, QJsonArray{u"a"_s, u"b"_s}}}}};
        QCOMPARE(diffLines(before, after),
            (QStringList{u"+ metadata.annotations[a.b/c]: y"_s, u"- spec.old: x"_s, u"- spec.peers: [\"a\"]"_s,
                u"+ spec.peers: [\"a\",\"b\"]"_s, u"- spec.replicas: 3"_s, u"+ spec.replicas: 1"_s}));
        QVERIFY(diffLines(after, after).isEmpty());
    }

    void aSecretShowsThatItChangesAndNothingMore()
    {
        const auto with = [](const QString &token) { return QJsonObject{{u"apiToken"_s, token}}; };
        QCOMPARE(diffLines(with(u"old"_s), with(u"new"_s)),
            (QStringList{u"- apiToken: (a secret)"_s, u"+ apiToken: (a secret)"_s}));
    }

    void aChangeSaysWhatItDoesAndNeeds()
    {
        const QJsonObject seen{{u"metadata"_s,
                                   QJsonObject{{u"name"_s, u"o"_s}, {u"namespace"_s, u"n"_s}, {u"uid"_s, u"u"_s},
                                       {u"resourceVersion"_s, u"7"_s}}},
            {u"spec"_s, QJsonObject{{u"replicas"_s, 3}, {u"paused"_s, true}}}};
        Change change{.verb = Change::Verb::Scale,
            .type = resources::deployments(),
            .key = {u"n"_s, u"o"_s},
            .replicas = 1,
            .before = Object(seen)};
        QCOMPARE(change.text(), u"scale Deployment n/o to 1"_s);
        QCOMPARE(change.diff(), (QStringList{u"- spec.replicas: 3"_s, u"+ spec.replicas: 1"_s}));
        QCOMPARE(change.permission().verb, u"patch"_s);
        QCOMPARE(change.permission().subresource, u"scale"_s);

        change.verb = Change::Verb::Patch;
        change.body = {{u"spec"_s, QJsonObject{{u"paused"_s, QJsonValue::Null}}}};
        QCOMPARE(change.diff(), QStringList{u"- spec.paused: true"_s});

        change.verb = Change::Verb::Remove;
        QCOMPARE(change.text(), u"delete Deployment n/o"_s);
        QVERIFY(change.diff().contains(u"- spec.replicas: 3"_s));
        QCOMPARE(change.permission().verb, u"delete"_s);
    }
};

QTEST_GUILESS_MAIN(TestDiff)
#include "tst_diff.moc"
