// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/page.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

/// The command line taken apart, before anything of it is understood.
struct Words {
    QStringList positional = {};
    QList<std::pair<const CtlFlag *, QString>> values = {};
    QStringList mistakes = {};
    bool help = false, version = false;
};

std::unexpected<CtlEnd> wrongUsage(const QStringList &mistakes, const QString &page)
{
    QString text;
    for (const QString &mistake : mistakes)
        text += u"error: "_s + mistake + u'\n';
    return std::unexpected(CtlEnd{2, text + u"See 'kubectl patronus %1--help'.\n"_s.arg(page)});
}

const CtlFlag *flagOf(const QString &name, std::span<const CtlFlag> flags)
{
    const auto found = std::ranges::find_if(
        flags, [&](const CtlFlag &flag) { return flag.name == name || (flag.shortName == name && !name.isEmpty()); });
    return found == flags.end() ? nullptr : &*found;
}

/// Which flags take a value depends on the command, so with any
/// command's flags: no two of one name differ in that.
bool takesValue(const QString &name)
{
    const auto takes = [&](std::span<const CtlFlag> flags) {
        const CtlFlag *const flag = flagOf(name, flags);
        return flag && !flag->placeholder.isEmpty();
    };
    return takes(commonFlags())
        || std::ranges::any_of(ctlPages(), [&](const CtlPage &page) { return takes(page.flags); });
}

} // namespace

const CtlPage *ctlPageOf(const QStringList &positional)
{
    const auto isMeant = [&](const CtlPage &page) {
        const QStringList words = QString(page.name).split(u' ');
        return positional.size() >= words.size() && positional.first(words.size()) == words;
    };
    const auto found = std::ranges::find_if(ctlPages(), isMeant);
    return found == ctlPages().end() ? nullptr : &*found;
}

const CtlFlag *ctlFlagOf(const QString &name, const CtlPage *page)
{
    const CtlFlag *const own = page ? flagOf(name, page->flags) : nullptr;
    return own ? own : flagOf(name, commonFlags());
}

QStringList ctlArgumentsOf(const QStringList &arguments)
{
    QStringList positional;
    for (auto argument = arguments.begin(); argument != arguments.end(); ++argument) {
        if (!argument->startsWith(u'-') || *argument == "-"_L1)
            positional.append(*argument);
        else if (takesValue(*argument) && std::next(argument) != arguments.end())
            ++argument;
    }
    return positional;
}

static Words wordsOf(const QStringList &arguments, const CtlPage *page)
{
    Words words{.positional = ctlArgumentsOf(arguments)};
    for (auto argument = arguments.begin(); argument != arguments.end(); ++argument) {
        if (!argument->startsWith(u'-') || *argument == "-"_L1)
            continue;
        const qsizetype equals = argument->indexOf(u'=');
        const QString name = equals < 0 ? *argument : argument->first(equals);
        const CtlFlag *const flag = ctlFlagOf(name, page);
        if (name == "--help"_L1 || name == "-h"_L1)
            words.help = true;
        else if (name == "--version"_L1)
            words.version = true;
        else if (!flag)
            words.mistakes.append(u"unknown flag: "_s + name);
        else if (equals >= 0)
            words.values.append({flag, argument->sliced(equals + 1)});
        else if (flag->placeholder.isEmpty())
            words.values.append({flag, u"true"_s});
        else if (std::next(argument) == arguments.end())
            words.mistakes.append(u"flag needs a value: %1 %2"_s.arg(name, flag->placeholder));
        else
            words.values.append({flag, *++argument});
    }
    return words;
}

std::expected<CtlOptions, CtlEnd> parseCtlOptions(const QStringList &arguments)
{
    const CtlPage *const page = ctlPageOf(ctlArgumentsOf(arguments));
    Words words = wordsOf(arguments, page);
    if (words.help)
        return std::unexpected(CtlEnd{0, page ? ctlHelp(*page) : ctlHelp()});
    if (words.version)
        return std::unexpected(CtlEnd{0,
            u"kubectl-patronus %1 (Qt %2)\n"_s.arg(
                QLatin1StringView(PATRONUS_VERSION), QLatin1StringView(qVersion()))});
    if (!page && words.positional.isEmpty())
        return std::unexpected(CtlEnd{2, ctlHelp()});
    if (!page)
        return wrongUsage({u"unknown command: "_s + words.positional.join(u' ')}, {});

    CtlOptions options{.command = page->command};
    const auto note = [&](const QString &what, const std::optional<QString> &problem) {
        if (problem)
            words.mistakes.append(what + u": "_s + *problem);
    };
    for (const auto &[flag, value] : std::as_const(words.values))
        note(flag->name, flag->read(value, options));
    const QStringList given = words.positional.sliced(QString(page->name).count(u' ') + 1);
    for (const QString &argument : given)
        note(argument,
            page->readArgument ? page->readArgument(argument, options) : std::optional(u"unexpected argument"_s));
    if (page->readArgument && given.isEmpty() && !page->arguments.startsWith(u'['))
        words.mistakes.append(u"%1 is missing"_s.arg(page->arguments));
    if (!words.mistakes.isEmpty())
        return wrongUsage(words.mistakes, QString(page->name) + u' ');
    return options;
}

} // namespace patronus
