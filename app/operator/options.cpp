// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/operator/options.h"

#include "app/operator/setting.h"

#include <QFile>
#include <QHash>
#include <QSysInfo>

#include <algorithm>

namespace patronus {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

/// What the command line says, before any value is looked at.
struct CommandLine {
    QHash<QString, QString> values; // flag -> value; the last one of a flag counts
    QStringList positional;
    bool help = false;
    bool version = false;
    QStringList mistakes;
};

QString unknownFlag(const QString &flag)
{
    // Somebody who typed a part of a name, or another one after the same beginning, finds it.
    const auto similar = std::ranges::find_if(settings(), [&flag](const Setting &setting) {
        return flag.size() > 4 && (setting.flag.contains(flag.sliced(2)) || flag.startsWith(setting.flag));
    });
    const QString hint = similar == settings().end() ? u"--help lists them"_s : u"is it %1?"_s.arg(similar->flag);
    return u"%1: there is no such flag; %2"_s.arg(flag, hint);
}

CommandLine readCommandLine(const QStringList &arguments)
{
    CommandLine line;
    for (auto argument = arguments.begin(); argument != arguments.end(); ++argument) {
        const qsizetype equals = argument->indexOf(u'=');
        const QString flag = equals < 0 ? *argument : argument->first(equals);
        if (!argument->startsWith(u'-')) {
            line.positional.append(*argument);
        } else if (*argument == "--help"_L1 || *argument == "-h"_L1) {
            line.help = true;
        } else if (*argument == "--version"_L1) {
            line.version = true;
        } else if (std::ranges::none_of(settings(), [&flag](const Setting &setting) { return setting.flag == flag; })) {
            line.mistakes.append(unknownFlag(flag));
        } else if (equals >= 0) {
            line.values.insert(flag, argument->sliced(equals + 1));
        } else if (std::next(argument) == arguments.end() || std::next(argument)->startsWith("--"_L1)) {
            line.mistakes.append(u"%1: needs a value, as %1=VALUE or %1 VALUE"_s.arg(flag));
        } else {
            line.values.insert(flag, *++argument);
        }
    }
    return line;
}

QString namesOf(QLatin1StringView first, QLatin1StringView second)
{
    return u"%1 and %2"_s.arg(settingOf(first).name(), settingOf(second).name());
}

// What is wrong with settings that are right one by one.
QStringList conflicts(const OperatorOptions &options)
{
    QStringList mistakes;
    const OperatorOptions::LeaderElection &election = options.leaderElection;
    if (election.leaseDuration <= election.renewDeadline)
        mistakes.append(u"%1: the lease duration has to be longer than the renew deadline"_s.arg(
            namesOf("--leader-election-lease-duration"_L1, "--leader-election-renew-deadline"_L1)));
    if (election.renewDeadline * 10 <= election.retryPeriod * 12)
        mistakes.append(u"%1: the renew deadline has to be longer than 1.2 retry periods"_s.arg(
            namesOf("--leader-election-renew-deadline"_L1, "--leader-election-retry-period"_L1)));
    if (options.metricsPort == options.healthPort && options.metricsPort != 0)
        mistakes.append(u"%1: both are %2; choose two ports"_s.arg(namesOf("--metrics-port"_L1, "--health-port"_L1))
                .arg(options.metricsPort));
    if (!options.token.isEmpty() && !options.tokenFile.isEmpty())
        mistakes.append(
            u"%1: both are given; give one"_s.arg(namesOf("--patronus-api-token"_L1, "--patronus-api-token-file"_L1)));
    if (options.usernameFile.isEmpty() != options.passwordFile.isEmpty())
        mistakes.append(u"%1: one is given without the other; give both or none"_s.arg(
            namesOf("--patronus-api-username-file"_L1, "--patronus-api-password-file"_L1)));
    else if (!options.usernameFile.isEmpty() && !(options.token.isEmpty() && options.tokenFile.isEmpty()))
        mistakes.append(u"%1: a token and a user are given; give one of them"_s.arg(
            namesOf(options.token.isEmpty() ? "--patronus-api-token-file"_L1 : "--patronus-api-token"_L1,
                "--patronus-api-username-file"_L1)));
    return mistakes;
}

QString ownNamespace(const QString &serviceAccount)
{
    QFile file(serviceAccount + u"/namespace"_s);
    const QString found = file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()).trimmed() : QString();
    return found.isEmpty() ? u"patronus-system"_s : found;
}

} // namespace

ParsedOptions parseOptions(
    const QStringList &arguments, const QProcessEnvironment &environment, const QString &serviceAccount)
{
    const CommandLine line = readCommandLine(arguments);
    if (line.help)
        return HelpText{helpText()};
    if (line.version)
        return VersionText{u"patronus-operator %1 (Qt %2)\n"_s.arg(
            QLatin1StringView(PATRONUS_VERSION), QLatin1StringView(qVersion()))};

    OperatorOptions options;
    QStringList mistakes = line.mistakes;
    if (line.positional == QStringList{u"check"_s})
        options.command = OperatorOptions::Command::Check;
    else if (!line.positional.isEmpty())
        mistakes.append(u"\"%1\": there is no such command; allowed: none, check"_s.arg(line.positional.join(u' ')));

    for (const Setting &setting : settings()) {
        // An empty variable is one that is not set: charts and shells leave such behind. An empty flag is meant.
        QString value = setting.variable.isEmpty() ? QString() : environment.value(setting.variable);
        const auto flag = line.values.constFind(setting.flag);
        if (flag != line.values.constEnd())
            value = *flag;
        else if (value.isEmpty())
            continue;
        if (const auto problem = setting.read(value, options))
            mistakes.append(setting.name() + u": "_s + *problem);
    }
    mistakes += conflicts(options);
    if (!mistakes.isEmpty())
        return Mistakes{mistakes};

    if (options.podName.isEmpty())
        options.podName = QSysInfo::machineHostName();
    if (options.podNamespace.isEmpty())
        options.podNamespace = ownNamespace(serviceAccount);
    return options;
}

} // namespace patronus
