// SPDX-License-Identifier: GPL-3.0-or-later
#include "ctltest.h"
#include "operations/bundlefolder.h"

using namespace Qt::StringLiterals;
using namespace patronus;

/// What was lost as a whole comes back, by a real helm, and a restore may wait for a person before the operator sees
/// it.
class TestKubectlRecover : public CtlTest
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QVERIFY(startWorld(true)); }

    void aRestoreWhileTheOperatorIsStoppedIsLookedAtFirst()
    {
        createObjects(4, 2);
        const QHash<QString, QJsonObject> before = all();
        const QString bundle = backup();
        QVERIFY(!bundle.isEmpty());
        m_world->clear();
        const auto planned = run({u"restore"_s, bundle, u"--stop-operator"_s, u"--dry-run"_s});
        QVERIFY2(planned.exitCode == 0, planned.err.constData());
        QVERIFY2(planned.err.contains("the operator would"), planned.err.constData());
        QVERIFY2(planned.err.contains("PUT /api/v1/sites/site-0000 (creates it)"), planned.err.constData());
        QCOMPARE(replicas(), 3);
        const auto restored = runWithPods({u"restore"_s, bundle, u"--stop-operator"_s, u"--yes"_s});
        QVERIFY2(restored.exitCode == 0, restored.err.constData());
        QVERIFY2(restored.err.contains("held at 0 replicas"), restored.err.constData());
        QCOMPARE(replicas(), 0);
        QCOMPARE(all(), before);

        const auto start = run({u"start"_s, u"--dry-run"_s, u"-o"_s, u"json"_s});
        QVERIFY2(start.exitCode == 0, start.err.constData());
        const QJsonArray preview = QJsonDocument::fromJson(start.out)["preview"_L1].toArray();
        QVERIFY2(preview.contains(u"Site default/site-0000: none"_s), start.out.constData());
        const std::unique_ptr<OperatorProcess> pod = m_world->startOperator();
        const auto back = runWithPods({u"start"_s, u"--yes"_s});
        QVERIFY2(back.exitCode == 0, back.err.constData());
        QCOMPARE(replicas(), 3);
        QVERIFY(eventually([&] { return m_world->inventory().size() == 6; }));
        QCOMPARE(pod->stop(), 0);
        QCOMPARE(run({u"restore"_s, bundle, u"--stop-operator"_s, u"--yes"_s}).exitCode, 0); // there is nothing to do
        QCOMPARE(replicas(), 3);
    }

    void aSealedBackupGivesItsSecretsToTheKeyAlone()
    {
        m_world->clear(); // nobody is there to make them Ready
        const auto key
            = m_world->plane().shell(u"cd %1 && openssl genpkey -algorithm RSA -out admin.key && openssl req -x509 "
                                     "-new -key admin.key -subj /CN=admin -out admin.crt"_s.arg(m_home->path()));
        QVERIFY2(key.exitCode == 0, key.err.constData());
        const QString admin = m_home->filePath(u"admin.key"_s), certificate = m_home->filePath(u"admin.crt"_s);
        const auto made
            = run({u"backup"_s, u"-o"_s, m_home->path(), u"--sign-key"_s, admin, u"--encrypt-values"_s, certificate});
        QVERIFY2(made.exitCode == 0, made.err.constData());
        const QString bundle = QString::fromUtf8(made.out).trimmed();
        QVERIFY(!readBundle(bundle)->files[bundleSecretValuesFile].contains("hush"));
        lose();

        const QStringList recover{u"recover"_s, bundle, sourcePath(u"helm/patronus-operator"), u"--helm"_s,
            m_world->plane().helmProgram(), u"--verify-key"_s, certificate, u"--decrypt-key"_s, admin,
            u"--timeout=60s"_s};
        const auto planned = run(recover + QStringList{u"--dry-run"_s});
        QVERIFY2(planned.exitCode == 0, planned.err.constData());
        QVERIFY2(planned.out.contains("it is signed by the key of "), planned.out.constData());
        QVERIFY(!planned.out.contains("hush"));
        QFile other(m_home->filePath(u"other.yaml"_s)); // comes over what was encrypted, too
        QVERIFY(other.open(QIODevice::WriteOnly) && other.write("replicaCount: 2\n") > 0 && other.flush());
        const auto recovered = runWithPods(recover + QStringList{u"--values"_s, other.fileName(), u"--yes"_s});
        QVERIFY2(recovered.exitCode == 0, recovered.err.constData());
        const QByteArray values
            = m_world->plane().helm({u"get"_s, u"values"_s, u"patronus-operator"_s, u"-n"_s, u"patronus-system"_s}).out;
        QVERIFY2(values.contains("apiToken: hush-hush") && values.contains("replicaCount: 2"), values.constData());
        QVERIFY(!recovered.err.contains("hush"));
        QVERIFY(!QJsonDocument(journal()).toJson().contains("hush"));

        // Somebody changes it, and makes its digest right again.
        Bundle forged = *readBundle(bundle);
        forged.manifest.insert("time"_L1, u"2026-01-01T00:00:00Z"_s);
        forged.manifest.insert("digest"_L1, forged.digest());
        QFile file(bundle + u'/' + bundleManifestFile);
        QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate) && file.write(forged.manifestText()) > 0);
        file.close();
        const auto refused = run({u"restore"_s, bundle, u"--verify-key"_s, certificate, u"--yes"_s});
        QCOMPARE(refused.exitCode, 1);
        QVERIFY2(refused.err.contains("somebody has changed the backup"), refused.err.constData());
        const auto alone
            = run({u"restore"_s, bundle + u'/' + bundleSitesFile, u"--verify-key"_s, certificate, u"--yes"_s});
        QCOMPARE(alone.exitCode, 1);
        QVERIFY2(alone.err.contains("a file by itself has neither signature nor digest"), alone.err.constData());
        kubectl({u"create"_s, u"namespace"_s, u"north"_s}); // none of its objects was there to bring it back
    }

    void aLostOperatorComesBackWithAllItHad()
    {
        m_world->clear();
        createObjects(20, 10);
        std::unique_ptr<OperatorProcess> pod = m_world->startOperator();
        QVERIFY(eventually([&] { return m_world->inventory().size() == 30; }));
        const QStringList inventory = m_world->inventory();
        const QHash<QString, QJsonObject> before = all();
        const auto changed = m_world->plane().helm({u"upgrade"_s, u"patronus-operator"_s,
            sourcePath(u"helm/patronus-operator"), u"-n"_s, u"patronus-system"_s, u"--reuse-values"_s, u"--set"_s,
            u"backup.enabled=true,replicaCount=3"_s}); // with a volume's claim, which stays when the release goes
        QVERIFY2(changed.exitCode == 0, changed.err.constData());
        const QString bundle = backup();
        QVERIFY(!bundle.isEmpty());
        QCOMPARE(pod->stop(), 0);
        lose();
        const qint64 sent = m_world->remoteChanges();

        const QStringList recover{u"recover"_s, bundle, sourcePath(u"helm/patronus-operator"), u"--helm"_s,
            m_world->plane().helmProgram(), u"--timeout=60s"_s};
        const auto planned = run(recover + QStringList{u"--dry-run"_s, u"-o"_s, u"json"_s});
        QVERIFY2(planned.exitCode == 0, planned.err.constData());
        QVERIFY2(planned.out.contains("helm install patronus-operator"), planned.out.constData());
        QVERIFY2(planned.out.contains("create Site default/site-0000"), planned.out.constData());
        QVERIFY2(planned.out.contains("it is there already: Helm takes it over"), planned.out.constData());
        QVERIFY2(planned.out.contains("podAnnotations.apiToken"), planned.out.constData()); // it was left out
        const auto elsewhere = run(recover + QStringList{u"-n"_s, u"sdwan"_s, u"--dry-run"_s});
        QVERIFY2(elsewhere.exitCode == 0, elsewhere.err.constData());
        QVERIFY2(elsewhere.out.contains("--namespace sdwan --create-namespace"), elsewhere.out.constData());
        QVERIFY2(elsewhere.out.contains("create Site default/site-0000"), elsewhere.out.constData());
        QVERIFY2(elsewhere.out.contains("was in the namespace patronus-system when the backup was made"),
            elsewhere.out.constData());
        QVERIFY(!m_world->find(resources::deployments(), u"patronus-operator"_s, u"patronus-system"_s));

        // It is ended on its way: the operator is there, its objects are not. The same command goes on.
        {
            CtlProcess process(kubeconfig(), m_home->path(), recover + QStringList{u"--yes"_s});
            QVERIFY(eventually([&] { return replicas() == 3; }));
            QVERIFY(eventually([&] { return hasRelease(u"deployed"_s); }));
            process.kill();
        }
        QVERIFY(m_world->objects(resources::sites()).isEmpty());
        pod = m_world->startOperator();
        const auto recovered = runWithPods(recover + QStringList{u"--yes"_s});
        QVERIFY2(recovered.exitCode == 0, recovered.err.constData());
        QVERIFY2(recovered.err.contains("all is Ready"), recovered.err.constData());
        QCOMPARE(all(), before);
        QCOMPARE(m_world->inventory(), inventory);
        QCOMPARE(m_world->remoteChanges(), sent); // the Patronus API had kept all of it
        QVERIFY(m_world->plane()
                .helm({u"get"_s, u"values"_s, u"patronus-operator"_s, u"-n"_s, u"patronus-system"_s})
                .out.contains("replicaCount: 3"));
        QCOMPARE(pod->stop(), 0);
    }

    void whatCannotBeRecoveredSaysWhatToDo()
    {
        const QString chart = sourcePath(u"helm/patronus-operator");
        const auto missing = run({u"recover"_s, m_home->path(), chart, u"--yes"_s});
        QCOMPARE(missing.exitCode, 1);
        QVERIFY2(missing.err.contains("this is no backup of kubectl-patronus"), missing.err.constData());
        const auto unnamed = run({u"recover"_s, m_home->path()});
        QCOMPARE(unnamed.exitCode, 2);
        QVERIFY2(unnamed.err.contains("CHART is missing"), unnamed.err.constData());
    }

