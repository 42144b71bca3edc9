// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/terminal.h"

#include "core/log.h"
#include "kube/contextclass.h"

#include <QDeadlineTimer>

#include <cstdio>
#include <iostream>
#include <unistd.h>
#include <utility>

using namespace Qt::StringLiterals;

namespace patronus {

constexpr qint64 shownEveryMs = 100;

void Terminal::say(const QString &text)
{
    clearProgress();
    std::fprintf(stderr, "%s\n", qUtf8Printable(redact(text)));
}

int Terminal::refuse(const QString &why)
{
    say(u"error: nothing was changed: "_s + why);
    return 1;
}

Progress Terminal::progress()
{
    return [this](const QString &what, qsizetype done, qsizetype of) { showProgress(what, done, of); };
}

Expected<void> Terminal::confirm(const Target &target, const QString &what, bool isAgreed)
{
    if (isAgreed)
        return {};
    if (::isatty(STDIN_FILENO) == 0 || ::isatty(STDERR_FILENO) == 0)
        return std::unexpected(Error{Error::Kind::Invalid, u"there is no terminal to ask at: give --yes"_s});
    clearProgress();
    const ContextClass itsClass = classify(target.context);
    const bool isSafe = itsClass == ContextClass::Staging || itsClass == ContextClass::Development;
    const QString question = isSafe ? u"Really %1? [y/N] "_s.arg(what)
                                    : u"To %1, type the name of the context (%2): "_s.arg(what, target.context);
    std::fputs(qUtf8Printable(question), stderr);
    std::string line;
    std::getline(std::cin, line);
    const QString answer = QString::fromStdString(line).trimmed();
    if (isSafe ? answer.compare("y"_L1, Qt::CaseInsensitive) == 0 || answer == "yes"_L1 : answer == target.context)
        return {};
    return std::unexpected(Error{Error::Kind::Cancelled, u"it was not confirmed"_s});
}

void Terminal::showProgress(const QString &what, qsizetype done, qsizetype of)
{
    const qint64 now = QDeadlineTimer::current().deadline();
    if (::isatty(STDERR_FILENO) == 0 || (done > 0 && now - m_shownAt < shownEveryMs))
        return;
    m_shownAt = now;
    const QString text = of > 0 ? u"%1: %2 of %3"_s.arg(what).arg(done).arg(of) : what + u"…"_s;
    std::fprintf(stderr, "\r\033[K%s", qUtf8Printable(text));
    m_hasProgress = true;
}

void Terminal::clearProgress()
{
    if (std::exchange(m_hasProgress, false))
        std::fputs("\r\033[K", stderr);
}

} // namespace patronus
