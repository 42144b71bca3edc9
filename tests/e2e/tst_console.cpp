// SPDX-License-Identifier: GPL-3.0-or-later
// The window itself, as a person uses it, on a real API server with the real operator and the simulated Patronus API.
#include "app/console/console.h"
#include "e2e/objects.h"
#include "sdwan/conditions.h"
#include "sdwan/names.h"
#include "support/freeport.h"
#include "support/operatorworld.h"
#include "support/testcase.h"
#include "support/testsettings.h"
#include "ui/connectdialog.h"
#include "ui/detailpanel.h"
#include "ui/metricchart.h"
#include "ui/objectview.h"
#include "ui/theme.h"
#include "ui/topologymap.h"
#include "ui/topologyview.h"

#include <QApplication>
#include <QJsonDocument>
#include <QLabel>
#include <QListView>
#include <QPushButton>
#include <QRegularExpression>
#include <QTabWidget>
#include <QTableView>

#include <cmath>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace patronus;
using Resource = ClusterModel::Resource;

namespace {

/// The console in this process, with a person's hands on it.
class Hands
{
public:
    Hands(const QString &kubeconfig, OperatorWorld &world, quint16 metricsPort, Clock &clock)
        : m_console({.kubeconfig = kubeconfig,
                        .operatorNamespace = u"patronus-system"_s,
                        .metricsUrl = QUrl(u"http://127.0.0.1:%1/metrics"_s.arg(metricsPort)),
                        .patronusApiUrl = world.simulator().url()},
              clock)
    {
        m_console.start();
    }

    MainWindow &window() { return m_console.window(); }
    ClusterPage &page() { return *window().page(); }
    ClusterModel &model() { return m_console.session()->model(); }
    PlanModel &plan() { return model().plan(); }

    /// Chooses the context in the dialog.
    void connectByDialog()
    {
        window().activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&window()));
        QTest::keyClick(&window(), Qt::Key_O, Qt::ControlModifier);
        auto *dialog = window().findChild<ConnectDialog *>();
        QVERIFY(dialog);
        QVERIFY(!m_console.session()); // nothing is connected to before somebody says so
        QVERIFY(dialog->chosen());
        const auto buttons = dialog->findChildren<QPushButton *>();
        const auto connectTo = std::ranges::find_if(
            buttons, [](const QPushButton *button) { return button->text().startsWith(u"Connect to "_s); });
        QVERIFY(connectTo != buttons.end());
        QTest::mouseClick(*connectTo, Qt::LeftButton);
        QVERIFY(m_console.session());
        QVERIFY(eventually([&] { return model().store(Resource::Sites).isSynced(); }));
    }

    /// A row of the Sites as it is shown: "State Name Reason Phase"; empty: there is none.
    QString row(const QString &name)
    {
        const FilterProxy &rows = page().objects(Resource::Sites).rows();
        for (int row = 0; row < rows.rowCount(); ++row)
            if (rows.index(row, 1).data().toString() == name)
                return QStringList{rows.index(row, 0).data().toString(), name, rows.index(row, 3).data().toString(),
                    rows.index(row, 4).data().toString()}
                    .join(u' ');
        return {};
    }
    void click(const QString &name)
    {
        QTest::keyClick(&window(), Qt::Key_2, Qt::ControlModifier); // the Sites
        auto *table = page().objects(Resource::Sites).findChild<QTableView *>();
        for (int row = 0; row < table->model()->rowCount(); ++row)
            if (const QModelIndex index = table->model()->index(row, 1); index.data().toString() == name) {
                table->scrollTo(index);
                QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, table->visualRect(index).center());
            }
        QCOMPARE(page().objects(Resource::Sites).selected().key().name, name);
    }
    void openTab(DetailPanel::Tab tab)
    {
        auto *bar = page().details().findChild<QTabWidget *>()->tabBar();
        QTest::mouseClick(bar, Qt::LeftButton, {}, bar->tabRect(int(tab)).center());
    }
    /// Waits for a preview of @p object as the server has it now.
    bool isPreviewed(const Object &object)
    {
        return eventually([&] {
            const Object shown = page().objects(Resource::Sites).selected();
            return shown.uid() == object.uid() && shown.generation() == object.generation()
                && plan().object() == object.key() && plan().phase() == PlanModel::Phase::Done;
        });
    }
    QString planSays()
    {
        return u"%1: %2 (phase %3)"_s.arg(plan().object().name, plan().summary()).arg(int(plan().phase()));
    }
    template <typename Kind> std::optional<Kind> planned()
    {
        for (const PlannedStep &step : plan().steps())
            if (const auto *found = std::get_if<Kind>(&step.step))
                return *found;
        return std::nullopt;
    }
    QStringList labels()
    {
        QStringList texts;
        for (const QLabel *label : window().findChildren<QLabel *>())
            if (label->isVisible())
                texts.append(label->text());
        return texts;
    }
    bool says(const QString &text) { return !labels().filter(text).isEmpty(); }

