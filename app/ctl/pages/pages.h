// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ctl/page.h"

namespace patronus {

// How a flag's value is read into CtlOptions: what is wrong with it, or nothing.
using FlagProblem = std::optional<QString>;

template <QString CtlOptions::*member> FlagProblem readText(const QString &value, CtlOptions &into)
{
    if (value.isEmpty())
        return QStringLiteral("needs a value that is not empty");
    into.*member = value;
    return std::nullopt;
}

template <bool CtlOptions::*member> FlagProblem readSwitch(const QString &value, CtlOptions &into)
{
    if (value != u"true" && value != u"false")
        return QStringLiteral("\"%1\" is neither; allowed: true, false").arg(value);
    into.*member = value == u"true";
    return std::nullopt;
}

FlagProblem readTimeInto(const QString &value, std::chrono::seconds &into);
template <std::chrono::seconds CtlOptions::*member> FlagProblem readTime(const QString &value, CtlOptions &into)
{
    return readTimeInto(value, into.*member);
}

FlagProblem readFormat(const QString &value, CtlOptions &into);
/// An argument: one more of CtlOptions::files.
FlagProblem addFile(const QString &value, CtlOptions &into);

// Flags of several commands.
inline constexpr CtlFlag yesFlag{QLatin1StringView("--yes"), QLatin1StringView("-y"), {},
    QLatin1StringView("Do it without asking."), readSwitch<&CtlOptions::yes>};

inline constexpr CtlFlag dryRunFlag{QLatin1StringView("--dry-run"), {}, {},
    QLatin1StringView("Only the plan: read, try out, and end."), readSwitch<&CtlOptions::dryRun>};

inline constexpr CtlFlag signKeyFlag{QLatin1StringView("--sign-key"), {}, QLatin1StringView("FILE"),
    QLatin1StringView("A private key (PEM; RSA, EC, Ed25519): a signature of the backup's bundle.json, and by its "
                      "hashes of everything, comes along as bundle.json.sig."),
    readText<&CtlOptions::signKey>};
inline constexpr CtlFlag encryptValuesFlag{QLatin1StringView("--encrypt-values"), {}, QLatin1StringView("FILE"),
    QLatin1StringView("Certificates (PEM): all Helm values, also what looks like a secret, come along with the backup "
                      "as operator-values-secret.cms, which only the holders of their keys can read."),
    readText<&CtlOptions::encryptFor>};
inline constexpr CtlFlag passphraseFlag{QLatin1StringView("--key-passphrase-file"), {}, QLatin1StringView("FILE"),
    QLatin1StringView("What the private key is encrypted with; a last newline does not count."),
    readText<&CtlOptions::passphraseFile>};
inline constexpr CtlFlag verifyKeyFlag{QLatin1StringView("--verify-key"), {}, QLatin1StringView("FILE"),
    QLatin1StringView("A public key or a certificate: the backup has to be signed by its key."),
    readText<&CtlOptions::verifyKey>};

// The pages, a family a file.
[[nodiscard]] std::span<const CtlPage> backupPages();
[[nodiscard]] std::span<const CtlPage> maintenancePages();
[[nodiscard]] std::span<const CtlPage> journalPages();
[[nodiscard]] std::span<const CtlPage> releasePages();
[[nodiscard]] std::span<const CtlPage> lookPages();
[[nodiscard]] std::span<const CtlPage> completionPages();

} // namespace patronus
