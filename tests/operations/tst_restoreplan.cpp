// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/restoreplan.h"
#include "support/testcase.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;
using namespace patronus;

using Action = RestoreItem::Action;

/// What becomes of each object: the decision alone.
class TestRestorePlan : public TestCase
{
    Q_OBJECT

private:
    struct Look {
        QString name = u"hq"_s;
        QString nameSpace = u"default"_s;
        QString location = u"Berlin"_s;
        bool isRecorded = false;
        bool isDeleting = false;
        QString kind = u"Site"_s;
    };
    static QJsonObject json(const Look &look)
    {
        QJsonObject metadata{{u"name"_s, look.name}, {u"namespace"_s, look.nameSpace}};
        if (look.isRecorded)
            metadata.insert(u"annotations"_s, QJsonObject{{u"sdwan.patronus.dev/remote-name"_s, look.name}});
        if (look.isDeleting)
            metadata.insert(u"deletionTimestamp"_s, u"2026-01-01T00:00:00Z"_s);
        return {{u"apiVersion"_s, u"sdwan.patronus.dev/v1alpha1"_s}, {u"kind"_s, look.kind}, {u"metadata"_s, metadata},
            {u"spec"_s, QJsonObject{{u"location"_s, look.location}}}};
    }
    static Object live(const Look &look)
    {
        QJsonObject object = json(look);
        QJsonObject metadata = object["metadata"_L1].toObject();
        metadata.insert(u"uid"_s, u"u"_s);
        metadata.insert(u"resourceVersion"_s, u"7"_s);
        metadata.insert(u"finalizers"_s, QJsonArray{u"sdwan.patronus.dev/cleanup"_s});
        object.insert(u"metadata"_s, metadata);
        object.insert(u"status"_s, QJsonObject{{u"peers"_s, 1}});
        return Object(object);
    }
    static QJsonObject crd()
    {
        return {{u"apiVersion"_s, u"apiextensions.k8s.io/v1"_s}, {u"kind"_s, u"CustomResourceDefinition"_s},
            {u"metadata"_s, QJsonObject{{u"name"_s, u"sites.sdwan.patronus.dev"_s}}},
            {u"spec"_s, QJsonObject{{u"group"_s, u"sdwan.patronus.dev"_s}}}};
    }
    static RestorePlan plan(
        const QList<QJsonObject> &objects, const RestoreFacts &facts, const RestoreChoices &choices = {})
    {
        const auto source = restoreSourceOf(objects);
        if (!source)
            qFatal("%s", qPrintable(source.error().message));
        return planRestore(*source, facts, choices);
    }

private Q_SLOTS:
    void oneObject_data()
    {
        QTest::addColumn<QJsonObject>("wanted");
        QTest::addColumn<QList<Object>>("present");
        QTest::addColumn<bool>("update");
        QTest::addColumn<Action>("action");
        QTest::addColumn<QString>("reason");
        const auto row = [](const char *name, const Look &wanted, const QList<Object> &present, bool update,
                             Action action, const QString &reason) {
            QTest::newRow(name) << json(wanted) << present << update << action << reason;
        };
        row("not there", {}, {}, false, Action::Create, {});
        row("the same", {}, {live({})}, false, Action::Identical, {});
        row("the same, and the operator has noted it", {}, {live({.isRecorded = true})}, true, Action::Identical, {});
        row("another spec", {}, {live({.location = u"Bonn"_s})}, false, Action::Skip, u"spec.location"_s);
        row("another spec, to be changed", {}, {live({.location = u"Bonn"_s})}, true, Action::Update,
            u"spec.location"_s);
        row("being deleted", {}, {live({.isDeleting = true})}, true, Action::Conflict, u"being deleted"_s);
        row("the name is taken", {}, {live({.nameSpace = u"north"_s})}, false, Action::Conflict, u"north/hq"_s);
        row("the name is taken by the one that had recorded it", {.isRecorded = true},
            {live({.nameSpace = u"north"_s, .isRecorded = true})}, false, Action::Conflict, u"north/hq"_s);
        row("a Policy may have a Site's name", {.kind = u"Policy"_s}, {live({.nameSpace = u"north"_s})}, false,
            Action::Create, {});
    }
    void oneObject()
    {
        QFETCH(const QJsonObject, wanted);
        QFETCH(const QList<Object>, present);
        QFETCH(const bool, update);
        QFETCH(const Action, action);
        QFETCH(const QString, reason);
        const RestorePlan made = plan({wanted}, {.sites = present}, {.update = update});
        QCOMPARE(made.items.size(), 1);
        QCOMPARE(made.items.first().action, action);
        QVERIFY2(made.items.first().reason.contains(reason), qPrintable(made.items.first().reason));
    }

