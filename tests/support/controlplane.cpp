// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/controlplane.h"

#include <QDir>
#include <QEventLoop>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QProcess>
#include <QTemporaryDir>
#include <QTimer>

#include <functional>

namespace patronus {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr auto startLimit
    = 90s; // a few seconds on an idle machine; sanitizer builds of the whole suite share two cores

const QString &clusterScript()
{
    static const QString path = sourcePath(u"tools/cluster/cluster");
    return path;
}

constexpr auto nodeLimit = 25min; // what runs pods before us may be the whole guide

Error failure(QString message)
{
    return {.kind = Error::Kind::Unreachable, .message = std::move(message)};
}

/// Turns the event loop until @p done or @p limit; gives what @p done says at the end.
bool turnUntil(QProcess &process, std::chrono::milliseconds limit, const std::function<bool()> &done)
{
    if (done())
        return true;
    QEventLoop loop;
    const auto look = [&] {
        if (done())
            loop.quit();
    };
    QObject::connect(&process, &QProcess::finished, &loop, look);
    QObject::connect(&process, &QProcess::errorOccurred, &loop, look);
    QObject::connect(&process, &QProcess::readyReadStandardOutput, &loop, look);
    QTimer::singleShot(limit, &loop, &QEventLoop::quit);
    loop.exec();
    return done();
}

ControlPlane::Output run(const QString &program, const QStringList &arguments, const QProcessEnvironment &environment,
    const QByteArray &input)
{
    QProcess process;
    process.setProcessEnvironment(environment);
    process.start(program, arguments);
    process.write(input);
    process.closeWriteChannel();
    const bool ended = turnUntil(process, startLimit, [&] { return process.state() == QProcess::NotRunning; });
    if (!ended) {
        process.kill();
        process.waitForFinished();
    }
    const bool failed
        = !ended || process.error() == QProcess::FailedToStart || process.exitStatus() == QProcess::CrashExit;
    const QByteArray reason = failed
        ? "\n" + program.toUtf8() + ": " + (ended ? process.errorString().toUtf8() : "took too long"_ba)
        : QByteArray();
    return {.exitCode = failed ? -1 : process.exitCode(),
        .out = process.readAllStandardOutput(),
        .err = process.readAllStandardError() + reason};
}

} // namespace

struct ControlPlane::Private {
    QTemporaryDir home;
    QProcess supervisor; // holds the pipe whose end takes the cluster down
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    QString kubectl, helm;
    QUrl url;

    [[nodiscard]] QString cluster() const { return home.filePath(u"cluster"_s); }

    [[nodiscard]] Expected<void> script(const QStringList &arguments) const
    {
        const Output output = run(clusterScript(), arguments, environment, {});
        if (output.exitCode != 0)
            return std::unexpected(
                failure(u"cluster %1: %2"_s.arg(arguments.join(u' '), QString::fromUtf8(output.err))));
        return {};
    }
};

ControlPlane::ControlPlane(std::unique_ptr<Private> data) : d(std::move(data))
{
}

