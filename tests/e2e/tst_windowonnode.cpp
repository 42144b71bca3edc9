// SPDX-License-Identifier: GPL-3.0-or-later
// Everything that the window does to an operator, on a node where its pods really run, installed by its chart.
#include "e2e/nodewindow.h"
#include "e2e/objects.h"
#include "operations/maintenance.h"
#include "operations/sanitized.h"
#include "sdwan/names.h"
#include "ui/chartdialog.h"
#include "ui/editdialog.h"

#include <QJsonDocument>
#include <QPlainTextEdit>

using namespace std::chrono_literals;
using namespace patronus;

class TestWindowOnNode : public NodeWindow
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        startNode();
        if (QTest::currentTestResolved())
            return;
        // Older CRDs than the chart's, so that there is something to upgrade.
        QVERIFY(m_plane->applyCrds(sourcePath(u"tests/data/crds/today")));
        shell(u"helm install patronus-operator ./helm/patronus-operator -n patronus-system --set replicaCount=2 "
              "--set patronus.apiUrl=http://patronus-api:8081 --wait --timeout=120s"_s);
        QVERIFY(m_plane->apply(SiteManifest{.name = u"hq"_s}.yaml()));
        QVERIFY(m_plane->apply(SiteManifest{.name = u"branch"_s, .peers = {u"hq"_s}}.yaml()));
        shell(u"kubectl rollout restart deployment patronus-operator -n patronus-system && "
              "kubectl rollout status deployment patronus-operator -n patronus-system --timeout=120s"_s); // a revision
        letLook();
    }

    void cleanup()
    {
        if (QTest::currentTestFailed())
            qInfo("%s",
                said(u"kubectl get sites -A -o yaml; kubectl logs -n patronus-system --tail=30 -l "
                     "app.kubernetes.io/name=patronus-operator"_s)
                    .constData());
    }

    void whoMayOnlyLookIsToldWhatIsMissing_data()
    {
        QTest::addColumn<ActionRequest>("request");
        QTest::addColumn<QString>("missing");
        QTest::addColumn<QString>("before"); // what has to be so that there is something to do
        using Kind = ActionRequest::Kind;
        const QString ofSites = u" sites.sdwan.patronus.dev in namespace default"_s,
                      ofOperator = u" in namespace patronus-system"_s, secrets = u"list resource \"secrets\""_s;
        const auto row = [](const char *name, const ActionRequest &request, const QString &missing,
                             const QString &before = u":"_s) { QTest::newRow(name) << request << missing << before; };
        const Object hq = siteOf(u"hq"_s);
        const ChosenObject chosen{.type = resources::sites(), .key = hq.key(), .uid = hq.uid()};
        const auto edited = [&hq](const QString &part, const QString &field, const QString &value) {
            QJsonObject object = sanitized(hq.json()), changed = object[part].toObject();
            changed.insert(field, value);
            object.insert(part, changed);
            return object;
        };
        row("edit",
            {.kind = Kind::Edit,
                .edits = {{resources::sites(), edited(u"spec"_s, u"location"_s, u"Rome"_s), hq.json()}}},
            u"patch"_s + ofSites);
        row("create", {.kind = Kind::Edit, .edits = {{resources::sites(), edited(u"metadata"_s, u"name"_s, u"new"_s)}}},
            u"create"_s + ofSites);
        row("pause", {.kind = Kind::Pause, .objects = {chosen}}, u"patch"_s + ofSites);
        row("resume", {.kind = Kind::Resume, .objects = {chosen}}, u"patch"_s + ofSites,
            u"kubectl annotate site hq --overwrite sdwan.patronus.dev/paused=true"_s);
        row("delete", {.kind = Kind::Remove, .objects = {chosen}}, u"delete"_s + ofSites,
            u"kubectl annotate site hq sdwan.patronus.dev/paused-"_s);
        row("restart", {.kind = Kind::Restart}, u"patch deployments.apps"_s + ofOperator);
        row("hold", {.kind = Kind::Hold}, u"patch deployments/scale.apps"_s + ofOperator);
        row("stop", {.kind = Kind::Stop}, u"patch deployments/scale.apps"_s + ofOperator);
        const QString record = u"sdwan.patronus.dev/maintenance"_s,
                      annotate = u"kubectl annotate deployment patronus-operator -n patronus-system --overwrite "_s;
        row("bring back", {.kind = Kind::BringBack}, u"patch deployments/scale.apps"_s + ofOperator,
            annotate
                + u"%1='%2'"_s.arg(record,
                    MaintenanceRecord{.replicas = 3, .actor = u"alice"_s, .since = m_clock.wallTime()}.toText()));
        row("pods back", {.kind = Kind::UndoRollout}, u"patch deployments.apps"_s + ofOperator,
            annotate + record + u'-');
        row("roll back", {.kind = Kind::RollBack}, secrets);
        row("upgrade", {.kind = Kind::Upgrade, .chart = sourcePath(u"helm/patronus-operator")}, secrets);
        row("upgrade CRDs", {.kind = Kind::UpgradeCrds}, u"patch customresourcedefinitions.apiextensions.k8s.io"_s);
        row("uninstall", {.kind = Kind::Uninstall}, secrets);
        row("recover", {.kind = Kind::Recover, .chart = sourcePath(u"helm/patronus-operator")}, secrets);
        const QString lost = m_home->filePath(u"lost.yaml"_s);
        row("restore", {.kind = Kind::Restore, .paths = {lost}}, u"create"_s + ofSites,
            u"kubectl get site hq -o yaml | sed s/hq/lost/ > %1"_s.arg(lost));
    }
    void whoMayOnlyLookIsToldWhatIsMissing()
    {
        QFETCH(ActionRequest, request);
        QFETCH(const QString, missing);
        QFETCH(const QString, before);
        shell(before);
        Hands hands(kubeconfigOf(u"looker"_s), u"local"_s, m_clock);
        if (request.paths.isEmpty())
            request.paths = {m_home->path()};
        verifyRefused(hands, request, missing);
    }

    /// Who may look at Sites and Policies everywhere may save them.
    void whoMayLookAtOneNamespaceCannotSaveAll()
    {
        Hands hands(
            {.kubeconfig = kubeconfigOf(u"neighbour"_s), .context = u"local"_s, .nameSpace = u"default"_s}, m_clock);
        verifyRefused(hands, {.kind = ActionRequest::Kind::Backup, .paths = {m_home->path()}},
            u"list sites.sdwan.patronus.dev in all namespaces"_s);
        QVERIFY(QDir(m_home->path()).entryList({u"patronus-backup-*"_s}, QDir::Dirs).isEmpty());
    }

    void theCrdsAreUpgraded()
    {
        Hands hands(m_plane->kubeconfig(), u"local"_s, m_clock);
        hands.model().setBackupFolder(m_home->path());
        hands.trigger(u"Upgrade the CRDs…"_s);
        std::ignore = planned(hands);
        std::ignore = carriedOut(hands);
        hands.trigger(u"Upgrade the CRDs…"_s);
        QVERIFY(hands.isIn(Phase::Planned));
        QVERIFY(hands.dialog()->action().plan().isNothing());
        hands.closeDialog();
        m_written = journal().size();
    }

    void sitesAreEditedPausedAndDeleted()
    {
        Hands hands(m_plane->kubeconfig(), u"local"_s, m_clock);
        QVERIFY(eventually([&] { return !hands.model().schema(ClusterModel::Resource::Sites).isEmpty(); }));
        hands.choose({u"hq"_s});
        hands.press(u"edit"_s);
        auto *editor = hands.window().findChild<EditDialog *>();
        auto *yaml = editor->findChild<QPlainTextEdit *>(u"yaml"_s);
        yaml->setPlainText(yaml->toPlainText().replace(u"location: Berlin"_s, u"location: Lisbon"_s));
        QTest::mouseClick(editor->findChild<QPushButton *>(u"plan"_s), Qt::LeftButton);
        const QStringList preview = planned(hands).preview; // asked of the API through a port-forward
        QVERIFY2(preview.filter(u"PUT /api/v1/sites/hq"_s).size() == 1, qPrintable(preview.join(u'\n')));
        QCOMPARE(carriedOut(hands), u"done, and Ready"_s);
        QCOMPARE(said(u"kubectl get site hq -o jsonpath={.spec.location}"_s), "Lisbon");

        hands.choose({u"hq"_s});
        hands.press(u"pause"_s);
        std::ignore = planned(hands);
        QCOMPARE(carriedOut(hands), u"paused: 1"_s);
        QVERIFY(eventually([&] { return hands.window().findChild<QPushButton *>(u"resume"_s)->isVisible(); }));
        hands.press(u"resume"_s);
        std::ignore = planned(hands);
        QCOMPARE(carriedOut(hands), u"resumed, and Ready"_s);

        hands.choose({u"branch"_s});
        hands.press(u"remove"_s);
        std::ignore = planned(hands);
        QVERIFY(carriedOut(hands).contains(u"/deleted/"_s));
        QVERIFY(eventually([&] { return said(u"kubectl get sites -o name"_s) == "site.sdwan.patronus.dev/hq"; }, 30s));
        QCOMPARE(journal().size(), m_written + 4);
    }

    void whatWasDoneIsTakenBack()
    {
        const JournalEntry deletion = journal().last();
        QCOMPARE(deletion.verb, u"delete"_s);
        {
            Hands looker(kubeconfigOf(u"looker"_s), u"local"_s, m_clock);
            verifyRefused(looker, {.kind = ActionRequest::Kind::Revert, .entry = deletion},
                u"create sites.sdwan.patronus.dev in namespace default"_s);
        }
        Hands hands(m_plane->kubeconfig(), u"local"_s, m_clock);
        hands.page().showView(ClusterPage::View::Journal);
        QVERIFY(eventually([&] { return hands.table() && hands.table()->model()->rowCount() == journal().size(); }));
        hands.chooseRow(u"Site default/branch"_s, 4);
        hands.pressSaying(u"Take it back…"_s);
        std::ignore = planned(hands);
        QCOMPARE(carriedOut(hands), u"taken back, and Ready"_s);
        QCOMPARE(said(u"kubectl get site branch -o jsonpath={.spec.mesh.peerWith[0]}"_s), "hq");
    }

    void theOperatorIsRestartedHeldStoppedAndBroughtBack()
    {
        Hands hands(m_plane->kubeconfig(), u"local"_s, m_clock);
        const QByteArray pods = said(u"kubectl get pods -n patronus-system -l app.kubernetes.io/name=patronus-operator "
                                     "-o name"_s);
        hands.trigger(u"Restart the operator…"_s);
        std::ignore = planned(hands);
        std::ignore = carriedOut(hands);
        QVERIFY(
            said(u"kubectl get pods -n patronus-system -l app.kubernetes.io/name=patronus-operator -o name"_s) != pods);
        QCOMPARE(ready(), "2");

        hands.trigger(u"Hold the operator at 1 replica…"_s);
        std::ignore = planned(hands);
        QVERIFY(carriedOut(hands, false).contains(u"held at 1 replica;"_s));
        QCOMPARE(ready(), "1");
        hands.press(u"next"_s);
        std::ignore = planned(hands);
        QVERIFY(carriedOut(hands).contains(u"back with 2 replicas"_s));

        hands.trigger(u"Stop the operator…"_s);
        std::ignore = planned(hands);
        QVERIFY(carriedOut(hands, false).contains(u"held at 0 replicas"_s));
        shell(u"kubectl patch site hq --type=merge -p '{\"spec\":{\"location\":\"Porto\"}}'"_s);
        hands.press(u"next"_s);
        const QStringList preview = planned(hands).preview;
        QVERIFY2(preview.filter(u"PUT /api/v1/sites/hq"_s).size() == 1, qPrintable(preview.join(u'\n')));
        const QString back = carriedOut(hands);
        QVERIFY2(back.contains(u"back with 2 replicas, and "_s) && back.endsWith(u" leads"_s), qPrintable(back));
        QCOMPARE(ready(), "2");
    }

    void anotherReleaseAndOtherCrds()
    {
        Hands hands(m_plane->kubeconfig(), u"local"_s, m_clock);
        hands.model().setHelmProgram(m_plane->helmProgram());
        QFile values(m_home->filePath(u"one.yaml"_s));
        QVERIFY(values.open(QIODevice::WriteOnly) && values.write("replicaCount: 1\n") > 0 && values.flush());
        hands.model().requestAction({.kind = ActionRequest::Kind::Upgrade,
            .paths = {values.fileName()},
            .chart = sourcePath(u"helm/patronus-operator")});
        std::ignore = planned(hands);
        QVERIFY(carriedOut(hands).contains(u"at revision 2 (patronus-operator-"_s));
        QCOMPARE(ready(), "1");

        hands.trigger(u"Roll the operator's release back…"_s);
        std::ignore = planned(hands);
        QVERIFY(carriedOut(hands).contains(u"at revision 3 (patronus-operator-"_s));
        QCOMPARE(ready(), "2");

        hands.trigger(u"Set the operator's pods back…"_s);
        std::ignore = planned(hands);
        QVERIFY(carriedOut(hands).startsWith(u"set back: "_s));
    }

    void allIsSavedLostAndRecoveredAndUninstalled()
    {
        Hands hands(m_plane->kubeconfig(), u"local"_s, m_clock);
        hands.model().setHelmProgram(m_plane->helmProgram());
        hands.model().requestAction({.kind = ActionRequest::Kind::Backup, .paths = {m_home->path()}});
        std::ignore = planned(hands);
        const QString saved = carriedOut(hands);
        QVERIFY2(saved.startsWith(u"2 Sites and 0 Policies are saved"_s), qPrintable(saved));
        const QString backup = m_home->filePath(
            QDir(m_home->path()).entryList({u"patronus-backup-*"_s}, QDir::Dirs, QDir::Time).first());

        shell(u"kubectl delete site hq --timeout=30s"_s);
        hands.model().requestAction({.kind = ActionRequest::Kind::Restore, .paths = {backup}});
        std::ignore = planned(hands);
        QVERIFY(carriedOut(hands).contains(u"all is Ready"_s));

        hands.trigger(u"Uninstall the operator and all Sites and Policies…"_s);
        std::ignore = planned(hands);
        std::ignore = carriedOut(hands);
        QCOMPARE(said(u"kubectl get sites -A -o name"_s), "");
        QCOMPARE(said(u"helm list -q -n patronus-system"_s), "");

        shell(u"kubectl delete crd sites.sdwan.patronus.dev policies.sdwan.patronus.dev"_s);
        hands.model().requestAction(
            {.kind = ActionRequest::Kind::Recover, .paths = {backup}, .chart = sourcePath(u"helm/patronus-operator")});
        std::ignore = planned(hands);
        QVERIFY(carriedOut(hands).contains(u"all is Ready"_s));
        QCOMPARE(ready(), "2");
        QCOMPARE(said(u"kubectl get site hq -o jsonpath={.spec.location}"_s), "Porto");
    }

private:
    [[nodiscard]] Object siteOf(const QString &name) const
    {
        return Object(QJsonDocument::fromJson(said(u"kubectl get site %1 -o json"_s.arg(name))).object());
    }
    qsizetype m_written = 0;
};

QTEST_MAIN(TestWindowOnNode)
#include "tst_windowonnode.moc"
