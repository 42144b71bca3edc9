// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/operatorprocess.h"

#include "support/sourcetree.h"

#include <QEventLoop>
#include <QFile>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QRegularExpression>
#include <QTimer>

#include <csignal>
#include <sys/prctl.h>

namespace patronus {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

QByteArray contents(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

bool eventually(const std::function<bool()> &done, std::chrono::milliseconds limit)
{
    const QDeadlineTimer deadline(limit);
    while (!done()) {
        if (deadline.hasExpired())
            return false;
        letPass(100ms);
    }
    return true;
}

void letPass(std::chrono::milliseconds time)
{
    QEventLoop loop;
    QTimer::singleShot(time, &loop, &QEventLoop::quit);
    loop.exec();
}

std::chrono::seconds lookingTime(const char *variable, std::chrono::seconds usual)
{
    bool isNumber = false;
    const int seconds = qEnvironmentVariableIntValue(variable, &isNumber);
    return isNumber ? std::chrono::seconds(seconds) : usual;
}

OperatorProcess::OperatorProcess(const Options &options)
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    for (const QString &name : {u"KUBECONFIG"_s, u"HTTP_PROXY"_s, u"HTTPS_PROXY"_s, u"NO_PROXY"_s, u"http_proxy"_s,
             u"https_proxy"_s, u"no_proxy"_s, u"ALL_PROXY"_s, u"all_proxy"_s})
        environment.remove(name);
    environment.insert(u"METRICS_PORT"_s, u"0"_s);
    environment.insert(u"HEALTH_PORT"_s, u"0"_s);
    if (!options.kubeconfig.isEmpty())
        environment.insert(u"KUBECONFIG"_s, options.kubeconfig);
    if (!options.apiUrl.isEmpty())
        environment.insert(u"PATRONUS_API_URL"_s, options.apiUrl.toString());
    for (auto it = options.environment.begin(); it != options.environment.end(); ++it)
        environment.insert(it.key(), it.value());
    m_process.setProcessEnvironment(environment);
    m_process.setStandardOutputFile(m_folder.filePath(u"output"_s)); // files: a pipe that nobody empties would stop it
    m_process.setStandardErrorFile(m_folder.filePath(u"log"_s));
    m_process.setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGKILL); });
    m_process.start(programPath(u"patronus-operator"), options.arguments);
    m_process.waitForStarted();
    m_pid = pid_t(m_process.processId());
}

OperatorProcess::~OperatorProcess()
{
    if (!isRunning())
        return;
    m_process.kill();
    m_process.waitForFinished();
}

void OperatorProcess::signal(int number)
{
    if (isRunning() && m_pid > 0)
        ::kill(m_pid, number);
}

std::optional<int> OperatorProcess::awaitEnd(std::chrono::milliseconds limit)
{
    if (!eventually([this] { return !isRunning(); }, limit))
        return std::nullopt;
    return m_process.exitStatus() == QProcess::NormalExit ? m_process.exitCode() : -1;
}

std::optional<int> OperatorProcess::stop()
{
    signal(SIGTERM);
    return awaitEnd();
}

QString OperatorProcess::logPath() const
{
    return m_folder.filePath(u"log"_s);
}

QByteArray OperatorProcess::log() const
{
    return contents(m_folder.filePath(u"log"_s));
}

QByteArray OperatorProcess::output() const
{
    return contents(m_folder.filePath(u"output"_s));
}

QByteArrayList OperatorProcess::logged(const QByteArray &text) const
{
    QByteArrayList lines = log().split('\n');
    lines.removeIf([&](const QByteArray &line) { return !line.contains(text); });
    return lines;
}

qsizetype OperatorProcess::countInLog(const QByteArray &text) const
{
    return log().count(text);
}

OperatorProcess::Answer OperatorProcess::get(const QByteArray &portName, const QString &path) const
{
    // The log says which ports the system gave: `… health=40123 metrics=40124`, or the same as members of JSON.
    static const QRegularExpression served(
        uR"~(\bhealth"?[=:]"?(?<health>\d+)"?[ ,]"?metrics"?[=:]"?(?<metrics>\d+))~"_s);
    const auto ports = served.match(QString::fromUtf8(log()));
    if (!ports.hasMatch() || !isRunning())
        return {};
    QNetworkAccessManager network;
    QNetworkRequest request(QUrl(u"http://127.0.0.1:%1%2"_s.arg(ports.captured(QLatin1StringView(portName)), path)));
    request.setTransferTimeout(1s); // a frozen process takes the connection and says nothing
    const std::unique_ptr<QNetworkReply> reply(network.get(request));
    QEventLoop loop;
    QObject::connect(reply.get(), &QNetworkReply::finished, &loop, &QEventLoop::quit);
    loop.exec();
    return {reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt(), reply->readAll()};
}

int OperatorProcess::probe(const QString &path) const
{
    return get("health", path).status;
}

QByteArray OperatorProcess::metrics() const
{
    const Answer answer = get("metrics", u"/metrics"_s);
    return answer.status == 200 ? answer.body : QByteArray();
}

std::optional<double> OperatorProcess::metric(const QByteArray &series) const
{
    for (const QByteArray &line : metrics().split('\n'))
        if (line.startsWith(series + ' '))
            return line.sliced(series.size() + 1).toDouble();
    return std::nullopt;
}

double OperatorProcess::metricSum(const QByteArray &name) const
{
    double sum = 0;
    for (const QByteArray &line : metrics().split('\n'))
        if (line.startsWith(name + '{') || line.startsWith(name + ' '))
            sum += line.sliced(line.lastIndexOf(' ') + 1).toDouble();
    return sum;
}

} // namespace patronus
