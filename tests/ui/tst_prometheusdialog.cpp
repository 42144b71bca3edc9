// SPDX-License-Identifier: GPL-3.0-or-later
// The choice of where the charts' numbers come from, by keys, on a cluster filled by hand.
#include "support/sourcetree.h"
#include "support/testsettings.h"
#include "ui/commandpalette.h"
#include "ui/prometheusdialog.h"
#include "ui/theme.h"
#include "ui/windowdesk.h"

#include <KMessageWidget>

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>

using namespace Qt::StringLiterals;
using namespace patronus;

namespace {

struct Desk : WindowDesk {
    QSignalSpy asked{&cluster, &ClusterModel::prometheusRequested};

    explicit Desk(const std::optional<PrometheusChoice> &choice) : WindowDesk(ofProduction(u"1"_s))
    {
        cluster.setMetricsDescription({.source = u"Scraped from pod operator-0."_s});
        if (choice)
            cluster.setPrometheusChoice(*choice);
        show();
        window.page()->showView(ClusterPage::View::Metrics);
    }

    [[nodiscard]] QPushButton &button() { return *window.findChild<QPushButton *>(u"chooseSource"_s); }
    [[nodiscard]] PrometheusDialog *dialog() { return window.findChild<PrometheusDialog *>(); }
    void open()
    {
        button().setFocus();
        QTest::keyClick(&button(), Qt::Key_Space);
        QVERIFY(dialog() && dialog()->isVisible());
    }
    [[nodiscard]] QLineEdit &line(const QString &name) { return *dialog()->findChild<QLineEdit *>(name); }
    [[nodiscard]] QLineEdit &server() { return line(u"server"_s); }
    [[nodiscard]] QPushButton &button(const QString &name) { return *dialog()->findChild<QPushButton *>(name); }
    [[nodiscard]] QPushButton &accept() { return button(u"accept"_s); }
    [[nodiscard]] bool isWarning() { return dialog()->findChild<KMessageWidget *>(u"warning"_s)->isVisible(); }
    void choose(PrometheusServer::SignIn signIn)
    {
        auto *box = dialog()->findChild<QComboBox *>(u"signIn"_s);
        box->setFocus();
        QTest::keyClick(box, Qt::Key_Home);
        for (int i = 0; i < int(signIn); ++i)
            QTest::keyClick(box, Qt::Key_Down);
    }
    [[nodiscard]] PrometheusServer askedFor() { return asked.last().at(0).value<PrometheusServer>(); }
    [[nodiscard]] std::optional<QString> askedWith() { return asked.last().at(1).value<std::optional<QString>>(); }
    [[nodiscard]] QString label(const QString &name) { return dialog()->findChild<QLabel *>(name)->text(); }
};

} // namespace

class TestPrometheusDialog : public TestCase
{
    Q_OBJECT

private:
    TestSettings m_settings;

    static void drawDialog(Desk &desk, const QString &folder, const QString &what)
    {
        for (const auto &[scheme, name] :
            {std::pair(theme::Scheme::Dark, u"dark"_s), std::pair(theme::Scheme::Light, u"light"_s)}) {
            theme::apply(scheme);
            QCoreApplication::processEvents();
            QVERIFY(desk.dialog()->grab().save(u"%1/prometheus-dialog-%2-%3.png"_s.arg(folder, what, name)));
        }
    }

private Q_SLOTS:
    void initTestCase() { theme::apply(theme::Scheme::Light); }

    void aServerIsTypedAndAsked()
    {
        Desk desk(PrometheusChoice{});
        desk.open();
        QVERIFY(desk.dialog()->windowTitle().contains(u"prod-eu · PRODUCTION"_s));
        QTRY_VERIFY(desk.server().hasFocus());
        QCOMPARE(desk.accept().text(), u"Look for one"_s);
        QCOMPARE(desk.label(u"keeping"_s), u"This choice is kept for this context."_s);
        QTest::keyClicks(&desk.server(), u"https://prometheus.example:9090/one "_s);
        QCOMPARE(desk.accept().text(), u"Ask this server"_s);
        QCOMPARE(desk.asked.size(), 0);
        QTest::keyClick(&desk.server(), Qt::Key_Return);
        QCOMPARE(desk.asked.size(), 1);
        QCOMPARE(desk.askedFor(), PrometheusServer{.url = QUrl(u"https://prometheus.example:9090/one"_s)});
        QCOMPARE(desk.askedWith(), std::nullopt);
        QTRY_VERIFY(!desk.dialog());
    }

    void whatCannotBeUsedIsToldWhileItIsTyped_data()
    {
        QTest::addColumn<QString>("typed");
        QTest::addColumn<QString>("says");
        QTest::newRow("no scheme") << u"prometheus:9090"_s << u"such as https://host.example:9090"_s;
        QTest::newRow("another scheme") << u"ftp://prometheus"_s << u"is no http or https URL"_s;
        QTest::newRow("a password") << u"https://me:hidden@prometheus"_s << u"give it without them, and say below"_s;
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
        Desk desk(PrometheusChoice{.chosen = {.url = QUrl(u"http://old:9090"_s)}});
        desk.open();
        QCOMPARE(desk.server().text(), u"http://old:9090"_s);
        desk.server().selectAll();
        QTest::keyClick(&desk.server(), Qt::Key_Delete);
        QTest::keyClick(&desk.server(), Qt::Key_Return);
        QCOMPARE(desk.asked.size(), 1);
        QCOMPARE(desk.askedFor(), PrometheusServer());
    }

