// SPDX-License-Identifier: GPL-3.0-or-later
#include "ctltest.h"

using namespace Qt::StringLiterals;
using namespace patronus;

/// What was planned for one cluster is done there, or nowhere: the world changes between the plan and the person's yes.
class TestRightCluster : public CtlTest
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(startWorld(true));
        auto other = ControlPlane::start();
        QVERIFY2(other, other ? "" : qPrintable(other.error().message));
        m_other = *std::move(other);
    }

    void theKubeconfigTurnsElsewhere()
    {
        createObjects(4, 2);
        const QHash<QString, QJsonObject> before = all();
        const QString bundle = backup();
        m_world->clear();
        const QString own = m_home->filePath(u"config"_s);
        copyOver(kubeconfig(), own);
        CtlProcess process(own, m_home->path(), {u"restore"_s, bundle}, "");
        QVERIFY(eventually([&] { return process.said().contains("[y/N]"); }));
        copyOver(m_other->kubeconfig(), own);
        process.type("y\n");
        const auto done = process.result();
        QVERIFY2(done.exitCode == 0, done.out.constData());
        QCOMPARE(all(), before);
        QCOMPARE(m_other->kubectl({u"get"_s, u"sites,policies"_s, u"-A"_s, u"-o"_s, u"name"_s}).out, QByteArray());
    }

    void theNamespaceIsMadeAnew()
    {
        m_world->clear();
        createObjects(2, 0); // site-0001 is in north
        const QString bundle = backup();
        change(u"Bonn"_s);
        CtlProcess process(kubeconfig(), m_home->path(), {u"restore"_s, bundle, u"--existing=update"_s}, "");
        QVERIFY(eventually([&] { return process.said().contains("[y/N]"); }));
        const Object old = *m_world->find(resources::sites(), u"site-0001"_s, u"north"_s);
        kubectl({u"delete"_s, u"namespace"_s, u"north"_s});
        kubectl({u"create"_s, u"namespace"_s, u"north"_s});
        QJsonObject anew{{u"metadata"_s, QJsonObject{{u"name"_s, u"site-0001"_s}, {u"namespace"_s, u"north"_s}}},
            {u"spec"_s, old.spec()}};
        const auto made = QCoro::waitFor(m_world->client().create(resources::sites(), anew, {}, {}));
        QVERIFY2(made, made ? "" : qPrintable(made.error().message));
        process.type("y\n");
        const auto refused = process.result();
        QCOMPARE(refused.exitCode, 1);
        QVERIFY2(refused.out.contains("not done: 1"), refused.out.constData());
        QCOMPARE(
            m_world->find(resources::sites(), u"site-0001"_s, u"north"_s)->resourceVersion(), made->resourceVersion());
    }

    void theNamespaceIsGone()
    {
        m_world->clear();
        createObjects(2, 0);
        const QString bundle = backup();
        m_world->clear();
        CtlProcess process(kubeconfig(), m_home->path(), {u"restore"_s, bundle}, "");
        QVERIFY(eventually([&] { return process.said().contains("[y/N]"); }));
        kubectl({u"delete"_s, u"namespace"_s, u"north"_s});
        process.type("y\n");
        const auto refused = process.result();
        QCOMPARE(refused.exitCode, 1);
        QVERIFY2(refused.out.contains("namespaces \"north\" not found"), refused.out.constData());
        QVERIFY2(refused.out.contains("create Site north/site-0001"), refused.out.constData()); // as not done
        kubectl({u"create"_s, u"namespace"_s, u"north"_s});
    }

    void anotherContextIsChosenMeanwhile()
    {
        const QString own = m_home->filePath(u"config"_s);
        copyOver(kubeconfig(), own);
        CtlProcess process(own, m_home->path(), {u"stop"_s}, "");
        QVERIFY(eventually([&] { return process.said().contains("[y/N]"); }));
        QFile file(own);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QByteArray text = file.readAll();
        file.close();
        text.replace("current-context: local", "current-context: nowhere");
        QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate) && file.write(text) > 0);
        file.close();
        process.type("y\n");
        QVERIFY(eventually([this] {
            const auto deployment
                = m_world->find(resources::deployments(), u"patronus-operator"_s, u"patronus-system"_s);
            return deployment && deployment->spec()["replicas"_L1].toInt() == 0;
        }));
        process.interrupt();
        (void)process.result();
    }

private:
    static void copyOver(const QString &from, const QString &to)
    {
        QFile source(from), target(to);
        if (!source.open(QIODevice::ReadOnly) || !target.open(QIODevice::WriteOnly | QIODevice::Truncate)
            || target.write(source.readAll()) < 0)
            qFatal("cannot write %s", qPrintable(to));
    }
    void change(const QString &location) const
    {
        kubectl({u"patch"_s, u"site"_s, u"site-0001"_s, u"-n"_s, u"north"_s, u"--type=merge"_s, u"-p"_s,
            u"{\"spec\":{\"location\":\"%1\"}}"_s.arg(location)});
    }

    std::unique_ptr<ControlPlane> m_other;
};

QTEST_GUILESS_MAIN(TestRightCluster)
#include "tst_rightcluster.moc"
