// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/yaml.h"
#include "models/draft.h"
#include "operations/structuralschema.h"
#include "support/sourcetree.h"
#include "support/testcase.h"

#include <QFile>
#include <QJsonArray>
#include <QSignalSpy>

using namespace Qt::StringLiterals;
using namespace patronus;

class TestDraft : public TestCase
{
    Q_OBJECT

private:
    /// Of the CRD that this project installs.
    static QJsonObject schema()
    {
        QFile file(sourcePath(u"crds/sites.sdwan.patronus.dev.yaml"_s));
        if (!file.open(QIODevice::ReadOnly))
            qFatal("%s", qPrintable(file.errorString()));
        const auto documents = parseYaml(file.readAll());
        return schemaOf(versionOf(documents->first().toObject()));
    }
    static Object site()
    {
        const QJsonObject wireguard{{u"publicKey"_s, QString::fromLatin1(QByteArray(32, 'k').toBase64())},
            {u"listenPort"_s, 51820}, {u"endpoints"_s, QJsonArray{u"a.example.com:51820"_s}}};
        return Object(QJsonObject{{u"apiVersion"_s, u"sdwan.patronus.dev/v1alpha1"_s}, {u"kind"_s, u"Site"_s},
            {u"metadata"_s,
                QJsonObject{{u"name"_s, u"hq"_s}, {u"namespace"_s, u"default"_s}, {u"uid"_s, u"1"_s},
                    {u"resourceVersion"_s, u"7"_s}}},
            {u"spec"_s, QJsonObject{{u"location"_s, u"Rome"_s}, {u"wireguard"_s, wireguard}}},
            {u"status"_s, QJsonObject{{u"phase"_s, u"Active"_s}}}});
    }

private Q_SLOTS:
    void itBeginsAsTheObjectIsWithoutWhatOthersKeep()
    {
        const Draft draft(resources::sites(), schema(), site());
        QVERIFY(!draft.isNew());
        QVERIFY(!draft.isChanged());
        QVERIFY(draft.isUsable());
        QVERIFY2(draft.problems().isEmpty(), qPrintable(draft.problems().join(u'\n')));
        QVERIFY(!draft.text().contains(u"status:"_s));
        QVERIFY(!draft.text().contains(u"resourceVersion"_s));
        QCOMPARE(draft.edit().base, site().json());
    }

    void whatIsWrongIsSaidInItsPlace_data()
    {
        QTest::addColumn<QString>("from");
        QTest::addColumn<QString>("to");
        QTest::addColumn<QString>("problem");
        QTest::addColumn<bool>("isUsable");
        QTest::newRow("a typo") << u"location"_s << u"locaton"_s << u"spec.locaton: no such field"_s << true;
        QTest::newRow("a limit") << u"51820\n"_s << u"70000\n"_s << u"spec.wireguard.listenPort"_s << true;
        QTest::newRow("a type") << u"51820\n"_s << u"many\n"_s << u"spec.wireguard.listenPort"_s << true;
        QTest::newRow("the operator's rule") << u"a.example.com:51820"_s << u"nowhere"_s << u"InvalidSpec"_s << true;
        QTest::newRow("no YAML") << u"spec:"_s << u"spec: ["_s << u"line "_s << false;
        QTest::newRow("another kind") << u"kind: Site"_s << u"kind: Policy"_s << u"have to be Site"_s << false;
        QTest::newRow("no name") << u"name: hq"_s << u"name: \"\""_s << u"metadata.name"_s << false;
    }
    void whatIsWrongIsSaidInItsPlace()
    {
        QFETCH(const QString, from);
        QFETCH(const QString, to);
        QFETCH(const QString, problem);
        QFETCH(const bool, isUsable);
        Draft draft(resources::sites(), schema(), site());
        QVERIFY(draft.text().contains(from));
        draft.setText(draft.text().replace(from, to));
        QVERIFY2(draft.problems().join(u'\n').contains(problem), qPrintable(draft.problems().join(u'\n')));
        QCOMPARE(draft.isUsable(), isUsable);
    }