    void twoOfOneNameAreKnownByWhoHadRecordedIt()
    {
        const QJsonObject owner = json({.isRecorded = true}), loser = json({.nameSpace = u"north"_s});
        QCOMPARE(plan({owner, loser}, {}).count(Action::Create), 2);
        // The first one is restored already: the second run goes on.
        QCOMPARE(plan({owner, loser}, {.sites = {live({.isRecorded = true})}}).count(Action::Create), 1);
        QCOMPARE(plan({json({}), loser}, {}).count(Action::Conflict), 2); // nobody knows whose it is
        const QJsonObject both = json({.nameSpace = u"north"_s, .isRecorded = true});
        QCOMPARE(plan({owner, both}, {}).count(Action::Conflict), 2);
    }

    void crdsAndNamespacesComeFirst()
    {
        const RestoreFacts empty{
            .absentCrds = {{{}, u"sites.sdwan.patronus.dev"_s}}, .absentNamespaces = {u"default"_s}};
        const RestorePlan made = plan({json({}), crd()}, empty, {.createNamespaces = true});
        QCOMPARE(made.items.size(), 3);
        QCOMPARE(made.items[0].type, resources::customResourceDefinitions());
        QCOMPARE(made.items[1].type, resources::namespaces());
        QCOMPARE(made.items[2].action, Action::Create);
        QVERIFY(made.items[2].waitsForType);
        QVERIFY(made.hasPrerequisites());

        QVERIFY(plan({json({}), crd()}, empty).items[1].reason.contains(u"--create-namespaces"_s));
        QVERIFY(plan({json({})}, empty, {.createNamespaces = true}).items[1].reason.contains(u"the CRD"_s));
        QVERIFY(!plan({json({}), crd()}, {}).hasPrerequisites());
    }

    void theOrderIsSitesThenPolicies()
    {
        const RestorePlan made = plan({json({.name = u"p"_s, .kind = u"Policy"_s}), json({.name = u"s"_s})}, {});
        QCOMPARE(made.items[0].key.name, u"s"_s);
        QCOMPARE(made.items[1].key.name, u"p"_s);
    }

    void anotherObjectOfTheSameNameInTheFilesIsAnError()
    {
        QVERIFY(restoreSourceOf({json({}), json({})}));
        const auto two = restoreSourceOf({json({}), json({.location = u"Bonn"_s})});
        QVERIFY(!two);
        QVERIFY(two.error().message.contains(u"Site default/hq is there twice"_s));
        const auto other = restoreSourceOf({QJsonObject{{u"apiVersion"_s, u"v1"_s}, {u"kind"_s, u"Secret"_s}}});
        QVERIFY(other);
        QVERIFY(other->notes.first().contains(u"1 × v1 Secret is left alone"_s));
    }

    void aPatchChangesWhatDiffersAndNothingElse()
    {
        QJsonObject present = live({.location = u"Bonn"_s, .isRecorded = true}).json();
        QJsonObject metadata = present["metadata"_L1].toObject();
        metadata.insert(u"labels"_s, QJsonObject{{u"old"_s, u"1"_s}, {u"kept"_s, u"1"_s}});
        present.insert(u"metadata"_s, metadata);
        QJsonObject wanted = json({});
        metadata = wanted["metadata"_L1].toObject();
        metadata.insert(u"labels"_s, QJsonObject{{u"kept"_s, u"1"_s}, {u"new"_s, u"1"_s}});
        wanted.insert(u"metadata"_s, metadata);
        QCOMPARE(restorePatch(wanted, present),
            (QJsonObject{{u"metadata"_s,
                             QJsonObject{{u"labels"_s, QJsonObject{{u"new"_s, u"1"_s}, {u"old"_s, QJsonValue::Null}}}}},
                {u"spec"_s, QJsonObject{{u"location"_s, u"Berlin"_s}}}}));
    }
};

QTEST_GUILESS_MAIN(TestRestorePlan)
#include "tst_restoreplan.moc"
