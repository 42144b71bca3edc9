// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/simulator/options.h"

#include <QCommandLineParser>
#include <QFile>

using namespace Qt::StringLiterals;

namespace patronus {

using namespace simulator;

static QList<QCommandLineOption> options()
{
    return {
        {u"listen"_s,
            u"Address and port, [::1]:8081 for IPv6; port 0 takes one that is free. Default 127.0.0.1:8081."_s,
            u"ADDRESS:PORT"_s},
        {u"data"_s,
            u"Keep Sites and Policies in FILE (JSON, replaced as a whole) and read it at start. Default: in memory."_s,
            u"FILE"_s},
        {u"api-version"_s, u"The version that the API claims to have. Default 1.0.0."_s, u"VERSION"_s},
        {u"username"_s, u"Ask for credentials; NAME may log in. With --password-file."_s, u"NAME"_s},
        {u"password-file"_s, u"File that holds the password of --username."_s, u"FILE"_s},
        {u"token-file"_s,
            u"Ask for credentials; a bearer token that is a line of FILE is accepted. FILE may change at any time."_s,
            u"FILE"_s},
        {u"token-lifetime"_s, u"How long a token of a log-in is valid. Default 15m."_s, u"TIME"_s},
        {u"rate-limit"_s, u"Requests of one address in a minute; 0 is no limit. Default 0 (the product has 100)."_s,
            u"N"_s},
        {u"user-rate-limit"_s, u"Requests of one user in an hour; 0 is no limit. Default 0 (the product has 1000)."_s,
            u"N"_s},
        {u"seed"_s, u"Seed of the telemetry and of the faults. Default 1."_s, u"N"_s},
        {u"interval"_s, u"Time between two steps of the telemetry. Default 5s."_s, u"TIME"_s},
        {u"frozen"_s, u"The telemetry stands still until POST /_control/thaw."_s},
        {u"latency"_s, u"Wait so long before each answer."_s, u"TIME"_s},
        {u"jitter"_s, u"Wait up to so much longer."_s, u"TIME"_s},
        {u"error-rate"_s, u"Share of the requests, 0 to 1, that are answered with 500."_s, u"SHARE"_s},
        {u"throttle-rate"_s, u"Share that is answered with 429."_s, u"SHARE"_s},
        {u"hang-rate"_s, u"Share that is never answered."_s, u"SHARE"_s},
        {u"cut-rate"_s, u"Share whose connection is closed in the middle of the answer."_s, u"SHARE"_s},
        {u"garbage-rate"_s, u"Share that is answered with bytes that are no JSON."_s, u"SHARE"_s},
        {u"down"_s, u"Refuse everything: 503 answers so, close closes the connection."_s, u"HOW"_s},
        {u"no-control"_s, u"Do not serve /_control."_s},
        {u"help"_s, u"Print this and exit."_s},
        {u"version"_s, u"Print the version and exit."_s},
    };
}

static void addOptions(QCommandLineParser &parser)
{
    parser.setSingleDashWordOptionMode(QCommandLineParser::ParseAsLongOptions);
    parser.setApplicationDescription(
        u"The Patronus API without a network behind it, for tests, demonstrations and development."_s);
    parser.addOptions(options());
}

QString simulatorHelp()
{
    QCommandLineParser parser;
    addOptions(parser);
    return parser.helpText() + QStringLiteral(R"(
TIME is a number and a unit: 250ms, 5s, 15m, 1h.

When it answers, it prints one line: "listening on http://127.0.0.1:8081".

The API is that of resources/openapi/patronus-api.yaml. A path joins two Sites as soon as
one of them has mesh.enabled and names the other in mesh.peer_with; its id is "a--b" with
the names in alphabetical order. A Policy whose primary path is down fails over to its
backup path.

Control, on the same port, without credentials, limits and faults:
  GET  /_control               settings, faults, numbers of objects
  GET  /_control/requests      counters by method, kind of path and status (0: no answer);
                               the last 10000 changes with time, address, headers and body
  GET  /_control/faults        the faults
  PUT  /_control/faults        replaces them; every member is optional:
                               {"latency_ms":0,"jitter_ms":0,"error_rate":0,"error_status":500,
                                "throttle_rate":0,"retry_after_seconds":1,"hang_rate":0,"cut_rate":0,
                                "garbage_rate":0,"down":"no"|"503"|"close",
                                "method":"PUT","path":"/api/v1/sites","count":3}
                               method, path (its beginning) and count say which requests
  PUT  /_control/paths/{id}    {"status":"up"|"degraded"|"down"|"auto"} holds a path so
  POST /_control/freeze        the telemetry stands still
  POST /_control/thaw          it moves again
  POST /_control/step          it moves once
  POST /_control/revoke        all tokens of log-ins are invalid
  POST /_control/reset         no faults, counters and limits empty; {"data":true}: no objects

Exit status: 0 stopped by SIGTERM or SIGINT, 1 the port or the data file cannot be used,
2 wrong options.

Examples:
  patronus-sim --listen 127.0.0.1:0 --seed 7
  patronus-sim --data /tmp/patronus.json --rate-limit 100 --latency 20ms --error-rate 0.3
  curl -X PUT -d '{"error_rate":1,"count":5}' http://127.0.0.1:8081/_control/faults
)");
}

namespace {

/// Typed reads of the options; gathers the mistakes.
class Reader
{
public:
    explicit Reader(const QStringList &arguments)
    {
        addOptions(m_parser);
        if (!m_parser.parse(arguments)) {
            for (const QString &name : m_parser.unknownOptionNames())
                m_mistakes.append(u"--%1: there is no such option"_s.arg(name));
            if (m_parser.unknownOptionNames().isEmpty())
                m_mistakes.append(m_parser.errorText());
        }
        for (const QString &argument : m_parser.positionalArguments())
            m_mistakes.append(u"%1: an option is needed, beginning with --"_s.arg(argument));
    }

