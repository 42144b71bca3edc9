// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "http/transport.h"
#include "kube/kubecontext.h"

#include <optional>

namespace patronus {

/// The CA and the client certificate of a context, kept up with the files that hold them.
class TlsFiles
{
public:
    /// @p clock has to outlive this.
    TlsFiles(KubeContext context, const Clock &clock);

    /// Reads the files, at most once a minute unless rejected() was called. Until it first succeeds, an error is
    /// Invalid and names the file. Later the last good CA, or certificate with its key, stays, with a warning: a
    /// certificate that was written before its key, or a file that is half there, is taken when it is whole.
    [[nodiscard]] Expected<void> refresh();

    /// What the last good refresh() read.
    [[nodiscard]] const TlsSettings &settings() const { return m_settings; }

    /// The server refused the certificate: the next refresh() reads anew.
    void rejected() { m_readAt.reset(); }

private:
    [[nodiscard]] Expected<TlsSettings> read() const;

    KubeContext m_context;
    const Clock &m_clock;
    TlsSettings m_settings;
    bool m_hasRead = false;
    std::optional<Clock::time_point> m_readAt;
    bool m_warned = false; // of the failure that lasts
};

/// Invalid, with what is wrong, where TLS could not be spoken with @p settings: PEM that cannot be read, a key that is
/// neither RSA nor EC, or not the certificate's.
[[nodiscard]] Expected<void> checkTls(const TlsSettings &settings);

} // namespace patronus