    void itsAuthorityIsCheckedAtOnce()
    {
        const QString authority = sourcePath(u"tests/http/data/ca.pem"_s);
        Desk desk(PrometheusChoice{});
        desk.open();
        QVERIFY(!desk.line(u"caFile"_s).isEnabled()); // of no server
        QTest::keyClicks(&desk.server(), u"https://prometheus"_s);
        const std::pair<QString, QString> wrong[] = {{u"/nowhere/ca.pem"_s, u"/nowhere/ca.pem: "_s},
            {sourcePath(u"tests/http/data/server.key"_s), u"server.key has no certificate in PEM"_s},
            {m_settings.folder(), u"is no file"_s}};
        for (const auto &[path, says] : wrong) {
            desk.line(u"caFile"_s).clear();
            QTest::keyClicks(&desk.line(u"caFile"_s), path);
            QVERIFY2(desk.label(u"problem"_s).contains(says), qPrintable(desk.label(u"problem"_s)));
            QVERIFY2(desk.label(u"problem"_s).contains(u"name "_s), qPrintable(desk.label(u"problem"_s)));
            QVERIFY(!desk.accept().isEnabled());
        }
        desk.line(u"caFile"_s).clear();
        QTest::keyClicks(&desk.line(u"caFile"_s), authority);
        QVERIFY(desk.label(u"problem"_s).isEmpty());
        QTest::keyClick(&desk.line(u"caFile"_s), Qt::Key_Return);
        QCOMPARE(desk.askedFor().caFile, authority);
    }

    void whoSignsInSaysWithWhat()
    {
        using enum PrometheusServer::SignIn;
        Desk desk(PrometheusChoice{});
        const QSignalSpy looked(&desk.cluster, &ClusterModel::prometheusSecretRequested);
        desk.open();
        QTest::keyClicks(&desk.server(), u"https://prometheus"_s);
        QVERIFY(!desk.line(u"secret"_s).isVisible() && !desk.line(u"username"_s).isVisible());
        QCOMPARE(looked.size(), 0); // who does not sign in is not asked to unlock a keychain
        desk.choose(Token);
        QCOMPARE(looked.size(), 1);
        QVERIFY(desk.line(u"secret"_s).isVisible() && !desk.line(u"username"_s).isVisible());
        QCOMPARE(desk.line(u"secret"_s).echoMode(), QLineEdit::Password);
        QCOMPARE(desk.label(u"problem"_s), u"The token is missing."_s);
        QVERIFY(!desk.accept().isEnabled());
        QCOMPARE(desk.label(u"secretState"_s), u"It is kept in this desktop's keychain, and in no file."_s);
        QTest::keyClicks(&desk.line(u"secret"_s), u" open-sesame "_s);
        QVERIFY(desk.accept().isEnabled());
        desk.choose(Password);
        QVERIFY(desk.line(u"username"_s).isVisible());
        QCOMPARE(desk.label(u"problem"_s), u"The user name is missing."_s);
        QTest::keyClicks(&desk.line(u"username"_s), u"a:da"_s);
        QVERIFY(desk.label(u"problem"_s).contains(u"colon"_s));
        desk.line(u"username"_s).setText(u"ada"_s);
        QTest::keyClick(&desk.line(u"secret"_s), Qt::Key_Return);
        QCOMPARE(desk.askedFor(),
            (PrometheusServer{.url = QUrl(u"https://prometheus"_s), .signIn = Password, .username = u"ada"_s}));
        QCOMPARE(desk.askedWith(), u" open-sesame "_s); // of a password every letter counts
        QTRY_VERIFY(!desk.dialog());
        desk.open();
        QTest::keyClicks(&desk.server(), u"https://prometheus"_s);
        desk.choose(Token);
        QTest::keyClicks(&desk.line(u"secret"_s), u" open-sesame "_s);
        QTest::keyClick(&desk.line(u"secret"_s), Qt::Key_Return);
        QCOMPARE(desk.askedWith(), u"open-sesame"_s);
    }

