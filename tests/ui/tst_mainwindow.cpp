// SPDX-License-Identifier: GPL-3.0-or-later
// The window, driven by keys and clicks, on stores filled by hand.
#include "support/testsettings.h"
#include "ui/commandpalette.h"
#include "ui/connectdialog.h"
#include "ui/detailpanel.h"
#include "ui/metricchart.h"
#include "ui/objectview.h"
#include "ui/overview.h"
#include "ui/theme.h"
#include "ui/windowdesk.h"

#include <KMessageWidget>

#include <QApplication>
#include <QComboBox>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QListWidget>
#include <QMenu>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTabWidget>
#include <QTableView>
#include <QToolButton>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace patronus;
using testing::Made;
using Resource = ClusterModel::Resource;

namespace {

/// A window on a cluster with a few objects.
struct Desk : WindowDesk {
    explicit Desk(const ContextEntry &context = ofProduction()) : WindowDesk(context)
    {
        testing::fill(sites,
            {{.name = u"hq"_s, .ready = u"True"_s, .reason = u"Synced"_s, .phase = u"Active"_s},
                {.name = u"branch-nyc"_s,
                    .ready = u"False"_s,
                    .reason = u"APIRejected"_s,
                    .phase = u"Failed"_s,
                    .message = u"the API says no"_s},
                {.name = u"branch-lab"_s, .nameSpace = u"lab"_s, .ready = u"True"_s, .phase = u"Active"_s}});
        testing::fill(policies, {{.name = u"voip"_s, .ready = u"True"_s}});
        testing::fill(events, {});
        setLive();
        show();
    }

    [[nodiscard]] ObjectView &view() { return window.page()->objects(Resource::Sites); }
    [[nodiscard]] QStringList shownNames()
    {
        QStringList names;
        for (int row = 0; row < view().rows().rowCount(); ++row)
            names.append(view().rows().index(row, 1).data().toString());
        return names;
    }
    [[nodiscard]] QStringList labels(const QWidget &widget)
    {
        QStringList texts;
        for (const QLabel *label : widget.findChildren<QLabel *>())
            if (label->isVisible())
                texts.append(label->text());
        return texts;
    }
};

/// A Policy as an API server gives it.
Object policy(const QString &name, int priority, const QJsonObject &match, const QJsonObject &action = {})
{
    QJsonObject json = Made{.name = name, .ready = u"True"_s}.object().json();
    json.insert("spec"_L1, QJsonObject{{u"priority"_s, priority}, {u"match"_s, match}, {u"action"_s, action}});
    return Object(json);
}

/// A Site that is Ready and peers with @p peers.
Object site(const QString &name, const QStringList &peers, const QString &version = u"9"_s)
{
    QJsonObject json = Made{.name = name, .version = version, .ready = u"True"_s, .phase = u"Active"_s}.object().json();
    json.insert("spec"_L1, QJsonObject{{u"mesh"_s, QJsonObject{{u"peerWith"_s, QJsonArray::fromStringList(peers)}}}});
    return Object(json);
}

bool contains(const QStringList &texts, const QString &part)
{
    return std::ranges::any_of(texts, [&](const QString &text) { return text.contains(part); });
}

} // namespace

class TestMainWindow : public TestCase
{
    Q_OBJECT

private:
    TestSettings m_settings;

private Q_SLOTS:
    void initTestCase() { theme::apply(theme::Scheme::Light); }

    void unconnectedItSaysSoAndAsksNothing()
    {
        ContextsModel contexts;
        contexts.setEntries({{.name = u"prod-eu"_s, .server = u"https://a"_s, .isCurrent = true}});
        MainWindow window(contexts);
        const QSignalSpy asked(&window, &MainWindow::connectRequested);
        showActive(window);
        QVERIFY(!window.page());
        QCOMPARE(asked.size(), 0);
    }

