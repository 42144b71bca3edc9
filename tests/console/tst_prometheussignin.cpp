// SPDX-License-Identifier: GPL-3.0-or-later
// The charts from a Prometheus server as production has it, by keys in the whole window: behind a private authority,
// for who signs in, with a real keychain and without one.
#include "app/console/console.h"
#include "http/testtls.h"
#include "support/httpdouble.h"
#include "support/ownkeychain.h"
#include "support/testcase.h"
#include "support/testsettings.h"
#include "ui/metricsview.h"
#include "ui/prometheusdialog.h"
#include "ui/theme.h"

#include <QApplication>
#include <QComboBox>
#include <QDirIterator>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QUrlQuery>

using namespace Qt::StringLiterals;
using namespace patronus;
using SignIn = PrometheusServer::SignIn;

namespace {

/// The query API of a server that has the operator's series, for those who say who they are.
class GuardedPrometheus
{
public:
    QByteArray wanted = "Bearer open-sesame"; ///< of the authorization header
    int refusal = 401;

    [[nodiscard]] QString url() const { return m_server.url().toString(); }
    [[nodiscard]] QByteArrayList shown() const ///< what it was shown of those headers, each once
    {
        QByteArrayList headers;
        for (const HttpDouble::Request &request : m_server.requests())
            if (const QByteArray header = request.header("authorization"); !headers.contains(header))
                headers.append(header);
        return headers;
    }

private:
    HttpDouble m_server{[this](const HttpDouble::Request &request, HttpDouble::Peer &peer) {
                            if (request.header("authorization") == wanted)
                                peer.answer(200, answerTo(request.target));
                            else
                                peer.answer(refusal, "no");
                        },
        serverTls(u"server"_s, {"http/1.1"})};

    static QByteArray answerTo(const QByteArray &target)
    {
        if (target.contains("query?query=count"))
            return R"({"status":"success","data":{"resultType":"vector","result":[
                {"metric":{"namespace":"patronus-system"},"value":[1,"9"]}]}})";
        const QByteArray end = QUrlQuery(QUrl::fromEncoded(target)).queryItemValue(u"end"_s).toUtf8();
        return R"({"status":"success","data":{"resultType":"matrix","result":[
            {"metric":{"controller":"site","result":"success"},"values":[[)"
            + (end.isEmpty() ? "1"_ba : end) + ",\"2.5\"]]}]}}";
    }
};

} // namespace

class TestPrometheusSignIn : public TestCase
{
    Q_OBJECT

public:
    explicit TestPrometheusSignIn(OwnKeychain &keychain) : m_keychain(keychain) { }

private:
    OwnKeychain &m_keychain;
    const TestSettings m_settings;
    const QString m_authority = sourcePath(u"tests/http/data/ca.pem"_s);
    SystemClock m_clock;
    HttpDouble m_cluster; // of which nothing is known but the name
    GuardedPrometheus m_prometheus; // one in all: the keychain's answers are for its address

