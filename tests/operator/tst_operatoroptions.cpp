// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/operator/options.h"

#include "app/operator/setting.h"
#include "core/duration.h"
#include "support/testcase.h"

#include <QFile>
#include <QSysInfo>
#include <QTemporaryDir>

using namespace patronus;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

class tst_OperatorOptions : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void withoutSettingsTheDefaultsOfTheContractHold()
    {
        const auto options = std::get<OperatorOptions>(parse({}));
        QCOMPARE(options.command, OperatorOptions::Command::Run);
        QCOMPARE(options.kubeconfig, QString());
        QCOMPARE(options.context, QString());
        QCOMPARE(options.apiUrl, QUrl(u"http://patronus-api:8081"_s));
        QVERIFY(options.token.isEmpty() && options.tokenFile.isEmpty() && options.usernameFile.isEmpty()
            && options.passwordFile.isEmpty());
        QCOMPARE(options.metricsPort, quint16(8080));
        QCOMPARE(options.healthPort, quint16(8081));
        QVERIFY(!options.leaderElection.enabled);
        QCOMPARE(options.leaderElection.leaseDuration, 15s);
        QCOMPARE(options.leaderElection.renewDeadline, 10s);
        QCOMPARE(options.leaderElection.retryPeriod, 2s);
        QCOMPARE(options.successInterval, 300s);
        QCOMPARE(options.errorInterval, 60s);
        QCOMPARE(options.concurrency, 16);
        QCOMPARE(options.watchNamespaces, QStringList());
        QCOMPARE(options.logFilter, u"info"_s);
        QCOMPARE(options.logFormat, LogFormat::Text);
        QCOMPARE(options.podName, QSysInfo::machineHostName());
        QCOMPARE(options.podNamespace, u"patronus-system"_s);
        QCOMPARE(options.notes, QStringList());
    }

    void theDefaultsInTheHelpAreTheDefaults()
    {
        // What the help calls a default reads as what is there without it.
        for (const Setting &setting : settings()) {
            OperatorOptions options;
            const QString text(setting.defaultText);
            if (text.isEmpty() || text.contains(u' ') || text == "all"_L1)
                continue; // none, or told in words
            QCOMPARE(setting.read(text, options), std::nullopt);
            const OperatorOptions plain;
            QVERIFY2(options.apiUrl == plain.apiUrl && options.metricsPort == plain.metricsPort
                    && options.healthPort == plain.healthPort && options.successInterval == plain.successInterval
                    && options.errorInterval == plain.errorInterval && options.concurrency == plain.concurrency
                    && options.logFilter == plain.logFilter && options.logFormat == plain.logFormat
                    && options.leaderElection.enabled == plain.leaderElection.enabled
                    && options.leaderElection.leaseDuration == plain.leaderElection.leaseDuration
                    && options.leaderElection.renewDeadline == plain.leaderElection.renewDeadline
                    && options.leaderElection.retryPeriod == plain.leaderElection.retryPeriod,
                setting.flag.data());
        }
    }

    void everyVariableIsAFlagOfTheSameName()
    {
        QStringList variables;
        for (const Setting &setting : settings()) {
            if (setting.variable.isEmpty())
                continue;
            variables.append(QString(setting.variable));
            QCOMPARE(QString(setting.flag), u"--"_s + QString(setting.variable).toLower().replace(u'_', u'-'));
        }
        // Those of the guide and the chart: a name that is lost is a setting that is silently ignored.
        variables.sort();
        QCOMPARE(variables.join(u' '),
            u"HEALTH_PORT LEADER_ELECTION_ENABLED LEADER_ELECTION_LEASE_DURATION LEADER_ELECTION_RENEW_DEADLINE "
            u"LEADER_ELECTION_RETRY_PERIOD "
            "LOG_FORMAT METRICS_PORT PATRONUS_API_CA_FILE PATRONUS_API_PASSWORD_FILE PATRONUS_API_TOKEN "
            "PATRONUS_API_TOKEN_FILE PATRONUS_API_URL "
            "PATRONUS_API_USERNAME_FILE POD_NAME POD_NAMESPACE RECONCILE_CONCURRENCY RECONCILE_ERROR_INTERVAL "
            "RECONCILE_SUCCESS_INTERVAL "
            "RUST_LOG WATCH_NAMESPACES"_s);
    }

    void allIsReadFromVariablesAndFromFlagsAlike_data()
    {
        QTest::addColumn<int>("how");
        QTest::newRow("variables") << 0;
        QTest::newRow("flags with =") << 1;
        QTest::newRow("flags with a space") << 2;
    }
    void allIsReadFromVariablesAndFromFlagsAlike()
    {
        QFETCH(const int, how);
        const QString user = file(u"user"_s);
        const QString password = file(u"password"_s);
        const QString authority = file(u"ca"_s);
        const QList<std::pair<QString, QString>> values{{u"PATRONUS_API_URL"_s, u"https://api.example.com:8443/base"_s},
            {u"PATRONUS_API_USERNAME_FILE"_s, user}, {u"PATRONUS_API_PASSWORD_FILE"_s, password},
            {u"PATRONUS_API_CA_FILE"_s, authority}, {u"METRICS_PORT"_s, u"9090"_s}, {u"HEALTH_PORT"_s, u"65535"_s},
            {u"LEADER_ELECTION_ENABLED"_s, u"TRUE"_s}, {u"LEADER_ELECTION_LEASE_DURATION"_s, u"1m"_s},
            {u"LEADER_ELECTION_RENEW_DEADLINE"_s, u"40s"_s}, {u"LEADER_ELECTION_RETRY_PERIOD"_s, u"500ms"_s},
            {u"RECONCILE_SUCCESS_INTERVAL"_s, u"10m"_s}, {u"RECONCILE_ERROR_INTERVAL"_s, u"1m30s"_s},
            {u"RECONCILE_CONCURRENCY"_s, u"256"_s}, {u"WATCH_NAMESPACES"_s, u"a, b-1 ,a,"_s},
            {u"RUST_LOG"_s, u"warn,watch=debug,hyper=info"_s}, {u"LOG_FORMAT"_s, u"json"_s},
            {u"POD_NAME"_s, u"operator-0"_s}, {u"POD_NAMESPACE"_s, u"sdwan"_s}};
        QStringList arguments;
        QProcessEnvironment environment;
        for (const auto &[variable, value] : values) {
            const QString flag = u"--"_s + variable.toLower().replace(u'_', u'-');
            if (how == 0)
                environment.insert(variable, value);
            else if (how == 1)
                arguments << flag + u'=' + value;
            else
                arguments << flag << value;
        }
        const auto parsed = parse(arguments, environment);
        QVERIFY2(std::holds_alternative<OperatorOptions>(parsed), qPrintable(mistakes(parsed).join(u'\n')));
        const auto &options = std::get<OperatorOptions>(parsed);
        QCOMPARE(options.apiUrl, QUrl(u"https://api.example.com:8443/base"_s));
        QCOMPARE(options.usernameFile, user);
        QCOMPARE(options.passwordFile, password);
        QCOMPARE(options.caFile, authority);
        QCOMPARE(options.metricsPort, quint16(9090));
        QCOMPARE(options.healthPort, quint16(65535));
        QVERIFY(options.leaderElection.enabled);
        QCOMPARE(options.leaderElection.leaseDuration, 60s);
        QCOMPARE(options.leaderElection.renewDeadline, 40s);
        QCOMPARE(options.leaderElection.retryPeriod, 500ms);
        QCOMPARE(options.successInterval, 600s);
        QCOMPARE(options.errorInterval, 90s);
        QCOMPARE(options.concurrency, 256);
        QCOMPARE(options.watchNamespaces, (QStringList{u"a"_s, u"b-1"_s}));
        QCOMPARE(options.logFilter, u"warn,watch=debug,hyper=info"_s);
        QCOMPARE(options.notes, QStringList{u"RUST_LOG: there is no area hyper here; ignored"_s});
        QCOMPARE(options.logFormat, LogFormat::Json);
        QCOMPARE(options.podName, u"operator-0"_s);
        QCOMPARE(options.podNamespace, u"sdwan"_s);
    }

    void tokensAreReadFromEitherPlace()
    {
        QProcessEnvironment environment;
        environment.insert(u"PATRONUS_API_TOKEN"_s, u"abc.def"_s);
        QCOMPARE(std::get<OperatorOptions>(parse({}, environment)).token, u"abc.def"_s);
        const QString path = file(u"token"_s);
        QCOMPARE(std::get<OperatorOptions>(parse({u"--patronus-api-token-file"_s, path})).tokenFile, path);
    }

    void aFlagWinsOverItsVariableAndTheLastOfTwoFlagsCounts()
    {
        QProcessEnvironment environment;
        environment.insert(u"METRICS_PORT"_s, u"not looked at"_s);
        environment.insert(u"WATCH_NAMESPACES"_s, u"a,b"_s);
        const auto options = std::get<OperatorOptions>(
            parse({u"--metrics-port=1"_s, u"--watch-namespaces="_s, u"--metrics-port=2"_s}, environment));
        QCOMPARE(options.metricsPort, quint16(2));
        QCOMPARE(options.watchNamespaces, QStringList());
    }

    void anEmptyVariableIsNotSet()
    {
        QProcessEnvironment environment;
        for (const Setting &setting : settings())
            if (!setting.variable.isEmpty())
                environment.insert(QString(setting.variable), QString());
        QCOMPARE(std::get<OperatorOptions>(parse({}, environment)).apiUrl, QUrl(u"http://patronus-api:8081"_s));
    }

    void clusterAccessIsByFlags()
    {
        const QString path = file(u"config"_s);
        const auto options
            = std::get<OperatorOptions>(parse({u"check"_s, u"--kubeconfig="_s + path, u"--context"_s, u"lab"_s}));
        QCOMPARE(options.command, OperatorOptions::Command::Check);
        QCOMPARE(options.kubeconfig, path);
        QCOMPARE(options.context, u"lab"_s);
    }

    void theServiceAccountsNamespaceIsTheDefault()
    {
        QFile written(file(u"namespace"_s));
        QVERIFY(written.open(QIODevice::WriteOnly));
        written.write("from-account\n");
        written.close();
        QCOMPARE(std::get<OperatorOptions>(parse({})).podNamespace, u"from-account"_s);
        QCOMPARE(std::get<OperatorOptions>(parse({u"--pod-namespace=mine"_s})).podNamespace, u"mine"_s);
        QVERIFY(written.remove());
    }

    void aWrongValueIsToldWithItsVariableItsFlagAndWhatIsAllowed_data()
    {
        QTest::addColumn<QString>("argument");
        QTest::addColumn<QString>("begins");
        QTest::addColumn<QString>("has");
        const auto row = [](const QString &argument, const QString &begins, const QString &has) {
            QTest::newRow(qPrintable(argument)) << argument << begins << has;
        };
        for (const char *url : {"patronus-api:8081", "ftp://x", "http://", "http:///path", "https://a b", "//x", "x",
                 "http://x:99999", ""})
            row(u"--patronus-api-url="_s + QString::fromLatin1(url), u"PATRONUS_API_URL (--patronus-api-url): \""_s,
                u"allowed: an http or https URL"_s);
        row(u"--patronus-api-url=http://x/?a=b"_s,
            u"PATRONUS_API_URL (--patronus-api-url): \"http://x/?a=b\" has a query"_s, u"allowed"_s);
        row(u"--patronus-api-url=http://u:S3cr@x"_s, u"PATRONUS_API_URL (--patronus-api-url): credentials"_s,
            u"put them into files"_s);
        for (const char *port : {"", "x", "-1", "65536", "80.5", "8080/tcp"})
            row(u"--metrics-port="_s + QString::fromLatin1(port), u"METRICS_PORT (--metrics-port): \""_s,
                u"allowed: 1 to 65535"_s);
        row(u"--health-port=99999"_s, u"HEALTH_PORT (--health-port): "_s, u"allowed: 1 to 65535"_s);
        row(u"--metrics-port=tcp://10.0.0.1:80"_s, u"METRICS_PORT (--metrics-port): "_s, u"enableServiceLinks"_s);
        row(u"--leader-election-enabled=yes"_s, u"LEADER_ELECTION_ENABLED (--leader-election-enabled): \"yes\""_s,
            u"allowed: true, false"_s);
        row(u"--leader-election-lease-duration=15"_s,
            u"LEADER_ELECTION_LEASE_DURATION (--leader-election-lease-duration): \"15\" is no duration"_s,
            u"like 15s"_s);
        row(u"--leader-election-lease-duration=15500ms"_s, u"LEADER_ELECTION_LEASE_DURATION"_s, u"whole seconds"_s);
        row(u"--leader-election-lease-duration=2h"_s, u"LEADER_ELECTION_LEASE_DURATION"_s, u"allowed: 1s to 1h"_s);
        row(u"--leader-election-renew-deadline=15s"_s,
            u"LEADER_ELECTION_LEASE_DURATION (--leader-election-lease-duration) and LEADER_ELECTION_RENEW_DEADLINE"_s,
            u"longer than the renew deadline"_s);
        row(u"--leader-election-renew-deadline=2400ms"_s,
            u"LEADER_ELECTION_RENEW_DEADLINE (--leader-election-renew-deadline) and LEADER_ELECTION_RETRY_PERIOD"_s,
            u"longer than 1.2 retry periods"_s);
        row(u"--leader-election-retry-period=10ms"_s, u"LEADER_ELECTION_RETRY_PERIOD"_s, u"allowed: 100ms to 1h"_s);
        row(u"--reconcile-success-interval=0"_s, u"RECONCILE_SUCCESS_INTERVAL (--reconcile-success-interval)"_s,
            u"allowed: 1s to 24h"_s);
        row(u"--reconcile-success-interval=-5m"_s, u"RECONCILE_SUCCESS_INTERVAL"_s, u"allowed: 1s to 24h"_s);
        row(u"--reconcile-error-interval=25h"_s, u"RECONCILE_ERROR_INTERVAL"_s, u"allowed: 1s to 24h"_s);
        row(u"--reconcile-error-interval=1500us"_s, u"RECONCILE_ERROR_INTERVAL"_s, u"allowed: 1s to 24h"_s);
        for (const char *number : {"0", "257", "x", "1.5"})
            row(u"--reconcile-concurrency="_s + QString::fromLatin1(number),
                u"RECONCILE_CONCURRENCY (--reconcile-concurrency): "_s, u"allowed: 1 to 256"_s);
        for (const char *names : {"A", "a,-b", "a b", "a_b", "ä", "a.b"})
            row(u"--watch-namespaces="_s + QString::fromUtf8(names), u"WATCH_NAMESPACES (--watch-namespaces): "_s,
                u"is no namespace"_s);
        row(u"--watch-namespaces="_s + QString(64, u'a'), u"WATCH_NAMESPACES (--watch-namespaces): "_s,
            u"at most 63"_s);
        row(u"--pod-namespace=A"_s, u"POD_NAMESPACE (--pod-namespace): "_s, u"is no namespace"_s);
        row(u"--rust-log=inof"_s, u"RUST_LOG (--rust-log): \"inof\""_s, u"off, error, warn, info, debug, trace"_s);
        row(u"--rust-log=info,watch=loud"_s, u"RUST_LOG (--rust-log): \"watch=loud\""_s, u"is no level"_s);
        row(u"--log-format=xml"_s, u"LOG_FORMAT (--log-format): \"xml\""_s, u"allowed: text, json"_s);
        row(u"--patronus-api-token=a b"_s, u"PATRONUS_API_TOKEN (--patronus-api-token): the token has spaces"_s,
            u"allowed: visible ASCII"_s);
        row(u"--patronus-api-token=S3cr\n"_s, u"PATRONUS_API_TOKEN (--patronus-api-token): the token has spaces"_s,
            u"line ends"_s);
        for (const char *name : {"token", "ca", "username", "password"})
            row(u"--patronus-api-%1-file=/none/such"_s.arg(QString::fromLatin1(name)),
                u"PATRONUS_API_%1_FILE (--patronus-api-%2-file): cannot read /none/such: "_s.arg(
                    QString::fromLatin1(name).toUpper(), QString::fromLatin1(name)),
                u"allowed: a file"_s);
        row(u"--kubeconfig=/none/such"_s, u"--kubeconfig: cannot read /none/such: "_s, u"allowed: a file"_s);
        row(u"--kubeconfig=/"_s, u"--kubeconfig: cannot read /: "_s, u"allowed: a file"_s);
        row(u"--metrics"_s, u"--metrics: there is no such flag"_s, u"is it --metrics-port?"_s);
        row(u"--leader-elect"_s, u"--leader-elect: there is no such flag"_s, u"is it --leader-election-enabled?"_s);
        row(u"-x"_s, u"-x: there is no such flag"_s, u"--help"_s);
        row(u"--log-format"_s, u"--log-format: needs a value"_s, u"--log-format=VALUE"_s);
        row(u"chek"_s, u"\"chek\": there is no such command"_s, u"allowed: none, check"_s);
    }
    void aWrongValueIsToldWithItsVariableItsFlagAndWhatIsAllowed()
    {
        QFETCH(const QString, argument);
        QFETCH(const QString, begins);
        QFETCH(const QString, has);
        const QStringList lines = mistakes(parse({argument}));
        QCOMPARE(lines.size(), 1);
        QVERIFY2(lines[0].startsWith(begins), qPrintable(lines[0]));
        QVERIFY2(lines[0].contains(has), qPrintable(lines[0]));
        QVERIFY2(!lines[0].contains("S3cr"_L1), qPrintable(lines[0]));
        QVERIFY2(!lines[0].contains(u'\n'), qPrintable(lines[0]));
    }

    void settingsThatDoNotGoTogetherAreTold_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("has");
        const QString readable = file(u"x"_s);
        QTest::newRow("token twice") << QStringList{u"--patronus-api-token=S3cr"_s,
            u"--patronus-api-token-file="_s + readable}
                                     << u"both are given"_s;
        QTest::newRow("user without password")
            << QStringList{u"--patronus-api-username-file="_s + readable} << u"one is given without the other"_s;
        QTest::newRow("password without user")
            << QStringList{u"--patronus-api-password-file="_s + readable} << u"one is given without the other"_s;
        QTest::newRow("token and user") << QStringList{u"--patronus-api-token=S3cr"_s,
            u"--patronus-api-username-file="_s + readable, u"--patronus-api-password-file="_s + readable}
                                        << u"a token and a user are given"_s;
        QTest::newRow("one port") << QStringList{u"--metrics-port=9000"_s, u"--health-port=9000"_s}
                                  << u"both are 9000"_s;
        QTest::newRow("check and more") << QStringList{u"check"_s, u"this"_s} << u"\"check this\""_s;
    }
    void settingsThatDoNotGoTogetherAreTold()
    {
        QFETCH(const QStringList, arguments);
        QFETCH(const QString, has);
        const QStringList lines = mistakes(parse(arguments));
        QCOMPARE(lines.size(), 1);
        QVERIFY2(lines[0].contains(has) && !lines[0].contains("S3cr"_L1), qPrintable(lines[0]));
    }

    void twoFreePortsAreNotOnePort()
    {
        QVERIFY(std::holds_alternative<OperatorOptions>(parse({u"--metrics-port=0"_s, u"--health-port=0"_s})));
    }

    void allMistakesAreToldAtOnce()
    {
        QProcessEnvironment environment;
        environment.insert(u"METRICS_PORT"_s, u"x"_s);
        environment.insert(u"RUST_LOG"_s, u"loud"_s);
        environment.insert(u"WATCH_NAMESPACES"_s, u"A"_s);
        const QStringList lines
            = mistakes(parse({u"--bad"_s, u"--leader-election-lease-duration=1s"_s, u"serve"_s}, environment));
        QCOMPARE(lines.size(), 6);
        for (const auto part :
            {"--bad"_L1, "serve"_L1, "METRICS_PORT"_L1, "RUST_LOG"_L1, "WATCH_NAMESPACES"_L1, "LEASE_DURATION"_L1})
            QCOMPARE(lines.filter(part).size(), 1);
    }

    void helpListsEverySettingAndFitsATerminal()
    {
        const QString help = std::get<HelpText>(parse({u"--bad"_s, u"--help"_s})).text;
        for (const Setting &setting : settings()) {
            QVERIFY2(help.contains(u"\n  "_s + setting.flag + u'='), setting.flag.data());
            QVERIFY2(help.contains(setting.variable), setting.variable.data());
            QVERIFY2(help.contains(setting.defaultText), setting.defaultText.data());
        }
        for (const QString &line : help.split(u'\n'))
            QVERIFY2(line.size() <= 80, qPrintable(line));
        QVERIFY(help.endsWith(u'\n'));
        QCOMPARE(std::get<HelpText>(parse({u"-h"_s})).text, help);
    }

    void versionIsTold()
    {
        const QString text = std::get<VersionText>(parse({u"--version"_s, u"--metrics-port=x"_s})).text;
        QVERIFY2(text.startsWith("patronus-operator 0."_L1) && text.endsWith(u'\n'), qPrintable(text));
    }

    void durationsAreGos_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<std::optional<std::chrono::nanoseconds>>("duration");
        const auto row = [](const char *text, std::optional<std::chrono::nanoseconds> duration) {
            QTest::newRow(text) << QString::fromUtf8(text) << duration;
        };
        row("0", 0ns);
        row("15s", 15s);
        row("1m30s", 90s);
        row("300ms", 300ms);
        row("1h", 1h);
        row("1.5h", 90min);
        row("2h45m10.5s", 2h + 45min + 10500ms);
        row("1us", 1us);
        row("1µs", 1us);
        row("1μs", 1us);
        row("7ns", 7ns);
        row(".5s", 500ms);
        row("5.s", 5s);
        row("-1m", -1min);
        row("+1m", 1min);
        row("1m1m", 2min);
        row("0.100000000000000000000000001s", 100ms);
        row("2562047h", 2562047h);
        for (const char *wrong : {"", " ", "15", "s", ".s", "-", "+", "1d", "1 s", "1s ", "s1", "1m-30s", "1..5s",
                 "1e3s", "0x1s", "١s", "2562048h", "9223372036854775808ns"})
            row(wrong, std::nullopt);
    }
    void durationsAreGos()
    {
        QFETCH(const QString, text);
        QFETCH(const std::optional<std::chrono::nanoseconds>, duration);
        const auto parsed = parseDuration(text);
        QCOMPARE(parsed.has_value(), duration.has_value());
        if (duration)
            QCOMPARE(*parsed, *duration);
        else
            QVERIFY2(parsed.error().message.contains(u'"' + text + u"\" is no duration"_s),
                qPrintable(parsed.error().message));
    }

private:
    ParsedOptions parse(
        const QStringList &arguments, const QProcessEnvironment &environment = QProcessEnvironment()) const
    {
        return parseOptions(arguments, environment, m_folder.path());
    }
    static QStringList mistakes(const ParsedOptions &parsed)
    {
        const auto *const found = std::get_if<Mistakes>(&parsed);
        return found ? found->lines : QStringList();
    }
    // An empty file of that name.
    QString file(const QString &name) const
    {
        QFile created(m_folder.filePath(name));
        return created.open(QIODevice::WriteOnly) ? created.fileName() : QString();
    }

    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(tst_OperatorOptions)
#include "tst_operatoroptions.moc"