    void aContextIsChosenInTheDialog()
    {
        ContextsModel contexts;
        contexts.setEntries({{.name = u"dev"_s}, {.name = u"prod-eu"_s, .isCurrent = true},
            {.name = u"broken"_s, .problem = u"unknown field"_s}});
        MainWindow window(contexts);
        const QSignalSpy asked(&window, &MainWindow::connectRequested);
        showActive(window);
        QTest::keyClick(&window, Qt::Key_O, Qt::ControlModifier);
        auto *dialog = window.findChild<ConnectDialog *>();
        QVERIFY(dialog);
        QCOMPARE(dialog->chosen(), ContextKey{u"prod-eu"_s}); // the kubeconfig's own is offered, not taken
        QCOMPARE(asked.size(), 0);
        dialog->findChild<QTableView *>()->selectRow(0);
        QCOMPARE(dialog->chosen(), ContextKey{u"dev"_s});
        dialog->accept();
        QCOMPARE(asked.size(), 1);
        QCOMPARE(asked[0][0].value<ContextKey>(), ContextKey{u"dev"_s});
    }

    void theClassOfTheContextIsAWordInTitleAndChip()
    {
        Desk desk;
        QVERIFY(desk.window.windowTitle().contains(u"prod-eu"_s));
        QVERIFY(desk.window.windowTitle().contains(u"PRODUCTION"_s));
        const auto buttons = desk.window.findChildren<QPushButton *>();
        QVERIFY(std::ranges::any_of(buttons, [](const QPushButton *button) {
            return button->text().contains(u"prod-eu"_s) && button->text().contains(u"PRODUCTION"_s);
        }));
    }

    void keysOpenTheViews_data()
    {
        QTest::addColumn<int>("view");
        for (const ClusterPage::View view : ClusterPage::allViews)
            QTest::newRow(qPrintable(ClusterPage::viewName(view))) << int(view);
    }
    void keysOpenTheViews()
    {
        QFETCH(const int, view);
        Desk desk;
        desk.window.page()->showView(view == 0 ? ClusterPage::View::Events : ClusterPage::View::Overview);
        QTest::keyClick(&desk.window, Qt::Key(Qt::Key_1 + view % 9), view < 9 ? Qt::ControlModifier : Qt::AltModifier);
        QCOMPARE(int(desk.window.page()->view()), view);
    }

    void theWorstStandsOnTop()
    {
        Desk desk;
        desk.window.page()->showView(ClusterPage::View::Sites);
        QCOMPARE(desk.shownNames().first(), u"branch-nyc"_s);
    }

    void slashFiltersAndTheEmptyViewSaysWhy()
    {
        Desk desk;
        desk.window.page()->showView(ClusterPage::View::Sites);
        QTest::keyClick(&desk.window, Qt::Key_Slash);
        auto *filter = desk.view().findChild<QLineEdit *>();
        QTRY_VERIFY(filter->hasFocus());
        QTest::keyClicks(filter, u"phase:Failed"_s);
        QCOMPARE(desk.shownNames(), QStringList({u"branch-nyc"_s}));
        QTest::keyClicks(filter, u"x"_s);
        QVERIFY(desk.shownNames().isEmpty());
        QVERIFY(contains(desk.labels(desk.view()), u"hides all 3"_s));
        const auto buttons = desk.view().findChildren<QPushButton *>();
        const auto clear = std::ranges::find_if(buttons,
            [](const QPushButton *button) { return button->isVisible() && button->text().contains(u"Clear"_s); });
        QVERIFY(clear != buttons.end());
        QTest::mouseClick(*clear, Qt::LeftButton);
        QCOMPARE(desk.shownNames().size(), 3);
    }

    void aWrongFilterIsExplained()
    {
        Desk desk;
        desk.window.page()->showView(ClusterPage::View::Sites);
        desk.view().setFilter(u"colour:red"_s);
        auto *problem = desk.view().findChild<KMessageWidget *>();
        QVERIFY(problem->text().contains(u"colour"_s));
        QVERIFY(!problem->isHidden());
        desk.view().setFilter({});
        QVERIFY(problem->isHidden());
    }

    void theNamespaceNarrowsTheTable()
    {
        Desk desk;
        desk.window.page()->showView(ClusterPage::View::Sites);
        desk.window.setNamespace(u"lab"_s);
        QCOMPARE(desk.shownNames(), QStringList({u"branch-lab"_s}));
        desk.window.setNamespace({});
        QCOMPARE(desk.shownNames().size(), 3);
    }

