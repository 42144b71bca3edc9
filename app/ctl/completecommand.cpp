// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/completion.h"
#include "app/ctl/session.h"
#include "kube/kubeconfig.h"
#include "operations/listing.h"

#include <QTimer>

#include <cstdio>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

constexpr std::chrono::seconds patience(2); // of somebody who has pressed Tab

/// The value that @p arguments give a flag; empty where they do not.
QString valueOf(const QStringList &arguments, const QString &flag)
{
    for (qsizetype i = 0; i < arguments.size(); ++i) {
        if (arguments[i] == flag)
            return arguments.value(i + 1);
        if (arguments[i].startsWith(flag + u'='))
            return arguments[i].sliced(flag.size() + 1);
    }
    return {};
}

QStringList contextNames(const CtlOptions &options)
{
    const QStringList files = Kubeconfig::filesOf(QProcessEnvironment::systemEnvironment(), options.kubeconfig);
    QStringList names;
    for (const Kubeconfig::Summary &context : Kubeconfig::loadWhatIsGood(files).contexts())
        if (!names.contains(context.name))
            names.append(context.name);
    return names;
}

QStringList namespaceNames(const CtlOptions &options)
{
    const auto session = Session::open(options);
    if (!session)
        return {};
    std::stop_source stop;
    QTimer::singleShot(patience, [&stop] { stop.request_stop(); });
    QStringList names;
    const auto all = QCoro::waitFor(listAll((*session)->client(), resources::namespaces(), {}, stop.get_token()));
    for (const Object &one : all.value_or(QList<Object>()))
        names.append(one.key().name);
    return names;
}

} // namespace

int runComplete(QStringList arguments)
{
    if (arguments.isEmpty())
        arguments.append(QString());
    Completion completion = completionOf(arguments);
    const CtlOptions options{
        .kubeconfig = valueOf(arguments, u"--kubeconfig"_s), .context = valueOf(arguments, u"--context"_s)};
    if (completion.from == Completion::From::Contexts)
        completion.words = contextNames(options);
    else if (completion.from == Completion::From::Namespaces)
        completion.words = namespaceNames(options);
    for (const QString &word : std::as_const(completion.words))
        if (word.startsWith(completion.begun))
            std::printf("%s%s\n", qUtf8Printable(completion.prefix), qUtf8Printable(word));
    std::printf(":%d\n", completion.from == Completion::From::Files ? 0 : 4);
    return 0;
}

int runCompletion(const CtlOptions &options)
{
    std::fputs(qUtf8Printable(completionScript(options.shell)), stdout);
    return 0;
}

} // namespace patronus
