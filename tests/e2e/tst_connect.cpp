// SPDX-License-Identifier: GPL-3.0-or-later
// How a person connects: the window and its dialogs, driven by hand, on a real API server.
#include "app/console/console.h"
#include "e2e/credentialworld.h"
#include "e2e/objects.h"
#include "support/operatorworld.h"
#include "support/testcase.h"
#include "support/testsettings.h"
#include "ui/connectdialog.h"
#include "ui/objectview.h"
#include "ui/plugindialogs.h"
#include "ui/theme.h"

#include <KMessageWidget>

#include <QApplication>
#include <QComboBox>
#include <QDropEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRegularExpression>

#include <cstdio>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace patronus;
using Resource = ClusterModel::Resource;

namespace {

QPushButton *button(QWidget &widget, const QString &text)
{
    for (auto *candidate : widget.findChildren<QPushButton *>())
        if (candidate->text().remove(u'&').startsWith(text))
            return candidate;
    return nullptr;
}

bool says(const QWidget &widget, const QString &text)
{
    const auto labels = widget.findChildren<QLabel *>();
    return std::ranges::any_of(
        labels, [&](const QLabel *label) { return label->isVisible() && label->text().contains(text); });
}

/// The console in this process, with a person's hands on it.
class Hands
{
public:
    explicit Hands(ConsoleOptions options, Clock &clock) : m_console(std::move(options), clock)
    {
        m_console.start();
        window().activateWindow();
        if (!QTest::qWaitForWindowActive(&window()))
            qFatal("the window does not get the keyboard");
    }

    Console &console() { return m_console; }
    MainWindow &window() { return m_console.window(); }
    ClusterModel &model() { return m_console.session()->model(); }
    Liveness sites() { return model().liveness(Resource::Sites); }
    bool readsSites() { return m_console.session() && model().store(Resource::Sites).isSynced(); }

    /// Chooses what the dialog offers by itself.
    void connectByDialog()
    {
        button(window(), u"Choose a context…"_s)->click();
        auto *dialog = window().findChild<ConnectDialog *>();
        QVERIFY(dialog && dialog->chosen());
        accept(*dialog);
    }
    void accept(ConnectDialog &dialog)
    {
        button(dialog, u"Connect to c"_s)->click();
        QVERIFY(!dialog.isVisible());
        QApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    }
    void drop(const QString &file)
    {
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(file)});
        QDragEnterEvent enter(QPoint(5, 5), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(&window(), &enter);
        QDropEvent event(QPointF(5, 5), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(&window(), &event);
    }
    QString notice() const
    {
        const auto *box = m_console.windows().front()->window().findChild<KMessageWidget *>(u"notice"_s);
        return box->isHidden() ? QString() : box->text();
    }
    /// The question that is in view; null: none.
    PluginLeaveDialog *question() { return window().findChild<PluginLeaveDialog *>(); }
    void answer(const QString &buttonText)
    {
        QVERIFY(question());
        button(*question(), buttonText)->click();
        QApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    }

private:
    Console m_console;
};

} // namespace

class TestConnect : public TestCase
{
    Q_OBJECT

private:
    std::unique_ptr<CredentialWorld> m_world;
    std::unique_ptr<TestSettings> m_settings;
    SystemClock m_clock;

    QString write(const QString &name, const QByteArray &content, bool isProgram = false) const
    {
        return m_world->write(name, content, isProgram);
    }
    QByteArray cluster() const { return m_world->server() + ", " + m_world->ca(); }
    void kubectl(const QStringList &arguments) const
    {
        if (const auto output = m_world->plane().kubectl(arguments); output.exitCode != 0)
            qFatal("kubectl: %s", output.err.constData());
    }
    /// A plugin that leaves a mark each time it runs, and gives the administrator's certificate.
    QByteArray markingPlugin() const
    {
        const auto quoted = [this](const char *file) {
            return '"' + CredentialWorld::contentOf(QString::fromUtf8(m_world->pki(file))).replace("\n", "\\n") + '"';
        };
        write(u"marking"_s,
            "#!/bin/sh\necho run >> '" + m_world->plane().directory().toUtf8() + "/mark'\ncat <<'END'\n"
                + R"({"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"clientCertificateData":)"
                + quoted("admin.crt") + ",\"clientKeyData\":" + quoted("admin.key") + "}}\nEND\n",
            true);
        return "exec: {apiVersion: client.authentication.k8s.io/v1, command: ./marking, args: [--org, 'x y'], "
               "env: [{name: SECRET, value: hidden}], interactiveMode: IfAvailable}";
    }
    qsizetype marks() const
    {
        QFile file(m_world->plane().directory() + u"/mark"_s);
        return file.open(QIODevice::ReadOnly) ? file.readAll().count('\n') : 0;
    }

