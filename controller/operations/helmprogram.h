// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/connection.h"

#include <functional>

namespace patronus {

/// The helm program (https://helm.sh), run for one server (docs/decisions/0012-helm.md).
///
/// It gets a kubeconfig of that server and user alone, as its descriptor 3: a file in memory that is on no disk. Of our
/// environment it gets what it needs to run, and nothing that would lead it elsewhere. It is not ended by us in the
/// middle of what it writes: a release would be left pending.
class HelmProgram
{
public:
    /// Where it is: @p given, else what the variable HELM says, else in PATH. Invalid says what to do.
    [[nodiscard]] static Expected<QString> find(const QString &given, const QProcessEnvironment &environment);

    /// @p connection and @p clock have to outlive what runs.
    HelmProgram(QString path, KubeConnection &connection, Clock &clock);

    [[nodiscard]] const QString &path() const { return m_path; }
    /// "v3.19.5". Invalid where it is no Helm 3 or newer.
    [[nodiscard]] Task<QString> version(std::stop_token stop);

    /// What it said, without secrets but for @c output.
    struct Said {
        QByteArray output; ///< on stdout, as it is
        QStringList lines; ///< on stderr
    };
    /// Runs it to its end, a quarter of an hour at most; @p onLine hears each line of stderr at once. Invalid with its
    /// words where it fails.
    [[nodiscard]] Task<Said> run(
        QStringList arguments, std::function<void(const QString &)> onLine, std::stop_token stop);
    /// What it gets besides, as secretFile: values that are on no disk.
    void setSecret(const QByteArray &secret) { m_secret = secret; }
    static constexpr QLatin1StringView secretFile{"/dev/fd/4"};

private:
    const QString m_path;
    KubeConnection &m_connection;
    Clock &m_clock;
    QByteArray m_secret;
};

/// The kubeconfig that it gets: @p access and as whom it acts, and nothing else.
[[nodiscard]] QJsonObject helmKubeconfig(const KubeConnection::Access &access, const Impersonation &impersonation);
/// The environment that it gets, of @p environment.
[[nodiscard]] QProcessEnvironment helmEnvironment(const QProcessEnvironment &environment);

} // namespace patronus
