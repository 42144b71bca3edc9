// SPDX-License-Identifier: GPL-3.0-or-later
// What a person does to a cluster in the window: planned, confirmed and watched, on a real API server beside a real
// operator. What a node and its controllers would do is done by hand.
#include "e2e/hands.h"
#include "e2e/objects.h"
#include "operations/journal.h"
#include "support/operatorworld.h"
#include "support/testsettings.h"
#include "ui/editdialog.h"
#include "ui/theme.h"

#include <QDir>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace patronus;
using Resource = ClusterModel::Resource;

namespace {

const ObjectKey operatorKey{u"patronus-system"_s, u"patronus-operator"_s};

} // namespace

class TestConsoleActions : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        theme::apply(theme::Scheme::Light);
        auto world = OperatorWorld::start();
        QVERIFY2(world, qPrintable(world ? QString() : world.error().message));
        m_world = *std::move(world);
        kubectl({u"create"_s, u"deployment"_s, operatorKey.name, u"--image=none"_s, u"--replicas=3"_s, u"-n"_s,
            operatorKey.nameSpace});
    }
    void init() override
    {
        m_settings = std::make_unique<TestSettings>();
        m_home = std::make_unique<QTemporaryDir>();
        qputenv("XDG_STATE_HOME", QFile::encodeName(m_home->path()));
        m_operator = m_world->startOperator();
    }
    void cleanup()
    {
        m_operator.reset();
        m_world->clear();
    }

    void aSiteIsPausedAndResumed()
    {
        make({u"hq"_s});
        Hands hands(kubeconfig(u"dev"_s), u"dev"_s, m_clock);
        hands.choose({u"hq"_s});
        hands.press(u"pause"_s);
        QVERIFY(hands.isIn(ActionModel::Phase::Planned));
        QVERIFY(hands.primary()->text().startsWith(u"Pause hq (in "_s)); // by itself, if nobody says no
        hands.closeDialog();
        QVERIFY(site(u"hq"_s).annotation(u"sdwan.patronus.dev/paused"_s).isEmpty());

        hands.press(u"pause"_s);
        QVERIFY(hands.isIn(ActionModel::Phase::Planned));
        QVERIFY(hands.isIn(ActionModel::Phase::Ended));
        QCOMPARE(hands.says(KMessageWidget::Positive), u"paused: 1"_s);
        QVERIFY(eventually([&] { return m_world->reasonOf(resources::sites(), u"hq"_s) == u"Paused"; }));
        hands.closeDialog();
        QVERIFY(eventually([&] { return hands.window().findChild<QPushButton *>(u"resume"_s)->isVisible(); }));
        hands.press(u"resume"_s);
        QVERIFY(hands.isIn(ActionModel::Phase::Planned));
        hands.confirm();
        QVERIFY(hands.isIn(ActionModel::Phase::Ended));
        QCOMPARE(hands.says(KMessageWidget::Positive), u"resumed, and Ready"_s);
        QCOMPARE(journal().size(), 2);
    }

    void productionWantsItsNameAndAStormMovesNothing()
    {
        make({u"doomed"_s, u"stays"_s});
        Hands hands(kubeconfig(u"prod-eu"_s), u"prod-eu"_s, m_clock);
        hands.choose({u"doomed"_s});
        const Object doomed = site(u"doomed"_s);
        hands.press(u"remove"_s);
        QVERIFY(hands.isIn(ActionModel::Phase::Planned));
        QVERIFY(hands.dialog()->windowTitle().startsWith(u"Delete Site default/doomed — prod-eu"_s));

        int sent = 0;
        QTimer storm; // 200 a second, before and after it by name
        connect(&storm, &QTimer::timeout, this, [&] { std::ignore = insert(sent++); });
        storm.start(5ms);
        hands.type(u"doomed"_s); // not its name: the context's
        QVERIFY(eventually([&] { return sent > 200; }));
        QVERIFY(!hands.primary()->isEnabled());
        hands.dialog()->findChild<QLineEdit *>(u"typed"_s)->clear();
        hands.type(u"prod-eu"_s);
        hands.confirm();
        QVERIFY(hands.isIn(ActionModel::Phase::Ended));
        storm.stop();
        QVERIFY2(hands.says(KMessageWidget::Error).isEmpty(), qPrintable(hands.says(KMessageWidget::Error)));
        QVERIFY2(hands.says(KMessageWidget::Positive).contains(u"/deleted/"_s),
            qPrintable(hands.says(KMessageWidget::Positive)));
        QVERIFY(eventually([&] { return !m_world->find(resources::sites(), u"doomed"_s); }, 60s));
        QVERIFY(m_world->find(resources::sites(), u"stays"_s));
        QCOMPARE(QDir(m_home->filePath(u"patronus/deleted"_s)).entryList(QDir::Files).size(), 1);
        QCOMPARE(journal().size(), 1); // that one, of all
        QCOMPARE(journal().first().before["metadata"_L1]["uid"_L1].toString(), doomed.uid());
    }

    void theOperatorIsStoppedInTwoStepsAndBroughtBack()
    {
        Hands hands(kubeconfig(u"dev"_s), u"dev"_s, m_clock);
        hands.trigger(u"Stop the operator…"_s);
        QVERIFY(hands.isIn(ActionModel::Phase::Planned));
        hands.type(operatorKey.name);
        hands.confirm();
        const bool ended = eventually([&] {
            actAsNode();
            return hands.dialog()->action().phase() == ActionModel::Phase::Ended;
        });
        QVERIFY(ended);
        QVERIFY2(hands.says(KMessageWidget::Positive).contains(u"held at 0 replicas"_s),
            qPrintable(hands.says(KMessageWidget::Error)));
        QCOMPARE(deployment().spec()["replicas"_L1].toInt(), 0);
        hands.page().showView(ClusterPage::View::Maintenance);
        QVERIFY(eventually([&] {
            const auto *held = hands.window().findChild<KMessageWidget *>(u"held"_s);
            return held && held->isVisible() && held->text().contains(u"come back to 3 replicas"_s);
        }));

        hands.press(u"next"_s); // the way back is offered where it ended
        QVERIFY(hands.isIn(ActionModel::Phase::Planned));
        QVERIFY(!hands.dialog()->action().plan().preview.isEmpty()); // what it would do with every object
        hands.confirm();
        QVERIFY(eventually([&] {
            actAsNode();
            return hands.dialog()->action().phase() == ActionModel::Phase::Ended;
        }));
        QVERIFY2(hands.says(KMessageWidget::Positive).contains(u"back with 3 replicas"_s),
            qPrintable(hands.says(KMessageWidget::Error)));
        QCOMPARE(deployment().spec()["replicas"_L1].toInt(), 3);
        QVERIFY(deployment().annotation(u"sdwan.patronus.dev/maintenance"_s).isEmpty());
    }

    void whatIsBeingCarriedOutStaysWithItsCluster()
    {
        Hands hands(kubeconfig(u"dev"_s), u"dev"_s, m_clock);
        hands.trigger(u"Hold the operator at 1 replica…"_s);
        QVERIFY(hands.isIn(ActionModel::Phase::Planned));
        hands.confirm();
        QVERIFY(eventually([&] { return deployment().spec()["replicas"_L1].toInt() == 1; }));
        // It waits for readiness. Whoever connects to another context gets another window.
        const ActionModel *action = &hands.dialog()->action();
        Q_EMIT hands.window().connectRequested({.name = u"dev"_s});
        QVERIFY(eventually([&] { return hands.console().windows().size() == 2; }));
        QCOMPARE(int(action->phase()), int(ActionModel::Phase::Running));
        QVERIFY(eventually([&] {
            actAsNode();
            return action->phase() == ActionModel::Phase::Ended;
        }));
        QVERIFY(!action->outcome().failure);

        // The console dies here; another one brings it back.
        hands.closeDialog();
        hands.trigger(u"Bring the operator back…"_s);
        QVERIFY(hands.isIn(ActionModel::Phase::Planned));
        hands.confirm();
        QVERIFY(eventually([&] {
            actAsNode();
            return hands.dialog()->action().phase() == ActionModel::Phase::Ended;
        }));
        QCOMPARE(deployment().spec()["replicas"_L1].toInt(), 3);
    }

    void aSiteIsEditedInFormAndTextAndTakenBack()
    {
        make({u"hq"_s});
        Hands hands(kubeconfig(u"dev"_s), u"dev"_s, m_clock);
        QVERIFY(eventually([&] { return !hands.model().schema(Resource::Sites).isEmpty(); }));
        hands.choose({u"hq"_s});
        hands.press(u"edit"_s);
        auto *editor = hands.window().findChild<EditDialog *>();
        QVERIFY(editor);
        auto *yaml = editor->findChild<QPlainTextEdit *>(u"yaml"_s);
        auto *problems = editor->findChild<QPlainTextEdit *>(u"problems"_s);
        auto *plan = editor->findChild<QPushButton *>(u"plan"_s);
        QVERIFY(!plan->isEnabled()); // nothing is changed yet
        auto *location = editor->findChild<QLineEdit *>(u"spec.location"_s);
        location->selectAll();
        QTest::keyClicks(location, u"Lisbon"_s);
        QVERIFY2(yaml->toPlainText().contains(u"location: Lisbon"_s), qPrintable(yaml->toPlainText()));
        yaml->setPlainText(yaml->toPlainText().replace(u"listenPort: 51820"_s, u"listenPort: 70000"_s));
        QVERIFY2(problems->toPlainText().contains(u"spec.wireguard.listenPort"_s), qPrintable(problems->toPlainText()));
        QTest::mouseClick(plan, Qt::LeftButton); // the server has the last word
        QVERIFY(hands.isIn(ActionModel::Phase::Planned));
        QVERIFY(!hands.primary()->isVisible());
        hands.dialog()->reject();
        QVERIFY(eventually([&] { return !hands.dialog(); }));
        yaml->setPlainText(yaml->toPlainText().replace(u"listenPort: 70000"_s, u"listenPort: 51821"_s));
        QTest::mouseClick(plan, Qt::LeftButton);
        QVERIFY(hands.isIn(ActionModel::Phase::Planned));
        QVERIFY(hands.primary()->isVisible());
        hands.confirm();
        QVERIFY(hands.isIn(ActionModel::Phase::Ended));
        QCOMPARE(hands.says(KMessageWidget::Positive), u"done, and Ready"_s);
        QCOMPARE(site(u"hq"_s).spec()["location"_L1].toString(), u"Lisbon"_s);
        QVERIFY(eventually([&] { return !hands.window().findChild<EditDialog *>(); })); // it has done its work
        hands.closeDialog();

        hands.page().showView(ClusterPage::View::Journal);
        ReportModel &journal = hands.model().report(ClusterModel::Report::Journal);
        QVERIFY(eventually([&] { return journal.rowCount() == 1; }));
        QVERIFY(journal.row(0).detail.contains(u"- spec.location: Berlin\n+ spec.location: Lisbon"_s));
        hands.model().requestAction(journal.row(0).remedies.first().request);
        QVERIFY(hands.isIn(ActionModel::Phase::Planned));
        hands.confirm();
        QVERIFY(hands.isIn(ActionModel::Phase::Ended));
        QCOMPARE(hands.says(KMessageWidget::Positive), u"taken back, and Ready"_s);
        QCOMPARE(site(u"hq"_s).spec()["location"_L1].toString(), u"Berlin"_s);
        QCOMPARE(site(u"hq"_s).spec()["wireguard"_L1]["listenPort"_L1].toInt(), 51820);
    }

    void aBackupIsMadeAndRestored()
    {
        make({u"hq"_s, u"branch"_s});
        Hands hands(kubeconfig(u"dev"_s), u"dev"_s, m_clock);
        hands.page().showView(ClusterPage::View::Backups);
        auto *folder = hands.window().findChild<QLineEdit *>(u"folder"_s);
        folder->setText(m_home->path());
        Q_EMIT folder->editingFinished();
        hands.press(u"backup"_s);
        QVERIFY(hands.isIn(ActionModel::Phase::Planned));
        hands.confirm();
        QVERIFY(hands.isIn(ActionModel::Phase::Ended));
        QVERIFY2(hands.says(KMessageWidget::Positive).startsWith(u"2 Sites and 0 Policies are saved"_s),
            qPrintable(hands.says(KMessageWidget::Error)));
        hands.closeDialog();
        ReportModel &backups = hands.model().report(ClusterModel::Report::Backups);
        QVERIFY(eventually([&] { return backups.rowCount() == 1; }));
        QCOMPARE(backups.row(0).cells[2], u"2"_s);

        const QJsonObject spec = site(u"hq"_s).spec();
        kubectl({u"delete"_s, u"site"_s, u"hq"_s});
        hands.model().requestAction(backups.row(0).remedies.first().request);
        QVERIFY(hands.isIn(ActionModel::Phase::Planned));
        QCOMPARE(hands.dialog()->action().plan().steps.size(), 1);
        QCOMPARE(hands.dialog()->action().plan().steps.first().text, u"create Site default/hq"_s);
        hands.confirm();
        QVERIFY(hands.isIn(ActionModel::Phase::Ended));
        QVERIFY2(hands.says(KMessageWidget::Positive).startsWith(u"restored, read back and compared"_s),
            qPrintable(hands.says(KMessageWidget::Error)));
        QCOMPARE(site(u"hq"_s).spec(), spec);
    }

    void readOnlyChangesNothing()
    {
        make({u"hq"_s});
        Hands hands(kubeconfig(u"dev"_s), u"dev"_s, m_clock, true);
        hands.choose({u"hq"_s});
        QVERIFY(!hands.window().findChild<QPushButton *>(u"pause"_s)->isVisible());
        hands.trigger(u"Stop the operator…"_s);
        QVERIFY(hands.isIn(ActionModel::Phase::Unplanned));
        QVERIFY2(
            hands.says(KMessageWidget::Error).contains(u"read-only"_s), qPrintable(hands.says(KMessageWidget::Error)));
        QCOMPARE(deployment().spec()["replicas"_L1].toInt(), 3);
    }

    void whoMayNotIsToldWhichVerb()
    {
        kubectl({u"create"_s, u"clusterrole"_s, u"watcher"_s, u"--verb=get,list,watch"_s,
            u"--resource=sites,policies,deployments.apps"_s});
        kubectl({u"create"_s, u"clusterrolebinding"_s, u"watcher"_s, u"--clusterrole=watcher"_s, u"--user=watcher"_s});
        Hands hands(kubeconfig(u"dev"_s, u"watcher"_s), u"dev"_s, m_clock);
        hands.trigger(u"Stop the operator…"_s);
        QVERIFY(hands.isIn(ActionModel::Phase::Planned));
        QVERIFY(!hands.primary()->isVisible());
        QVERIFY2(hands.says(KMessageWidget::Error).contains(u"patch deployments.apps in namespace patronus-system"_s),
            qPrintable(hands.says(KMessageWidget::Error)));
    }

