// SPDX-License-Identifier: GPL-3.0-or-later
#include "ctltest.h"
#include "sdwan/kind.h"

#include <QDir>

using namespace Qt::StringLiterals;
using namespace patronus;

namespace {

constexpr int siteCount = 60, policyCount = 20;

QByteArray oldSite(int i)
{
    return u"---\napiVersion: sdwan.patronus.dev/v1alpha1\nkind: Site\n"
           "metadata: {name: site-%1, namespace: default, labels: {tier: gold_one}}\n"
           "spec:\n  location: City_%1\n"
           "  wireguard: {public_key: '%2', listen_port: %3, endpoints: ['s%1.example.com:51820']}\n"
           "  mesh: {enabled: true, peer_with: [site-%4]}\n"_s.arg(i)
               .arg(QString::fromLatin1(QByteArray(32, char(i)).toBase64()))
               .arg(50000 + i)
               .arg((i + 1) % siteCount)
               .toUtf8();
}

QByteArray oldPolicy(int i)
{
    return u"---\napiVersion: sdwan.patronus.dev/v1alpha1\nkind: Policy\nmetadata: {name: policy-%1, namespace: "
           u"default}\n"
           "spec:\n  priority: %1\n  match: {protocol: udp, dst_port_range: '5060-5061'}\n"
           "  action: {type: route, primary_path: {site_ref: site-%1, path_id: wan_1}}\n"_s.arg(i)
               .toUtf8();
}

} // namespace

/// The replaced operator's cluster becomes this one's.
class TestKubectlMigrate : public CtlTest
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        auto world = OperatorWorld::start({.plane = {.controllerManager = true, .crds = {}}});
        QVERIFY2(world, world ? "" : qPrintable(world.error().message));
        m_world = *std::move(world);
        kubectl({u"delete"_s, u"clusterrole,clusterrolebinding"_s, u"patronus-operator"_s}); // the chart brings its own
        const auto installed = m_world->plane().helm({u"install"_s, u"patronus-operator"_s,
            sourcePath(u"tests/data/charts/replaced-operator"), u"--namespace"_s, u"patronus-system"_s,
            u"--create-namespace"_s, u"--set"_s, u"patronus.apiUrl=http://patronus-api.example:8081"_s});
        QVERIFY2(installed.exitCode == 0, installed.err.constData());
        kubectl({u"wait"_s, u"--for=condition=Established"_s, u"crd"_s, u"--all"_s, u"--timeout=60s"_s});
        QByteArray objects;
        for (int i = 0; i < siteCount; ++i)
            objects += oldSite(i);
        for (int i = 0; i < policyCount; ++i)
            objects += oldPolicy(i);
        const auto applied = m_world->plane().apply(objects);
        QVERIFY2(applied, applied ? "" : qPrintable(applied.error().message));
        m_before = all();
        QCOMPARE(m_before.size(), siteCount + policyCount);
    }

    void aPlanAloneChangesNothing()
    {
        const int replicas = deployment().spec()["replicas"_L1].toInt();
        const auto planned = run({u"migrate"_s, u"--dry-run"_s});
        QVERIFY2(planned.exitCode == 0, planned.err.constData());
        for (const char *const said : {"1. patch Deployment", "save 80 Sites and Policies in .",
                 "+ spec.wireguard.publicKey", "- spec.action.primary_path.site_ref: site-7"})
            QVERIFY2(planned.out.contains(said), planned.out.constData());
        QCOMPARE(deployment().spec()["replicas"_L1].toInt(), replicas);
        QCOMPARE(all(), m_before);
    }

    void oneThatCannotBeConvertedStopsAll()
    {
        QVERIFY(m_world->plane().apply(
            "apiVersion: sdwan.patronus.dev/v1alpha1\nkind: Site\nmetadata: {name: odd, namespace: default}\n"
            "spec: {wireguard: {public_key: k, listen_port: 1, endpoints: ['h:1']}}\n"));
        kubectl({u"patch"_s, u"crd"_s, u"sites.sdwan.patronus.dev"_s, u"--type=json"_s, u"-p"_s,
            uR"([{"op":"add","path":"/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/my_own","value":{"type":"string"}}])"_s});
        QVERIFY(eventually([this] {
            return m_world->plane()
                       .kubectl({u"patch"_s, u"site"_s, u"odd"_s, u"--type=merge"_s, u"-p"_s,
                           uR"({"spec":{"my_own":"thing"}})"_s})
                       .exitCode
                == 0
                && m_world->find(resources::sites(), u"odd"_s)->spec().contains("my_own"_L1);
        }));
        const auto refused = run({u"migrate"_s, u"--yes"_s});
        QCOMPARE(refused.exitCode, 1);
        QVERIFY2(refused.err.contains("Site default/odd loses spec.myOwn"), refused.err.constData());
        QVERIFY(journal().isEmpty());
        kubectl({u"delete"_s, u"site"_s, u"odd"_s});
    }

    /// Killed in the middle, and then again to its end.
    void itGoesOnWhereItWasCut()
    {
        m_home = std::make_unique<QTemporaryDir>();
        const QHash<QString, QString> uids = uidsOf();
        {
            CtlProcess process(kubeconfig(), m_home->path(), arguments());
            QVERIFY(eventually([this] { return convertedCount() > 5; }));
            process.kill();
            (void)process.result();
        }
        QVERIFY(convertedCount() < siteCount + policyCount);
        QCOMPARE(all().size(), siteCount + policyCount);
        const auto done = run(arguments());
        QVERIFY2(done.exitCode == 0, done.err.constData());
        QVERIFY2(done.err.contains("80 Sites and Policies read back"), done.err.constData());
        QCOMPARE(convertedCount(), siteCount + policyCount);
        QCOMPARE(uidsOf(), uids);
        for (const ResourceType &type : {resources::sites(), resources::policies()})
            for (const Object &object : m_world->objects(type))
                QVERIFY((type == resources::sites() ? siteKind() : policyKind()).validate(object).isEmpty());
        const Object site = *m_world->find(resources::sites(), u"site-7"_s);
        QCOMPARE(site.label("tier"_L1), u"gold_one"_s);
        QCOMPARE(site.spec()["location"_L1].toString(), u"City_7"_s);
        QCOMPARE(site.spec()["mesh"_L1]["peerWith"_L1][0].toString(), u"site-8"_s);
        QVERIFY(run({u"upgrade-crds"_s, u"--yes"_s}).err.contains("nothing to do"));
        QCOMPARE(deployment().spec()["replicas"_L1].toInt(), 0);
        QVERIFY(run({u"maintenance"_s, u"status"_s}).out.contains("reason: migration"));
    }

    void theBackupIsTheWayBack()
    {
        const QStringList saved = QDir(m_folder.path()).entryList({u"patronus-backup-*"_s}, QDir::Dirs, QDir::Name);
        QVERIFY(!saved.isEmpty()); // the first one is from before the conversion
        for (const QString &file : {u"crds"_s, u"sites-backup.yaml"_s, u"policies-backup.yaml"_s}) {
            const auto applied = m_world->plane().kubectl({u"apply"_s, u"--server-side"_s, u"--force-conflicts"_s,
                u"--field-manager=kubectl-migration"_s, u"-f"_s, m_folder.filePath(saved.first()) + u'/' + file});
            QVERIFY2(applied.exitCode == 0, applied.err.constData());
            if (file == "crds"_L1)
                QVERIFY(eventually([this] { return isOldServed(); }));
        }
        QCOMPARE(all(), m_before);
        const auto again = run(arguments());
        QVERIFY2(again.exitCode == 0, again.err.constData());
        QCOMPARE(convertedCount(), siteCount + policyCount);
    }

    void whereNothingIsToBeConvertedNothingIsStopped()
    {
        const auto upgraded = m_world->plane().helm({u"upgrade"_s, u"patronus-operator"_s,
            sourcePath(u"helm/patronus-operator"), u"-n"_s, u"patronus-system"_s, u"--reset-then-reuse-values"_s});
        QVERIFY2(upgraded.exitCode == 0, upgraded.err.constData());
        const int replicas = deployment().spec()["replicas"_L1].toInt();
        QVERIFY(replicas > 0);
        const auto done = run(arguments());
        QVERIFY2(done.exitCode == 0, done.err.constData());
        QVERIFY2(done.err.contains("nothing to do"), done.err.constData());
        QCOMPARE(deployment().spec()["replicas"_L1].toInt(), replicas);
    }

