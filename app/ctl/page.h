// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ctl/options.h"

#include <optional>
#include <span>

namespace patronus {

/// One flag: how it is named, described and read.
struct CtlFlag {
    /// What is wrong with a value and what is allowed, or nullopt after it has been stored.
    using Read = std::optional<QString> (*)(const QString &value, CtlOptions &into);

    QLatin1StringView name; ///< with its --
    QLatin1StringView shortName; ///< "-n"; empty: none
    QLatin1StringView placeholder; ///< of the value; empty: a switch, whose value is "true" or "false"
    QLatin1StringView help;
    Read read = nullptr;
};

/// One command: all that its help page and the reading of its command line need.
struct CtlPage {
    CtlOptions::Command command;
    QLatin1StringView name; ///< "backup", or two words
    QLatin1StringView summary; ///< in the list of commands
    QLatin1StringView arguments; ///< "BACKUP|FILE..."; in brackets: may be left out; empty: takes none
    QStringView description; ///< paragraphs, with a newline between them
    std::span<const CtlFlag> flags; ///< besides commonFlags()
    QLatin1StringView examples; ///< lines, indented
    CtlFlag::Read readArgument = nullptr; ///< null: takes none
};

[[nodiscard]] std::span<const CtlPage> ctlPages();
[[nodiscard]] std::span<const CtlFlag> commonFlags();

/// The command whose words @p words begin with; null where there is none.
[[nodiscard]] const CtlPage *ctlPageOf(const QStringList &words);
/// The flag called @p name, long or short, of @p page (may be null) or of all commands; null where there is none.
[[nodiscard]] const CtlFlag *ctlFlagOf(const QString &name, const CtlPage *page);
/// The words of a command line that are no flags and no flag's value.
[[nodiscard]] QStringList ctlArgumentsOf(const QStringList &arguments);

/// What `--help` prints: of the program, or of one command.
[[nodiscard]] QString ctlHelp();
[[nodiscard]] QString ctlHelp(const CtlPage &page);

} // namespace patronus
