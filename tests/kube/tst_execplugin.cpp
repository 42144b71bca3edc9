// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/execplugin.h"

#include "certificates.h"
#include "core/json.h"
#include "kube/credentials.h"
#include "kube/moment.h"
#include "kube/processtalk.h"
#include "support/manualclock.h"
#include "support/testcase.h"

#include <QTemporaryDir>

using namespace Qt::StringLiterals;
using namespace patronus;
using namespace std::chrono_literals;

namespace {

const auto v1 = u"client.authentication.k8s.io/v1"_s;
const auto v1beta1 = u"client.authentication.k8s.io/v1beta1"_s;

QByteArray answer(const QByteArray &status, const QString &apiVersion = v1)
{
    return "{\"kind\":\"ExecCredential\",\"apiVersion\":\"" + apiVersion.toUtf8() + "\",\"status\":" + status + '}';
}

} // namespace

// Real plugins: shell scripts that count their runs.
class TestExecPlugin : public TestCase
{
    Q_OBJECT

private:
    std::unique_ptr<QTemporaryDir> m_dir;
    ManualClock m_clock;

    QString write(const QString &name, const QByteArray &content)
    {
        QFile file(m_dir->filePath(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
            qFatal("cannot write %s", qPrintable(name));
        return file.fileName();
    }
    // A plugin that runs @p body in sh.
    KubeContext context(const QByteArray &body, const QString &apiVersion = v1)
    {
        const QString file
            = write(u"login"_s, "#!/bin/sh\ncd " + m_dir->path().toUtf8() + "\necho run >> runs\n" + body + "\n");
        QFile::setPermissions(file, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        return {.name = u"c"_s,
            .server = QUrl(u"https://host:6443/p"_s),
            .exec = ExecConfig{
                .apiVersion = apiVersion, .command = file, .interactiveMode = ExecConfig::InteractiveMode::Never}};
    }
    static QByteArray printing(const QByteArray &text) { return "cat <<'END'\n" + text + "\nEND"; }
    qsizetype runs() const
    {
        QFile file(m_dir->filePath(u"runs"_s));
        return file.open(QIODevice::ReadOnly) ? file.readAll().count('\n') : 0;
    }
    QByteArray content(const QString &name) const
    {
        QFile file(m_dir->filePath(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    static Expected<ExecCredential> credentialOf(ExecPlugin &plugin) { return QCoro::waitFor(plugin.credential({})); }

private Q_SLOTS:
    void init() override
    {
        TestCase::init();
        m_dir = std::make_unique<QTemporaryDir>();
    }

    void readsWhatAPluginPrints_data()
    {
        const auto pair = TestCertificate::make();
        const auto quoted = [](const QByteArray &pem) { return '"' + QByteArray(pem).replace("\n", "\\n") + '"'; };
        const QByteArray both
            = "\"clientCertificateData\":" + quoted(pair.certificate) + ",\"clientKeyData\":" + quoted(pair.key);
        QTest::addColumn<QString>("apiVersion");
        QTest::addColumn<QByteArray>("output");
        QTest::addColumn<ExecCredential>("credential");
        QTest::newRow("token") << v1 << answer(R"({"token":"t"})") << ExecCredential{.token = u"t"_s};
        QTest::newRow("v1beta1") << v1beta1 << answer(R"({"token":"t"})", v1beta1) << ExecCredential{.token = u"t"_s};
        QTest::newRow("expires") << v1 << answer(R"({"token":"t","expirationTimestamp":"2030-01-01T00:00:00Z"})")
                                 << ExecCredential{.token = u"t"_s,
                                        .expires = QDateTime(QDate(2030, 1, 1), QTime(), QTimeZone::UTC)};
        QTest::newRow("certificate") << v1 << answer('{' + both + '}')
                                     << ExecCredential{.certificatePem = pair.certificate, .keyPem = pair.key};
        QTest::newRow("both") << v1 << answer("{\"token\":\"t\"," + both + '}')
                              << ExecCredential{
                                     .token = u"t"_s, .certificatePem = pair.certificate, .keyPem = pair.key};
        QTest::newRow("YAML") << v1 << "kind: ExecCredential\napiVersion: " + v1.toUtf8() + "\nstatus: {token: t}"
                              << ExecCredential{.token = u"t"_s};
        QTest::newRow("unknown fields") << v1 << answer(R"({"token":"t","more":1})") << ExecCredential{.token = u"t"_s};
    }
    void readsWhatAPluginPrints()
    {
        QFETCH(const QString, apiVersion);
        QFETCH(const QByteArray, output);
        ExecPlugin plugin(context(printing(output), apiVersion), {}, m_clock, {});
        const auto read = credentialOf(plugin);
        QVERIFY2(read, read ? "" : qPrintable(read.error().message));
        QFETCH(const ExecCredential, credential);
        QVERIFY(*read == credential);
        QVERIFY(plugin.current() == credential);
    }

    void saysWhatIsWrongWithAPlugin_data()
    {
        const auto one = TestCertificate::make();
        const auto two = TestCertificate::make();
        const auto quoted = [](const QByteArray &pem) { return '"' + QByteArray(pem).replace("\n", "\\n") + '"'; };
        QTest::addColumn<QByteArray>("script");
        QTest::addColumn<QString>("text");
        const auto row = [](const char *name, const QByteArray &script, const char *text) {
            QTest::newRow(name) << script << QString::fromUtf8(text);
        };
        const auto prints
            = [&](const char *name, const QByteArray &output, const char *text) { row(name, printing(output), text); };
        row("fails", "echo please sign in >&2; exit 3", "exit code 3: please sign in");
        row("fails with a secret", "echo 'token=SECRET' >&2; exit 1", "exit code 1");
        row("dies", "kill -9 $$", "ended by signal 9");
        row("prints too much", "yes SECRET", "more than 1024 KiB");
        prints("nothing", "", "no ExecCredential");
        prints("broken JSON", "{\"token\":\"SECRET", "line 1");
        prints(
            "another version", answer(R"({"token":"SECRET"})", v1beta1), "is \"client.authentication.k8s.io/v1beta1\"");
        prints("another kind", R"({"kind":"Pod"})", "kind is not ExecCredential");
        prints("no status", R"({"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1"})",
            "status is missing");
        prints("empty status", answer("{}"), "neither a token nor a client certificate");
        prints("no key", answer("{\"clientCertificateData\":" + quoted(one.certificate) + '}'), "only one of");
        prints("key of another",
            answer("{\"clientCertificateData\":" + quoted(one.certificate) + ",\"clientKeyData\":" + quoted(two.key)
                + '}'),
            "does not belong");
        prints("no time", answer(R"({"token":"SECRET","expirationTimestamp":"soon"})"),
            "expirationTimestamp is no RFC 3339 time");
        prints("line break in the token", answer(R"({"token":"SECRET\nx"})"), "control characters");
    }
    void saysWhatIsWrongWithAPlugin()
    {
        QFETCH(const QByteArray, script);
        QFETCH(const QString, text);
        const KubeContext broken = context(script);
        ExecPlugin plugin(broken, {}, m_clock, {});
        const auto read = credentialOf(plugin);
        QVERIFY(!read);
        QCOMPARE(read.error().kind, Error::Kind::Unauthorized);
        QVERIFY2(read.error().message.contains(text), qPrintable(read.error().message));
        QVERIFY2(read.error().message.contains(broken.exec->command), qPrintable(read.error().message));
        QVERIFY2(!read.error().message.contains("SECRET"_L1), qPrintable(read.error().message));
    }

    void aMissingPluginNamesThePathAndTheHint()
    {
        KubeContext missing = context({});
        missing.exec->command = u"no-such-login"_s;
        missing.exec->installHint = u"apt install it"_s;
        QProcessEnvironment environment;
        environment.insert(u"PATH"_s, u"/nowhere:.:/usr/bin"_s);
        ExecPlugin plugin(missing, {}, m_clock, {.environment = environment});
        QCOMPARE(credentialOf(plugin).error().message,
            u"credential plugin no-such-login: not found in /nowhere:/usr/bin\napt install it"_s);

        missing.exec->command = m_dir->filePath(u"gone"_s);
        ExecPlugin absolute(missing, {}, m_clock, {});
        QVERIFY(credentialOf(absolute).error().message.contains("there is no such program"_L1));
    }

    void aPluginIsFoundInPathAndGetsArgumentsAndEnvironment()
    {
        KubeContext login = context("echo \"$1|$2|$A|$B\" > seen; echo \"$KUBERNETES_EXEC_INFO\" > info; cat > stdin; "
                                    "tty -s < /dev/tty && echo tty >> stdin\n"
            + printing(answer(R"({"token":"t"})")));
        login.exec->command = u"login"_s;
        login.exec->arguments = {u"a b"_s, u"$c"_s};
        login.exec->environment = {{u"A"_s, u"1"_s}};
        login.exec->provideClusterInfo = true;
        login.tlsServerName = u"other"_s;
        login.proxy = QUrl(u"socks5://p:1"_s);
        login.execClusterConfig = QJsonObject{{u"audience"_s, u"x"_s}};
        QProcessEnvironment environment;
        environment.insert(u"PATH"_s, m_dir->path() + u":/usr/bin:/bin"_s);
        environment.insert(u"B"_s, u"2"_s);
        ExecPlugin plugin(login, "CA", m_clock, {.environment = environment});
        const auto read = credentialOf(plugin);
        QVERIFY2(read, read ? "" : qPrintable(read.error().message));
        QCOMPARE(content(u"seen"_s), "a b|$c|1|2\n"_ba);
        QCOMPARE(content(u"stdin"_s), ""_ba);
        const QJsonObject expected{{u"apiVersion"_s, v1}, {u"kind"_s, u"ExecCredential"_s},
            {u"spec"_s,
                QJsonObject{{u"interactive"_s, false},
                    {u"cluster"_s,
                        QJsonObject{{u"server"_s, u"https://host:6443/p"_s}, {u"tls-server-name"_s, u"other"_s},
                            {u"certificate-authority-data"_s, u"Q0E="_s}, {u"proxy-url"_s, u"socks5://p:1"_s},
                            {u"config"_s, QJsonObject{{u"audience"_s, u"x"_s}}}}}}}};
        QCOMPARE(parseJsonObject(content(u"info"_s)).value(), expected);
    }

    void aPluginThatNeedsATerminalSaysSoWhereThereIsNone()
    {
        KubeContext login = context(printing(answer(R"({"token":"t"})")));
        login.exec->interactiveMode = ExecConfig::InteractiveMode::Always;
        ExecPlugin plugin(login, {}, m_clock, {});
        QVERIFY(credentialOf(plugin).error().message.contains("needs a terminal"_L1)); // and nobody attends
        QCOMPARE(runs(), 0);
    }

    void whatItGaveIsKeptUntilTenSecondsBeforeItExpires()
    {
        const QByteArray expires = m_clock.wallTime().addSecs(3600).toString(Qt::ISODate).toUtf8();
        ExecPlugin plugin(context(printing(answer("{\"token\":\"t\",\"expirationTimestamp\":\"" + expires + "\"}"))),
            {}, m_clock, {});
        QVERIFY(credentialOf(plugin));
        m_clock.advance(3589s);
        QVERIFY(credentialOf(plugin));
        QCOMPARE(runs(), 1);
        m_clock.advance(1s);
        QVERIFY(credentialOf(plugin));
        QCOMPARE(runs(), 2);
    }

    void whatHasNoEndIsKeptUntilItIsRejected()
    {
        ExecPlugin plugin(context(printing(answer(R"({"token":"t"})"))), {}, m_clock, {});
        QVERIFY(credentialOf(plugin));
        m_clock.advance(9s);
        plugin.rejected(); // late: an answer to what was before
        QVERIFY(credentialOf(plugin));
        QCOMPARE(runs(), 1);
        m_clock.advance(1h);
        QVERIFY(credentialOf(plugin));
        QCOMPARE(runs(), 1);
        plugin.rejected();
        QVERIFY(credentialOf(plugin));
        QCOMPARE(runs(), 2);
    }

    void allWhoWaitShareOneRun()
    {
        ExecPlugin plugin(context("sleep 0.1\n" + printing(answer(R"({"token":"t"})"))), {}, m_clock, {});
        std::stop_source impatient;
        auto first = plugin.credential({});
        auto second = plugin.credential(impatient.get_token());
        auto third = plugin.credential({});
        impatient.request_stop();
        QCOMPARE(QCoro::waitFor(second).error().kind, Error::Kind::Cancelled);
        QCOMPARE(QCoro::waitFor(first)->token, u"t"_s);
        QCOMPARE(QCoro::waitFor(third)->token, u"t"_s);
        QCOMPARE(runs(), 1);
    }

    void whenNobodyWaitsAnyMoreItIsKilledWithItsChildren()
    {
        ExecPlugin plugin(context("sleep 60 & echo $! > child; echo $$ > parent; wait"), {}, m_clock, {});
        std::stop_source stop;
        auto task = plugin.credential(stop.get_token());
        QTRY_VERIFY(!content(u"parent"_s).isEmpty());
        stop.request_stop();
        QCOMPARE(QCoro::waitFor(task).error().kind, Error::Kind::Cancelled);
        // A killed child whose parent is gone may stay a zombie where no init reaps it.
        const auto isGone = [](const QByteArray &pid) {
            QFile status(u"/proc/%1/status"_s.arg(QString::fromLatin1(pid.trimmed())));
            return !status.open(QIODevice::ReadOnly) || status.readAll().contains("State:\tZ");
        };
        QTRY_VERIFY(isGone(content(u"parent"_s)));
        QTRY_VERIFY(isGone(content(u"child"_s)));

        // It is not the plugin's fault: no rest.
        context(printing(answer(R"({"token":"t"})")));
        QVERIFY(credentialOf(plugin));
    }

    void aPluginThatHangsIsKilledAtItsTimeLimit()
    {
        ExecPlugin plugin(context("echo waiting > started; exec sleep 60"), {}, m_clock, {.timeLimit = 60s});
        auto task = plugin.credential({});
        QTRY_VERIFY(!content(u"started"_s).isEmpty());
        m_clock.advance(59s);
        QVERIFY(!task.isReady());
        m_clock.advance(1s);
        QVERIFY(QCoro::waitFor(task).error().message.contains("did not end within 60 s"_L1));
    }

    void destroyingItEndsWhoWaits()
    {
        auto plugin = std::make_unique<ExecPlugin>(context("exec sleep 60"), QByteArray(), m_clock, ExecOptions());
        auto task = plugin->credential({});
        plugin.reset();
        QCOMPARE(QCoro::waitFor(task).error().kind, Error::Kind::Cancelled);
    }

    void afterAFailureItRestsLongerAndLonger()
    {
        ExecPlugin plugin(context("exit 1"), {}, m_clock, {});
        QList<std::chrono::nanoseconds> rests;
        for (qsizetype run = 1; run <= 9; ++run) {
            const auto failedAt = m_clock.now();
            QVERIFY(!credentialOf(plugin));
            while (runs() == run) {
                m_clock.advance(500ms);
                QVERIFY(credentialOf(plugin).error().message.contains("exit code 1"_L1));
            }
            rests.append(m_clock.now() - failedAt);
        }
        QCOMPARE(rests, QList<std::chrono::nanoseconds>({1s, 2s, 4s, 8s, 16s, 32s, 60s, 60s, 60s}));

        plugin.retryNow(); // a person asks
        const auto before = runs();
        QVERIFY(!credentialOf(plugin));
        QCOMPARE(runs(), before + 1);
    }

    void aCredentialThatIsRefusedAgainAndAgainDoesNotHammer()
    {
        ExecPlugin plugin(context(printing(answer(R"({"token":"t"})"))), {}, m_clock, {});
        for (int second = 0; second < 600; ++second) {
            QVERIFY(credentialOf(plugin));
            plugin.rejected();
            m_clock.advance(1s);
        }
        QVERIFY2(runs() <= 20, QByteArray::number(runs()).constData());
        QVERIFY(runs() >= 10);
    }

    void aCredentialThatHasExpiredAlreadyDoesNotHammer()
    {
        ExecPlugin plugin(context(printing(answer(R"({"token":"t","expirationTimestamp":"2020-01-01T00:00:00Z"})"))),
            {}, m_clock, {});
        QVERIFY(credentialOf(plugin));
        QVERIFY(credentialOf(plugin).error().message.contains("has expired already"_L1));
        QCOMPARE(runs(), 1);
    }

    void thePolicyIsAskedBeforeEachRunAndANoLasts()
    {
        QList<ExecRequest> asked;
        bool isAllowed = false;
        const ExecPolicy policy = [&](ExecRequest request, std::stop_token) -> QCoro::Task<bool> {
            asked.append(request);
            co_return isAllowed;
        };
        KubeContext login = context(printing(answer(R"({"token":"t"})")));
        login.exec->arguments = {u"--org"_s, u"x y"_s};
        ExecPlugin plugin(login, {}, m_clock, {.policy = policy});
        QVERIFY(credentialOf(plugin).error().message.contains("was not allowed to run"_L1));
        QCOMPARE(asked.size(), 1);
        QCOMPARE(asked[0].commandLine(), QStringList({login.exec->command, u"--org"_s, u"x y"_s}));
        QCOMPARE(asked[0].server, login.server);
        m_clock.advance(1h);
        QVERIFY(!credentialOf(plugin)); // the person is not asked again and again
        QCOMPARE(asked.size(), 1);
        QCOMPARE(runs(), 0);

        isAllowed = true;
        plugin.retryNow();
        QVERIFY(credentialOf(plugin));
        m_clock.advance(1h);
        plugin.rejected();
        QVERIFY(credentialOf(plugin));
        QCOMPARE(runs(), 2);
        QCOMPARE(asked.size(), 3);
    }

    void whoStopsWaitingForTheAnswerRunsNothing()
    {
        std::stop_token seen;
        const Moment answered;
        const ExecPolicy policy = [&](ExecRequest, std::stop_token stop) -> QCoro::Task<bool> {
            seen = stop;
            co_await answered;
            co_return true;
        };
        ExecPlugin plugin(context(printing(answer(R"({"token":"t"})"))), {}, m_clock, {.policy = policy});
        std::stop_source stop;
        auto task = plugin.credential(stop.get_token());
        QVERIFY(!seen.stop_requested());
        stop.request_stop();
        QCOMPARE(QCoro::waitFor(task).error().kind, Error::Kind::Cancelled);
        QVERIFY(seen.stop_requested());
        answered.come(); // too late
        QTest::qWait(0);
        QCOMPARE(runs(), 0);
    }

    void aRequestsFingerprintChangesWithAllThatMatters_data()
    {
        using Change = std::function<void(ExecRequest &)>;
        QTest::addColumn<Change>("change");
        const auto row = [](const char *name, const Change &change) { QTest::newRow(name) << change; };
        row("argument", [](ExecRequest &r) { r.exec.arguments.append(u"x"_s); });
        row("arguments joined", [](ExecRequest &r) { r.exec.arguments = {u"a b"_s}; });
        row("name of a variable", [](ExecRequest &r) { r.exec.environment[0].first = u"C"_s; });
        row("value of a variable", [](ExecRequest &r) { r.exec.environment[0].second = u"2"_s; });
        row("kubeconfig", [](ExecRequest &r) { r.exec.file = u"/dropped"_s; });
        row("server", [](ExecRequest &r) { r.server = QUrl(u"https://evil"_s); });
        row("program", [](ExecRequest &r) { r.program += u"2"_s; });
        row("the program's content", [](ExecRequest &r) {
            QFile file(r.program);
            QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Append));
            file.write("x");
        });
        row("the program's content, its time set back", [](ExecRequest &r) {
            QFile file(r.program);
            QVERIFY(file.open(QIODevice::ReadWrite));
            const QDateTime time = file.fileTime(QFileDevice::FileModificationTime);
            QTest::qWait(20); // a tick of the kernel's clock
            file.write("?");
            file.flush();
            QVERIFY(file.setFileTime(time, QFileDevice::FileModificationTime));
        });
        row("another file in its place", [](ExecRequest &r) {
            QVERIFY(QFile::copy(r.program, r.program + u".new"_s));
            QVERIFY(QFile::remove(r.program));
            QVERIFY(QFile::rename(r.program + u".new"_s, r.program));
        });
    }
    void aRequestsFingerprintChangesWithAllThatMatters()
    {
        using Change = std::function<void(ExecRequest &)>;
        QFETCH(const Change, change);
        const KubeContext login = context("exit 1");
        write(u"login2"_s, "x");
        ExecRequest request{
            .context = u"c"_s, .server = QUrl(u"https://host"_s), .exec = *login.exec, .program = login.exec->command};
        request.exec.arguments = {u"a"_s, u"b"_s};
        request.exec.environment = {{u"A"_s, u"1"_s}};
        const QByteArray before = request.fingerprint();
        QCOMPARE(request.fingerprint(), before);
        change(request);
        QVERIFY(request.fingerprint() != before);
    }

    void aPersonGivesLinesToAPluginThatAsks()
    {
        KubeContext login = context("echo 'Password:' >&2; read word; echo \"$KUBERNETES_EXEC_INFO\" > info; "
                                    "printf '{\"kind\":\"ExecCredential\",\"apiVersion\":\"%s\","
                                    "\"status\":{\"token\":\"%s\"}}' "
            + v1.toUtf8() + " \"$word\"");
        login.exec->interactiveMode = ExecConfig::InteractiveMode::Always;
        std::shared_ptr<ProcessTalk> talk;
        QByteArray said;
        bool hasEnded = false;
        const ExecAttendant attendant = [&](const ExecRequest &, bool takesLines) {
            talk = std::make_shared<ProcessTalk>();
            connect(talk.get(), &ProcessTalk::said, this, [&](const QByteArray &text) { said += text; });
            connect(talk.get(), &ProcessTalk::ended, this, [&] { hasEnded = true; });
            return takesLines ? talk : nullptr;
        };
        ExecPlugin plugin(login, {}, m_clock, {.attendant = attendant});
        auto task = plugin.credential({});
        QTRY_COMPARE(said, "Password:\n"_ba);
        QVERIFY(!hasEnded);
        talk->giveLine(u"sesame"_s);
        QCOMPARE(QCoro::waitFor(task).value().token, u"sesame"_s);
        QVERIFY(hasEnded);
        QVERIFY(content(u"info"_s).contains("\"interactive\":true"));
    }

    void aPluginThatAPersonStopsIsNotRunAgainUntilAsked()
    {
        std::shared_ptr<ProcessTalk> talk;
        const ExecAttendant attendant = [&](const ExecRequest &, bool takesLines) {
            return takesLines ? nullptr : (talk = std::make_shared<ProcessTalk>());
        };
        ExecPlugin plugin(context("exec sleep 60"), {}, m_clock, {.attendant = attendant});
        auto task = plugin.credential({});
        QTRY_COMPARE(runs(), 1);
        talk->stop();
        QVERIFY(QCoro::waitFor(task).error().message.contains("was stopped"_L1));
        m_clock.advance(1h);
        QVERIFY(credentialOf(plugin).error().message.contains("was stopped"_L1));
        QCOMPARE(runs(), 1);
        context(printing(answer(R"({"token":"t"})")));
        plugin.retryNow();
        QVERIFY(credentialOf(plugin));
    }

    void credentialsCarryThePluginsTokenAndItsRotatingCertificate()
    {
        const auto one = TestCertificate::make();
        const auto two = TestCertificate::make();
        const auto status = [](const TestCertificate &pair) {
            return answer("{\"token\":\"t\",\"clientCertificateData\":\""
                + QByteArray(pair.certificate).replace("\n", "\\n") + "\",\"clientKeyData\":\""
                + QByteArray(pair.key).replace("\n", "\\n") + "\"}");
        };
        write(u"answer"_s, status(one));
        const auto credentials = makeCredentials(context("cat answer"), m_clock).value();
        QCOMPARE(credentials->tls(), TlsSettings());
        QCOMPARE(QCoro::waitFor(credentials->headers({})).value(), (HttpHeaders{{"authorization", "Bearer t"}}));
        QCOMPARE(credentials->tls(), (TlsSettings{.certificatePem = one.certificate, .keyPem = one.key}));
        write(u"answer"_s, status(two));
        m_clock.advance(1h);
        credentials->rejected();
        QVERIFY(QCoro::waitFor(credentials->headers({})));
        QCOMPARE(credentials->tls(), (TlsSettings{.certificatePem = two.certificate, .keyPem = two.key}));
    }
};

QTEST_GUILESS_MAIN(TestExecPlugin)
#include "tst_execplugin.moc"