    void policiesStandAsTheyDecideAndTellWhoseWayTheyAreIn()
    {
        Desk desk;
        desk.policies.upsert(policy(u"web"_s, 20, {{u"protocol"_s, u"tcp"_s}}));
        desk.policies.upsert(policy(u"bulk"_s, 30, {{u"protocol"_s, u"tcp"_s}, {u"dscp"_s, 8}}));
        desk.policies.upsert(policy(u"first"_s, 3, {{u"protocol"_s, u"icmp"_s}}));
        desk.clock.advance(300ms);
        desk.window.page()->showView(ClusterPage::View::Policies);
        ObjectView &view = desk.window.page()->objects(Resource::Policies);
        const auto shown = [&] {
            QStringList names;
            for (int row = 0; row < view.rows().rowCount(); ++row)
                names.append(view.rows().index(row, 1).data().toString());
            return names;
        };
        QCOMPARE(shown(), QStringList({u"voip"_s, u"first"_s, u"web"_s, u"bulk"_s})); // voip has no priority
        const auto chips = view.findChildren<QToolButton *>();
        const auto chip = std::ranges::find(chips, u"Shadowed or tied"_s, &QToolButton::text);
        QVERIFY(chip != chips.end());
        QTest::mouseClick(*chip, Qt::LeftButton);
        QCOMPARE(shown(), QStringList({u"bulk"_s}));
        QTest::mouseClick(*chip, Qt::LeftButton);
        QCOMPARE(shown().size(), 4);
    }

    void theSelectionStaysOnItsObject()
    {
        Desk desk;
        desk.window.page()->select(Resource::Sites, {u"prod"_s, u"hq"_s});
        QCOMPARE(desk.view().selected().key().name, u"hq"_s);
        for (int i = 0; i < 200; ++i) {
            desk.sites.upsert(Made{.name = u"aaa-%1"_s.arg(i), .ready = u"False"_s, .phase = u"Failed"_s}.object());
            if (i % 10 == 0)
                desk.clock.advance(100ms);
        }
        desk.clock.advance(100ms);
        QCOMPARE(desk.view().selected().key().name, u"hq"_s);
        QVERIFY(contains(desk.labels(desk.window.page()->details()), u"hq"_s));
    }

    void whenTheSelectedObjectGoesNoOtherTakesItsPlace()
    {
        Desk desk;
        desk.window.page()->select(Resource::Sites, {u"prod"_s, u"hq"_s});
        desk.sites.remove({u"prod"_s, u"hq"_s});
        desk.clock.advance(100ms);
        QVERIFY(desk.view().selected().isNull());
        QVERIFY(contains(desk.labels(desk.window.page()->details()), u"Nothing selected"_s));
    }

    void anObjectCreatedAnewIsNotTheOneThatWasSelected()
    {
        Desk desk;
        desk.window.page()->select(Resource::Sites, {u"prod"_s, u"hq"_s});
        QJsonObject json = Made{.name = u"hq"_s, .version = u"9"_s}.object().json();
        QJsonObject metadata = json["metadata"_L1].toObject();
        metadata.insert("uid"_L1, u"another"_s);
        json.insert("metadata"_L1, metadata);
        desk.sites.upsert(Object(json));
        desk.clock.advance(100ms);
        QVERIFY(desk.view().selected().isNull());
        QVERIFY(contains(desk.labels(desk.window.page()->details()), u"Nothing selected"_s));
    }

    void aChangeOfTheSelectedObjectIsShown()
    {
        Desk desk;
        desk.window.page()->select(Resource::Sites, {u"prod"_s, u"hq"_s});
        QVERIFY(contains(desk.labels(desk.window.page()->details()), u"Ready · Synced"_s));
        desk.sites.upsert(Made{.name = u"hq"_s,
            .version = u"2"_s,
            .ready = u"False"_s,
            .reason = u"InvalidSpec"_s,
            .phase = u"Failed"_s,
            .message = u"spec is wrong"_s}
                .object());
        desk.clock.advance(100ms);
        QVERIFY(contains(desk.labels(desk.window.page()->details()), u"Failed · InvalidSpec"_s));
        QVERIFY(contains(desk.labels(desk.window.page()->details()), u"spec is wrong"_s));
    }