    [[nodiscard]] std::unique_ptr<Console> open(const QUrl &prometheusUrl = {})
    {
        QFile file(m_settings.folder() + u"/kubeconfig"_s);
        if (!file.open(QIODevice::WriteOnly))
            qFatal("cannot write %s", qPrintable(file.fileName()));
        file.write("apiVersion: v1\nkind: Config\ncurrent-context: prod\n"
                   "contexts: [{name: prod, context: {cluster: prod, user: me}}]\n"
                   "clusters: [{name: prod, cluster: {server: '"
            + m_cluster.url().toEncoded() + "'}}]\nusers: [{name: me, user: {}}]\n");
        file.close();
        auto console = std::make_unique<Console>(
            ConsoleOptions{.kubeconfig = file.fileName(), .context = u"prod"_s, .prometheusUrl = prometheusUrl},
            m_clock);
        console->start();
        console->window().page()->showView(ClusterPage::View::Metrics);
        return console;
    }
    [[nodiscard]] static PrometheusDialog *dialogOf(Console &console)
    {
        return console.window().findChild<PrometheusDialog *>();
    }
    static PrometheusDialog &openDialog(Console &console)
    {
        QTest::keyClick(console.window().findChild<QPushButton *>(u"chooseSource"_s), Qt::Key_Space);
        return *dialogOf(console);
    }
    static void type(PrometheusDialog &dialog, const QString &line, const QString &text)
    {
        auto *edit = dialog.findChild<QLineEdit *>(line);
        edit->selectAll();
        QTest::keyClick(edit, Qt::Key_Delete);
        QTest::keyClicks(edit, text);
    }
    static void choose(PrometheusDialog &dialog, SignIn signIn)
    {
        auto *box = dialog.findChild<QComboBox *>(u"signIn"_s);
        QTest::keyClick(box, Qt::Key_Home);
        for (int i = 0; i < int(signIn); ++i)
            QTest::keyClick(box, Qt::Key_Down);
    }
    static void accept(Console &console)
    {
        QTest::keyClick(dialogOf(console)->findChild<QLineEdit *>(u"server"_s), Qt::Key_Return);
        QTRY_VERIFY(!dialogOf(console));
    }
    [[nodiscard]] static QString label(PrometheusDialog &dialog, const QString &name)
    {
        return dialog.findChild<QLabel *>(name)->text();
    }
    [[nodiscard]] static QString said(Console &console)
    {
        const MetricsDescription &description = console.session()->model().metricsDescription();
        return description.source + u'\n' + description.remark;
    }
    [[nodiscard]] bool isAsked(Console &console) const
    {
        return said(console).contains(u"Asked of Prometheus at %1 "_s.arg(m_prometheus.url()))
            && console.session()->model().charts().first()->latest(u"site success"_s) == 2.5;
    }
    static PrometheusChoice::Secret secretOf(Console &console)
    {
        return console.session()->model().prometheusChoice()->secret;
    }
    void forgetAll() ///< of the settings and the keychain, as a person does
    {
        const auto console = open();
        type(openDialog(*console), u"server"_s, {});
        accept(*console);
        QVERIFY(QSettings().allKeys().filter(u"prometheus"_s).isEmpty());
    }
    /// In what this console keeps in files, the keychain's among them.
    void verifyInNoFile(const QByteArray &secret) const
    {
        QSettings().sync();
        for (const QString &folder : {m_settings.folder(), m_keychain.folder()})
            for (QDirIterator all(folder, QDir::Files, QDirIterator::Subdirectories); all.hasNext();) {
                QFile file(all.next());
                QVERIFY(file.open(QIODevice::ReadOnly));
                const QByteArray text = file.readAll();
                QVERIFY2(!text.contains(secret) && !text.contains(secret.toBase64()), qPrintable(file.fileName()));
            }
    }

private Q_SLOTS:
    void initTestCase()
    {
        theme::apply(theme::Scheme::Light);
        m_cluster.setHandler([](const HttpDouble::Request &, HttpDouble::Peer &peer) { peer.answer(404, "{}"); });
    }
    void init() override { QTest::failOnWarning(QRegularExpression(u"^(?!.* trying again in )"_s)); }

    void withoutAKeychainItIsHeldForTheSession()
    {
        {
            const auto console = open();
            PrometheusDialog &dialog = openDialog(*console);
            type(dialog, u"server"_s, m_prometheus.url());
            type(dialog, u"caFile"_s, m_authority);
            choose(dialog, SignIn::Token);
            QTRY_VERIFY2(label(dialog, u"secretState"_s)
                             .startsWith(u"It is held for this session only: no keychain of this desktop answers"_s),
                qPrintable(label(dialog, u"secretState"_s)));
            type(dialog, u"secret"_s, u"open-sesame"_s);
            accept(*console);
            QTRY_VERIFY2(isAsked(*console), qPrintable(said(*console)));
            QCOMPARE(secretOf(*console), PrometheusChoice::Secret::Held);
            PrometheusDialog &again = openDialog(*console);
            QVERIFY(label(again, u"secretState"_s).startsWith(u"One is held for this session only: no keychain"_s));
            QVERIFY(again.findChild<QLineEdit *>(u"secret"_s)->text().isEmpty());
            accept(*console);
            QTRY_VERIFY2(isAsked(*console), qPrintable(said(*console)));
        }
        const auto later = open();
        QTRY_VERIFY2(said(*later).contains(u"what to sign in with could not be looked up: no keychain"_s),
            qPrintable(said(*later)));
        QVERIFY(said(*later).contains(u"Give it under “Another source…”"_s));
        verifyInNoFile("open-sesame");
    }

    void theAuthorityIsMissingThenChosen()
    {
        forgetAll();
        m_keychain.start();
        const auto console = open();
        PrometheusDialog &dialog = openDialog(*console);
        type(dialog, u"server"_s, m_prometheus.url());
        choose(dialog, SignIn::Token);
        type(dialog, u"secret"_s, u"open-sesame"_s);
        accept(*console);
        QTRY_VERIFY2(said(*console).contains(u"name the file of the server's authority under “Another source…”"_s),
            qPrintable(said(*console)));
        PrometheusDialog &again = openDialog(*console);
        type(again, u"caFile"_s, m_authority);
        accept(*console);
        QTRY_VERIFY2(isAsked(*console), qPrintable(said(*console)));
        QTRY_COMPARE(secretOf(*console), PrometheusChoice::Secret::Kept);
    }