private:
    Console m_console;
};

/// A status without what only time tells.
QJsonObject timeless(QJsonObject status)
{
    QJsonArray conditions;
    for (const QJsonValue &value : status["conditions"_L1].toArray()) {
        QJsonObject condition = value.toObject();
        condition.remove("lastTransitionTime"_L1);
        conditions.append(condition);
    }
    status.insert("conditions"_L1, conditions);
    return status;
}

} // namespace

class TestConsole : public TestCase
{
    Q_OBJECT

private:
    std::unique_ptr<OperatorWorld> m_world;
    std::unique_ptr<TestSettings> m_settings;
    SystemClock m_clock;
    quint16 m_metricsPort = 0;

    std::unique_ptr<OperatorProcess> startOperator() const
    {
        return m_world->startOperator({u"--reconcile-success-interval=2s"_s, u"--leader-election-enabled=true"_s,
            u"--metrics-port=%1"_s.arg(m_metricsPort)});
    }
    Object site(const QString &name) const { return m_world->find(resources::sites(), name).value_or(Object()); }

    /// The operator does what the preview said: the same request, the same status, the same Event.
    void theOperatorDoesWhatWasPlanned(
        const QString &name, const PutRemote &put, const PatchStatus &status, const std::optional<RecordEvent> &event)
    {
        QVERIFY(eventually([&] { return m_world->reasonOf(resources::sites(), name) == "Synced"_L1; }));
        const auto &changes = m_world->simulator().requests().changes();
        QCOMPARE(changes.size(), 1);
        QCOMPARE(changes.front().method, "PUT");
        QCOMPARE(changes.front().path, u"/api/v1/sites/"_s + name);
        QCOMPARE(QJsonDocument::fromJson(changes.front().body).object(), put.body);
        const QJsonObject real = timeless(site(name).status()), planned = timeless(status.status);
        for (auto it = planned.begin(); it != planned.end(); ++it)
            QVERIFY2(real[it.key()] == it.value(), qPrintable(it.key()));
        if (event)
            QVERIFY(eventually([&] {
                return std::ranges::any_of(m_world->objects(resources::events()), [&](const Object &recorded) {
                    return recorded.json()["reason"_L1].toString() == event->reason
                        && recorded.json()["message"_L1].toString() == event->message
                        && recorded.json()["involvedObject"_L1]["name"_L1].toString() == name;
                });
            }));
    }

private Q_SLOTS:
    void initTestCase()
    {
        theme::apply(theme::Scheme::Light);
        auto world = OperatorWorld::start();
        QVERIFY2(world, qPrintable(world ? QString() : world.error().message));
        m_world = *std::move(world);
    }
    void init() override
    {
        // That the server cannot be reached, or refuses, is what some tests are about.
        QTest::failOnWarning(QRegularExpression(u"^(?!.* trying again in )"_s));
        m_metricsPort = freePort();
        m_settings = std::make_unique<TestSettings>();
    }
    void cleanup() { m_world->clear(); }

