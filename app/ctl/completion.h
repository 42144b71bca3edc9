// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>

namespace patronus {

/// What may stand at the end of a command line.
struct Completion {
    enum class From { Words, Contexts, Namespaces, Files };
    From from = From::Words; ///< who knows them
    QStringList words = {}; ///< of From::Words, that begin as what is there
    QString begun = {}; ///< what is there of the word, without a flag before "="
    QString prefix = {}; ///< a flag with its "=", which the shell takes for a part of the word
};

/// By the help pages. @p arguments are without the program's name; the last one is the word that is being written,
/// empty where nothing of it is. Looks at no file.
[[nodiscard]] Completion completionOf(const QStringList &arguments);

/// The script that makes @p shell ("bash", "zsh", "fish") ask this program for the words after kubectl-patronus; of
/// "kubectl" the one that kubectl asks itself, kubectl_complete-patronus. Empty: there is none for it.
[[nodiscard]] QString completionScript(const QString &shell);

} // namespace patronus
