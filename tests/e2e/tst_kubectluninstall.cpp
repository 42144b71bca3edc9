// SPDX-License-Identifier: GPL-3.0-or-later
#include "ctltest.h"
#include "sdwan/names.h"

#include <QDir>

using namespace Qt::StringLiterals;
using namespace patronus;

/// Everything is taken away in the order that leaves nothing behind. There is no node: the operator's process stands
/// for the Deployment's pod.
class TestKubectlUninstall : public CtlTest
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(startWorld());
        createObjects(12, 6);
        m_operator = m_world->startOperator({u"--leader-election-enabled=true"_s});
        QVERIFY(eventually([this] { return m_world->inventory().size() == 18; }));
    }

    void aPlanAloneChangesNothing()
    {
        const auto planned = uninstall({u"--crds"_s, u"--dry-run"_s});
        QVERIFY2(planned.exitCode == 0, planned.err.constData());
        for (const char *const said : {"1. save 18 Sites and Policies in ", "delete Site default/site-0000 (tried out",
                 "helm uninstall patronus-operator -n patronus-system",
                 "by Helm: delete Deployment patronus-system/patronus-operator",
                 "delete CustomResourceDefinition sites.sdwan.patronus.dev (tried out"})
            QVERIFY2(planned.out.contains(said), planned.out.constData());
        QVERIFY(!planned.out.contains("hush"));
        QCOMPARE(all().size(), 18);
        QVERIFY(journal().isEmpty());
    }

    void withoutThePermissionNothingIsBegun()
    {
        kubectl({u"create"_s, u"clusterrole"_s, u"looker"_s, u"--verb=get,list"_s,
            u"--resource=secrets,deployments.apps,sites.sdwan.patronus.dev,policies.sdwan.patronus.dev"_s});
        kubectl({u"create"_s, u"clusterrolebinding"_s, u"looker"_s, u"--clusterrole=looker"_s, u"--user=looker"_s});
        const auto refused = uninstall({u"--yes"_s}, kubeconfigOf(u"looker"_s));
        QCOMPARE(refused.exitCode, 1);
        QVERIFY2(refused.err.contains("delete sites.sdwan.patronus.dev"), refused.err.constData());
        QCOMPARE(all().size(), 18);
    }

    /// The operator is gone for a moment: it ends in time, and the same command goes on.
    void itGoesOnWhereItEnded()
    {
        QCOMPARE(m_operator->stop(), 0);
        const auto ended = uninstall({u"--orphan"_s, u"--yes"_s, u"--timeout=2s"_s});
        QCOMPARE(ended.exitCode, 1);
        QVERIFY2(ended.err.contains("are still there after 2 s"), ended.err.constData());
        QVERIFY2(ended.err.contains("\n  helm uninstall"), ended.err.constData());
        QCOMPARE(all().size(), 18); // Terminating
        QCOMPARE(m_world->inventory().size(), 18);

        m_operator = m_world->startOperator({u"--leader-election-enabled=true"_s});
        const auto done = uninstall({u"--orphan"_s, u"--yes"_s});
        QVERIFY2(done.exitCode == 0, done.err.constData());
        QCOMPARE(all().size(), 0);
        QCOMPARE(m_world->inventory().size(), 18); // kept, as was wished
        QVERIFY(!m_world->find(resources::deployments(), u"patronus-operator"_s, u"patronus-system"_s));
        QVERIFY(m_world->find(resources::customResourceDefinitions(), u"sites.sdwan.patronus.dev"_s, {}));
        QVERIFY(!QDir(m_home->path()).entryList({u"patronus-backup-*"_s}).isEmpty());
        const QJsonArray written = journal();
        QCOMPARE(written.last()["verb"_L1].toString(), u"helm uninstall"_s);
        QCOMPARE(m_operator->stop(), 0);
    }

    void whatIsLeftAfterTheOperatorIsFreed()
    {
        createObjects(2, 1);
        for (const QString &name : {u"site-0000"_s, u"site-0001"_s})
            kubectl({u"patch"_s, u"site"_s, name, u"-n"_s, name.endsWith(u'0') ? u"default"_s : u"north"_s,
                u"--type=merge"_s, u"-p"_s, uR"({"metadata":{"finalizers":["sdwan.patronus.dev/cleanup"]}})"_s});
        kubectl({u"delete"_s, u"site"_s, u"site-0000"_s, u"--wait=false"_s});
        const auto refused = uninstall({u"--yes"_s});
        QCOMPARE(refused.exitCode, 1);
        QVERIFY2(refused.err.contains("or leave the Patronus API as it is with --force-finalizers"),
            refused.err.constData());
        QCOMPARE(all().size(), 3);
        const QString key = m_home->filePath(u"sign.key"_s);
        QCOMPARE(
            uninstall({u"--force-finalizers"_s, u"--yes"_s, u"--sign-key"_s, key}).exitCode, 1); // there is none yet
        QCOMPARE(all().size(), 3);
        QCOMPARE(m_world->plane().shell(u"openssl genpkey -algorithm ed25519 -out "_s + key).exitCode, 0);
        const auto done = uninstall({u"--force-finalizers"_s, u"--crds"_s, u"--yes"_s, u"--sign-key"_s, key});
        QVERIFY2(done.exitCode == 0, done.err.constData());
        const QStringList saved = QDir(m_home->path()).entryList({u"patronus-backup-*"_s}, QDir::Dirs, QDir::Name);
        QVERIFY(QFile::exists(m_home->filePath(saved.last() + u"/bundle.json.sig"_s)));
        QVERIFY(eventually([this] {
            return !m_world->find(resources::customResourceDefinitions(), u"sites.sdwan.patronus.dev"_s, {});
        }));
        QVERIFY(uninstall({u"--crds"_s, u"--yes"_s}).err.contains("nothing to do"));
    }

private:
    [[nodiscard]] CtlProcess::Result uninstall(const QStringList &arguments, const QString &kubeconfig = {}) const
    {
        return run(QStringList{u"uninstall"_s, u"--backup-folder"_s, m_home->path(), u"--helm"_s,
                       m_world->plane().helmProgram()}
                + arguments,
            kubeconfig);
    }

    std::unique_ptr<OperatorProcess> m_operator;
};

QTEST_GUILESS_MAIN(TestKubectlUninstall)
#include "tst_kubectluninstall.moc"