    void theOperatorDoesWhatThePreviewSays()
    {
        Hands hands(m_world->plane().kubeconfig(), *m_world, m_metricsPort, m_clock);
        hands.connectByDialog();
        QVERIFY(eventually([&] { return hands.says(u"no leader"_s); }));

        // A Site is created while no operator runs.
        QVERIFY(m_world->plane().apply(SiteManifest{.name = u"hq"_s}.yaml()));
        QVERIFY(eventually([&] { return hands.row(u"hq"_s) == u"Unknown hq No status yet –"_s; }));
        const Object created = site(u"hq"_s);
        hands.click(u"hq"_s);
        hands.openTab(DetailPanel::Tab::Preview);
        QVERIFY2(hands.isPreviewed(created), qPrintable(hands.planSays()));
        const auto finalizer = hands.planned<SetFinalizer>();
        const auto put = hands.planned<PutRemote>();
        const auto status = hands.planned<PatchStatus>();
        const auto event = hands.planned<RecordEvent>();
        QVERIFY2(finalizer && put && status && event, qPrintable(hands.plan().summary()));
        QCOMPARE(hands.plan().steps().first().check, PlannedStep::Check::Accepted);

        // Looking has changed nothing, neither here nor there.
        QCOMPARE(site(u"hq"_s).json(), created.json());
        QCOMPARE(m_world->remoteChanges(), 0);

        const auto first = startOperator();
        theOperatorDoesWhatWasPlanned(u"hq"_s, *put, *status, *event);
        QVERIFY(site(u"hq"_s).hasFinalizer(names::finalizer));
        QVERIFY(eventually([&] { return hands.row(u"hq"_s) == "Ready hq Synced Active"_L1; }));
        QVERIFY(eventually([&] { return hands.says(u"Nothing: all is as the spec says."_s); }));
        QVERIFY(eventually([&] { return hands.says(u"leader operator_"_s); }));

        // The chart moves.
        const ChartModel &chart = *hands.model().charts().first();
        QVERIFY(eventually([&] { return chart.latest(u"site success"_s) > 0; }));
        const WallTime before = chart.to();
        QVERIFY(eventually([&] { return chart.to() > before && chart.latest(u"site success"_s) > 0; }));
        const auto *drawn = hands.window().findChild<MetricChart *>(chart.question().id);
        QVERIFY2(
            drawn->accessibleDescription().contains(u"site success "_s), qPrintable(drawn->accessibleDescription()));

        // Without an operator there is no data, which is not zero.
        QCOMPARE(first->stop(), 0);
        QVERIFY(eventually([&] { return std::isnan(chart.latest(u"site success"_s)); }));
        QVERIFY(eventually([&] { return hands.says(u"no leader"_s); }));

        // The Site is edited: the same again, of a change.
        m_world->simulator().reset(false); // the log of requests alone
        QVERIFY(m_world->plane().apply(SiteManifest{.name = u"hq"_s, .location = u"Lisbon"_s}.yaml()));
        QVERIFY(eventually([&] { return hands.row(u"hq"_s) == "Working hq Spec changed Active"_L1; }));
        QVERIFY2(hands.isPreviewed(site(u"hq"_s)), qPrintable(hands.planSays()));
        const auto changed = hands.planned<PutRemote>();
        const auto changedStatus = hands.planned<PatchStatus>();
        QVERIFY2(changed && changedStatus, qPrintable(hands.plan().summary()));
        QCOMPARE(changed->differences, QStringList{u"location"_s});
        QVERIFY(!hands.planned<SetFinalizer>());
        QCOMPARE(m_world->remoteChanges(), 0);
        const auto second = startOperator();
        theOperatorDoesWhatWasPlanned(u"hq"_s, *changed, *changedStatus, hands.planned<RecordEvent>());
        QVERIFY(eventually([&] { return hands.row(u"hq"_s) == "Ready hq Synced Active"_L1; }));
        QCOMPARE(second->stop(), 0);
    }

