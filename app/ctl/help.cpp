// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/page.h"

#include "core/wrap.h"

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

const QString exitStatus = u"\nExit status:\n"
                           "  0  done\n"
                           "  1  failed, or not all is well; what was done and what not is told\n"
                           "  2  wrong usage; nothing was done\n"
                           "  3  diagnose, drift: nothing wrong was seen, and not all could be looked at\n"_s;

QString describe(const CtlFlag &flag)
{
    const QString value = flag.placeholder.isEmpty() ? QString() : u"="_s + flag.placeholder;
    const QString shortForm = flag.shortName.isEmpty() ? QString() : flag.shortName + u", "_s;
    return u"  %1%2%3\n"_s.arg(shortForm, flag.name, value) + wrapped(QString(flag.help), 6);
}

QString describe(const QString &heading, std::span<const CtlFlag> flags)
{
    QString text = flags.empty() ? QString() : u"\n%1:\n"_s.arg(heading);
    for (const CtlFlag &flag : flags)
        text += describe(flag);
    return text;
}

/// Those of all commands that mean the same here.
QString describeCommon(const CtlPage *page)
{
    QString text = u"\nFlags of all commands:\n"_s;
    for (const CtlFlag &flag : commonFlags())
        if (ctlFlagOf(flag.name, page) == &flag)
            text += describe(flag);
    return text;
}

} // namespace

QString ctlHelp()
{
    QString text = u"kubectl-patronus - act on a Patronus SD-WAN in a Kubernetes cluster\n"
                   "\n"
                   "Usage: kubectl patronus COMMAND [ARGUMENTS] [FLAGS]\n"
                   "       kubectl patronus COMMAND --help\n"
                   "\n"
                   "Commands:\n"_s;
    for (const CtlPage &page : ctlPages())
        text += u"  %1%2\n"_s.arg(QString(page.name).leftJustified(20), page.summary);
    text += describeCommon(nullptr);
    text += u"  -h, --help\n      Prints this, or the page of a command.\n"
            "  --version\n      Prints the version.\n"_s;
    return text + exitStatus;
}

QString ctlHelp(const CtlPage &page)
{
    QString text = u"kubectl patronus %1 - %2\n\nUsage: kubectl patronus %1%3 [FLAGS]\n"_s.arg(
        page.name, page.summary, page.arguments.isEmpty() ? QString() : u" "_s + page.arguments);
    for (const QStringView paragraph : page.description.tokenize(u'\n'))
        text += u'\n' + wrapped(paragraph, 0);
    text += describe(u"Flags"_s, page.flags);
    text += describeCommon(&page);
    return text + exitStatus + u"\nExamples:\n"_s + page.examples;
}

} // namespace patronus
