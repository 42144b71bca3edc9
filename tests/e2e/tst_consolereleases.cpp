// SPDX-License-Identifier: GPL-3.0-or-later
// Another release of the operator, forth and back, in the window: with a real helm, on a real API server. What a node
// would do is done by hand.
#include "core/readfile.h"
#include "e2e/hands.h"
#include "e2e/objects.h"
#include "operations/journal.h"
#include "support/operatorworld.h"
#include "support/testsettings.h"
#include "ui/chartdialog.h"
#include "ui/theme.h"

#include <QComboBox>
#include <QFileDialog>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QTabWidget>
#include <QTimer>
#include <QToolButton>

using namespace patronus;

namespace {

/// Types @p path into the file dialog that is open next.
void chooseFile(const QString &path)
{
    auto *watch = new QTimer(qApp);
    QObject::connect(watch, &QTimer::timeout, watch, [watch, path] {
        auto *dialog = qobject_cast<QFileDialog *>(QApplication::activeModalWidget());
        if (!dialog)
            return;
        watch->deleteLater();
        dialog->findChild<QLineEdit *>(u"fileNameEdit"_s)->setText(path);
        static_cast<QDialog *>(dialog)->accept();
    });
    watch->start(50);
}

} // namespace

class TestConsoleReleases : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QApplication::setAttribute(Qt::AA_DontUseNativeDialogs);
        theme::apply(theme::Scheme::Light);
    }
    void init() override
    {
        m_settings = std::make_unique<TestSettings>();
        m_home = std::make_unique<QTemporaryDir>();
        qputenv("XDG_STATE_HOME", QFile::encodeName(m_home->path()));
    }

    void theOperatorGoesOnAndBack()
    {
        startWorld(u"helm/patronus-operator"_s);
        QFile values(m_home->filePath(u"mine.yaml"_s));
        QVERIFY(values.open(QIODevice::WriteOnly) && values.write("image: {tag: 1.2.3}\n") > 0 && values.flush());
        Hands hands(m_world->plane().kubeconfig(), u"local"_s, m_clock);
        openReleases(hands);
        ReportModel &releases = hands.model().report(ClusterModel::Report::Releases);
        QVERIFY(eventually([&] { return releases.rowCount() == 2; })); // one of Helm, one of the Deployment

        hands.press(u"upgrade"_s);
        auto *dialog = hands.window().findChild<ChartDialog *>();
        auto *chart = dialog->findChild<QLineEdit *>(u"chart"_s);
        auto *plan = dialog->findChild<QPushButton *>(u"plan"_s);
        QVERIFY(!plan->isEnabled());
        QTest::keyClicks(chart, m_home->path());
        QVERIFY(dialog->findChild<QLabel *>(u"problem"_s)->text().contains(u"there is no Chart.yaml in it"_s));
        QVERIFY(!plan->isEnabled());
        chart->setText(sourcePath(u"helm/patronus-operator"));
        chooseFile(values.fileName());
        hands.pressSaying(u"Add…"_s);
        QCOMPARE(dialog->findChild<QListWidget *>(u"values"_s)->count(), 1);
        takePictures(*dialog, u"upgrade"_s);
        QTest::mouseClick(plan, Qt::LeftButton);
        QVERIFY(hands.isIn(ActionModel::Phase::Planned));
        QVERIFY2(hands.dialog()->action().plan().steps.first().diff.contains(u"+ values.image.tag: 1.2.3"_s),
            "no such diff");
        confirmAsNode(hands);
        QVERIFY2(hands.says(KMessageWidget::Positive).contains(u"at revision 2 (patronus-operator-"_s),
            qPrintable(hands.says(KMessageWidget::Error)));
        QVERIFY(image().endsWith(u":1.2.3"_s));
        auto *output = hands.dialog()->findChild<QPlainTextEdit *>(u"output"_s);
        QVERIFY(output->isVisible()); // all that helm said
        QVERIFY2(output->toPlainText().contains(u"preparing upgrade for patronus-operator"_s),
            qPrintable(output->toPlainText()));
        takePictures(*hands.dialog(), u"upgraded"_s);
        QVERIFY(eventually([&] { return !hands.window().findChild<ChartDialog *>(); }));
        hands.closeDialog();

        QVERIFY(eventually([&] { return releases.rowCount() == 4; })); // looked at again by itself
        hands.chooseRow(u"Install complete"_s, 6);
        const auto compares = hands.window().findChildren<QComboBox *>(u"compare"_s);
        const auto compare = std::ranges::find_if(compares, &QComboBox::isVisible);
        QVERIFY(compare != compares.end());
        QCOMPARE((*compare)->currentText(), u"From revision 2 to this one"_s);
        QVERIFY(releases.row(1).comparisons.first().text().contains(u"- values.image.tag: 1.2.3"_s));
        takePictures(hands.window(), u"releases"_s);
        hands.chooseRow(u"patronus/operator:0.1.0"_s, 3); // the Deployment's first
        hands.pressSaying(u"Set the pods back to revision 1…"_s);
        QVERIFY(hands.isIn(ActionModel::Phase::Planned));
        confirmAsNode(hands);
        QVERIFY2(hands.says(KMessageWidget::Positive).startsWith(u"set back: "_s),
            qPrintable(hands.says(KMessageWidget::Error)));
        QVERIFY(!image().endsWith(u":1.2.3"_s));
        hands.closeDialog();

        QVERIFY(eventually([&] { return releases.row(2).cells[1] == u"3"_s; })); // of the Deployment
        hands.chooseRow(u"Install complete"_s, 6); // Helm's first
        hands.pressSaying(u"Roll back to revision 1…"_s);
        QVERIFY(hands.isIn(ActionModel::Phase::Planned));
        confirmAsNode(hands);
        QVERIFY2(hands.says(KMessageWidget::Positive).contains(u"at revision 3 (patronus-operator-"_s),
            qPrintable(hands.says(KMessageWidget::Error)));
        const auto journal = readJournal(m_home->filePath(u"patronus/journal.jsonl"_s));
        QCOMPARE(journal->size(), 3);
        QCOMPARE(journal->first().verb, u"helm upgrade"_s);
        QCOMPARE(journal->last().verb, u"helm rollback"_s);
    }

    void theReplacedOperatorsObjectsBecomeThisOnes()
    {
        startWorld(u"tests/data/charts/replaced-operator"_s);
        QVERIFY(m_world->plane().apply(
            "apiVersion: sdwan.patronus.dev/v1alpha1\nkind: Site\nmetadata: {name: hq, namespace: default}\n"
            "spec:\n  wireguard: {public_key: 'QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=', listen_port: 51820, "
            "endpoints: ['hq:1']}\n  mesh: {enabled: true, peer_with: []}\n"));
        Hands hands(m_world->plane().kubeconfig(), u"local"_s, m_clock);
        hands.model().setBackupFolder(m_home->path());
        const QString certificate = m_home->filePath(u"opens.crt"_s);
        const auto made = m_world->plane().shell(
            u"openssl req -x509 -newkey rsa:2048 -nodes -keyout /dev/null -subj /CN=admin -out %1"_s.arg(certificate));
        QVERIFY2(made.exitCode == 0, made.err.constData());
        openBackups(hands);
        QTest::mouseClick(hands.page().findChild<QToolButton *>(u"keys"_s), Qt::LeftButton);
        QTest::keyClicks(hands.page().findChild<QLineEdit *>(u"encryptFor"_s), certificate);
        openReleases(hands);
        hands.press(u"migrate"_s);
        QVERIFY(hands.isIn(ActionModel::Phase::Planned));
        QVERIFY2(hands.primary()->isVisible(), qPrintable(hands.says(KMessageWidget::Error)));
        const QString plan = hands.dialog()->action().plan().toText();
        QVERIFY2(plan.contains(u"encrypt all Helm values for the holders of the keys of "_s + certificate),
            qPrintable(plan));
        takePictures(*hands.dialog(), u"migrate"_s);
        hands.type(u"patronus-operator"_s);
        confirmAsNode(hands);
        QVERIFY2(hands.says(KMessageWidget::Positive).contains(u"1 Site or Policy read back"_s),
            qPrintable(hands.says(KMessageWidget::Error)));
        QVERIFY(m_world->find(resources::sites(), u"hq"_s)->spec()["wireguard"_L1].toObject().contains("publicKey"_L1));
        const QStringList backups = QDir(m_home->path()).entryList({u"patronus-backup-*"_s}, QDir::Dirs);
        QCOMPARE(backups.size(), 1);
        QVERIFY(QFile::exists(m_home->filePath(backups.first() + u"/operator-values-secret.cms"_s)));
    }

    void aLostOperatorIsRecoveredFromABackup()
    {
        startWorld(u"helm/patronus-operator"_s);
        QVERIFY(m_world->plane().apply(SiteManifest{.name = u"hq"_s}.yaml()));
        Hands hands(m_world->plane().kubeconfig(), u"local"_s, m_clock);
        openBackups(hands);
        hands.press(u"backup"_s);
        QVERIFY(hands.isIn(ActionModel::Phase::Planned));
        hands.confirm();
        QVERIFY(hands.isIn(ActionModel::Phase::Ended));
        hands.closeDialog();
        lose();
        chooseBackup(hands);
        hands.pressSaying(u"Recover the operator from it…"_s);
        auto *dialog = hands.window().findChild<ChartDialog *>();
        QVERIFY(dialog);
        dialog->findChild<QLineEdit *>(u"chart"_s)->setText(sourcePath(u"helm/patronus-operator"));
        auto *nameSpace = dialog->findChild<QLineEdit *>(u"nameSpace"_s);
        QCOMPARE(nameSpace->text(), u"patronus-system"_s);
        nameSpace->selectAll();
        QTest::keyClicks(nameSpace, u"sdwan"_s);
        QVERIFY(dialog->findChild<QLabel *>(u"elsewhere"_s)->isVisible());
        takePictures(*dialog, u"recover"_s);
        QTest::mouseClick(dialog->findChild<QPushButton *>(u"plan"_s), Qt::LeftButton);
        QVERIFY(hands.isIn(ActionModel::Phase::Planned));
        QVERIFY2(hands.primary()->isVisible(), qPrintable(hands.says(KMessageWidget::Error)));
        const QString plan = hands.dialog()->action().plan().toText();
        QVERIFY2(plan.contains(u"in the namespace sdwan;"_s), qPrintable(plan));
        QVERIFY2(plan.contains(u"was in the namespace patronus-system when the backup was made"_s), qPrintable(plan));
        takePictures(*hands.dialog(), u"recovery"_s);
        confirmRecovery(hands);
        QVERIFY(m_world->find(resources::deployments(), u"patronus-operator"_s, u"sdwan"_s));
        QVERIFY(!m_world->find(resources::deployments(), u"patronus-operator"_s, u"patronus-system"_s));
        takePictures(*hands.dialog(), u"recovered"_s);
    }

    void aSealedBackupIsOpenedByItsKeysAlone()
    {
        startWorld(u"helm/patronus-operator"_s, {u"--set"_s, u"podAnnotations.apiToken=hush-hush"_s});
        QVERIFY(m_world->plane().apply(SiteManifest{.name = u"hq"_s}.yaml()));
        const auto made = m_world->plane().shell(
            u"cd %1 && openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -aes256 -pass pass:sesame "
            "-out signs.key && openssl pkey -in signs.key -passin pass:sesame -pubout -out signs.pub && "
            "openssl req -x509 -newkey rsa:2048 -passout pass:mellon -keyout opens.key -subj /CN=admin "
            "-out opens.crt"_s.arg(m_home->path()));
        QVERIFY2(made.exitCode == 0, made.err.constData());
        const auto file = [this](const QString &name) { return m_home->filePath(name); };
        Hands hands(m_world->plane().kubeconfig(), u"local"_s, m_clock);
        openBackups(hands);
        const auto line = [&](const QString &name) { return hands.page().findChild<QLineEdit *>(name); };
        QVERIFY(!line(u"signKey"_s)->isVisible()); // few need it
        QTest::mouseClick(hands.page().findChild<QToolButton *>(u"keys"_s), Qt::LeftButton);
        QVERIFY(!line(u"passphrase"_s)->isEnabled());
        QTest::keyClicks(line(u"signKey"_s), file(u"signs.key"_s));
        QTest::keyClicks(line(u"passphrase"_s), u"wrong"_s);
        QTest::keyClicks(line(u"encryptFor"_s), file(u"opens.crt"_s));
        takePictures(hands.window(), u"keys"_s);
        hands.press(u"backup"_s);
        QVERIFY(hands.isIn(ActionModel::Phase::Planned));
        QVERIFY2(hands.says(KMessageWidget::Error).contains(u"look at the file, and at its passphrase"_s),
            qPrintable(hands.says(KMessageWidget::Error)));
        QVERIFY(!hands.primary()->isVisible());
        takePictures(*hands.dialog(), u"keys-refused"_s);
        hands.closeDialog();
        QCOMPARE(line(u"passphrase"_s)->text(), QString());
        QTest::keyClicks(line(u"passphrase"_s), u"sesame"_s);
        hands.press(u"backup"_s);
        QVERIFY(hands.isIn(ActionModel::Phase::Planned));
        const QString plan = hands.dialog()->action().plan().toText();
        QVERIFY2(plan.contains(u"sign it with "_s) && plan.contains(u"encrypt all Helm values for the holders"_s),
            qPrintable(plan));
        QVERIFY2(!plan.contains(u"sesame"_s), qPrintable(plan));
        takePictures(*hands.dialog(), u"keys-plan"_s);
        hands.confirm();
        QVERIFY(hands.isIn(ActionModel::Phase::Ended));
        QVERIFY2(hands.says(KMessageWidget::Positive).contains(u"it is signed"_s),
            qPrintable(hands.says(KMessageWidget::Error)));
        hands.closeDialog();

        // Restored is only what bears that signature.
        const auto restoreIfSignedBy = [&](const QString &key) {
            QTest::mouseClick(line(u"verifyKey"_s), Qt::LeftButton);
            line(u"verifyKey"_s)->selectAll();
            QTest::keyClicks(line(u"verifyKey"_s), file(key));
            QTest::keyClick(line(u"verifyKey"_s), Qt::Key_Return);
            chooseBackup(hands);
            hands.pressSaying(u"Restore…"_s);
        };
        restoreIfSignedBy(u"opens.crt"_s);
        QVERIFY(hands.isIn(ActionModel::Phase::Unplanned));
        QVERIFY2(hands.says(KMessageWidget::Error).contains(u"another key was used"_s),
            qPrintable(hands.says(KMessageWidget::Error)));
        hands.closeDialog();
        restoreIfSignedBy(u"signs.pub"_s);
        QVERIFY(hands.isIn(ActionModel::Phase::Planned));
        QVERIFY(hands.dialog()->action().plan().isNothing());
        QVERIFY(hands.dialog()->action().plan().warnings.contains(
            u"it is signed by the key of %1"_s.arg(file(u"signs.pub"_s))));
        hands.closeDialog();

        // What is encrypted comes back with the operator, and passes by no disk, journal or window.
        lose();
        chooseBackup(hands);
        hands.pressSaying(u"Recover the operator from it…"_s);
        auto *dialog = hands.window().findChild<ChartDialog *>();
        const auto its = [dialog](const QString &name) { return dialog->findChild<QLineEdit *>(name); };
        QCOMPARE(its(u"verifyKey"_s)->text(), file(u"signs.pub"_s));
        its(u"chart"_s)->setText(sourcePath(u"helm/patronus-operator"));
        QTest::keyClicks(its(u"decryptKey"_s), file(u"opens.key"_s));
        QTest::keyClicks(its(u"passphrase"_s), u"wrong"_s);
        takePictures(*dialog, u"recover-sealed"_s);
        QTest::mouseClick(dialog->findChild<QPushButton *>(u"plan"_s), Qt::LeftButton);
        QVERIFY(hands.isIn(ActionModel::Phase::Planned));
        QVERIFY2(hands.says(KMessageWidget::Error).contains(u"look at the file, and at its passphrase"_s),
            qPrintable(hands.says(KMessageWidget::Error)));
        hands.closeDialog();
        QTest::keyClicks(its(u"passphrase"_s), u"mellon"_s);
        QTest::mouseClick(dialog->findChild<QPushButton *>(u"plan"_s), Qt::LeftButton);
        QVERIFY(hands.isIn(ActionModel::Phase::Planned));
        QVERIFY2(hands.primary()->isVisible(), qPrintable(hands.says(KMessageWidget::Error)));
        QVERIFY(!hands.dialog()->action().plan().toText().contains(u"hush"_s));
        confirmRecovery(hands);
        QVERIFY(m_world->plane()
                .helm({u"get"_s, u"values"_s, u"patronus-operator"_s, u"-n"_s, u"patronus-system"_s})
                .out.contains("apiToken: hush-hush"));
        QVERIFY(!hands.dialog()->action().outcome().output.join(u'\n').contains(u"hush"_s));
        QVERIFY(!readWholeFile(file(u"patronus/journal.jsonl"_s))->contains("hush"));
        QSettings settings;
        for (const QString &key : settings.allKeys())
            QVERIFY2(!settings.value(key).toString().endsWith(u".key"_s), qPrintable(key));
    }

