// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/contextsmodel.h"
#include "models/objects.h"
#include "support/testcase.h"

using namespace Qt::StringLiterals;
using namespace patronus;

class TestContextsModel : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void everyColumnSaysItsPart()
    {
        ContextsModel contexts;
        const testing::ModelTester tester(&contexts);
        contexts.setEntries({{.name = u"stag-eu"_s,
            .server = u"https://a"_s,
            .user = u"me"_s,
            .nameSpace = u"sdwan"_s,
            .credentials = u"plugin login"_s,
            .file = u"/home/me/.kube/config"_s}});
        QStringList texts;
        for (int column = 0; column < contexts.columnCount(); ++column)
            texts.append(contexts.index(0, column).data().toString());
        QCOMPARE(texts,
            QStringList({u"stag-eu"_s, u"STAGING"_s, u"https://a"_s, u"me"_s, u"sdwan"_s, u"plugin login"_s,
                u"/home/me/.kube/config"_s}));
    }

    void whatCannotBeUsedSaysWhyAndIsNotFound()
    {
        ContextsModel contexts;
        const testing::ModelTester tester(&contexts);
        contexts.setEntries({{.name = u"prod"_s}, {.name = u"broken"_s, .problem = u"unknown field 'x'"_s},
            {.name = {}, .file = u"/a/file"_s, .problem = u"no YAML"_s}});
        QCOMPARE(contexts.index(1, ContextsModel::CredentialsColumn).data().toString(), u"cannot be used"_s);
        QCOMPARE(contexts.index(1, 0).data(Qt::ToolTipRole).toString(), u"unknown field 'x'"_s);
        QCOMPARE(contexts.index(2, ContextsModel::NameColumn).data().toString(), u"–"_s);
        QCOMPARE(contexts.index(2, ContextsModel::ClassColumn).data().toString(), u"–"_s); // a file has none
        QVERIFY(contexts.find({u"prod"_s}));
        QVERIFY(!contexts.find({u"broken"_s}));
        QVERIFY(!contexts.find({u"prod"_s, u"/another"_s}));
    }

    void theUsersClassGoesBeforeThatOfTheName()
    {
        ContextsModel contexts;
        contexts.setEntries({{.name = u"dev"_s, .ownClass = ContextClass::Production}});
        QCOMPARE(contexts.index(0, ContextsModel::ClassColumn).data().toString(), u"PRODUCTION"_s);
        QCOMPARE(contexts.index(0, 0).data(ContextsModel::ClassRole).value<ContextClass>(), ContextClass::Production);
    }

    void theSameNameOfTwoFilesIsToldApart()
    {
        ContextsModel contexts;
        contexts.setEntries({{.name = u"dev"_s, .file = u"/home/config"_s},
            {.name = u"dev"_s, .file = u"/a/one"_s, .scope = u"/a/one"_s},
            {.name = u"dev"_s, .file = u"/b/one"_s, .scope = u"/b/one"_s},
            {.name = u"prod"_s, .file = u"/b/one"_s, .scope = u"/b/one"_s}});
        QStringList labels;
        for (const ContextEntry &entry : contexts.entries())
            labels.append(entry.label());
        QCOMPARE(labels, QStringList({u"dev (config)"_s, u"dev (/a/one)"_s, u"dev (/b/one)"_s, u"prod"_s}));
        QCOMPARE(contexts.find({u"dev"_s, u"/b/one"_s})->file, u"/b/one"_s);
    }
};

QTEST_GUILESS_MAIN(TestContextsModel)
#include "tst_contextsmodel.moc"
