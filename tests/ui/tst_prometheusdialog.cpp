// SPDX-License-Identifier: GPL-3.0-or-later
// The choice of where the charts' numbers come from, by keys, on a cluster filled by hand.
#include "models/objects.h"
#include "support/manualclock.h"
#include "support/testcase.h"
#include "support/testsettings.h"
#include "ui/commandpalette.h"
#include "ui/mainwindow.h"
#include "ui/prometheusdialog.h"
#include "ui/theme.h"

#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>

using namespace Qt::StringLiterals;
using namespace patronus;

namespace {

struct Desk {
    Store sites, policies, events;
    ManualClock clock;
    ContextsModel contexts;
    ClusterModel cluster{
        {.name = u"prod-eu"_s, .server = u"https://api"_s, .identity = u"1"_s}, sites, policies, events, clock};
    MainWindow window{contexts};
    QSignalSpy asked{&cluster, &ClusterModel::prometheusRequested};

    explicit Desk(const std::optional<PrometheusChoice> &choice)
    {
        cluster.setMetricsDescription({.source = u"Scraped from pod operator-0."_s});
        if (choice)
            cluster.setPrometheusChoice(*choice);
        window.setCluster(&cluster);
        window.show();
        window.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        window.page()->showView(ClusterPage::View::Metrics);
    }
    ~Desk() { window.setCluster(nullptr); }

    [[nodiscard]] QPushButton &button() { return *window.findChild<QPushButton *>(u"chooseSource"_s); }
    [[nodiscard]] PrometheusDialog *dialog() { return window.findChild<PrometheusDialog *>(); }
    void open()
    {
        button().setFocus();
        QTest::keyClick(&button(), Qt::Key_Space);
        QVERIFY(dialog() && dialog()->isVisible());
    }
    [[nodiscard]] QLineEdit &server() { return *dialog()->findChild<QLineEdit *>(u"server"_s); }
    [[nodiscard]] QPushButton &accept() { return *dialog()->findChild<QPushButton *>(u"accept"_s); }
    [[nodiscard]] QString label(const QString &name) { return dialog()->findChild<QLabel *>(name)->text(); }
};

} // namespace

class TestPrometheusDialog : public TestCase
{
    Q_OBJECT

private:
    TestSettings m_settings;

private Q_SLOTS:
    void initTestCase() { theme::apply(theme::Scheme::Light); }

    void aServerIsTypedAndAsked()
    {
        Desk desk(PrometheusChoice{});
        desk.open();
        QVERIFY(desk.dialog()->windowTitle().contains(u"prod-eu · PRODUCTION"_s));
        QTRY_VERIFY(desk.server().hasFocus());
        QCOMPARE(desk.accept().text(), u"Look for one"_s);
        QCOMPARE(desk.label(u"keeping"_s), u"It is kept for this context."_s);
        QTest::keyClicks(&desk.server(), u"https://prometheus.example:9090/one "_s);
        QCOMPARE(desk.accept().text(), u"Ask this server"_s);
        QCOMPARE(desk.asked.size(), 0);
        QTest::keyClick(&desk.server(), Qt::Key_Return);
        QCOMPARE(desk.asked.size(), 1);
        QCOMPARE(desk.asked.first().first().toUrl(), QUrl(u"https://prometheus.example:9090/one"_s));
        QTRY_VERIFY(!desk.dialog());
    }