private:
    void kubectl(const QStringList &arguments) const
    {
        const auto output = m_world->plane().kubectl(arguments);
        QVERIFY2(output.exitCode == 0, output.err.constData());
    }
    /// As a pod of the chart has it.
    [[nodiscard]] std::unique_ptr<OperatorProcess> startOperator() const
    {
        kubectl({u"create"_s, u"clusterrolebinding"_s, u"pods"_s, u"--clusterrole=patronus-operator"_s,
            u"--group=patronus-operators"_s});
        return m_world->startOperator({u"--leader-election-enabled=false"_s});
    }
    /// A cluster with the operator of @p chart in it, which the chart's CRDs come with.
    void startWorld(const QString &chart, const QStringList &more = {})
    {
        m_world.reset();
        auto world = OperatorWorld::start({.plane = {.controllerManager = true, .crds = {}}});
        QVERIFY2(world, world ? "" : qPrintable(world.error().message));
        m_world = *std::move(world);
        kubectl({u"delete"_s, u"clusterrole,clusterrolebinding"_s, u"patronus-operator"_s}); // the chart brings its own
        const auto installed = m_world->plane().helm(
            QStringList{u"install"_s, u"patronus-operator"_s, sourcePath(chart), u"-n"_s, u"patronus-system"_s,
                u"--create-namespace"_s, u"--set"_s, u"patronus.apiUrl=http://patronus-api:8081"_s}
            + more);
        QVERIFY2(installed.exitCode == 0, installed.err.constData());
        kubectl({u"wait"_s, u"--for=condition=Established"_s, u"crd"_s, u"--all"_s, u"--timeout=60s"_s});
        QVERIFY(eventually([this] { return !m_world->objects(resources::replicaSets()).isEmpty(); }));
    }
    void openReleases(Hands &hands) const
    {
        hands.page().showView(ClusterPage::View::Releases);
        hands.window().findChild<QLineEdit *>(u"helm"_s)->setText(m_world->plane().helmProgram());
    }
    /// The view, with helm at hand and a folder.
    void openBackups(Hands &hands) const
    {
        openReleases(hands);
        hands.page().showView(ClusterPage::View::Backups);
        auto *folder = hands.window().findChild<QLineEdit *>(u"folder"_s);
        folder->setText(m_home->path());
        QTest::keyClick(folder, Qt::Key_Return);
    }
    /// The one that was made, as soon as it is in the list.
    static void chooseBackup(Hands &hands)
    {
        const ReportModel &backups = hands.model().report(ClusterModel::Report::Backups);
        QVERIFY(eventually([&] { return backups.rowCount() == 1 && backups.phase() == ReportModel::Phase::Read; }));
        hands.chooseRow(u"local"_s, 1);
    }
    /// The release, and the CRDs with all objects.
    void lose() const
    {
        kubectl({u"delete"_s, u"crd"_s, u"sites.sdwan.patronus.dev"_s, u"policies.sdwan.patronus.dev"_s});
        QCOMPARE(
            m_world->plane().helm({u"uninstall"_s, u"patronus-operator"_s, u"-n"_s, u"patronus-system"_s}).exitCode, 0);
    }
    /// Confirms, and runs the operator as soon as a node would have, until what was lost is there again.
    void confirmRecovery(Hands &hands) const
    {
        std::unique_ptr<OperatorProcess> pod;
        hands.confirm();
        QVERIFY(eventually([&] {
            m_world->readyPods();
            if (!pod && !m_world->objects(resources::sites()).isEmpty())
                pod = startOperator();
            return hands.dialog()->action().phase() == ActionModel::Phase::Ended;
        }));
        QVERIFY2(hands.says(KMessageWidget::Positive).contains(u"all is Ready"_s),
            qPrintable(hands.says(KMessageWidget::Error)));
        QVERIFY(m_world->find(resources::sites(), u"hq"_s));
        QCOMPARE(pod->stop(), 0);
    }
    /// Confirms, and does what a node does until it has ended: every pod is ready.
    void confirmAsNode(Hands &hands) const
    {
        hands.confirm();
        QVERIFY(eventually([&] {
            m_world->readyPods();
            return hands.dialog()->action().phase() == ActionModel::Phase::Ended;
        }));
    }
    [[nodiscard]] QString image() const
    {
        return m_world->find(resources::deployments(), u"patronus-operator"_s, u"patronus-system"_s)
            ->spec()["template"_L1]["spec"_L1]["containers"_L1][0]["image"_L1]
            .toString();
    }

    std::unique_ptr<OperatorWorld> m_world;
    std::unique_ptr<TestSettings> m_settings;
    std::unique_ptr<QTemporaryDir> m_home;
    SystemClock m_clock;
};

QTEST_MAIN(TestConsoleReleases)
#include "tst_consolereleases.moc"