private Q_SLOTS:
    void initTestCase()
    {
        theme::apply(theme::Scheme::Light);
        auto world = CredentialWorld::start({});
        QVERIFY2(world, qPrintable(world ? QString() : world.error().message));
        m_world = *std::move(world);
    }
    void cleanupTestCase() { m_world.reset(); }
    void init() override
    {
        // That a server cannot be reached, or refuses, is what some tests are about.
        QTest::failOnWarning(QRegularExpression(u"^(?!.* trying again in )"_s));
        m_settings = std::make_unique<TestSettings>();
        QFile::remove(m_world->plane().directory() + u"/mark"_s);
        qputenv("KUBECONFIG", write(u"none"_s, {}).toUtf8());
    }

    void everyKindOfCredentialsWorksThroughTheDialog_data()
    {
        QTest::addColumn<QByteArray>("cluster");
        QTest::addColumn<QByteArray>("user");
        QTest::addColumn<QString>("knownAs");
        for (const CredentialWorld::Way &way : m_world->ways())
            QTest::newRow(way.name) << way.cluster << way.user << way.knownAs;
    }
    void everyKindOfCredentialsWorksThroughTheDialog()
    {
        QFETCH(const QByteArray, cluster);
        QFETCH(const QByteArray, user);
        QFETCH(const QString, knownAs);
        Hands hands({.kubeconfig = m_world->kubeconfig(cluster, user)}, m_clock);
        hands.connectByDialog();
        QVERIFY2(hands.console().session(), qPrintable(hands.window().problem()));
        const auto context = Kubeconfig::load({m_world->kubeconfig(cluster, user)})->context();
        if (context->credentialKind() == KubeContext::CredentialKind::Exec) {
            QVERIFY(eventually([&] { return hands.question() != nullptr; }));
            hands.answer(u"Run it"_s);
        }
        if (knownAs == "admin"_L1) {
            QVERIFY2(eventually([&] { return hands.readsSites(); }), qPrintable(hands.sites().problem));
            return;
        }
        QVERIFY(eventually([&] { return !hands.sites().problem.isEmpty(); }));
        QVERIFY(!hands.readsSites());
        if (!knownAs.isEmpty()) // the server says who it takes us for
            QVERIFY2(hands.sites().problem.contains(u"User \"%1\" cannot list resource \"sites\""_s.arg(knownAs)),
                qPrintable(hands.sites().problem));
    }

    void aDroppedFileRunsNothingUntilItIsAllowed()
    {
        const QString file = m_world->kubeconfig(cluster(), markingPlugin());
        {
            Hands hands({}, m_clock);
            hands.drop(file);
            auto *dialog = hands.window().findChild<ConnectDialog *>();
            QVERIFY(dialog);
            QCOMPARE(dialog->chosen(), (ContextKey{u"c"_s, file}));
            QVERIFY(!hands.console().session());
            hands.accept(*dialog);

            // It is asked what is to run, all of it but the values of the variables.
            QVERIFY(eventually([&] { return hands.question() != nullptr; }));
            const QString program = m_world->plane().directory() + u"/marking"_s;
            QCOMPARE(hands.question()->findChild<QPlainTextEdit *>()->toPlainText(), program + u" --org 'x y'"_s);
            QVERIFY(says(*hands.question(), u"SECRET"_s));
            QVERIFY(!says(*hands.question(), u"hidden"_s));
            QVERIFY(says(*hands.question(), file));
            QCOMPARE(marks(), 0);

            // No: nothing runs, nothing is connected, and it says why.
            hands.answer(u"Do not run it"_s);
            QVERIFY(eventually([&] { return says(hands.window(), u"was not allowed to run"_s); }));
            QTest::qWait(2000); // the views try again meanwhile
            QVERIFY(!hands.question());
            QVERIFY(!hands.readsSites());
            QCOMPARE(marks(), 0);

            // A person who asks again is asked again.
            QTest::keyClick(&hands.window(), Qt::Key_F5);
            QVERIFY(eventually([&] { return hands.question() != nullptr; }));
            hands.answer(u"Run it"_s);
            QVERIFY(eventually([&] { return hands.readsSites(); }));
            QCOMPARE(marks(), 1);
        }
        {
            // It was for later, too: by the command line.
            Hands hands({.context = u"c"_s}, m_clock);
            QVERIFY(eventually([&] { return hands.readsSites(); }));
            QCOMPARE(marks(), 2);
        }
        // Another program under the same name is another question, whoever starts it.
        write(u"marking"_s, CredentialWorld::contentOf(m_world->plane().directory() + u"/marking"_s) + "# x\n", true);
        Hands hands({.context = u"c"_s}, m_clock);
        QVERIFY(eventually([&] { return hands.question() != nullptr; }));
        QCOMPARE(marks(), 2);
    }

    void aWindowThatIsClosedTakesItsQuestionAlong()
    {
        {
            Hands hands({.kubeconfig = m_world->kubeconfig(cluster(), markingPlugin())}, m_clock);
            hands.connectByDialog();
            QVERIFY(eventually([&] { return hands.question() != nullptr; }));
        }
        QCOMPARE(marks(), 0);
    }

    void aPluginThatNeedsAPersonGetsALine()
    {
        write(u"asking"_s,
            "#!/bin/sh\necho 'Password for one:' >&2\nread word\n[ \"$word\" = sesame ] || exit 7\n"
            "echo '{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1\",\"status\":"
            "{\"token\":\""
                + m_world->tokenOfOne() + "\"}}'\n",
            true);
        Hands hands({.kubeconfig = m_world->kubeconfig(cluster(),
                         "exec: {apiVersion: client.authentication.k8s.io/v1, command: ./asking, "
                         "interactiveMode: Always}")},
            m_clock);
        hands.connectByDialog();
        QVERIFY(eventually([&] { return hands.question() != nullptr; }));
        hands.answer(u"Run it"_s);
        QVERIFY(eventually([&] {
            const auto *run = hands.window().findChild<PluginRunDialog *>();
            return run && run->findChild<QPlainTextEdit *>()->toPlainText().contains(u"Password for one:"_s);
        }));
        auto *run = hands.window().findChild<PluginRunDialog *>();
        QTest::keyClicks(run->findChild<QLineEdit *>(), u"sesame"_s);
        QTest::keyClick(run->findChild<QLineEdit *>(), Qt::Key_Return);
        QVERIFY(eventually([&] { return hands.sites().problem.contains(u"system:serviceaccount:default:one"_s); }));
        QVERIFY(eventually([&] { return !hands.window().findChild<PluginRunDialog *>(); }));
    }

    void aFileThatIsReplacedRenewsTheCredentialsAndNothingElse()
    {
        const auto newToken = [this] {
            kubectl({u"delete"_s, u"serviceaccount"_s, u"renewed"_s, u"--ignore-not-found"_s});
            kubectl({u"create"_s, u"serviceaccount"_s, u"renewed"_s});
            return m_world->plane().kubectl({u"create"_s, u"token"_s, u"renewed"_s}).out.trimmed();
        };
        kubectl({u"create"_s, u"clusterrolebinding"_s, u"renewed"_s, u"--clusterrole=cluster-admin"_s,
            u"--serviceaccount=default:renewed"_s});
        const auto replace = [&](const QByteArray &fields, const QByteArray &token) { // as editors do it
            const QString file = m_world->kubeconfig(fields, "token: " + token);
            QVERIFY(::rename(qPrintable(file), qPrintable(file + u"-live"_s)) == 0);
        };
        replace(cluster(), newToken());
        Hands hands({.kubeconfig = m_world->plane().directory() + u"/kubeconfig-live"_s}, m_clock);
        hands.connectByDialog();
        QVERIFY(eventually([&] { return hands.sites().state == Liveness::State::Live; }));
        const Session *session = hands.console().session();

        // The token is no longer taken.
        const QByteArray fresh = newToken();
        QVERIFY(eventually([&] {
            if (hands.sites().problem.contains(u"Unauthorized"_s))
                return true;
            hands.model().requestResync();
            return false;
        }));
        replace(cluster(), fresh);
        QVERIFY(m_world->plane().apply(SiteManifest{.name = u"renewed"_s}.yaml())); // seen with the new token only
        QVERIFY(eventually(
            [&] { return hands.model().store(Resource::Sites).find({u"default"_s, u"renewed"_s}).has_value(); }));
        QVERIFY(eventually([&] { return hands.sites().state == Liveness::State::Live; }));
        QVERIFY(hands.notice().isEmpty());

        // The name leads elsewhere now: this window does not go there, and says so.
        replace("server: 'https://elsewhere:6443'", fresh);
        QVERIFY(eventually([&] { return hands.notice().contains(u"https://elsewhere:6443"_s); }));
        QVERIFY2(
            hands.notice().contains(u"stays on "_s + m_world->plane().url().toString()), qPrintable(hands.notice()));
        QVERIFY(m_world->plane().apply(SiteManifest{.name = u"still-here"_s}.yaml()));
        QVERIFY(eventually(
            [&] { return hands.model().store(Resource::Sites).find({u"default"_s, u"still-here"_s}).has_value(); }));
        QVERIFY(QFile::remove(m_world->plane().directory() + u"/kubeconfig-live"_s));
        QVERIFY(eventually([&] { return hands.notice().contains(u"stays as it is connected"_s); }));
        replace(cluster(), fresh);
        QVERIFY(eventually([&] { return hands.notice().isEmpty(); }));
        QCOMPARE(hands.console().session(), session); // the same all the time
    }

    void whereNotAllMayBeListedANamespaceIsAskedFor()
    {
        kubectl({u"create"_s, u"namespace"_s, u"team"_s});
        QVERIFY(m_world->plane().apply("apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\n"
                                       "metadata: {name: lead, namespace: team}\nrules:\n"
                                       "- {apiGroups: [sdwan.patronus.dev], resources: [sites, policies], "
                                       "verbs: [get, list, watch]}\n"
                                       "- {apiGroups: [''], resources: [events], verbs: [get, list, watch]}\n"
                                       "---\napiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\n"
                                       "metadata: {name: lead, namespace: team}\n"
                                       "roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: lead}\n"
                                       "subjects: [{kind: User, name: lead, apiGroup: rbac.authorization.k8s.io}]\n"));
        QVERIFY(m_world->plane().apply(SiteManifest{.name = u"ours"_s, .nameSpace = u"team"_s}.yaml()));
        QVERIFY(m_world->plane().apply(SiteManifest{.name = u"theirs"_s}.yaml()));
        const QString file = m_world->kubeconfig(cluster(), m_world->admin() + ", as: lead");
        const auto names = [](Hands &hands) {
            QStringList all;
            const FilterProxy &rows = hands.window().page()->objects(Resource::Sites).rows();
            for (int row = 0; row < rows.rowCount(); ++row)
                all.append(rows.index(row, 1).data().toString());
            return all;
        };
        {
            Hands hands({.kubeconfig = file}, m_clock);
            hands.connectByDialog();
            hands.window().page()->showView(ClusterPage::View::Sites);
            auto *box = hands.window().findChild<QComboBox *>(u"namespaces"_s);
            QVERIFY(eventually([&] { return box->isEditable(); }));
            QVERIFY(eventually([&] {
                return says(hands.window(), u"Type a namespace"_s)
                    && says(hands.window(), u"\"lead\" cannot list resource \"sites\""_s);
            }));
            box->lineEdit()->selectAll();
            QTest::keyClicks(box->lineEdit(), u"team"_s);
            QTest::keyClick(box->lineEdit(), Qt::Key_Return);
            QVERIFY(eventually([&] { return names(hands) == QStringList{u"ours"_s}; }));
            QVERIFY(eventually([&] { return hands.sites().state == Liveness::State::Live; }));
            QVERIFY(says(hands.window(), u"Only the namespace team is read"_s));
            QTest::keyClicks(box->lineEdit(), u"x"_s); // "teamx": where one may read nothing
            QTest::keyClick(box->lineEdit(), Qt::Key_Return);
            QVERIFY(eventually([&] { return says(hands.window(), u"in the namespace teamx either"_s); }));
            QVERIFY(names(hands).isEmpty());
            box->lineEdit()->selectAll();
            QTest::keyClicks(box->lineEdit(), u"team"_s);
            QTest::keyClick(box->lineEdit(), Qt::Key_Return);
            QVERIFY(eventually([&] { return names(hands) == QStringList{u"ours"_s}; }));
        }
        {
            Hands hands({.kubeconfig = file}, m_clock); // the namespace is remembered
            hands.connectByDialog();
            QVERIFY(eventually([&] { return names(hands) == QStringList{u"ours"_s}; }));
        }
        // A context that has one falls back to it by itself.
        m_settings = std::make_unique<TestSettings>();
        const QByteArray own = CredentialWorld::contentOf(file).replace("user: u}", "user: u, namespace: team}");
        Hands hands({.kubeconfig = write(u"kubeconfig-team"_s, own)}, m_clock);
        hands.connectByDialog();
        QVERIFY(eventually([&] { return names(hands) == QStringList{u"ours"_s}; }));
    }

    void severalWindowsShowSeveralClusters()
    {
        const QString file = m_world->kubeconfig(cluster(), m_world->admin());
        Hands hands({.kubeconfig = file, .context = u"c"_s}, m_clock);
        QVERIFY(eventually([&] { return hands.readsSites(); }));
        hands.drop(write(u"other"_s,
            CredentialWorld::contentOf(file)
                .replace("name: c,", "name: stag-other,")
                .replace("user: {", "user: {as: lead, ")));
        auto *dialog = hands.window().findChild<ConnectDialog *>();
        button(*dialog, u"Connect in a new window"_s)->click();
        QApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        QCOMPARE(hands.console().windows().size(), 2U);
        ConsoleWindow &other = *hands.console().windows()[1];
        QVERIFY(other.session() && other.session() != hands.console().session());
        QVERIFY(other.window().windowTitle().contains(u"stag-other · STAGING"_s));
        QVERIFY(hands.window().windowTitle().startsWith(u"c · "_s));
        QVERIFY(eventually([&] { return !other.session()->model().liveness(Resource::Sites).problem.isEmpty(); }));
        QCOMPARE(hands.sites().state, Liveness::State::Live);
        other.window().close();
        QVERIFY(eventually([&] { return hands.console().windows().size() == 1; }));
        QCOMPARE(hands.sites().state, Liveness::State::Live);
    }

    void whatWasOpenIsOfferedAgain()
    {
        const QString file = m_world->kubeconfig(cluster(), m_world->admin());
        {
            Hands hands({.kubeconfig = file, .context = u"c"_s}, m_clock);
            QVERIFY(eventually([&] { return hands.readsSites(); }));
            hands.window().close(); // the last one: all are closed at once
            QApplication::processEvents();
        }
        Hands hands({.kubeconfig = file}, m_clock);
        QVERIFY(!hands.console().session()); // connected to only when somebody says so
        button(hands.window(), u"Connect to c · "_s)->click();
        QVERIFY(eventually([&] { return hands.readsSites(); }));

        // Another server behind the same name is not what was open.
        write(QFileInfo(file).fileName(), CredentialWorld::contentOf(file).replace("127.0.0.1", "127.0.0.2"));
        Hands later({.kubeconfig = file}, m_clock);
        const auto buttons = later.window().findChildren<QPushButton *>();
        QVERIFY(std::ranges::none_of(
            buttons, [](const QPushButton *button) { return button->text().startsWith(u"Connect to c"_s); }));
    }

    void readOnlyIsSaidAndKept()
    {
        Hands hands({.kubeconfig = m_world->kubeconfig(cluster(), m_world->admin()), .readOnly = true}, m_clock);
        hands.connectByDialog();
        QVERIFY(hands.window().windowTitle().contains(u"READ-ONLY"_s));
        QVERIFY(eventually([&] { return hands.readsSites(); }));
    }
};

QTEST_MAIN(TestConnect)
#include "tst_connect.moc"