    void whatCannotBeUsedIsToldWhileItIsTyped_data()
    {
        QTest::addColumn<QString>("typed");
        QTest::addColumn<QString>("says");
        QTest::newRow("no scheme") << u"prometheus:9090"_s << u"such as https://host.example:9090"_s;
        QTest::newRow("another scheme") << u"ftp://prometheus"_s << u"is no http or https URL"_s;
        QTest::newRow("a password") << u"https://me:hidden@prometheus"_s << u"give it without them"_s;
        QTest::newRow("a query") << u"https://prometheus/?token=hidden"_s << u"leave out ? or #"_s;
    }
    void whatCannotBeUsedIsToldWhileItIsTyped()
    {
        QFETCH(const QString, typed);
        QFETCH(const QString, says);
        Desk desk(PrometheusChoice{});
        desk.open();
        QTest::keyClicks(&desk.server(), typed);
        QVERIFY2(desk.label(u"problem"_s).contains(says), qPrintable(desk.label(u"problem"_s)));
        QVERIFY(!desk.label(u"problem"_s).contains(u"hidden"_s));
        QVERIFY(!desk.accept().isEnabled());
        QTest::keyClick(&desk.server(), Qt::Key_Return);
        QVERIFY(desk.dialog()->isVisible());
        QCOMPARE(desk.asked.size(), 0);
        desk.server().clear();
        QVERIFY(desk.label(u"problem"_s).isEmpty() && desk.accept().isEnabled());
    }

    void whoEmptiesItHasOneLookedFor()
    {
        Desk desk(PrometheusChoice{.chosen = QUrl(u"http://old:9090"_s)});
        desk.open();
        QCOMPARE(desk.server().text(), u"http://old:9090"_s);
        desk.server().selectAll();
        QTest::keyClick(&desk.server(), Qt::Key_Delete);
        QTest::keyClick(&desk.server(), Qt::Key_Return);
        QCOMPARE(desk.asked.size(), 1);
        QCOMPARE(desk.asked.first().first().toUrl(), QUrl());
    }

    void escapeChangesNothing()
    {
        Desk desk(PrometheusChoice{});
        desk.open();
        QTest::keyClicks(&desk.server(), u"http://new:9090"_s);
        QTest::keyClick(&desk.server(), Qt::Key_Escape);
        QTRY_VERIFY(!desk.dialog());
        QCOMPARE(desk.asked.size(), 0);
    }

    void anOptionThatWinsIsNamed()
    {
        Desk desk(PrometheusChoice{.fixedBy = u"--prometheus-url"_s});
        desk.open();
        QVERIFY(desk.label(u"keeping"_s).contains(u"started with --prometheus-url, which wins"_s));
    }

    void thePaletteOpensItFromAnyView()
    {
        Desk desk(PrometheusChoice{});
        desk.window.page()->showView(ClusterPage::View::Sites);
        QTest::keyClick(&desk.window, Qt::Key_K, Qt::ControlModifier);
        auto *palette = desk.window.findChild<CommandPalette *>();
        QVERIFY(palette);
        auto *line = palette->findChild<QLineEdit *>();
        QTest::keyClicks(line, u"charts' numbers"_s);
        QTest::keyClick(line, Qt::Key_Return);
        QTRY_VERIFY(desk.dialog() && desk.dialog()->isVisible());
    }

    void aFolderHasNothingToChoose()
    {
        Desk desk(std::nullopt);
        QVERIFY(!desk.button().isVisible());
    }

    /// Looked at by a person: PATRONUS_PICTURES=FOLDER.
    void itIsDrawn()
    {
        const QString folder = qEnvironmentVariable("PATRONUS_PICTURES");
        if (folder.isEmpty())
            QSKIP("PATRONUS_PICTURES names no folder");
        Desk desk(PrometheusChoice{});
        desk.open();
        QTest::keyClicks(&desk.server(), u"https://me:hidden@prometheus"_s);
        for (const auto &[scheme, name] :
            {std::pair(theme::Scheme::Dark, u"dark"_s), std::pair(theme::Scheme::Light, u"light"_s)}) {
            theme::apply(scheme);
            QCoreApplication::processEvents();
            QVERIFY(desk.dialog()->grab().save(u"%1/prometheus-dialog-%2.png"_s.arg(folder, name)));
            QVERIFY(desk.window.grab().save(u"%1/metrics-source-%2.png"_s.arg(folder, name)));
        }
    }
};

QTEST_MAIN(TestPrometheusDialog)
#include "tst_prometheusdialog.moc"
