// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/operator/setting.h"

#include "core/duration.h"

#include <QFile>
#include <QRegularExpression>

#include <algorithm>
#include <array>

namespace patronus {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using std::chrono::milliseconds;

namespace {

using Problem = std::optional<QString>;

QString quoted(const QString &value)
{
    return u'"' + value + u'"';
}

Problem readUrl(const QString &value, OperatorOptions &into)
{
    const auto wrong = [](const QString &why) {
        return why + u"; allowed: an http or https URL with a host, like https://patronus-api:8081"_s;
    };
    const QUrl url(value, QUrl::StrictMode);
    if (!url.userInfo().isEmpty()) // not quoted: it is a secret
        return wrong(u"credentials in the URL are not used; put them into files"_s);
    if (!url.isValid() || url.host().isEmpty() || (url.scheme() != "http"_L1 && url.scheme() != "https"_L1))
        return wrong(quoted(value) + u" is no URL of a server"_s);
    if (url.hasQuery() || url.hasFragment())
        return wrong(quoted(value) + u" has a query or a fragment"_s);
    into.apiUrl = url;
    return std::nullopt;
}

Problem readToken(const QString &value, OperatorOptions &into)
{
    // It goes into a header as it is. The value is not shown.
    if (std::ranges::any_of(value, [](QChar c) { return c <= u' ' || c >= QChar(0x7f); }))
        return u"the token has spaces, line ends or other characters that a header cannot have; allowed: visible ASCII"_s;
    into.token = value;
    return std::nullopt;
}

template <QString OperatorOptions::*member> Problem readFileName(const QString &value, OperatorOptions &into)
{
    QFile file(value);
    if (!value.isEmpty() && !file.open(QIODevice::ReadOnly))
        return u"cannot read %1: %2; allowed: a file that this user may read"_s.arg(value, file.errorString());
    into.*member = value;
    return std::nullopt;
}

template <QString OperatorOptions::*member> Problem readText(const QString &value, OperatorOptions &into)
{
    into.*member = value;
    return std::nullopt;
}

template <quint16 OperatorOptions::*member> Problem readPort(const QString &value, OperatorOptions &into)
{
    bool isNumber = false;
    const int port = value.toInt(&isNumber);
    if (value.startsWith("tcp://"_L1))
        return u"%1 comes from a Kubernetes service of that name; set the variable, or enableServiceLinks: false in "
               u"the pod; "
               "allowed: 1 to 65535, 0 for any free port"_s.arg(quoted(value));
    if (!isNumber || port < 0 || port > 65535)
        return quoted(value) + u" is no port; allowed: 1 to 65535, 0 for any free port"_s;
    into.*member = static_cast<quint16>(port);
    return std::nullopt;
}

Problem readLeaderElection(const QString &value, OperatorOptions &into)
{
    const QString word = value.toLower();
    const bool yes = word == "true"_L1 || word == "1"_L1;
    if (!yes && word != "false"_L1 && word != "0"_L1)
        return quoted(value) + u" is neither; allowed: true, false"_s;
    into.leaderElection.enabled = yes;
    return std::nullopt;
}

// A duration of whole milliseconds within limits.
Problem readDuration(
    const QString &value, milliseconds &into, milliseconds least, milliseconds most, QLatin1StringView range)
{
    const auto duration = parseDuration(value);
    if (!duration)
        return duration.error().message + u"; allowed: "_s + range;
    if (*duration < least || *duration > most || *duration % 1ms != 0ns)
        return quoted(value) + u" is out of range; allowed: "_s + range;
    into = std::chrono::duration_cast<milliseconds>(*duration);
    return std::nullopt;
}

Problem readLeaseDuration(const QString &value, OperatorOptions &into)
{
    constexpr auto range = "1s to 1h, in whole seconds (a Lease has no more)"_L1;
    milliseconds duration{};
    if (const auto problem = readDuration(value, duration, 1s, 1h, range))
        return problem;
    if (duration % 1s != 0ms)
        return quoted(value) + u" has a fraction of a second; allowed: "_s + range;
    into.leaderElection.leaseDuration = duration;
    return std::nullopt;
}

template <milliseconds OperatorOptions::LeaderElection::*member>
Problem readLeaseTime(const QString &value, OperatorOptions &into)
{
    return readDuration(value, into.leaderElection.*member, 100ms, 1h, "100ms to 1h"_L1);
}

template <milliseconds OperatorOptions::*member> Problem readInterval(const QString &value, OperatorOptions &into)
{
    return readDuration(value, into.*member, 1s, 24h, "1s to 24h"_L1);
}

Problem readConcurrency(const QString &value, OperatorOptions &into)
{
    bool isNumber = false;
    const int number = value.toInt(&isNumber);
    if (!isNumber || number < 1 || number > 256)
        return quoted(value) + u" is out of range; allowed: 1 to 256"_s;
    into.concurrency = number;
    return std::nullopt;
}

// https://www.rfc-editor.org/rfc/rfc1123, as Kubernetes names namespaces.
bool isDnsLabel(const QString &text)
{
    static const QRegularExpression label(u"\\A[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\\z"_s);
    return label.match(text).hasMatch();
}

constexpr auto labelRule = "lower-case letters, digits and -, at most 63, no - at the ends"_L1;

Problem readNamespaces(const QString &value, OperatorOptions &into)
{
    QStringList names;
    for (const QString &part : value.split(u',', Qt::SkipEmptyParts)) {
        const QString name = part.trimmed();
        if (!isDnsLabel(name))
            return quoted(name) + u" is no namespace; allowed: names parted by commas, each of "_s + labelRule;
        if (!names.contains(name))
            names.append(name);
    }
    into.watchNamespaces = names;
    return std::nullopt;
}

Problem readPodNamespace(const QString &value, OperatorOptions &into)
{
    if (!isDnsLabel(value))
        return quoted(value) + u" is no namespace; allowed: "_s + labelRule;
    into.podNamespace = value;
    return std::nullopt;
}

Problem readLogFilter(const QString &value, OperatorOptions &into)
{
    const auto filter = parseLogFilter(value);
    if (!filter)
        return filter.error().message;
    into.logFilter = value;
    if (!filter->unknownAreas.isEmpty())
        into.notes.append(u"RUST_LOG: there is no area %1 here; ignored"_s.arg(filter->unknownAreas.join(u", "_s)));
    return std::nullopt;
}

Problem readLogFormat(const QString &value, OperatorOptions &into)
{
    if (value != "text"_L1 && value != "json"_L1)
        return quoted(value) + u" is no format; allowed: text, json"_s;
    into.logFormat = value == "json"_L1 ? LogFormat::Json : LogFormat::Text;
    return std::nullopt;
}

constexpr auto access = "Kubernetes"_L1;
constexpr auto api = "Patronus API"_L1;
constexpr auto election = "Leader election"_L1;
constexpr auto work = "Reconciling"_L1;
constexpr auto watching = "Logs, metrics and probes"_L1;
constexpr auto pod = "Where it runs"_L1;

using Options = OperatorOptions;
using Election = OperatorOptions::LeaderElection;

constexpr std::array all{
    Setting{""_L1, "--kubeconfig"_L1, "FILE"_L1, ""_L1, access,
        "The kubeconfig to use. Without it: the files of KUBECONFIG, in a pod the service account, else ~/.kube/config."_L1,
        readFileName<&Options::kubeconfig>},
    Setting{""_L1, "--context"_L1, "NAME"_L1, "the current one"_L1, access, "The context of the kubeconfig."_L1,
        readText<&Options::context>},
    Setting{"WATCH_NAMESPACES"_L1, "--watch-namespaces"_L1, "NAMES"_L1, "all"_L1, access,
        "Namespaces whose Sites and Policies are looked after, parted by commas."_L1, readNamespaces},

    Setting{"PATRONUS_API_URL"_L1, "--patronus-api-url"_L1, "URL"_L1, "http://patronus-api:8081"_L1, api,
        "Where the Patronus API is."_L1, readUrl},
    Setting{"PATRONUS_API_TOKEN_FILE"_L1, "--patronus-api-token-file"_L1, "FILE"_L1, ""_L1, api,
        "A file with the bearer token. It is read again when it changes."_L1, readFileName<&Options::tokenFile>},
    Setting{"PATRONUS_API_TOKEN"_L1, "--patronus-api-token"_L1, "TOKEN"_L1, ""_L1, api,
        "The bearer token itself. Other users of the machine may see flags: a file is better."_L1, readToken},
    Setting{"PATRONUS_API_USERNAME_FILE"_L1, "--patronus-api-username-file"_L1, "FILE"_L1, ""_L1, api,
        "A file with the user name, for an API that gives tokens by login."_L1, readFileName<&Options::usernameFile>},
    Setting{"PATRONUS_API_PASSWORD_FILE"_L1, "--patronus-api-password-file"_L1, "FILE"_L1, ""_L1, api,
        "A file with that user's password."_L1, readFileName<&Options::passwordFile>},
    Setting{"PATRONUS_API_CA_FILE"_L1, "--patronus-api-ca-file"_L1, "FILE"_L1, "the system's"_L1, api,
        "PEM certificates of the authorities that the API's certificate is checked against."_L1,
        readFileName<&Options::caFile>},

    Setting{"RECONCILE_SUCCESS_INTERVAL"_L1, "--reconcile-success-interval"_L1, "DURATION"_L1, "300s"_L1, work,
        "How long after a success an object is looked at again, though nothing changed."_L1,
        readInterval<&Options::successInterval>},
    Setting{"RECONCILE_ERROR_INTERVAL"_L1, "--reconcile-error-interval"_L1, "DURATION"_L1, "60s"_L1, work,
        "The longest wait after failures; it begins at 1s and doubles with each one in a row."_L1,
        readInterval<&Options::errorInterval>},
    Setting{"RECONCILE_CONCURRENCY"_L1, "--reconcile-concurrency"_L1, "NUMBER"_L1, "16"_L1, work,
        "How many objects of a kind are worked on at once, 1 to 256."_L1, readConcurrency},

    Setting{"LEADER_ELECTION_ENABLED"_L1, "--leader-election-enabled"_L1, "true|false"_L1, "false"_L1, election,
        "Only the holder of the Lease patronus-operator works. Needed with more than one replica."_L1,
        readLeaderElection},
    Setting{"LEADER_ELECTION_LEASE_DURATION"_L1, "--leader-election-lease-duration"_L1, "DURATION"_L1, "15s"_L1,
        election, "How long others wait for a holder that is silent. Whole seconds, longer than the renew deadline."_L1,
        readLeaseDuration},
    Setting{"LEADER_ELECTION_RENEW_DEADLINE"_L1, "--leader-election-renew-deadline"_L1, "DURATION"_L1, "10s"_L1,
        election, "How long the holder may write without a renewal. Longer than 1.2 retry periods."_L1,
        readLeaseTime<&Election::renewDeadline>},
    Setting{"LEADER_ELECTION_RETRY_PERIOD"_L1, "--leader-election-retry-period"_L1, "DURATION"_L1, "2s"_L1, election,
        "How long between two tries to get or renew the Lease."_L1, readLeaseTime<&Election::retryPeriod>},

    Setting{"RUST_LOG"_L1, "--rust-log"_L1, "FILTER"_L1, "info"_L1, watching,
        "What is logged: a level (off, error, warn, info, debug, trace), then area=level for single areas, parted by "
        "commas: "
        "info,watch=debug,http=warn. Areas: http kube watch queue lease reconcile api serving app."_L1,
        readLogFilter},
    Setting{"LOG_FORMAT"_L1, "--log-format"_L1, "text|json"_L1, "text"_L1, watching,
        "A line for people, or a JSON object, each on standard error."_L1, readLogFormat},
    Setting{"METRICS_PORT"_L1, "--metrics-port"_L1, "PORT"_L1, "8080"_L1, watching,
        "Where /metrics is served; 0 is any free port."_L1, readPort<&Options::metricsPort>},
    Setting{"HEALTH_PORT"_L1, "--health-port"_L1, "PORT"_L1, "8081"_L1, watching,
        "Where /healthz, /livez and /readyz are served; 0 is any free port."_L1, readPort<&Options::healthPort>},

    Setting{"POD_NAME"_L1, "--pod-name"_L1, "NAME"_L1, "the host's name"_L1, pod,
        "Who it is in the Lease and in Events."_L1, readText<&Options::podName>},
    Setting{"POD_NAMESPACE"_L1, "--pod-namespace"_L1, "NAME"_L1, "patronus-system"_L1, pod,
        "Where the Lease is; in a pod the default is the service account's namespace."_L1, readPodNamespace},
};

} // namespace

QString Setting::name() const
{
    return variable.isEmpty() ? QString(flag) : u"%1 (%2)"_s.arg(variable, flag);
}

std::span<const Setting> settings()
{
    return all;
}

const Setting &settingOf(QLatin1StringView flag)
{
    const auto *const found = std::ranges::find(all, flag, &Setting::flag);
    Q_ASSERT(found != all.end());
    return *found;
}

} // namespace patronus