    void thePreviewIsAskedForWhereSomebodyLooks()
    {
        Desk desk;
        const QSignalSpy asked(&desk.cluster, &ClusterModel::previewRequested);
        desk.window.page()->select(Resource::Sites, {u"prod"_s, u"hq"_s});
        QCOMPARE(asked.size(), 0);
        desk.window.page()->details().showTab(DetailPanel::Tab::Preview);
        QCOMPARE(asked.size(), 1);
        QCOMPARE(asked[0][1].value<ObjectKey>(), (ObjectKey{u"prod"_s, u"hq"_s}));
        QVERIFY(contains(desk.labels(desk.window.page()->details()), u"Working out"_s));

        desk.cluster.plan().finish(
            {{.step = PutRemote{.kind = RemoteKind::Site, .name = u"hq"_s, .body = {{u"name"_s, u"hq"_s}}}}},
            std::nullopt, u"Without the API's side"_s);
        QCOMPARE(desk.window.page()->details().findChild<QListView *>(u"steps"_s)->model()->rowCount(), 1);
        QVERIFY(contains(desk.labels(desk.window.page()->details()), u"one step"_s));
        QVERIFY(contains(desk.labels(desk.window.page()->details()), u"Without the API's side"_s));
        const auto editors = desk.window.page()->details().findChildren<QPlainTextEdit *>();
        QVERIFY(std::ranges::any_of(editors,
            [](const QPlainTextEdit *editor) { return editor->toPlainText().contains(u"\"name\": \"hq\""_s); }));
    }

    void whatAnObjectIsConnectedWithIsListedAndOpens()
    {
        Desk desk;
        desk.sites.upsert(site(u"hq"_s, {u"gone"_s}));
        desk.policies.upsert(policy(u"web"_s, 20, {},
            {{u"primaryPath"_s, QJsonObject{{u"siteRef"_s, u"hq"_s}, {u"pathId"_s, u"hq--gone"_s}}}}));
        desk.clock.advance(300ms);
        desk.window.page()->select(Resource::Sites, {u"prod"_s, u"hq"_s});
        desk.window.page()->details().showTab(DetailPanel::Tab::Relations);
        auto *list = desk.window.page()->details().findChild<QListView *>(u"relations"_s);
        QVERIFY(list->isVisible());
        QCOMPARE(list->model()->rowCount(), 2);
        list->setFocus();
        list->setCurrentIndex(list->model()->index(0, 0));
        QTest::keyClick(list, Qt::Key_Return); // a Site that is not there opens nothing
        QCOMPARE(desk.view().selected().key().name, u"hq"_s);
        QCOMPARE(desk.window.page()->view(), ClusterPage::View::Sites);
        QCOMPARE(list->model()->index(0, 0).data(Qt::AccessibleTextRole).toString(),
            u"Peers with gone, not there, There is no Site of this name in what is read here."_s);
        list->setCurrentIndex(list->model()->index(1, 0));
        QTest::keyClick(list, Qt::Key_Return);
        QCOMPARE(desk.window.page()->view(), ClusterPage::View::Policies);
        QCOMPARE(desk.window.page()->objects(Resource::Policies).selected().key().name, u"web"_s);
        QCOMPARE(list->model()->index(0, 0).data().toString(), u"Routes through hq"_s);
    }

    void thePatronusApiIsAskedWhereSomebodyLooks()
    {
        Desk desk;
        const QSignalSpy asked(&desk.cluster, &ClusterModel::remoteRequested);
        desk.window.page()->select(Resource::Sites, {u"prod"_s, u"hq"_s});
        QCOMPARE(asked.size(), 0);
        desk.window.page()->details().showTab(DetailPanel::Tab::Remote);
        QCOMPARE(asked.size(), 1);
        QCOMPARE(asked[0][1].value<ObjectKey>(), (ObjectKey{u"prod"_s, u"hq"_s}));
        desk.sites.upsert(Made{.name = u"hq"_s, .version = u"2"_s, .ready = u"True"_s}.object());
        desk.clock.advance(100ms);
        QCOMPARE(asked.size(), 1); // telemetry alone
        desk.cluster.remote().fail(RemoteModel::Phase::OutOfReach, u"cannot get resource \"services\""_s);
        QVERIFY(contains(desk.labels(desk.window.page()->details()), u"cannot get resource \"services\""_s));
    }

    void theSpecIsShownAsYaml()
    {
        Desk desk;
        desk.window.page()->select(Resource::Sites, {u"prod"_s, u"hq"_s});
        desk.window.page()->details().showTab(DetailPanel::Tab::Spec);
        const auto editors = desk.window.page()->details().findChildren<QPlainTextEdit *>();
        QVERIFY(std::ranges::any_of(editors, [](const QPlainTextEdit *editor) {
            return editor->isVisible() && editor->toPlainText().contains(u"location: Here"_s);
        }));
    }