    [[nodiscard]] bool isSet(const QString &name) const { return m_parser.isSet(name); }
    [[nodiscard]] QString text(const QString &name) const { return m_parser.value(name); }

    [[nodiscard]] int number(const QString &name, int otherwise)
    {
        if (!isSet(name))
            return otherwise;
        bool isNumber = false;
        const int value = text(name).toInt(&isNumber);
        if (!isNumber || value < 0)
            mistake(name, u"a whole number from 0 is needed"_s);
        return value;
    }

    [[nodiscard]] double share(const QString &name)
    {
        if (!isSet(name))
            return 0;
        bool isNumber = false;
        const double value = text(name).toDouble(&isNumber);
        const bool isShare = value >= 0 && value <= 1; // "nan" is none
        if (!isNumber || !isShare)
            mistake(name, u"a number from 0 to 1 is needed"_s);
        return value;
    }

    [[nodiscard]] std::chrono::milliseconds time(
        const QString &name, std::chrono::milliseconds otherwise, std::chrono::milliseconds least = {})
    {
        if (!isSet(name))
            return otherwise;
        const QString value = text(name);
        const qsizetype digits
            = std::ranges::find_if_not(value, [](QChar c) { return c >= u'0' && c <= u'9'; }) - value.begin();
        const QStringView unit = QStringView(value).sliced(digits);
        static const std::array units{
            std::pair("ms"_L1, 1), std::pair("s"_L1, 1000), std::pair("m"_L1, 60'000), std::pair("h"_L1, 3'600'000)};
        const auto found = std::ranges::find_if(units, [&](const auto &known) { return known.first == unit; });
        bool isNumber = false;
        const int count = value.first(digits).toInt(&isNumber);
        if (!isNumber || found == units.end()) {
            mistake(name, u"a number and ms, s, m or h is needed"_s);
            return otherwise;
        }
        const auto read = std::chrono::milliseconds(qint64(count) * found->second);
        if (read < least)
            mistake(name, u"at least %1ms is needed"_s.arg(least.count()));
        return read;
    }

    /// The first line of the file that @p name names.
    [[nodiscard]] QString firstLine(const QString &name)
    {
        if (!isSet(name))
            return {};
        QFile file(text(name));
        if (!file.open(QIODevice::ReadOnly)) {
            mistake(name, u"%1: %2"_s.arg(text(name), file.errorString()));
            return {};
        }
        return QString::fromUtf8(file.readLine()).trimmed();
    }

    void mistake(const QString &name, const QString &what) { m_mistakes.append(u"--%1: %2"_s.arg(name, what)); }
    [[nodiscard]] const QStringList &mistakes() const { return m_mistakes; }

private:
    QCommandLineParser m_parser;
    QStringList m_mistakes;
};

} // namespace

static void readListen(Reader &reader, SimulatorOptions *options)
{
    if (!reader.isSet(u"listen"_s))
        return;
    const QString value = reader.text(u"listen"_s);
    const qsizetype colon = value.lastIndexOf(u':');
    QString address = value.first(std::max(colon, qsizetype(0)));
    if (address.startsWith(u'[') && address.endsWith(u']'))
        address = address.sliced(1, address.size() - 2);
    bool isPort = false;
    options->port = QStringView(value).sliced(colon + 1).toUShort(&isPort);
    options->address = address == "localhost"_L1 ? QHostAddress(QHostAddress::LocalHost) : QHostAddress(address);
    if (colon < 0 || !isPort || options->address.isNull())
        reader.mistake(u"listen"_s, u"an address and a port as 127.0.0.1:8081 are needed"_s);
}

static Faults readFaults(Reader &reader)
{
    Faults faults;
    faults.latency = reader.time(u"latency"_s, {});
    faults.jitter = reader.time(u"jitter"_s, {});
    faults.errorRate = reader.share(u"error-rate"_s);
    faults.throttleRate = reader.share(u"throttle-rate"_s);
    faults.hangRate = reader.share(u"hang-rate"_s);
    faults.cutRate = reader.share(u"cut-rate"_s);
    faults.garbageRate = reader.share(u"garbage-rate"_s);
    const QString down = reader.text(u"down"_s);
    if (down == "503"_L1)
        faults.down = Faults::Down::Status503;
    else if (down == "close"_L1)
        faults.down = Faults::Down::Close;
    else if (reader.isSet(u"down"_s))
        reader.mistake(u"down"_s, u"503 or close is needed"_s);
    return faults;
}

Expected<SimulatorOptions> readSimulatorOptions(const QStringList &arguments)
{
    Reader reader(arguments);
    SimulatorOptions options;
    options.showHelp = reader.isSet(u"help"_s);
    options.showVersion = reader.isSet(u"version"_s);
    readListen(reader, &options);

    PatronusSimulator::Settings &settings = options.settings;
    settings.dataFile = reader.text(u"data"_s);
    if (reader.isSet(u"api-version"_s))
        settings.version = reader.text(u"api-version"_s);
    settings.signIn.username = reader.text(u"username"_s);
    settings.signIn.password = reader.firstLine(u"password-file"_s);
    settings.signIn.tokenFile = reader.text(u"token-file"_s);
    settings.signIn.lifetime = std::chrono::duration_cast<std::chrono::seconds>(
        reader.time(u"token-lifetime"_s, settings.signIn.lifetime, std::chrono::seconds(1)));
    if (reader.isSet(u"username"_s) != reader.isSet(u"password-file"_s))
        reader.mistake(u"username"_s, u"--username and --password-file go together"_s);
    settings.requestsPerMinute = reader.number(u"rate-limit"_s, 0);
    settings.requestsPerHour = reader.number(u"user-rate-limit"_s, 0);
    settings.seed = quint32(reader.number(u"seed"_s, 1));
    settings.interval = reader.time(u"interval"_s, settings.interval, std::chrono::milliseconds(10));
    settings.isFrozen = reader.isSet(u"frozen"_s);
    settings.faults = readFaults(reader);
    settings.hasControl = !reader.isSet(u"no-control"_s);

    if (!reader.mistakes().isEmpty())
        return std::unexpected(Error{Error::Kind::Invalid, reader.mistakes().join(u'\n')});
    return options;
}

} // namespace patronus