private:
    [[nodiscard]] QStringList arguments() { return {u"migrate"_s, u"--yes"_s, u"--backup-folder"_s, m_folder.path()}; }
    [[nodiscard]] Object deployment() const
    {
        return m_world->find(resources::deployments(), u"patronus-operator"_s, u"patronus-system"_s).value_or(Object());
    }
    /// Whether the server takes the old language again.
    [[nodiscard]] bool isOldServed() const
    {
        return m_world->plane()
            .kubectl({u"patch"_s, u"site"_s, u"site-0"_s, u"--type=merge"_s, u"--dry-run=server"_s, u"-p"_s,
                uR"({"spec":{"wireguard":{"public_key":"k","listen_port":1}}})"_s, u"-o"_s, u"yaml"_s})
            .out.contains("public_key");
    }
    [[nodiscard]] int convertedCount() const
    {
        int count = 0;
        for (const ResourceType &type : {resources::sites(), resources::policies()})
            for (const Object &object : m_world->objects(type)) {
                const QByteArray text = QJsonDocument(object.spec()).toJson();
                count += !text.contains("_key\"") && !text.contains("_path\"") ? 1 : 0;
            }
        return count;
    }
    [[nodiscard]] QHash<QString, QString> uidsOf() const
    {
        QHash<QString, QString> uids;
        for (const ResourceType &type : {resources::sites(), resources::policies()})
            for (const Object &object : m_world->objects(type))
                uids.insert(type.kind + object.key().text(), object.uid());
        return uids;
    }

    QHash<QString, QJsonObject> m_before;
    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TestKubectlMigrate)
#include "tst_kubectlmigrate.moc"
