// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/helmprogram.h"

#include "core/json.h"
#include "core/log.h"
#include "kube/process.h"
#include "kube/processtalk.h"
#include "operations/memoryfile.h"

#include <QFileInfo>
#include <QRegularExpression>
#include <QStandardPaths>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace patronus {

namespace {

constexpr qsizetype mostOutput = 32 * 1024 * 1024; // the objects of a chart

/// "Bearer TOKEN", or "Basic BASE64" of user and password.
QJsonObject userOf(const HttpHeaders &headers)
{
    QJsonObject user;
    for (const auto &[name, value] : headers) {
        if (name != "authorization")
            continue;
        if (value.startsWith("Bearer "))
            user.insert("token"_L1, QString::fromUtf8(value.sliced(7)));
        if (value.startsWith("Basic ")) {
            const QString pair = QString::fromUtf8(QByteArray::fromBase64(value.sliced(6)));
            user.insert("username"_L1, pair.section(u':', 0, 0));
            user.insert("password"_L1, pair.section(u':', 1));
        }
    }
    return user;
}

void addImpersonation(QJsonObject &user, const Impersonation &as)
{
    if (as.user.isEmpty())
        return;
    user.insert("as"_L1, as.user);
    if (!as.uid.isEmpty())
        user.insert("as-uid"_L1, as.uid);
    if (!as.groups.isEmpty())
        user.insert("as-groups"_L1, QJsonArray::fromStringList(as.groups));
    QJsonObject extra;
    for (auto it = as.extra.begin(); it != as.extra.end(); ++it)
        extra.insert(it.key(), QJsonArray::fromStringList(*it));
    if (!extra.isEmpty())
        user.insert("as-user-extra"_L1, extra);
}

QJsonObject clusterOf(const KubeConnection::Access &access)
{
    QJsonObject cluster{{u"server"_s, access.server.toString()}};
    const auto addData = [](QJsonObject &into, QLatin1StringView name, const QByteArray &pem) {
        if (!pem.isEmpty())
            into.insert(name, QString::fromLatin1(pem.toBase64()));
    };
    addData(cluster, "certificate-authority-data"_L1, access.tls.insecureSkipVerify ? QByteArray() : access.tls.caPem);
    if (!access.tls.serverName.isEmpty())
        cluster.insert("tls-server-name"_L1, access.tls.serverName);
    if (access.tls.insecureSkipVerify)
        cluster.insert("insecure-skip-tls-verify"_L1, true);
    if (!access.proxy.isEmpty())
        cluster.insert("proxy-url"_L1, access.proxy.toString());
    return cluster;
}

QJsonArray named(QLatin1StringView kind, const QJsonObject &value)
{
    return {QJsonObject{{u"name"_s, u"planned"_s}, {kind, value}}};
}

/// Why it failed: its own word for that, else the last of what it said.
QString reasonOf(const QStringList &lines)
{
    const QStringList errors = lines.filter(QRegularExpression(u"^Error: "_s));
    return errors.isEmpty() ? lines.last(std::min<qsizetype>(3, lines.size())).join(u"; "_s) : errors.join(u"; "_s);
}

/// Takes bytes apart into lines, as they come.
struct Lines {
    std::function<void(const QString &)> onLine;
    QStringList all = {};
    QByteArray rest = {};

    void add(const QByteArray &bytes)
    {
        rest += bytes;
        for (qsizetype end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n')) {
            note(rest.first(end));
            rest.remove(0, end + 1);
        }
    }
    void note(const QByteArray &line)
    {
        const QString mark = u"[debug] "_s; // after which file and time it is said
        QString text = redact(QString::fromUtf8(line)).trimmed();
        if (const qsizetype at = text.indexOf(mark); at >= 0)
            text = text.sliced(at + mark.size());
        if (text.isEmpty())
            return;
        all.append(text);
        if (onLine)
            onLine(text);
    }
};

} // namespace

QJsonObject helmKubeconfig(const KubeConnection::Access &access, const Impersonation &impersonation)
{
    QJsonObject user = userOf(access.headers);
    for (const auto &[name, pem] : {std::pair(u"client-certificate-data"_s, access.tls.certificatePem),
             std::pair(u"client-key-data"_s, access.tls.keyPem)})
        if (!pem.isEmpty())
            user.insert(name, QString::fromLatin1(pem.toBase64()));
    addImpersonation(user, impersonation);
    return {{u"apiVersion"_s, u"v1"_s}, {u"kind"_s, u"Config"_s}, {u"current-context"_s, u"planned"_s},
        {u"clusters"_s, named("cluster"_L1, clusterOf(access))}, {u"users"_s, named("user"_L1, user)},
        {u"contexts"_s, named("context"_L1, {{u"cluster"_s, u"planned"_s}, {u"user"_s, u"planned"_s}})}};
}

