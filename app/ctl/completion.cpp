// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/completion.h"

#include "app/ctl/page.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

/// What may be the value of a flag, or an argument, that the pages describe as @p placeholder.
Completion valuesOf(QLatin1StringView name, QLatin1StringView placeholder)
{
    if (name == "--context"_L1)
        return {.from = Completion::From::Contexts};
    if (name == "--namespace"_L1 || name == "--operator-namespace"_L1)
        return {.from = Completion::From::Namespaces};
    if (placeholder.contains("FILE"_L1) || placeholder == "FOLDER"_L1 || placeholder.contains("CHART"_L1))
        return {.from = Completion::From::Files};
    if (placeholder == "FORMAT"_L1)
        return {.words = {u"table"_s, u"wide"_s, u"json"_s, u"yaml"_s}};
    // "skip|update"; "[site/NAME|policy/NAME...]": as far as it is the same for everybody
    QStringList words;
    for (QString word : QString(placeholder).remove(u'[').remove(u']').remove(u"..."_s).split(u'|')) {
        word.remove(u"NAME"_s);
        if (!word.isEmpty() && word == word.toLower())
            words.append(word);
    }
    return {.words = words};
}

QStringList flagsOf(const CtlPage *page)
{
    QStringList names{u"--help"_s};
    for (const CtlFlag &flag : page ? page->flags : std::span<const CtlFlag>())
        names.append(QString(flag.name));
    for (const CtlFlag &flag : commonFlags())
        names.append(QString(flag.name));
    return names;
}

/// The words that go on from @p before to a command.
QStringList commandsAfter(const QStringList &before)
{
    QStringList words;
    for (const CtlPage &page : ctlPages())
        if (const QStringList name = QString(page.name).split(u' ');
            name.size() > before.size() && name.first(before.size()) == before && !words.contains(name[before.size()]))
            words.append(name[before.size()]);
    return words;
}

} // namespace

Completion completionOf(const QStringList &arguments)
{
    const QStringList before = arguments.first(arguments.size() - 1);
    const QStringList words = ctlArgumentsOf(before);
    const CtlPage *const page = ctlPageOf(words);
    const QString &last = arguments.last();
    const qsizetype equals = last.startsWith(u'-') ? last.indexOf(u'=') : -1;

    const CtlFlag *flag = nullptr;
    if (equals > 0)
        flag = ctlFlagOf(last.first(equals), page);
    else if (!before.isEmpty() && before.last().startsWith(u'-') && !before.last().contains(u'='))
        flag = ctlFlagOf(before.last(), page);
    Completion completion;
    if (flag && !flag->placeholder.isEmpty())
        completion = valuesOf(flag->name, flag->placeholder);
    else if (equals > 0)
        return completion; // the value of a flag that is not known
    else if (last.startsWith(u'-'))
        completion.words = flagsOf(page);
    else if (!page)
        completion.words = commandsAfter(words);
    else {
        completion = valuesOf({}, page->arguments);
        completion.words += commandsAfter(words); // "journal" is a command, and so is "journal revert"
    }
    completion.begun = last.sliced(equals + 1);
    completion.prefix = last.first(equals + 1);
    completion.words.removeIf([&](const QString &word) { return !word.startsWith(completion.begun); });
    return completion;
}

QString completionScript(const QString &shell)
{
    // What is printed is a word a line, and at the end ":" with 4 (no files) or 0 (files), as kubectl wants it of a
    // plugin.
    if (shell == "kubectl"_L1)
        return u"#!/bin/sh\n"
               "# kubectl asks this for the words after \"kubectl patronus\": to be executable, in the PATH, and "
               "called\n"
               "# kubectl_complete-patronus\n"
               "exec kubectl-patronus __complete \"$@\"\n"_s;
    if (shell == "bash"_L1)
        return u"_kubectl_patronus() {\n"
               "    local words line\n"
               "    words=$(kubectl-patronus __complete \"${COMP_WORDS[@]:1:COMP_CWORD}\" 2>/dev/null) || return\n"
               "    COMPREPLY=()\n"
               "    while IFS= read -r line; do\n"
               "        case $line in :0) compopt -o default ;; :*) ;; *) COMPREPLY+=(\"$line\") ;; esac\n"
               "    done <<< \"$words\"\n"
               "}\n"
               "complete -F _kubectl_patronus kubectl-patronus\n"_s;
    if (shell == "zsh"_L1)
        return u"#compdef kubectl-patronus\n"
               "_kubectl_patronus() {\n"
               "    local -a lines\n"
               "    lines=(\"${(@f)$(kubectl-patronus __complete \"${(@)words[2,CURRENT]}\" 2>/dev/null)}\")\n"
               "    if [[ ${lines[-1]} == :0 ]]; then _files; else compadd -- \"${(@)lines[1,-2]}\"; fi\n"
               "}\n"
               "compdef _kubectl_patronus kubectl-patronus\n"_s;
    if (shell == "fish"_L1)
        return u"function __kubectl_patronus_words\n"
               "    set -l words (commandline -opc) (commandline -ct)\n"
               "    kubectl-patronus __complete $words[2..-1] 2>/dev/null | string match -v -r '^:\\d$'\n"
               "end\n"
               "complete -c kubectl-patronus -a '(__kubectl_patronus_words)'\n"_s;
    return {};
}

} // namespace patronus
