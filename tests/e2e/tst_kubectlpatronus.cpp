// SPDX-License-Identifier: GPL-3.0-or-later
#include "ctltest.h"
#include "kube/yaml.h"
#include "objects.h"
#include "operations/bundlefolder.h"

#include <QDir>

using namespace Qt::StringLiterals;
using namespace patronus;

/// Backup, restore and the journal, as a person uses them.
class TestKubectlPatronus : public CtlTest
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QVERIFY(startWorld()); }
    void cleanup() { m_world->clear(); }

    void aBackupIsWhatKubectlAndHelmTake()
    {
        createObjects(12, 6);
        const QHash<QString, QJsonObject> before = all();
        const QString bundle = backup();
        QVERIFY(!bundle.isEmpty());
        for (const QString name : {bundleManifestFile, bundleSitesFile, bundlePoliciesFile, bundleValuesFile,
                 bundleDeploymentFile, "crds/sites.sdwan.patronus.dev.yaml"_L1})
            QVERIFY2(QFile::exists(bundle + u'/' + name), qPrintable(name));
        const auto read = readBundle(bundle);
        QVERIFY(read);
        QCOMPARE(read->manifest["cluster"_L1]["server"_L1].toString(), m_world->plane().url().toString());
        QVERIFY(!read->manifest["cluster"_L1]["kubeSystemUid"_L1].toString().isEmpty());
        for (const QByteArray &content : read->files)
            QVERIFY(!content.contains("hush-hush"));
        const auto values = parseYaml(read->files[bundleValuesFile]);
        QVERIFY(values);
        QCOMPARE(values->first()["replicaCount"_L1].toInt(), 3);

        m_world->clear();
        kubectl({u"apply"_s, u"-f"_s, bundle + u'/' + bundleSitesFile, u"-f"_s, bundle + u'/' + bundlePoliciesFile});
        QCOMPARE(all(), before);
        kubectl({u"apply"_s, u"--dry-run=server"_s, u"-f"_s, bundle + u"/crds"_s});
        kubectl({u"apply"_s, u"--dry-run=server"_s, u"-f"_s, bundle + u'/' + bundleDeploymentFile});
        const auto upgraded
            = m_world->plane().helm({u"upgrade"_s, u"patronus-operator"_s, sourcePath(u"helm/patronus-operator"),
                u"-n"_s, u"patronus-system"_s, u"--reset-values"_s, u"--values"_s, bundle + u'/' + bundleValuesFile});
        QVERIFY2(upgraded.exitCode == 0, upgraded.err.constData());
    }

    /// CRDs and namespace gone too: what an empty cluster is.
    void aThousandSitesAndPoliciesComeBackAsTheyWere()
    {
        constexpr int count = 1000;
        createObjects(count, count);
        const QHash<QString, QJsonObject> before = all();
        QCOMPARE(before.size(), 2 * count);
        const QString bundle = backup();
        QVERIFY(!bundle.isEmpty());
        kubectl({u"delete"_s, u"crd"_s, u"sites.sdwan.patronus.dev"_s, u"policies.sdwan.patronus.dev"_s});
        const auto restored = run({u"restore"_s, bundle, u"--yes"_s});
        QVERIFY2(restored.exitCode == 0, restored.err.constData());
        QVERIFY2(restored.err.contains("2002 create"), restored.err.constData()); // with the two CRDs
        QCOMPARE(all(), before);
        // One by one, as cleanup() does it, takes longer than all the rest.
        kubectl({u"delete"_s, u"crd"_s, u"sites.sdwan.patronus.dev"_s, u"policies.sdwan.patronus.dev"_s});
        QVERIFY(m_world->plane().applyCrds(sourcePath(u"crds")));
    }

    void theOperatorGoesOnAfterARestore()
    {
        createObjects(20, 10);
        std::unique_ptr<OperatorProcess> process = m_world->startOperator();
        const auto inSync = [&] { return m_world->inventory().size() == 30; };
        QVERIFY(eventually(inSync));
        const QStringList inventory = m_world->inventory();
        const QString bundle = backup();
        QVERIFY(!bundle.isEmpty());
        const QHash<QString, QJsonObject> before = all();
        kubectl({u"delete"_s, u"sites,policies"_s, u"--all"_s, u"-A"_s});
        QVERIFY(m_world->inventory().isEmpty());
        const auto restored = run({u"restore"_s, bundle, u"--yes"_s, u"--wait"_s, u"--timeout=60s"_s});
        QVERIFY2(restored.exitCode == 0, restored.err.constData());
        QVERIFY2(restored.err.contains("all is Ready"), restored.err.constData());
        QCOMPARE(all(), before);
        QCOMPARE(m_world->inventory(), inventory);
        QCOMPARE(process->stop(), 0);
    }

    void aKilledRestoreIsFinishedByTheSameCommand()
    {
        createObjects(120, 60);
        const QHash<QString, QJsonObject> before = all();
        const QString bundle = backup();
        m_world->clear();
        {
            CtlProcess process(kubeconfig(), m_home->path(), {u"restore"_s, bundle, u"--yes"_s});
            QVERIFY(eventually([&] { return !m_world->objects(resources::sites()).isEmpty(); }));
            process.kill();
            QCOMPARE(process.result().exitCode, -1);
        }
        const qsizetype left = m_world->objects(resources::policies()).size();
        QVERIFY2(left < 60, qPrintable(QString::number(left)));
        const auto restored = run({u"restore"_s, bundle, u"--yes"_s});
        QVERIFY2(restored.exitCode == 0, restored.err.constData());
        QVERIFY2(restored.out.contains("identical"), restored.out.constData());
        QCOMPARE(all(), before);
    }

    void anInterruptedRestoreSaysWhatIsDone()
    {
        createObjects(120, 60);
        const QString bundle = backup();
        m_world->clear();
        CtlProcess process(kubeconfig(), m_home->path(), {u"restore"_s, bundle, u"--yes"_s});
        QVERIFY(eventually([&] { return !m_world->objects(resources::sites()).isEmpty(); }));
        process.interrupt();
        const auto stopped = process.result();
        QCOMPARE(stopped.exitCode, 1);
        QVERIFY2(stopped.err.contains("\ndone: "), stopped.err.constData());
        QVERIFY2(stopped.err.contains("\nnot done: "), stopped.err.constData());
        QVERIFY2(stopped.err.contains("Run the same command again"), stopped.err.constData());
    }

    void namespacesAreMadeOnlyWhenAsked()
    {
        QFile file(m_home->filePath(u"south.yaml"_s));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(SiteManifest{.name = u"hq"_s, .nameSpace = u"south"_s}.yaml());
        file.close();
        const auto refused = run({u"restore"_s, file.fileName(), u"--yes"_s});
        QCOMPARE(refused.exitCode, 1);
        QVERIFY2(refused.out.contains("give --create-namespaces"), refused.out.constData());
        const auto made = run({u"restore"_s, file.fileName(), u"--yes"_s, u"--create-namespaces"_s});
        QVERIFY2(made.exitCode == 0, made.err.constData());
        QVERIFY(m_world->find(resources::sites(), u"hq"_s, u"south"_s));
    }

    void whatIsThereIsSkippedOrUpdatedAsChosen()
    {
        createObjects(3, 0);
        const QString bundle = backup();
        const QHash<QString, QJsonObject> before = all();
        kubectl({u"patch"_s, u"site"_s, u"site-0001"_s, u"-n"_s, u"north"_s, u"--type=merge"_s, u"-p"_s,
            u"{\"spec\":{\"location\":\"Bonn\"},\"metadata\":{\"labels\":{\"extra\":\"1\"}}}"_s});
        kubectl({u"delete"_s, u"site"_s, u"site-0002"_s, u"-n"_s, u"default"_s});
        const auto skipped = run({u"restore"_s, bundle, u"--yes"_s, u"-o"_s, u"json"_s});
        QVERIFY2(skipped.exitCode == 0, skipped.err.constData());
        QCOMPARE(actions(skipped.out),
            (QMap<QString, QString>{
                {u"site-0000"_s, u"identical"_s}, {u"site-0001"_s, u"skip"_s}, {u"site-0002"_s, u"create"_s}}));
        QCOMPARE(m_world->find(resources::sites(), u"site-0001"_s, u"north"_s)->label(u"extra"_s), u"1"_s);

        const auto planned = run({u"restore"_s, bundle, u"--existing=update"_s, u"--dry-run"_s, u"-o"_s, u"json"_s});
        QCOMPARE(planned.exitCode, 0);
        QCOMPARE(actions(planned.out)[u"site-0001"_s], u"update"_s);
        QVERIFY(all() != before);
        const auto updated = run({u"restore"_s, bundle, u"--existing=update"_s, u"--yes"_s});
        QVERIFY2(updated.exitCode == 0, updated.err.constData());
        QCOMPARE(all(), before);
    }

    void everyWriteIsInTheJournalAndNoneIsMadeWithoutIt()
    {
        createObjects(3, 1);
        const QString bundle = backup();
        const QJsonArray made = journal(); // a backup changes nothing, and is noted with its digest
        QCOMPARE(made.size(), 1);
        QCOMPARE(made[0]["verb"_L1].toString(), u"backup"_s);
        QCOMPARE(made[0]["name"_L1].toString(), bundle);
        QCOMPARE(made[0]["after"_L1]["digest"_L1].toString(), readBundle(bundle)->digest());
        m_world->clear();
        QVERIFY(QDir(m_home->filePath(u"patronus"_s)).removeRecursively());
        QFile blocked(m_home->filePath(u"patronus"_s)); // a file where the folder has to be
        QVERIFY(blocked.open(QIODevice::WriteOnly));
        const auto refused = run({u"restore"_s, bundle, u"--yes"_s});
        QCOMPARE(refused.exitCode, 1);
        QVERIFY2(refused.err.contains("journal.jsonl cannot be written"), refused.err.constData());
        QCOMPARE(run({u"restore"_s, bundle, u"--dry-run"_s}).exitCode, 0); // that writes nothing
        QVERIFY(m_world->objects(resources::sites()).isEmpty());
        QVERIFY(blocked.remove());

        QCOMPARE(run({u"restore"_s, bundle, u"--yes"_s}).exitCode, 0);
        const QJsonArray entries = journal();
        QCOMPARE(entries.size(), 4);
        const QJsonObject first = entries.first().toObject();
        QCOMPARE(first["verb"_L1].toString(), u"create"_s);
        QCOMPARE(first["name"_L1].toString(), u"site-0000"_s);
        QCOMPARE(first["outcome"_L1].toString(), u"done"_s);
        QCOMPARE(first["cluster"_L1]["server"_L1].toString(), m_world->plane().url().toString());
        QVERIFY(!first["user"_L1].toString().isEmpty());
        QCOMPARE(first["after"_L1]["spec"_L1]["location"_L1].toString(), u"City 0"_s);
        QVERIFY(run({u"journal"_s, u"--since"_s, u"1h"_s}).out.contains("Policy default/policy-0000"));
        QCOMPARE(run({u"journal"_s, u"--context"_s, u"another"_s}).out.count('\n'), 1);
    }

    void anEntryIsTakenBack()
    {
        createObjects(2, 0);
        const QHash<QString, QJsonObject> before = all();
        const QString bundle = backup();
        kubectl({u"patch"_s, u"site"_s, u"site-0001"_s, u"-n"_s, u"north"_s, u"--type=merge"_s, u"-p"_s,
            u"{\"spec\":{\"location\":\"Bonn\"}}"_s});
        const QHash<QString, QJsonObject> changed = all();
        QCOMPARE(run({u"restore"_s, bundle, u"--existing=update"_s, u"--yes"_s}).exitCode, 0);
        QCOMPARE(all(), before);
        const QString id = journal().last()["id"_L1].toString();
        QVERIFY(run({u"journal"_s}).out.contains(id.first(8).toUtf8()));
        QVERIFY2(run({u"journal"_s, u"revert"_s, u"nobody"_s, u"--yes"_s}).err.contains("nobody is not in the journal"),
            "an id that is not there");
        const auto planned = run({u"journal"_s, u"revert"_s, id.first(8), u"--dry-run"_s});
        QVERIFY2(planned.out.contains("+ spec.location: Bonn"), planned.out.constData());
        QVERIFY2(planned.out.contains("the operator would"), planned.out.constData());
        QCOMPARE(all(), before);
        const auto reverted = run({u"journal"_s, u"revert"_s, id.first(8), u"--yes"_s});
        QVERIFY2(reverted.exitCode == 0, reverted.err.constData());
        QCOMPARE(all(), changed);
        QCOMPARE(journal().size(), 3); // the backup, the restore, the way back
    }

    void aRawDumpIsRestoredToo()
    {
        createObjects(4, 2);
        const QHash<QString, QJsonObject> before = all();
        const QString dump = m_home->filePath(u"dump.yaml"_s);
        QFile file(dump);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(kubectl({u"get"_s, u"sites,policies"_s, u"-A"_s, u"-o"_s, u"yaml"_s}));
        file.close();
        m_world->clear();
        const auto restored = run({u"restore"_s, dump, u"--yes"_s});
        QVERIFY2(restored.exitCode == 0, restored.err.constData());
        QCOMPARE(all(), before);
    }

    void aConflictStopsItBeforeAnythingIsWritten()
    {
        createObjects(3, 0); // site-0001 is in north
        const QString bundle = backup();
        m_world->clear();
        QVERIFY(m_world->plane().apply(SiteManifest{.name = u"site-0001"_s}.yaml())); // in default
        const auto restored = run({u"restore"_s, bundle, u"--yes"_s});
        QCOMPARE(restored.exitCode, 1);
        QVERIFY2(restored.out.contains("taken by default/site-0001"), restored.out.constData());
        QCOMPARE(m_world->objects(resources::sites()).size(), 1);
        const auto others = run({u"restore"_s, bundle, u"--yes"_s, u"--skip-conflicts"_s});
        QVERIFY2(others.exitCode == 0, others.err.constData());
        QCOMPARE(m_world->objects(resources::sites()).size(), 3);
    }

    void aDamagedBundleIsRefused()
    {
        createObjects(2, 1);
        const QString bundle = backup();
        m_world->clear();
        const auto other = run({u"restore"_s, bundle, u"--yes"_s, u"--digest"_s, u"sha256:0123"_s});
        QCOMPARE(other.exitCode, 1);
        QVERIFY2(other.err.contains("this is another backup, or somebody changed it"), other.err.constData());
        QFile file(bundle + u'/' + bundleSitesFile);
        QVERIFY(file.open(QIODevice::ReadWrite));
        QByteArray content = file.readAll();
        content.replace("City 1", "City 9");
        QVERIFY(file.seek(0) && file.write(content) == content.size());
        file.close();
        const auto refused = run({u"restore"_s, bundle, u"--yes"_s});
        QCOMPARE(refused.exitCode, 1);
        QVERIFY2(refused.err.contains("sites-backup.yaml was damaged or changed"), refused.err.constData());
        QVERIFY(m_world->objects(resources::sites()).isEmpty());
        const auto accepted = run({u"restore"_s, bundle, u"--yes"_s, u"--accept-edited"_s});
        QVERIFY2(accepted.exitCode == 0, accepted.err.constData());
        QCOMPARE(m_world->objects(resources::sites()).size(), 2);
    }

    void whoMayNotIsToldWhichVerbIsMissing()
    {
        createObjects(2, 1);
        const QString bundle = backup();
        m_world->clear();
        kubectl({u"create"_s, u"clusterrole"_s, u"looker"_s, u"--verb=get,list"_s,
            u"--resource=sites.sdwan.patronus.dev"_s});
        kubectl({u"create"_s, u"clusterrolebinding"_s, u"looker"_s, u"--clusterrole=looker"_s, u"--user=looker"_s});
        const QString looker = kubeconfigOf(u"looker"_s);
        const auto refused = run({u"backup"_s, u"-o"_s, m_home->path()}, looker);
        QCOMPARE(refused.exitCode, 1);
        QVERIFY2(refused.err.contains("list policies.sdwan.patronus.dev in all namespaces"), refused.err.constData());
        kubectl({u"delete"_s, u"clusterrole"_s, u"looker"_s});
        kubectl({u"create"_s, u"clusterrole"_s, u"looker"_s, u"--verb=get,list"_s,
            u"--resource=sites.sdwan.patronus.dev,policies.sdwan.patronus.dev"_s});
        createObjects(2, 1);
        const auto limited = run({u"backup"_s, u"-o"_s, m_home->path() + u"/limited"_s}, looker);
        QVERIFY2(limited.exitCode == 0, limited.err.constData());
        for (const char *note : {"without the CRD", "without the operator's Deployment", "without the Helm values",
                 "not tried out on the server", "create sites.sdwan.patronus.dev"})
            QVERIFY2(limited.err.contains(note), limited.err.constData());
        m_world->clear();
        const auto restored = run({u"restore"_s, bundle, u"--yes"_s}, looker);
        QCOMPARE(restored.exitCode, 1);
        QVERIFY2(
            restored.err.contains("create sites.sdwan.patronus.dev in namespace default"), restored.err.constData());
        QVERIFY(m_world->objects(resources::sites()).isEmpty());
    }

    void aPersonIsAskedInProductionForTheContextsName()
    {
        createObjects(1, 0);
        const QString bundle = backup();
        m_world->clear();
        const QStringList restore{u"restore"_s, bundle};
        const auto unasked = run(restore);
        QCOMPARE(unasked.exitCode, 1);
        QVERIFY2(unasked.err.contains("give --yes"), unasked.err.constData());
        const QString production = kubeconfigWithContext(u"prod-eu"_s);
        const auto hasty = runAtTerminal(restore, "y\n", production);
        QCOMPARE(hasty.exitCode, 1);
        QVERIFY2(hasty.out.contains("prod-eu (PRODUCTION)"), hasty.out.constData());
        QVERIFY2(hasty.out.contains("nothing was changed"), hasty.out.constData());
        QVERIFY(m_world->objects(resources::sites()).isEmpty());
        const auto meant = runAtTerminal(restore, "prod-eu\n", production);
        QVERIFY2(meant.exitCode == 0, meant.out.constData());
        m_world->clear();
        const auto local = runAtTerminal(restore, "y\n"); // "local" is a development context
        QVERIFY2(local.exitCode == 0, local.out.constData());
        QCOMPARE(m_world->objects(resources::sites()).size(), 1);
    }

private:
    [[nodiscard]] static QMap<QString, QString> actions(const QByteArray &json)
    {
        QMap<QString, QString> all;
        for (const QJsonValue &item : QJsonDocument::fromJson(json).object()["items"_L1].toArray())
            if (item["kind"_L1] != "CustomResourceDefinition"_L1)
                all.insert(item["name"_L1].toString(), item["action"_L1].toString());
        return all;
    }
};

QTEST_GUILESS_MAIN(TestKubectlPatronus)
#include "tst_kubectlpatronus.moc"
