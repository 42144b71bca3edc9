// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/options.h"

#include "core/weburl.h"

#include <QCommandLineParser>
#include <QFileInfo>

using namespace Qt::StringLiterals;

namespace patronus {

std::expected<ConsoleOptions, OptionsEnd> parseConsoleOptions(const QStringList &arguments)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(u"Shows the Sites, the Policies and the operator of a Patronus SD-WAN on "
                                     u"Kubernetes, and changes them by plans that "
                                     "are shown and confirmed first."_s);
    const QCommandLineOption help({u"h"_s, u"help"_s}, u"Print this."_s);
    parser.addOption(help);
    const QCommandLineOption version = parser.addVersionOption();
    const auto add
        = [&](const QString &name, const QString &what, const QString &value = {}, const QString &byDefault = {}) {
              const QCommandLineOption option(name, what, value, byDefault);
              parser.addOption(option);
              return option;
          };
    const auto kubeconfig
        = add(u"kubeconfig"_s, u"The kubeconfig; default: KUBECONFIG, or ~/.kube/config."_s, u"file"_s);
    const auto context = add(u"context"_s, u"Connect to this context at once."_s, u"name"_s);
    const auto nameSpace = add(u"namespace"_s, u"Read and show only this namespace."_s, u"name"_s);
    const auto operatorNamespace = add(u"operator-namespace"_s, u"Where the operator runs; default: patronus-system."_s,
        u"name"_s, u"patronus-system"_s);
    const auto readOnly = add(u"read-only"_s,
        u"Send nothing but reads, not even dry runs. In the window a context can be made read-only for good."_s);
    const auto prometheusUrl = add(u"prometheus-url"_s,
        u"A Prometheus server that scrapes the operator and wants no sign-in; default: the one chosen in the window, which may want one, else one of the cluster's Services, if one has its metrics."_s,
        u"url"_s);
    const auto metricsUrl = add(u"metrics-url"_s,
        u"The operator's own metrics; default: of Prometheus, else of its pods, through the API server."_s, u"url"_s);
    const auto patronusUrl = add(u"patronus-api-url"_s,
        u"The Patronus API, read for previews and what it holds; default: previews without its side, and a port-forward to its Service."_s,
        u"url"_s);
    const auto operatorLog
        = add(u"operator-log"_s, u"Follow this log file; default: the logs of the operator's pods."_s, u"file"_s);
    const auto bundle = add(u"bundle"_s,
        u"Show a folder that kubectl patronus bundle, or backup, has made: that cluster as it was, without any connection."_s,
        u"folder"_s);
    const auto screenshots = add(u"screenshots"_s,
        u"Save a picture of each view, light and dark, in this folder, print their paths, and end. Needs --context."_s,
        u"folder"_s);

    if (!parser.parse(arguments))
        return std::unexpected(OptionsEnd{2, parser.errorText()});
    if (parser.isSet(help))
        return std::unexpected(
            OptionsEnd{0, parser.helpText().trimmed().replace(u"<executable_name>"_s, u"patronus-console"_s)});
    if (parser.isSet(version))
        return std::unexpected(OptionsEnd{0, u"patronus-console %1"_s.arg(QStringLiteral(PATRONUS_VERSION))});

    QStringList mistakes;
    if (!parser.positionalArguments().isEmpty())
        mistakes.append(u"unexpected argument '%1'"_s.arg(parser.positionalArguments().first()));
    const auto url = [&](const QCommandLineOption &option) {
        if (!parser.isSet(option))
            return QUrl();
        const auto read = webUrl(parser.value(option), u"--"_s + option.names().first());
        if (!read)
            mistakes.append(read.error().message);
        return read.value_or(QUrl());
    };
    ConsoleOptions options{
        .kubeconfig = parser.value(kubeconfig),
        .context = parser.value(context),
        .nameSpace = parser.value(nameSpace),
        .operatorNamespace = parser.value(operatorNamespace),
        .prometheusUrl = url(prometheusUrl),
        .metricsUrl = url(metricsUrl),
        .patronusApiUrl = url(patronusUrl),
        .operatorLog = parser.value(operatorLog),
        .bundle = parser.value(bundle),
        .readOnly = parser.isSet(readOnly),
        .screenshots = parser.value(screenshots),
    };
    if (!options.bundle.isEmpty() && !options.context.isEmpty())
        mistakes.append(u"--bundle is shown in place of --context"_s);
    if (!options.screenshots.isEmpty() && options.context.isEmpty())
        mistakes.append(u"--screenshots needs --context"_s);
    if (!mistakes.isEmpty())
        return std::unexpected(OptionsEnd{2, mistakes.join(u'\n')});
    return options;
}

} // namespace patronus