private:
    [[nodiscard]] int replicas() const
    {
        const auto deployment
            = m_world->find(resources::deployments(), u"patronus-operator"_s, u"patronus-system"_s).value_or(Object());
        return deployment.spec()["replicas"_L1].toInt(-1);
    }
    [[nodiscard]] bool hasRelease(const QString &status) const
    {
        const auto secret
            = m_world->find(resources::secrets(), u"sh.helm.release.v1.patronus-operator.v1"_s, u"patronus-system"_s);
        return secret && secret->label("status"_L1) == status;
    }
    /// Release, CRDs with all objects, and a namespace of theirs.
    void lose() const
    {
        const auto gone
            = m_world->plane().helm({u"uninstall"_s, u"patronus-operator"_s, u"-n"_s, u"patronus-system"_s});
        if (gone.exitCode != 0)
            qFatal("%s", gone.err.constData());
        for (const ResourceType &type : {resources::sites(), resources::policies()})
            for (const Object &object : m_world->objects(type)) // the operator that would let them go is lost
                kubectl({u"patch"_s, type.plural, object.key().name, u"-n"_s, object.key().nameSpace, u"--type=merge"_s,
                    u"-p"_s, u"{\"metadata\":{\"finalizers\":null}}"_s});
        kubectl({u"delete"_s, u"crd"_s, u"sites.sdwan.patronus.dev"_s, u"policies.sdwan.patronus.dev"_s});
        kubectl({u"delete"_s, u"namespace"_s, u"north"_s});
    }
};

QTEST_GUILESS_MAIN(TestKubectlRecover)
#include "tst_kubectlrecover.moc"