    void aWrongTokenIsToldThenTheRightOneTaken()
    {
        const auto console = open();
        QTRY_VERIFY2(isAsked(*console), qPrintable(said(*console))); // kept, and the server's authority too
        type(openDialog(*console), u"secret"_s, u"open-s3same"_s);
        accept(*console);
        QTRY_VERIFY2(said(*console).contains(m_prometheus.url()
                         + u": it does not take what one signs in with (status 401): sign in to it under "
                           "“Another source…”"_s),
            qPrintable(said(*console)));
        m_prometheus.refusal = 403;
        type(openDialog(*console), u"secret"_s, u"open-s4same"_s);
        accept(*console);
        QTRY_VERIFY2(
            said(*console).contains(u"may not ask it (status 403): sign in to it under"_s), qPrintable(said(*console)));
        m_prometheus.refusal = 401;
        type(openDialog(*console), u"secret"_s, u"open-sesame"_s);
        accept(*console);
        QTRY_VERIFY2(isAsked(*console), qPrintable(said(*console)));
        QTRY_COMPARE(secretOf(*console), PrometheusChoice::Secret::Kept);
        for (const QByteArray secret : {"open-sesame", "open-s3same", "open-s4same"})
            verifyInNoFile(secret);
    }

    void whatIsKeptIsForThatServerAlone()
    {
        GuardedPrometheus other;
        const auto console = open();
        QTRY_VERIFY2(isAsked(*console), qPrintable(said(*console)));
        PrometheusDialog &dialog = openDialog(*console);
        QVERIFY(label(dialog, u"secretState"_s).startsWith(u"One is kept in this desktop's keychain"_s));
        type(dialog, u"server"_s, other.url());
        QVERIFY(!dialog.findChild<QPushButton *>(u"accept"_s)->isEnabled());
        QCOMPARE(label(dialog, u"problem"_s), u"The token is missing."_s);
        QTest::keyClick(&dialog, Qt::Key_Escape);
        QTRY_VERIFY(!dialogOf(*console));
        // Nor where somebody has written another server in the settings.
        const QString key = QSettings().allKeys().filter(QRegularExpression(u"/prometheus$"_s)).value(0);
        QSettings().setValue(key, other.url());
        {
            const auto misled = open();
            QTRY_VERIFY2(
                said(*misled).contains(u"what to sign in with is not in the keychain"_s), qPrintable(said(*misled)));
        }
        QSettings().setValue(key, m_prometheus.url());
        QVERIFY(other.shown().isEmpty());
    }

    void aPasswordTakesTheTokensPlace()
    {
        m_prometheus.wanted = "Basic " + "ada:s3cret of hers"_ba.toBase64();
        {
            const auto console = open();
            PrometheusDialog &dialog = openDialog(*console);
            choose(dialog, SignIn::Password);
            type(dialog, u"username"_s, u"ada"_s);
            type(dialog, u"secret"_s, u"s3cret of hers"_s);
            accept(*console);
            QTRY_VERIFY2(isAsked(*console), qPrintable(said(*console)));
            QTRY_COMPARE(secretOf(*console), PrometheusChoice::Secret::Kept);
        }
        const auto later = open();
        QTRY_VERIFY2(isAsked(*later), qPrintable(said(*later)));
        QCOMPARE(later->session()->model().prometheusChoice()->chosen.username, u"ada"_s);
        verifyInNoFile("s3cret of hers");
        verifyInNoFile("ada:s3cret of hers");
    }

    void anOptionThatWinsSignsInWithNothingAndSaysWhatToDo()
    {
        const qsizetype before = m_prometheus.shown().size();
        const auto console = open(QUrl(m_prometheus.url()));
        QTRY_VERIFY2(said(*console).contains(u"start without --prometheus-url"_s), qPrintable(said(*console)));
        QCOMPARE(m_prometheus.shown().size(), before);
        PrometheusDialog &dialog = openDialog(*console);
        QTRY_VERIFY(label(dialog, u"secretState"_s).startsWith(u"One is kept in this desktop's keychain"_s));
    }

    void whatIsForgottenIsGone()
    {
        {
            const auto console = open();
            QTRY_VERIFY2(isAsked(*console), qPrintable(said(*console)));
            PrometheusDialog &dialog = openDialog(*console);
            QTest::mouseClick(dialog.findChild<QPushButton *>(u"forget"_s), Qt::LeftButton);
            QTRY_COMPARE(label(dialog, u"problem"_s), u"The password is missing."_s);
            QTRY_VERIFY2(said(*console).contains(u"what to sign in with is not in the keychain: give it under"_s),
                qPrintable(said(*console)));
        }
        const auto later = open();
        QTRY_VERIFY2(said(*later).contains(u"what to sign in with is not in the keychain"_s), qPrintable(said(*later)));
        QCOMPARE(secretOf(*later), PrometheusChoice::Secret::None);
    }
};

int main(int argc, char **argv)
{
    OwnKeychain keychain;
    const QApplication application(argc, argv);
    TestPrometheusSignIn test(keychain);
    return QTest::qExec(&test, argc, argv);
}

#include "tst_prometheussignin.moc"