    void aStormOfInsertsMovesNothingUnderThePerson()
    {
        QVERIFY(m_world->plane().apply(SiteManifest{.name = u"mine"_s}.yaml()));
        Hands hands(m_world->plane().kubeconfig(), *m_world, m_metricsPort, m_clock);
        hands.connectByDialog();
        QVERIFY(eventually([&] { return !hands.row(u"mine"_s).isEmpty(); }));
        hands.click(u"mine"_s);
        const QString uid = hands.page().objects(Resource::Sites).selected().uid();
        QTest::keyClick(&hands.window(), Qt::Key_O, Qt::ControlModifier); // a dialog stands open meanwhile
        QVERIFY(hands.window().findChild<ConnectDialog *>());

        // 200 a second, before and after it by name.
        constexpr int all = 600;
        int sent = 0, made = 0;
        const auto make = [&](int index) -> QCoro::Task<> {
            const QString name = (index % 2 == 0 ? u"a-%1"_s : u"z-%1"_s).arg(index);
            const QJsonObject site{{u"metadata"_s, QJsonObject{{u"name"_s, name}, {u"namespace"_s, u"default"_s}}},
                {u"apiVersion"_s, resources::sites().apiVersion()}, {u"kind"_s, u"Site"_s},
                {u"spec"_s,
                    QJsonObject{{u"wireguard"_s,
                        QJsonObject{{u"publicKey"_s, QString::fromLatin1(QByteArray(32, 'k').toBase64())},
                            {u"listenPort"_s, 51820}, {u"endpoints"_s, QJsonArray{u"1.2.3.4:51820"_s}}}}}}};
            const auto created = co_await m_world->client().create(resources::sites(), site, {}, {});
            made += created ? 1 : 0;
        };
        QTimer storm;
        connect(&storm, &QTimer::timeout, this, [&] {
            if (sent < all)
                std::ignore = make(sent++);
        });
        storm.start(5ms);
        bool stayed = true;
        QVERIFY(eventually(
            [&] {
                stayed
                    = stayed && hands.page().objects(Resource::Sites).selected().uid() == uid && hands.says(u"mine"_s);
                return made == all && hands.page().objects(Resource::Sites).rows().rowCount() == all + 1;
            },
            60s));
        QVERIFY(stayed);
        QVERIFY(hands.window().findChild<ConnectDialog *>()->isVisible());
    }

