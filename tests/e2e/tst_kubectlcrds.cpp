// SPDX-License-Identifier: GPL-3.0-or-later
#include "ctltest.h"
#include "operations/crds.h"

#include <QDir>

using namespace Qt::StringLiterals;
using namespace patronus;

/// CRDs are replaced, and nothing is lost that was not accepted.
class TestKubectlCrds : public CtlTest
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(startWorld());
        createObjects(40, 20);
    }

    void whereAllIsAsItShouldBeNothingIsDone()
    {
        const auto done = run({u"upgrade-crds"_s, u"--yes"_s});
        QVERIFY2(done.exitCode == 0, done.err.constData());
        QVERIFY2(done.err.contains("nothing to do"), done.err.constData());
        QVERIFY(journal().isEmpty());
    }

    void olderOnesAreUpgraded()
    {
        apply(u"tests/data/crds/today"_s);
        const auto before = all();
        const QString uid = definition(u"sites"_s).uid();
        const auto planned = run({u"upgrade-crds"_s, u"--dry-run"_s, u"-o"_s, u"json"_s});
        QVERIFY2(planned.exitCode == 0, planned.err.constData());
        const QJsonObject plan = QJsonDocument::fromJson(planned.out).object();
        QCOMPARE(plan["tier"_L1].toString(), u"service"_s);
        QCOMPARE(plan["steps"_L1].toArray().size(), 2);
        for (const QJsonValue &step : plan["steps"_L1].toArray())
            QCOMPARE(step["check"_L1].toString(), u"accepted"_s);
        QVERIFY2(planned.out.contains("+ status.observedGeneration: integer"), planned.out.constData());
        QVERIFY2(planned.out.contains("+ column Reason ("), planned.out.constData());
        QVERIFY(!fields(u"sites"_s).contains("observedGeneration"));

        const auto done = run({u"upgrade-crds"_s, u"--yes"_s});
        QVERIFY2(done.exitCode == 0, done.err.constData());
        QVERIFY2(done.err.contains("60 Sites and Policies read back as foreseen"), done.err.constData());
        QVERIFY(fields(u"sites"_s).contains("observedGeneration"));
        QCOMPARE(definition(u"sites"_s).uid(), uid);
        QCOMPARE(all(), before);
        QCOMPARE(journal().size(), 2);
        QVERIFY(run({u"upgrade-crds"_s, u"--yes"_s}).err.contains("nothing to do"));
    }

    void whoMayNotChangesNothing()
    {
        apply(u"tests/data/crds/today"_s);
        kubectl({u"create"_s, u"clusterrole"_s, u"looker"_s, u"--verb=get,list"_s,
            u"--resource=customresourcedefinitions.apiextensions.k8s.io,sites.sdwan.patronus.dev,policies.sdwan.patronus.dev"_s});
        kubectl({u"create"_s, u"clusterrolebinding"_s, u"looker"_s, u"--clusterrole=looker"_s, u"--user=looker"_s});
        const auto refused = run({u"upgrade-crds"_s, u"--yes"_s}, kubeconfigOf(u"looker"_s));
        QCOMPARE(refused.exitCode, 1);
        QVERIFY2(refused.err.contains("may not patch customresourcedefinitions"), refused.err.constData());
        QVERIFY(!fields(u"sites"_s).contains("observedGeneration"));
    }

    void whatWouldBeLostStopsItUnlessThatIsMeant()
    {
        // Somebody's own CRD, with one field more, and a higher limit.
        kubectl({u"patch"_s, u"crd"_s, u"sites.sdwan.patronus.dev"_s, u"--type=json"_s, u"-p"_s,
            uR"([{"op":"add","path":"/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/zone","value":{"type":"string"}},
                {"op":"replace","path":"/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/wireguard/properties/listenPort/maximum","value":99999}])"_s});
        const auto patched = [this](const QString &patch) {
            return m_world->plane()
                       .kubectl({u"patch"_s, u"site"_s, u"site-0000"_s, u"--type=merge"_s, u"-p"_s, patch})
                       .exitCode
                == 0
                && m_world->find(resources::sites(), u"site-0000"_s)->spec().contains("zone"_L1);
        };
        QVERIFY(
            eventually([&] { return patched(uR"({"spec":{"zone":"north-7","wireguard":{"listenPort":70000}}})"_s); }));
        const auto refused = run({u"upgrade-crds"_s, u"--yes"_s});
        QCOMPARE(refused.exitCode, 1);
        for (const char *const said : {"Site default/site-0000 loses spec.zone",
                 "spec.wireguard.listenPort: 70000 is more than 65535", "--accept-loss"})
            QVERIFY2(refused.err.contains(said), refused.err.constData());
        QVERIFY(fields(u"sites"_s).contains("zone"));

        const QString folder = m_home->filePath(u"saved"_s);
        const auto done = run({u"upgrade-crds"_s, u"--yes"_s, u"--accept-loss"_s, u"--backup-folder"_s, folder});
        QVERIFY2(done.exitCode == 0, done.err.constData());
        QVERIFY(!fields(u"sites"_s).contains("zone"));
        QVERIFY(!m_world->find(resources::sites(), u"site-0000"_s)->spec().contains("zone"_L1));
        const QStringList saved = QDir(folder).entryList({u"patronus-backup-*"_s});
        QCOMPARE(saved.size(), 1);
        QVERIFY2(done.err.contains(saved.first().toUtf8()), done.err.constData());
        QFile sites(folder + u'/' + saved.first() + u"/sites-backup.yaml"_s);
        QVERIFY(sites.open(QIODevice::ReadOnly) && sites.readAll().contains("zone: north-7"));
    }

    void theReplacedOperatorsAreLeftToMigrate()
    {
        apply(u"tests/data/crds/snake_case"_s);
        const auto refused = run({u"upgrade-crds"_s, u"--yes"_s, u"--accept-loss"_s});
        QCOMPARE(refused.exitCode, 1);
        QVERIFY2(refused.err.contains("speaks the language of the replaced operator"), refused.err.constData());
        QVERIFY2(refused.err.contains("kubectl patronus migrate"), refused.err.constData());
        const auto backwards
            = run({u"upgrade-crds"_s, sourcePath(u"tests/data/crds/snake_case"), u"--yes"_s, u"--accept-loss"_s});
        QCOMPARE(backwards.exitCode, 1);
        QVERIFY(fields(u"sites"_s).contains("public_key"));
    }

    void filesThatAreNoneAreTold()
    {
        const auto refused = run({u"upgrade-crds"_s, sourcePath(u"resources/examples"), u"--yes"_s});
        QCOMPARE(refused.exitCode, 1);
        QVERIFY2(refused.err.contains("no CRD of Sites or Policies"), refused.err.constData());
    }

private:
    void apply(const QString &folder) const
    {
        const auto applied = m_world->plane().applyCrds(sourcePath(folder));
        QVERIFY2(applied, applied ? "" : qPrintable(applied.error().message));
    }
    [[nodiscard]] Object definition(const QString &plural) const
    {
        return m_world->find(resources::customResourceDefinitions(), plural + u".sdwan.patronus.dev"_s, {})
            .value_or(Object());
    }
    /// The definition's spec as text.
    [[nodiscard]] QByteArray fields(const QString &plural) const
    {
        return QJsonDocument(definition(plural).spec()).toJson();
    }
};

QTEST_GUILESS_MAIN(TestKubectlCrds)
#include "tst_kubectlcrds.moc"
