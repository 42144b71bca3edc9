// SPDX-License-Identifier: GPL-3.0-or-later
#include "ctltest.h"
#include "objects.h"
#include "sdwan/kind.h"

using namespace Qt::StringLiterals;
using namespace patronus;

/// Spec, status and Patronus API, compared as a person does it. tests/e2e/tst_remote goes the way of the port-forward.
class TestKubectlDrift : public CtlTest
{
    Q_OBJECT

private:
    [[nodiscard]] CtlProcess::Result drift(const QStringList &more = {}, const QString &kubeconfig = {}) const
    {
        return run(
            QStringList{u"drift"_s, u"--patronus-api-url"_s, m_world->simulator().url().toString()} + more, kubeconfig);
    }
    /// "Site north/hq" to its state.
    [[nodiscard]] QMap<QString, QString> states(const QStringList &more = {}) const
    {
        QMap<QString, QString> states;
        for (const QJsonValue &item :
            QJsonDocument::fromJson(drift(QStringList{u"-o"_s, u"json"_s} + more).out)["items"_L1].toArray())
            states.insert(u"%1 %2/%3"_s.arg(
                              item["kind"_L1].toString(), item["namespace"_L1].toString(), item["name"_L1].toString()),
                item["state"_L1].toString());
        return states;
    }
    void apply(const QByteArray &manifest) const { QVERIFY(m_world->plane().apply(manifest)); }
    [[nodiscard]] bool isTold(const QString &name, const QString &reason) const
    {
        return eventually([&] { return m_world->reasonOf(resources::sites(), name) == reason; });
    }

private Q_SLOTS:
    void initTestCase() { QVERIFY(startWorld()); }
    void cleanup() { m_world->clear(); }

    void inSyncIsInSync()
    {
        createObjects(6, 3);
        const auto process = m_world->startOperator();
        QVERIFY(eventually([&] { return m_world->inventory().size() == 9; }));
        QVERIFY(eventually([&] { return drift().exitCode == 0; })); // the last status may be on its way
        const auto looked = drift();
        QCOMPARE(looked.out, "9 of 9 in sync\n");
        const auto wide = drift({u"-o"_s, u"wide"_s, u"-n"_s, u"north"_s});
        QVERIFY2(wide.out.contains("in-sync   Site     north/site-0001"), wide.out.constData());
        QVERIFY2(wide.err.contains("neither orphans"), wide.err.constData());
        QVERIFY(m_world->remoteChanges() == 9); // the operator's
        QCOMPARE(process->stop(), 0);
    }

    void everyKindOfDriftIsFound()
    {
        auto process = m_world->startOperator();
        for (const QString &name : {u"changed"_s, u"missing"_s, u"held"_s, u"edited"_s, u"fine"_s})
            apply(SiteManifest{.name = name}.yaml());
        apply(SiteManifest{.name = u"dangling"_s, .peers = {u"nowhere"_s}}.yaml());
        apply(SiteManifest{.name = u"invalid"_s, .key = "short"}.yaml());
        apply(PolicyManifest{.name = u"voice"_s, .site = u"nowhere"_s}.yaml());
        for (const QString &name : {u"changed"_s, u"missing"_s, u"held"_s, u"edited"_s, u"fine"_s})
            QVERIFY(isTold(name, u"Synced"_s));
        QVERIFY(isTold(u"dangling"_s, u"SiteNotFound"_s) && isTold(u"invalid"_s, u"InvalidSpec"_s));
        apply(SiteManifest{.name = u"fine"_s, .nameSpace = u"north"_s}.yaml());
        QVERIFY(eventually(
            [&] { return m_world->reasonOf(resources::sites(), u"fine"_s, u"north"_s) == "NameConflict"_L1; }));
        kubectl({u"annotate"_s, u"site"_s, u"held"_s, u"sdwan.patronus.dev/paused=true"_s});
        QVERIFY(isTold(u"held"_s, u"Paused"_s));
        QCOMPARE(process->stop(), 0);

        // Without it, somebody changes both sides.
        PatronusClient &api = m_world->otherClient();
        QJsonObject body = siteKind().remoteBody(*m_world->find(resources::sites(), u"changed"_s));
        body.insert("location"_L1, u"Bonn"_s);
        QVERIFY(QCoro::waitFor(api.put(RemoteKind::Site, u"changed"_s, body, {})));
        body.insert("name"_L1, u"orphan"_s);
        QVERIFY(QCoro::waitFor(api.put(RemoteKind::Site, u"orphan"_s, body, {})));
        QVERIFY(QCoro::waitFor(api.remove(RemoteKind::Site, u"missing"_s, {})));
        kubectl(
            {u"patch"_s, u"site"_s, u"edited"_s, u"--type=merge"_s, u"-p"_s, u"{\"spec\":{\"location\":\"Ulm\"}}"_s});
        const qint64 before = m_world->remoteChanges();

        const QMap<QString, QString> wanted{{u"Site default/changed"_s, u"changed"_s},
            {u"Site default/missing"_s, u"missing"_s}, {u"Site default/held"_s, u"paused"_s},
            {u"Site default/edited"_s, u"not-reconciled"_s}, {u"Site default/fine"_s, u"in-sync"_s},
            {u"Site default/dangling"_s, u"dangling"_s}, {u"Site default/invalid"_s, u"invalid"_s},
            {u"Site north/fine"_s, u"name-conflict"_s}, {u"Site /orphan"_s, u"orphan"_s},
            {u"Policy default/voice"_s, u"dangling"_s}};
        QCOMPARE(states(), wanted);
        const auto text = drift();
        QCOMPARE(text.exitCode, 1);
        QVERIFY2(text.out.contains("differs: location "), text.out.constData());
        QVERIFY2(text.out.endsWith("1 of 10 in sync\n"), text.out.constData());
        const auto wide = drift({u"-o"_s, u"wide"_s});
        QVERIFY2(wide.out.contains("differs: location: Bonn, wanted Berlin"), wide.out.constData());
        QVERIFY2(drift({u"-o"_s, u"yaml"_s}).out.contains("state: orphan"), "yaml");
        QCOMPARE(states({u"-n"_s, u"north"_s}).keys(), QStringList{u"Site north/fine"_s});
        QCOMPARE(m_world->remoteChanges(), before);
    }

    void whatCannotBeLookedAtIsNoDrift()
    {
        const auto refused = drift({}, kubeconfigOf(u"nobody"_s));
        QCOMPARE(refused.exitCode, 3);
        QVERIFY2(refused.err.contains("this user may not list sites.sdwan.patronus.dev in all namespaces"),
            refused.err.constData());
        const auto gone = run({u"drift"_s, u"--patronus-api-url=http://127.0.0.1:1"_s});
        QCOMPARE(gone.exitCode, 3);
        QVERIFY2(gone.err.contains("the Patronus API could not be read (http://127.0.0.1:1)"), gone.err.constData());
        const auto noWay = run({u"drift"_s}); // the chart's URL, whose Service is not there
        QCOMPARE(noWay.exitCode, 3);
        QVERIFY2(noWay.err.contains("--patronus-api-url"), noWay.err.constData());
        QCOMPARE(run({u"drift"_s, u"--patronus-api-url=api"_s}).exitCode, 2);
    }
};

QTEST_GUILESS_MAIN(TestKubectlDrift)
#include "tst_kubectldrift.moc"
