// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/objects.h"
#include "models/remotemodel.h"
#include "support/testcase.h"

#include <QJsonDocument>

using namespace Qt::StringLiterals;
using namespace patronus;
using Phase = RemoteModel::Phase;

namespace {

QJsonObject json(const QByteArray &text)
{
    return QJsonDocument::fromJson(text).object();
}

QStringList rows(const RemoteModel &model)
{
    QStringList result;
    for (int row = 0; row < model.rowCount(); ++row) {
        QStringList cells;
        for (int column = 0; column < model.columnCount(); ++column)
            cells.append(model.index(row, column).data().toString());
        if (model.index(row, 0).data(RemoteModel::DiffersRole).toBool())
            cells.append(u"differs"_s);
        result.append(cells.join(u" | "_s));
    }
    return result;
}

} // namespace

class TestRemoteModel : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void fieldsStandBesideEachOtherWhatDiffersOnTop()
    {
        RemoteModel model;
        const testing::ModelTester tester(&model);
        model.begin({u"prod"_s, u"hq"_s});
        QCOMPARE(model.phase(), Phase::Reading);
        model.finish({.wanted = json(R"({"name":"hq","mesh":{"peer_with":["a","b"],"enabled":true}})"),
            .remote = json(R"({"id":"17","name":"hq","mesh":{"peer_with":["a"],"enabled":true}})"),
            .differences = {u"mesh.peer_with"_s},
            .way = u"By hand."_s});
        QCOMPARE(model.phase(), Phase::Differs);
        QCOMPARE(model.summary(), u"Differs in mesh.peer_with."_s);
        QCOMPARE(model.note(), u"By hand."_s);
        QCOMPARE(rows(model),
            QStringList({u"mesh.peer_with | a, b | a | differs"_s, u"mesh.enabled | true | true"_s, u"name | hq | hq"_s,
                u"id | – | 17"_s}));
    }

    void aDifferentMemberMarksAllWithinIt()
    {
        RemoteModel model;
        model.finish({.wanted = json(R"({"a":1})"),
            .remote = json(R"({"a":1,"resources":{"cpu":2}})"),
            .differences = {u"resources"_s}});
        QCOMPARE(rows(model), QStringList({u"resources.cpu | – | 2 | differs"_s, u"a | 1 | 1"_s}));
    }

    void eachPhaseSaysSo()
    {
        RemoteModel model;
        model.finish({.wanted = json(R"({"a":1})"), .remote = json(R"({"a":1})")});
        QCOMPARE(model.phase(), Phase::InSync);
        model.finish({.wanted = json(R"({"a":1})")});
        QCOMPARE(model.phase(), Phase::Missing);
        model.finish({.remote = json(R"({"a":1})")});
        QCOMPARE(model.phase(), Phase::Shown);
        model.fail(Phase::OutOfReach, u"pods is forbidden"_s);
        QCOMPARE(model.rowCount(), 0);
        QCOMPARE(model.note(), u"pods is forbidden"_s);
        QVERIFY(model.summary().contains(u"out of reach"_s));
    }
};

QTEST_GUILESS_MAIN(TestRemoteModel)
#include "tst_remotemodel.moc"
