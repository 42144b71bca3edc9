// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/operator/options.h"

#include <optional>
#include <span>

namespace patronus {

/// One setting: how it is named, described and read.
struct Setting {
    /// What is wrong with a value and what is allowed ("\"x\" is no port; allowed: 0 to 65535"), or nullopt after it
    /// has been stored.
    using Read = std::optional<QString> (*)(const QString &value, OperatorOptions &into);

    QLatin1StringView variable; ///< empty: a flag alone
    QLatin1StringView flag; ///< with its --
    QLatin1StringView placeholder; ///< of the value, in the help
    QLatin1StringView defaultText; ///< in the help; empty: none
    QLatin1StringView group; ///< heading in the help
    QLatin1StringView help;
    Read read = nullptr;

    /// "METRICS_PORT (--metrics-port)", or the flag alone.
    [[nodiscard]] QString name() const;
};

/// All settings, in the order of the help.
[[nodiscard]] std::span<const Setting> settings();
/// The setting with that flag or variable. It is there.
[[nodiscard]] const Setting &settingOf(QLatin1StringView flag);

/// What `--help` prints.
[[nodiscard]] QString helpText();

} // namespace patronus