    void aFormsFieldAndTheTextAreOne()
    {
        Draft draft(resources::sites(), schema(), site());
        QSignalSpy rewritten(&draft, &Draft::textRewritten);
        draft.setValue(u"spec.wireguard.listenPort"_s, 4500);
        QVERIFY(draft.text().contains(u"listenPort: 4500"_s));
        QCOMPARE(rewritten.size(), 1);
        draft.setValue(u"spec.mesh.enabled"_s, true);
        QVERIFY(draft.text().contains(u"mesh:\n    enabled: true"_s));
        draft.setValue(u"spec.mesh.enabled"_s, QJsonValue::Undefined); // and nothing is left behind
        QVERIFY(!draft.text().contains(u"mesh"_s));
        draft.setText(draft.text().replace(u"4500"_s, u"4600"_s));
        QCOMPARE(draft.value(u"spec.wireguard.listenPort"_s).toInt(), 4600);
    }

    void whatOthersChangedIsTakenOver()
    {
        Draft draft(resources::sites(), schema(), site());
        QJsonObject json = site().json();
        json = withValue(json, u"spec.location"_s, u"Ulm"_s);
        json = withValue(json, u"spec.mesh.enabled"_s, true);
        json = withValue(json, u"metadata.resourceVersion"_s, u"8"_s);
        const Object live(json);
        draft.setValue(u"spec.location"_s, u"Lisbon"_s);
        draft.setValue(u"spec.wireguard.listenPort"_s, 51821);
        QVERIFY(draft.changesOf(live).contains(u"+ spec.location: Ulm"_s));
        QSignalSpy rewritten(&draft, &Draft::textRewritten);
        draft.rebase(live);
        QCOMPARE(rewritten.size(), 1);
        QCOMPARE(draft.edit().base, json);
        QVERIFY(draft.isChanged());
        QCOMPARE(draft.value(u"spec.mesh.enabled"_s), QJsonValue(true)); // theirs
        QCOMPARE(draft.value(u"spec.wireguard.listenPort"_s).toInt(), 51821); // mine
        QCOMPARE(draft.value(u"spec.location"_s).toString(), u"Lisbon"_s); // both: mine, and it is said
        QCOMPARE(draft.conflicts().keys(), QStringList{u"spec.location"_s});
        QVERIFY2(
            draft.problems().join(u' ').contains(u"others made it Ulm"_s), qPrintable(draft.problems().join(u' ')));
        QVERIFY(draft.isUsable());
        QVERIFY(draft.changesOf(live).isEmpty());
        draft.setText(draft.text().replace(u"Lisbon"_s, u"Porto"_s)); // it is decided
        QVERIFY(draft.conflicts().isEmpty());
        QVERIFY(draft.problems().isEmpty());
    }

    void whatBothWroteAlikeIsNoConflict()
    {
        Draft draft(resources::sites(), schema(), site());
        draft.setValue(u"spec.location"_s, u"Ulm"_s);
        const Object live(withValue(site().json(), u"spec.location"_s, u"Ulm"_s));
        QVERIFY(draft.changesOf(live).isEmpty());
        draft.rebase(live);
        QVERIFY(draft.conflicts().isEmpty());
        QVERIFY(!draft.isChanged());
    }

    void aNewOneBeginsWithAnExample()
    {
        Draft draft(resources::sites(), schema(), {});
        draft.begin(QString::fromUtf8(toYaml(site().json())));
        QVERIFY(draft.isNew() && draft.isUsable() && !draft.isChanged());
        QCOMPARE(draft.value(u"spec.location"_s).toString(), u"Rome"_s);
    }

    void aNewOneSaysWhatIsMissing()
    {
        const Draft site(resources::sites(), schema(), {});
        QVERIFY(site.isNew());
        QVERIFY(!site.isUsable()); // it has no name yet
        QVERIFY(site.edit().base.isEmpty());
        const Draft policy(resources::policies(), {}, {});
        QCOMPARE(policy.object()["kind"_L1].toString(), u"Policy"_s);
    }
};

QTEST_GUILESS_MAIN(TestDraft)
#include "tst_draft.moc"