ControlPlane::~ControlPlane()
{
    d->supervisor.closeWriteChannel();
    if (!d->supervisor.waitForFinished(30'000))
        d->supervisor.terminate(); // its trap takes the cluster down
    d->supervisor.waitForFinished(5'000);
}

Expected<std::unique_ptr<ControlPlane>> ControlPlane::start(Options options)
{
    auto data = std::make_unique<Private>();
    if (!data->home.isValid())
        return std::unexpected(failure(data->home.errorString()));
    data->environment.insert(u"CLUSTER_DIR"_s, data->cluster());
    data->environment.insert(u"API_PORT"_s, u"auto"_s);
    data->environment.insert(u"RATCHETING"_s, options.ratcheting ? u"on"_s : u"off"_s);
    data->environment.insert(u"CONTROLLER_MANAGER"_s, options.controllerManager || options.node ? u"on"_s : u"off"_s);
    data->environment.insert(
        u"AUDIT_POLICY"_s, options.audit ? sourcePath(u"tests/support/audit-policy.yaml") : QString());

    // From here on the object exists: its destructor ends what has been started.
    std::unique_ptr<ControlPlane> plane(new ControlPlane(std::move(data)));
    QProcess &supervisor = plane->d->supervisor;
    supervisor.setProcessEnvironment(plane->d->environment);
    supervisor.start(
        clusterScript(), options.node ? QStringList{u"supervise"_s, u"--node"_s} : QStringList{u"supervise"_s});
    QByteArray said;
    const bool told = turnUntil(supervisor, options.node ? nodeLimit : startLimit, [&] {
        said += supervisor.readAllStandardOutput();
        return said.contains("ready\n") || supervisor.state() == QProcess::NotRunning;
    });
    if (!told || !said.contains("ready\n"))
        return std::unexpected(failure(u"the API server did not start (run ./dev test, which builds its programs): "_s
            + QString::fromUtf8(supervisor.readAllStandardError())));

    // Both are what `cluster env` tells a person.
    const Output env = run(clusterScript(), {u"env"_s}, plane->d->environment, {});
    const QString path = QString::fromUtf8(env.out).section(u"PATH="_s, 1).section(u':', 0, 0);
    plane->d->kubectl = path + u"/kubectl"_s;
    plane->d->helm = path + u"/helm"_s;
    for (const QString &variable : {u"HELM_CACHE_HOME"_s, u"HELM_CONFIG_HOME"_s, u"HELM_DATA_HOME"_s})
        plane->d->environment.insert(variable, plane->d->home.filePath(u"helm"_s));
    QFile kubeconfig(plane->kubeconfig());
    if (!kubeconfig.open(QIODevice::ReadOnly))
        return std::unexpected(failure(kubeconfig.errorString()));
    plane->d->url = QUrl(QString::fromUtf8(kubeconfig.readAll()).section(u"server: \""_s, 1).section(u'"', 0, 0));

    if (!options.crds.isEmpty()) {
        if (const auto applied = plane->applyCrds(options.crds); !applied)
            return std::unexpected(applied.error());
    }
    return plane;
}

QString ControlPlane::kubeconfig() const
{
    return d->cluster() + u"/admin.kubeconfig"_s;
}

QString ControlPlane::pkiDir() const
{
    return d->cluster() + u"/pki"_s;
}

QUrl ControlPlane::url() const
{
    return d->url;
}

QString ControlPlane::directory() const
{
    return d->home.path();
}

ControlPlane::Output ControlPlane::kubectl(QStringList arguments, QByteArray input) const
{
    QStringList all{u"--cache-dir"_s, d->home.filePath(u"kubectl-cache"_s)};
    if (!arguments.contains(u"--kubeconfig"_s))
        all << u"--kubeconfig"_s << kubeconfig();
    return run(d->kubectl, all + arguments, d->environment, input);
}

ControlPlane::Output ControlPlane::helm(QStringList arguments) const
{
    return run(d->helm, QStringList{u"--kubeconfig"_s, kubeconfig()} + arguments, d->environment, {});
}

QString ControlPlane::helmProgram() const
{
    return d->helm;
}

ControlPlane::Output ControlPlane::shell(const QString &line) const
{
    const QString folder = d->home.filePath(u"shell"_s);
    if (QDir().mkpath(folder))
        for (const QString &name : {u"crds"_s, u"helm"_s, u"resources"_s})
            QFile::link(sourcePath(name), folder + u'/' + name); // false: it is there already
    QProcessEnvironment environment = d->environment;
    environment.insert(u"KUBECONFIG"_s, kubeconfig());
    environment.insert(u"PATH"_s, QFileInfo(d->kubectl).path() + u':' + environment.value(u"PATH"_s));
    return run(u"bash"_s, {u"-euo"_s, u"pipefail"_s, u"-c"_s, u"cd \"$0\"; "_s + line, folder}, environment, {});
}

Expected<void> ControlPlane::apply(QByteArray manifest) const
{
    const Output output = kubectl({u"apply"_s, u"-f"_s, u"-"_s}, std::move(manifest));
    if (output.exitCode != 0)
        return std::unexpected(failure(QString::fromUtf8(output.err)));
    return {};
}

Expected<void> ControlPlane::applyCrds(QString path) const
{
    for (const QStringList &arguments :
        {QStringList{u"apply"_s, u"--server-side"_s, u"--force-conflicts"_s, u"-f"_s, path},
            QStringList{u"wait"_s, u"--for=condition=Established"_s, u"--timeout=30s"_s, u"-f"_s, path}}) {
        const Output output = kubectl(arguments);
        if (output.exitCode != 0)
            return std::unexpected(failure(QString::fromUtf8(output.err)));
    }
    return {};
}

Expected<void> ControlPlane::importImage(const QString &name) const
{
    return d->script({u"import"_s, sourcePath(u"build/image/%1.tar"_s.arg(name))});
}

Expected<void> ControlPlane::stopApiServer()
{
    return d->script({u"stop"_s, u"apiserver"_s});
}

Expected<void> ControlPlane::startApiServer()
{
    return d->script({u"start"_s, u"apiserver"_s});
}

Expected<void> ControlPlane::restartApiServer()
{
    return stopApiServer().and_then([this] { return startApiServer(); });
}

Expected<void> ControlPlane::compactEtcd()
{
    return d->script({u"compact"_s});
}

QList<QJsonObject> ControlPlane::auditEvents() const
{
    QFile log(d->cluster() + u"/log/audit.log"_s);
    QList<QJsonObject> events;
    if (!log.open(QIODevice::ReadOnly))
        return events;
    while (!log.atEnd()) {
        const QByteArray line = log.readLine();
        if (line.endsWith('\n')) // the last one may still be on its way
            events << QJsonDocument::fromJson(line).object();
    }
    return events;
}

} // namespace patronus