    void theTopologyFollowsTheClusterAndOpensASite()
    {
        const auto process = startOperator();
        QVERIFY(m_world->plane().apply(SiteManifest{.name = u"hq"_s, .peers = {u"branch"_s}}.yaml()));
        QVERIFY(m_world->plane().apply(PolicyManifest{.name = u"voip"_s, .site = u"hq"_s}.yaml()));
        Hands hands(m_world->plane().kubeconfig(), *m_world, m_metricsPort, m_clock);
        hands.connectByDialog();
        QTest::keyClick(&hands.window(), Qt::Key_4, Qt::ControlModifier);
        TopologyMap &map = hands.page().topology().map();
        const auto words = [&](const QString &name) { // as a screen reader has them
            const auto found = map.model()->match(map.model()->index(0, 0), Qt::DisplayRole, name, 1, Qt::MatchExactly);
            return found.isEmpty() ? QString() : found.first().data(Qt::AccessibleTextRole).toString();
        };
        QVERIFY2(eventually([&] {
            return words(u"branch"_s) == u"branch, not there: no Site of this name is read here, Peer of default/hq"_s
                && words(u"hq"_s).endsWith(u" · SiteNotFound, Policies: default/voip"_s);
        }),
            qPrintable(words(u"branch"_s) + u"; "_s + words(u"hq"_s)));
        QVERIFY(m_world->plane().apply(SiteManifest{.name = u"branch"_s, .peers = {u"hq"_s}}.yaml()));
        QVERIFY(eventually([&] {
            return words(u"branch"_s) == u"Site branch in default, Ready · Synced, Peer of default/hq"_s
                && words(u"hq"_s).startsWith(u"Site hq in default, Ready · Synced"_s) && map.isArranged();
        }));
        const auto *topology = qobject_cast<TopologyModel *>(map.model());
        QCOMPARE(topology->links().size(), 1);
        QVERIFY(!topology->links().first().isOneSided);

        map.setFocus();
        QTest::keyClicks(&map, u"hq"_s);
        QCOMPARE(map.selected().key().name, u"hq"_s);
        hands.page().details().showTab(DetailPanel::Tab::Relations);
        const auto *relations = hands.page().details().findChild<QListView *>(u"relations"_s);
        QCOMPARE(relations->model()->index(0, 0).data().toString(), u"Peers with branch"_s);
        QCOMPARE(relations->model()->index(1, 0).data().toString(), u"Policy voip routes through it"_s);
        QTest::keyClick(&map, Qt::Key_Return);
        QCOMPARE(hands.page().view(), ClusterPage::View::Sites);
        QCOMPARE(hands.page().objects(Resource::Sites).selected().key().name, u"hq"_s);
        QCOMPARE(process->stop(), 0);
    }

    void aLostServerIsToldAndWhatWasReadStays()
    {
        QVERIFY(m_world->plane().apply(SiteManifest{.name = u"hq"_s}.yaml()));
        Hands hands(m_world->plane().kubeconfig(), *m_world, m_metricsPort, m_clock);
        hands.connectByDialog();
        QVERIFY(eventually([&] { return !hands.row(u"hq"_s).isEmpty() && hands.says(u"live, "_s); }));
        QVERIFY(m_world->plane().stopApiServer());
        QVERIFY(eventually([&] { return hands.says(u"stale since "_s); }));
        QVERIFY(!hands.row(u"hq"_s).isEmpty());
        QVERIFY(hands.says(u"what is shown is old"_s)); // the overview
        QVERIFY(m_world->plane().startApiServer());
        QVERIFY(eventually([&] { return hands.says(u"live, "_s); }, 90s));
        QVERIFY(m_world->plane().apply(SiteManifest{.name = u"branch"_s}.yaml()));
        QVERIFY(eventually([&] { return !hands.row(u"branch"_s).isEmpty(); }, 90s));
    }

    void whoMayNotReadIsToldWhichRightIsMissing()
    {
        QFile own(m_world->plane().kubeconfig());
        QVERIFY(own.open(QIODevice::ReadOnly));
        const QByteArray kubeconfig = own.readAll().replace("user: {", "user: {as: nobody, ");
        QFile file(m_world->plane().directory() + u"/nobody.kubeconfig"_s);
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(kubeconfig) == kubeconfig.size());
        file.close();

        Console console({.kubeconfig = file.fileName(), .operatorNamespace = u"patronus-system"_s}, m_clock);
        console.start();
        Q_EMIT console.window().connectRequested({Kubeconfig::load({file.fileName()})->currentContext()});
        QVERIFY(console.session());
        console.window().page()->showView(ClusterPage::View::Sites);
        const ObjectView &sites = console.window().page()->objects(Resource::Sites);
        QVERIFY(eventually([&] {
            const auto labels = sites.findChildren<QLabel *>();
            return std::ranges::any_of(labels, [](const QLabel *label) {
                return label->isVisible() && label->text().contains(u"\"nobody\" cannot list resource \"sites\""_s);
            });
        }));
    }
};

QTEST_MAIN(TestConsole)
#include "tst_console.moc"