QProcessEnvironment helmEnvironment(const QProcessEnvironment &environment)
{
    QProcessEnvironment kept;
    // No KUBECONFIG, no HELM_KUBE…, no HELM_NAMESPACE, no HELM_DRIVER; the proxy stands in the kubeconfig.
    for (const QString &name : {u"PATH"_s, u"HOME"_s, u"USER"_s, u"LANG"_s, u"LC_ALL"_s, u"TMPDIR"_s,
             u"SSL_CERT_FILE"_s, u"SSL_CERT_DIR"_s, u"XDG_CACHE_HOME"_s, u"XDG_CONFIG_HOME"_s, u"XDG_DATA_HOME"_s,
             u"HELM_CACHE_HOME"_s, u"HELM_CONFIG_HOME"_s, u"HELM_DATA_HOME"_s})
        if (environment.contains(name))
            kept.insert(name, environment.value(name));
    return kept;
}

Expected<QString> HelmProgram::find(const QString &given, const QProcessEnvironment &environment)
{
    const QString wanted = given.isEmpty() ? environment.value(u"HELM"_s) : given;
    const QStringList folders = environment.value(u"PATH"_s).split(u':', Qt::SkipEmptyParts);
    const bool isPath = wanted.contains(u'/');
    const QString found = isPath ? (QFileInfo(wanted).isExecutable() ? QFileInfo(wanted).absoluteFilePath() : QString())
                                 : QStandardPaths::findExecutable(wanted.isEmpty() ? u"helm"_s : wanted, folders);
    if (found.isEmpty())
        return std::unexpected(Error{.kind = Error::Kind::Invalid,
            .message = u"the program %1 was not found: install Helm 3 (https://helm.sh/docs/intro/install), or name it "
                       "with --helm PROGRAM or in the variable HELM"_s.arg(wanted.isEmpty() ? u"helm"_s : wanted)});
    return found;
}

HelmProgram::HelmProgram(QString path, KubeConnection &connection, Clock &clock)
    : m_path(std::move(path)), m_connection(connection), m_clock(clock)
{
}

Task<QString> HelmProgram::version(std::stop_token stop)
{
    const auto told = co_await runProcess({.program = m_path,
                                              .arguments = {u"version"_s, u"--template"_s, u"{{.Version}}"_s},
                                              .environment = helmEnvironment(QProcessEnvironment::systemEnvironment())},
        m_clock, stop);
    const QString version = told ? QString::fromUtf8(told->output).trimmed() : QString();
    const int major = version.startsWith(u'v') ? version.sliced(1).section(u'.', 0, 0).toInt() : 0;
    if (!told || told->exitCode != 0 || major < 3)
        co_return std::unexpected(Error{.kind = Error::Kind::Invalid,
            .message = u"%1 is no Helm 3 or newer: %2"_s.arg(m_path,
                !told                   ? told.error().message
                    : version.isEmpty() ? u"helm version tells none"_s
                                        : version)});
    co_return version;
}

Task<HelmProgram::Said> HelmProgram::run(
    QStringList arguments, std::function<void(const QString &)> onLine, std::stop_token stop)
{
    Clock &clock = m_clock;
    const QString path = m_path;
    const Impersonation impersonation = m_connection.context().impersonation;
    const auto access = co_await m_connection.access(stop);
    if (!access)
        co_return std::unexpected(access.error());
    const auto kubeconfig = MemoryFile::hold(toJson(helmKubeconfig(*access, impersonation)));
    const auto secret = MemoryFile::hold(m_secret);
    if (!kubeconfig || !secret)
        co_return std::unexpected(kubeconfig ? secret.error() : kubeconfig.error());
    const auto talk = std::make_shared<ProcessTalk>();
    const auto lines = std::make_shared<Lines>(Lines{.onLine = std::move(onLine)});
    QObject::connect(talk.get(), &ProcessTalk::said, talk.get(), [lines](const QByteArray &said) { lines->add(said); });
    const QString verb = arguments.value(0);
    const auto ended = co_await runProcess({.program = path,
                                               .arguments = arguments << u"--kubeconfig"_s << u"/dev/fd/3"_s,
                                               .environment = helmEnvironment(QProcessEnvironment::systemEnvironment()),
                                               .talk = talk,
                                               .timeLimit = 15min,
                                               .outputLimit = mostOutput,
                                               .descriptors = {(*kubeconfig)->descriptor(), (*secret)->descriptor()}},
        clock, {});
    lines->note(lines->rest);
    if (!ended)
        co_return std::unexpected(
            Error{.kind = ended.error().kind, .message = u"helm %1: %2"_s.arg(verb, ended.error().message)});
    if (ended->exitCode != 0)
        co_return std::unexpected(
            Error{.kind = Error::Kind::Invalid, .message = u"helm %1 failed: %2"_s.arg(verb, reasonOf(lines->all))});
    co_return Said{.output = ended->output, .lines = lines->all};
}

} // namespace patronus