private:
    void kubectl(const QStringList &arguments) const
    {
        const auto output = m_world->plane().kubectl(arguments);
        if (output.exitCode != 0)
            qFatal("kubectl %s: %s", qPrintable(arguments.join(u' ')), output.err.constData());
    }
    /// The administrator's kubeconfig with another name of the context, and as another user.
    [[nodiscard]] QString kubeconfig(const QString &context, const QString &user = {}) const
    {
        QFile admin(m_world->plane().kubeconfig());
        QFile file(m_home->filePath(context + u".kubeconfig"_s));
        if (!admin.open(QIODevice::ReadOnly) || !file.open(QIODevice::WriteOnly))
            qFatal("cannot write %s", qPrintable(file.fileName()));
        QByteArray text = admin.readAll();
        text.replace("contexts: [{name: local", "contexts: [{name: " + context.toUtf8());
        text.replace("current-context: local", "current-context: " + context.toUtf8());
        if (!user.isEmpty())
            text.replace("user: {", "user: {as: " + user.toUtf8() + ", ");
        file.write(text);
        return file.fileName();
    }
    /// Makes them, and waits until the operator has.
    void make(const QStringList &names) const
    {
        for (const QString &name : names)
            QVERIFY(m_world->plane().apply(SiteManifest{.name = name}.yaml()));
        for (const QString &name : names)
            QVERIFY(eventually([&] { return m_world->reasonOf(resources::sites(), name) == u"Synced"; }));
    }
    QCoro::Task<> insert(int index) const
    {
        const QString name = (index % 2 == 0 ? u"a-%1"_s : u"z-%1"_s).arg(index);
        const QJsonObject wireguard{{u"publicKey"_s, QString::fromLatin1(QByteArray(32, 'k').toBase64())},
            {u"listenPort"_s, 51820}, {u"endpoints"_s, QJsonArray{u"1.2.3.4:51820"_s}}};
        const QJsonObject json{{u"metadata"_s, QJsonObject{{u"name"_s, name}, {u"namespace"_s, u"default"_s}}},
            {u"apiVersion"_s, resources::sites().apiVersion()}, {u"kind"_s, u"Site"_s},
            {u"spec"_s, QJsonObject{{u"wireguard"_s, wireguard}}}};
        std::ignore = co_await m_world->client().create(resources::sites(), json, {}, {});
    }
    [[nodiscard]] Object site(const QString &name) const
    {
        return m_world->find(resources::sites(), name).value_or(Object());
    }
    [[nodiscard]] Object deployment() const
    {
        return m_world->find(resources::deployments(), operatorKey.name, operatorKey.nameSpace).value_or(Object());
    }
    /// As many are ready as are wanted.
    void actAsNode() const { m_world->readyReplicas(operatorKey); }
    [[nodiscard]] QList<JournalEntry> journal() const
    {
        const auto read = readJournal(m_home->filePath(u"patronus/journal.jsonl"_s));
        return read ? *read : QList<JournalEntry>();
    }

    std::unique_ptr<OperatorWorld> m_world;
    std::unique_ptr<TestSettings> m_settings;
    std::unique_ptr<QTemporaryDir> m_home;
    std::unique_ptr<OperatorProcess> m_operator;
    SystemClock m_clock;
};

QTEST_MAIN(TestConsoleActions)
#include "tst_consoleactions.moc"
