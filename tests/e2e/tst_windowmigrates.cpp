// SPDX-License-Identifier: GPL-3.0-or-later
// From the replaced operator to this one, all of it in the window, on a node where pods really run.
#include "e2e/nodewindow.h"

#include <QDir>

using namespace patronus;

class TestWindowMigrates : public NodeWindow
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        startNode();
        if (QTest::currentTestResolved())
            return;
        // Its program is not to be had: what runs in its place is a pod that does nothing to Sites and Policies.
        shell(u"helm install patronus-operator %1 -n patronus-system --wait --timeout=120s "
              "--set image.repository=patronus/simulator,image.tag=%2"_s.arg(
                  sourcePath(u"tests/data/charts/replaced-operator"), QLatin1StringView(PATRONUS_VERSION)));
        shell(u"kubectl wait --for=condition=Established crd --all --timeout=60s"_s);
        const auto applied = m_plane->apply(R"(---
apiVersion: sdwan.patronus.dev/v1alpha1
kind: Site
metadata: {name: hq, namespace: default, labels: {tier: gold_one}}
spec:
  location: Berlin_1
  wireguard: {public_key: 'QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=', listen_port: 51820, endpoints: ['hq.example:51820']}
  mesh: {enabled: true, peer_with: [branch]}
---
apiVersion: sdwan.patronus.dev/v1alpha1
kind: Site
metadata: {name: branch, namespace: default}
spec:
  wireguard: {public_key: 'QkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkI=', listen_port: 51821, endpoints: ['branch.example:51821']}
  mesh: {enabled: true, peer_with: [hq]}
---
apiVersion: sdwan.patronus.dev/v1alpha1
kind: Policy
metadata: {name: voice, namespace: default}
spec:
  priority: 100
  match: {protocol: udp, dst_port_range: '5060-5061'}
  action: {type: route, primary_path: {site_ref: hq, path_id: wan_1}}
)");
        QVERIFY2(applied, applied ? "" : qPrintable(applied.error().message));
        letLook();
    }

    void whoMayOnlyLookIsToldWhatIsMissing()
    {
        Hands hands(kubeconfigOf(u"looker"_s), u"local"_s, m_clock);
        const ActionRequest request{.kind = ActionRequest::Kind::Migrate, .paths = {m_home->path()}};
        verifyRefused(hands, request, u"patch customresourcedefinitions.apiextensions.k8s.io"_s);
        const QString said = hands.says(KMessageWidget::Error);
        for (const QString &missing :
            {u"patch sites.sdwan.patronus.dev in namespace default"_s, u"patch deployments/scale.apps"_s})
            QVERIFY2(said.contains(missing), qPrintable(said));
        QCOMPARE(ready(), "1");
    }

    void itsObjectsBecomeThisOnes()
    {
        const QByteArray uids = said(u"kubectl get sites,policies -A -o jsonpath={.items[*].metadata.uid}"_s);
        Hands hands(m_plane->kubeconfig(), u"local"_s, m_clock);
        hands.model().setBackupFolder(m_home->path());
        hands.trigger(u"Migrate from the replaced operator…"_s);
        std::ignore = planned(hands);
        const QString done = carriedOut(hands);
        QVERIFY2(done.contains(u"3 Sites and Policies read back"_s), qPrintable(done));
        QCOMPARE(said(u"kubectl get sites,policies -A -o jsonpath={.items[*].metadata.uid}"_s), uids);
        QCOMPARE(said(u"kubectl get site hq -o jsonpath={.spec.mesh.peerWith[0]}"_s), "branch");
        QCOMPARE(said(u"kubectl get policy voice -o jsonpath={.spec.action.primaryPath.pathId}"_s), "wan_1");
        QCOMPARE(ready(), ""); // it is stopped
        QCOMPARE(QDir(m_home->path()).entryList({u"patronus-backup-*"_s}, QDir::Dirs).size(), 1);
        QVERIFY(!journal().isEmpty());
    }

    void thisOneIsInstalledAndBroughtBack()
    {
        Hands hands(m_plane->kubeconfig(), u"local"_s, m_clock);
        hands.model().setHelmProgram(m_plane->helmProgram());
        QFile values(m_home->filePath(u"values.yaml"_s));
        QVERIFY(values.open(QIODevice::WriteOnly));
        QVERIFY(values.write("image: {repository: patronus/operator, tag: ''}\n") > 0 && values.flush());
        hands.model().requestAction({.kind = ActionRequest::Kind::Upgrade,
            .paths = {values.fileName()},
            .chart = sourcePath(u"helm/patronus-operator")});
        std::ignore = planned(hands);
        const QString upgraded = carriedOut(hands);
        QVERIFY2(upgraded.contains(u"at revision 2 (patronus-operator-"_s), qPrintable(upgraded));
        hands.trigger(u"Bring the operator back…"_s);
        if (planned(hands).isNothing())
            hands.closeDialog(); // helm has done so
        else
            std::ignore = carriedOut(hands);
        shell(u"kubectl wait sites,policies --all -A --for=condition=Ready --timeout=60s"_s);
        QCOMPARE(ready(), "1");
        QCOMPARE(said(u"kubectl get site hq -o jsonpath={.spec.location}"_s), "Berlin_1");
    }
};

QTEST_MAIN(TestWindowMigrates)
#include "tst_windowmigrates.moc"