    void whatIsKeptIsSaidNotShown()
    {
        using enum PrometheusServer::SignIn;
        const PrometheusServer chosen{.url = QUrl(u"https://prometheus"_s), .signIn = Token};
        Desk desk(PrometheusChoice{.chosen = chosen, .secret = PrometheusChoice::Secret::Unknown});
        const QSignalSpy forgotten(&desk.cluster, &ClusterModel::prometheusForgottenRequested);
        desk.open();
        QVERIFY(desk.label(u"secretState"_s).startsWith(u"Looking for it"_s));
        QVERIFY(desk.accept().isEnabled() && !desk.button(u"forget"_s).isVisible());
        PrometheusChoice choice{.chosen = chosen, .secret = PrometheusChoice::Secret::Kept};
        desk.cluster.setPrometheusChoice(choice);
        QVERIFY(desk.label(u"secretState"_s).contains(u"One is kept in this desktop's keychain. It is not shown"_s));
        QVERIFY(desk.line(u"secret"_s).text().isEmpty());
        QTest::keyClick(&desk.server(), Qt::Key_End);
        QTest::keyClicks(&desk.server(), u".example"_s); // another server: what was given for one is sent to no other
        QCOMPARE(desk.label(u"problem"_s), u"The token is missing."_s);
        QVERIFY(!desk.button(u"forget"_s).isVisible());
        desk.server().setText(u"https://prometheus/of-thanos"_s); // another path of the same one
        QVERIFY(desk.accept().isEnabled());
        QTest::mouseClick(&desk.button(u"forget"_s), Qt::LeftButton);
        QCOMPARE(forgotten.size(), 1);
        choice.secret = PrometheusChoice::Secret::None;
        desk.cluster.setPrometheusChoice(choice);
        QCOMPARE(desk.label(u"problem"_s), u"The token is missing."_s);
        choice.secret = PrometheusChoice::Secret::Held;
        choice.keychainProblem = u"no keychain of this desktop answers"_s;
        desk.cluster.setPrometheusChoice(choice);
        QVERIFY(desk.label(u"secretState"_s)
                .contains(u"held for this session only: no keychain of this desktop answers"_s));
        QTest::keyClicks(&desk.line(u"secret"_s), u"another"_s);
        QCOMPARE(
            desk.label(u"secretState"_s), u"It is held for this session only: no keychain of this desktop answers."_s);
        QTest::keyClick(&desk.line(u"secret"_s), Qt::Key_Return);
        QCOMPARE(desk.askedWith(), u"another"_s);
    }

    void withoutTlsItWarns_data()
    {
        QTest::addColumn<QString>("server");
        QTest::addColumn<bool>("warns");
        QTest::newRow("TLS") << u"https://prometheus"_s << false;
        QTest::newRow("none") << u"http://prometheus:9090"_s << true;
        QTest::newRow("none, an address") << u"http://192.0.2.1:9090"_s << true;
        QTest::newRow("none, on this machine") << u"http://127.0.0.1:9090"_s << false;
        QTest::newRow("none, on this machine, IPv6") << u"http://[::1]:9090"_s << false;
        QTest::newRow("none, on this machine by name") << u"http://localhost:9090"_s << false;
    }
    void withoutTlsItWarns()
    {
        QFETCH(const QString, server);
        Desk desk(PrometheusChoice{});
        desk.open();
        QTest::keyClicks(&desk.server(), server);
        QVERIFY(!desk.isWarning()); // nothing to be overheard
        desk.choose(PrometheusServer::SignIn::Token);
        QTEST(desk.isWarning(), "warns");
        QTest::keyClicks(&desk.line(u"secret"_s), u"open-sesame"_s);
        QVERIFY(desk.accept().isEnabled()); // told, not refused
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
        drawDialog(desk, folder, u"url"_s);
        desk.server().setText(u"https://thanos-query.example/prod"_s);
        desk.line(u"caFile"_s).setText(sourcePath(u"tests/http/data/ca.pem"_s));
        desk.choose(PrometheusServer::SignIn::Token);
        desk.line(u"secret"_s).setText(u"open-sesame"_s);
        drawDialog(desk, folder, u"token"_s);
        desk.cluster.setPrometheusChoice({.keychainProblem
            = u"no keychain of this desktop answers (KWallet or the Secret Service): the name is not activatable"_s});
        desk.server().setText(u"http://prometheus.example:9090"_s);
        desk.line(u"caFile"_s).setText(u"/etc/ssl/private-ca.pem"_s);
        desk.choose(PrometheusServer::SignIn::Password);
        drawDialog(desk, folder, u"password"_s);
        const PrometheusServer kept{
            .url = QUrl(u"https://prometheus.example"_s), .signIn = PrometheusServer::SignIn::Token};
        desk.cluster.setPrometheusChoice({.chosen = kept, .secret = PrometheusChoice::Secret::Kept});
        desk.server().setText(kept.url.toString());
        desk.line(u"caFile"_s).clear();
        desk.line(u"secret"_s).clear();
        desk.choose(PrometheusServer::SignIn::Token);
        drawDialog(desk, folder, u"kept"_s);
        for (const auto &[scheme, name] :
            {std::pair(theme::Scheme::Dark, u"dark"_s), std::pair(theme::Scheme::Light, u"light"_s)}) {
            theme::apply(scheme);
            QCoreApplication::processEvents();
            QVERIFY(desk.window.grab().save(u"%1/metrics-source-%2.png"_s.arg(folder, name)));
        }
    }
};

QTEST_MAIN(TestPrometheusDialog)
#include "tst_prometheusdialog.moc"