    void theVerdictNamesWhatIsNotWell()
    {
        Desk desk;
        QCOMPARE(verdictOf(desk.cluster).state, State::Failed);
        QVERIFY(verdictOf(desk.cluster).text.contains(u"1 of 3 Sites"_s));
        QVERIFY(verdictOf(desk.cluster).why.contains(u"No operator holds the lease"_s));
        desk.cluster.setOperatorInfo({.leader = u"pod-1"_s});
        testing::fill(desk.sites, {{.name = u"hq"_s, .version = u"5"_s, .ready = u"True"_s}});
        desk.clock.advance(100ms);
        QCOMPARE(verdictOf(desk.cluster).state, State::Ready);
        QVERIFY(contains(desk.labels(*desk.window.page()), u"All is well"_s));
        desk.cluster.setLiveness(
            Resource::Sites, {Liveness::State::Stale, desk.clock.wallTime().addSecs(-60), u"connection refused"_s});
        QCOMPARE(verdictOf(desk.cluster).state, State::Failed);
        QVERIFY(contains(desk.labels(desk.window), u"stale since 60 s: connection refused"_s));
    }

    void aRefusedListSaysSo()
    {
        Store sites, policies, events;
        sites.addFeed();
        ManualClock clock;
        ContextsModel contexts;
        ClusterModel cluster({.name = u"dev"_s}, sites, policies, events, clock);
        MainWindow window(contexts);
        cluster.setLiveness(Resource::Sites, {Liveness::State::Refused, {}, u"sites is forbidden: cannot list"_s});
        window.setCluster(&cluster);
        showActive(window);
        window.page()->showView(ClusterPage::View::Sites);
        const auto labels = window.page()->objects(Resource::Sites).findChildren<QLabel *>();
        QVERIFY(std::ranges::any_of(labels,
            [](const QLabel *label) { return label->isVisible() && label->text().contains(u"cannot list"_s); }));
        window.setCluster(nullptr);
    }

    void whereNotAllMayBeListedANamespaceIsAskedFor()
    {
        Desk desk;
        const QSignalSpy asked(&desk.cluster, &ClusterModel::namespaceRequested);
        desk.window.page()->showView(ClusterPage::View::Sites);
        auto *namespaces = desk.window.findChild<QComboBox *>(u"namespaces"_s);
        QVERIFY(!namespaces->isEditable());
        const QString words = u"cannot list resource \"sites\" at the cluster scope"_s;
        for (const Resource resource : ClusterModel::allResources)
            desk.cluster.setLiveness(resource, {.state = Liveness::State::Refused, .problem = words, .refusal = words});
        QVERIFY(namespaces->isEditable());
        QVERIFY(!namespaces->lineEdit()->accessibleName().isEmpty());
        QTRY_VERIFY(namespaces->lineEdit()->hasFocus());
        QVERIFY(contains(desk.labels(desk.view()), u"Type a namespace"_s));
        QVERIFY(contains(desk.labels(desk.view()), words));
        QTest::keyClicks(namespaces->lineEdit(), u"lab"_s);
        QTest::keyClick(namespaces->lineEdit(), Qt::Key_Return);
        QCOMPARE(asked.size(), 1);
        QCOMPARE(asked[0][0].toString(), u"lab"_s);
        for (const Resource resource : ClusterModel::allResources)
            desk.cluster.setLiveness(
                resource, {.state = Liveness::State::Live, .nameSpace = u"lab"_s, .refusal = words});
        QCOMPARE(desk.shownNames(), QStringList({u"branch-lab"_s}));
        QCOMPARE(namespaces->currentText(), u"lab"_s);
        QVERIFY(contains(desk.labels(desk.view()), u"Only the namespace lab is read"_s));
    }

