// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "operations/progress.h"
#include "operations/target.h"

namespace patronus {

/// What a person sees while and after something is done: all of it on standard error, so that standard output holds
/// results alone.
class Terminal
{
public:
    ~Terminal() { clearProgress(); }

    /// A line, or several. Secrets in it are redacted.
    void say(const QString &text);
    /// Says that nothing was changed, and why; gives the exit status of that.
    [[nodiscard]] int refuse(const QString &why);
    /// Shows how far it is, in one line that is written over; nothing where standard error is no terminal.
    [[nodiscard]] Progress progress();
    /// Asks whether to @p what on @p target: in production, and where nobody knows what it is, by the context's name.
    /// Cancelled where the answer is another; Invalid where there is no terminal to ask at. With @p isAgreed nobody is
    /// asked.
    [[nodiscard]] Expected<void> confirm(const Target &target, const QString &what, bool isAgreed);

private:
    void showProgress(const QString &what, qsizetype done, qsizetype of);
    void clearProgress();

    bool m_hasProgress = false;
    qint64 m_shownAt = 0;
};

} // namespace patronus