    void aWindowOfItsOwnIsAskedFor()
    {
        Desk desk;
        const QSignalSpy asked(&desk.window, &MainWindow::newWindowRequested);
        QTest::keyClick(&desk.window, Qt::Key_N, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(asked.size(), 1);
    }

    void whatIsReadOnlySaysSoInWords()
    {
        Desk desk;
        ContextEntry context = desk.cluster.context();
        context.isReadOnly = true;
        context.ownClass = ContextClass::Staging;
        desk.cluster.setContext(context);
        QVERIFY(desk.window.windowTitle().contains(u"STAGING · READ-ONLY"_s));
    }

    void columnsAreChosenAndMovedByTheKeyboard()
    {
        Desk desk;
        desk.window.page()->showView(ClusterPage::View::Sites);
        const auto buttons = desk.view().findChildren<QToolButton *>();
        const auto button = std::ranges::find(buttons, u"Columns"_s, &QToolButton::text);
        QVERIFY(button != buttons.end());
        auto *table = desk.view().findChild<QTableView *>();
        table->setCurrentIndex(table->model()->index(0, 3)); // Reason
        QMenu *menu = (*button)->menu();
        QVERIFY((*button)->focusPolicy() & Qt::TabFocus);
        const auto choose = [&](const QString &text) {
            menu->popup({});
            for (QAction *action : menu->actions())
                if (action->text() == text) {
                    menu->setActiveAction(action);
                    QTest::keyClick(menu, Qt::Key_Return);
                    return true;
                }
            return false;
        };
        QVERIFY(choose(u"Peers"_s));
        QVERIFY(table->isColumnHidden(6));
        QVERIFY(choose(u"Move “Reason” to the left"_s));
        QCOMPARE(table->horizontalHeader()->visualIndex(3), 2);
        QVERIFY(choose(u"Peers"_s));
        QVERIFY(!table->isColumnHidden(6));
    }

    void howItLooksIsRememberedForEachContext()
    {
        const ContextEntry eu{.name = u"eu"_s, .identity = u"1"_s}, us{.name = u"us"_s, .identity = u"2"_s};
        const auto header = [](Desk &desk) { return desk.view().findChild<QTableView *>()->horizontalHeader(); };
        {
            Desk desk(eu);
            desk.window.resize(1000, 600);
            desk.window.page()->showView(ClusterPage::View::Sites);
            desk.view().setFilter(u"phase:Failed"_s);
            desk.window.setNamespace(u"prod"_s);
            header(desk)->moveSection(1, 3);
            header(desk)->resizeSection(2, 177);
            header(desk)->hideSection(4);
        }
        {
            Desk desk(us); // has looks of its own
            QCOMPARE(desk.window.page()->view(), ClusterPage::View::Overview);
            QCOMPARE(desk.shownNames().size(), 3);
            QCOMPARE(header(desk)->visualIndex(1), 1);
        }
        Desk desk(eu);
        QCOMPARE(desk.window.size(), QSize(1000, 600));
        QCOMPARE(desk.window.page()->view(), ClusterPage::View::Sites);
        QCOMPARE(desk.shownNames(), QStringList{u"branch-nyc"_s});
        QCOMPARE(desk.window.findChild<QComboBox *>(u"namespaces"_s)->currentText(), u"prod"_s);
        QCOMPARE(header(desk)->visualIndex(1), 3);
        QCOMPARE(header(desk)->sectionSize(2), 177);
        QVERIFY(header(desk)->isSectionHidden(4));
    }

    void theOverviewFollowsLightAndDark()
    {
        Desk desk;
        theme::apply(theme::Scheme::Dark);
        const QString text = QApplication::palette().color(QPalette::Text).name();
        QTRY_VERIFY(contains(desk.labels(*desk.window.page()), u"color:"_s + text));
        theme::apply(theme::Scheme::Light);
        QTRY_VERIFY(!contains(desk.labels(*desk.window.page()), u"color:"_s + text));
    }

    void aMissingCrdSaysWhatToDo()
    {
        Desk desk;
        desk.window.page()->showView(ClusterPage::View::Sites);
        desk.cluster.setLiveness(Resource::Sites, {Liveness::State::Missing, {}, u"not found"_s});
        QVERIFY(contains(desk.labels(desk.view()), u"kubectl apply -f crds/"_s));
        QCOMPARE(verdictOf(desk.cluster).state, State::Unknown); // not "all is well" of what cannot be seen
    }

    void theOverviewListsWhatIsNotReadyAndOpensIt()
    {
        Desk desk;
        auto *list = desk.window.page()->findChild<Overview *>()->findChild<QListView *>();
        QCOMPARE(list->model()->rowCount(), 1);
        Q_EMIT list->activated(list->model()->index(0, 0));
        QCOMPARE(desk.window.page()->view(), ClusterPage::View::Sites);
        QCOMPARE(desk.view().selected().key().name, u"branch-nyc"_s);
    }

    void aRunningOperatorWithoutALeaseIsNotMissed()
    {
        Desk desk;
        desk.cluster.setOperatorInfo({.metricsAnswer = true});
        QVERIFY(verdictOf(desk.cluster).why.isEmpty());
        QVERIFY(contains(desk.labels(desk.window), u"operator without leader election"_s));
        desk.cluster.setOperatorInfo({.leaseProblem = u"leases is forbidden"_s});
        QVERIFY(verdictOf(desk.cluster).why.isEmpty()); // not known is not "nobody"
        QVERIFY(contains(desk.labels(desk.window), u"leader not known"_s));
    }

    void aConsoleForOneNamespaceOffersNoOther()
    {
        Desk desk;
        desk.window.limitToNamespace(u"lab"_s);
        desk.window.page()->showView(ClusterPage::View::Sites);
        QCOMPARE(desk.shownNames(), QStringList({u"branch-lab"_s}));
        const auto *namespaces = desk.window.findChild<QComboBox *>(u"namespaces"_s);
        QCOMPARE(namespaces->currentText(), u"lab"_s);
        QVERIFY(!namespaces->isEnabled());
    }

    void thePaletteOpensAnObject()
    {
        Desk desk;
        QTest::keyClick(&desk.window, Qt::Key_K, Qt::ControlModifier);
        auto *palette = desk.window.findChild<CommandPalette *>();
        QVERIFY(palette);
        auto *text = palette->findChild<QLineEdit *>();
        QTest::keyClicks(text, u"voip"_s);
        QTest::keyClick(text, Qt::Key_Return);
        QCOMPARE(desk.window.page()->view(), ClusterPage::View::Policies);
        QCOMPARE(desk.window.page()->objects(Resource::Policies).selected().key().name, u"voip"_s);
    }

    void f5AsksToReadAgain()
    {
        Desk desk;
        const QSignalSpy asked(&desk.cluster, &ClusterModel::resyncRequested);
        QTest::keyClick(&desk.window, Qt::Key_F5);
        QCOMPARE(asked.size(), 1);
    }

    void aProblemStaysUntilItIsDismissed()
    {
        ContextsModel contexts;
        MainWindow window(contexts);
        showActive(window);
        QVERIFY(window.problem().isEmpty());
        window.showProblem(u"There is no connection."_s, u"certificate has expired"_s);
        QVERIFY(window.problem().contains(u"certificate has expired"_s));
        const auto boxes = window.findChildren<KMessageWidget *>();
        QVERIFY(std::ranges::any_of(boxes, [](const KMessageWidget *box) {
            return !box->isHidden() && box->text().contains(u"certificate has expired"_s);
        }));
    }

    void aChartShowsItsValueAndTellsItToAScreenReader()
    {
        Desk desk;
        const WallTime now(std::chrono::milliseconds(desk.clock.wallTime().toMSecsSinceEpoch()));
        ChartModel::Answer answer{
            .from = now - 10s, .to = now, .series = {{.labels = {{u"controller"_s, u"site"_s}}, .points = {}}}};
        for (int i = 0; i <= 2; ++i)
            answer.series[0].points.append({now - 10s + 5s * i, 2.0 * i});
        desk.cluster.setCharts({answer});
        auto *chart = desk.window.findChild<MetricChart *>(u"reconcile-rate"_s);
        QVERIFY(chart);
        QCOMPARE(chart->accessibleDescription(), u"site 4.00/s"_s);
        chart->setCursorTime(now - 4s);
        QCOMPARE(chart->accessibleDescription(), u"site 2.00/s"_s);
        chart->setCursorTime(std::nullopt);
        QCOMPARE(chart->accessibleDescription(), u"site 4.00/s"_s);
    }

    void everyControlHasAName()
    {
        Desk desk;
        for (const QLineEdit *edit : desk.window.page()->findChildren<QLineEdit *>())
            QVERIFY2(!edit->accessibleName().isEmpty() || qobject_cast<QComboBox *>(edit->parent()),
                qPrintable(edit->placeholderText()));
        for (const QAbstractItemView *view : desk.window.page()->findChildren<QAbstractItemView *>())
            QVERIFY2(!view->accessibleName().isEmpty() || view->objectName().contains(u"qt_"_s)
                    || qobject_cast<const QComboBox *>(view->parentWidget()) || view->inherits("QHeaderView")
                    || view->inherits("QComboBoxListView"),
                view->metaObject()->className());
    }
};

QTEST_MAIN(TestMainWindow)
#include "tst_mainwindow.moc"
