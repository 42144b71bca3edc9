// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "monitoring/prometheus.h"

namespace patronus {

/// A Prometheus server at a URL that this machine reaches, and how one signs in to it. What is secret of that (the
/// token, the password) is no part of it.
struct PrometheusServer {
    enum class SignIn { Nothing, Token, Password };

    QUrl url = {}; ///< empty: none
    QString caFile = {}; ///< of its authorities, PEM; empty: the system's
    SignIn signIn = SignIn::Nothing;
    QString username = {}; ///< beside a password

    /// Whom a secret is for: what somebody gave for one is sent to no other.
    [[nodiscard]] QString audience() const;
    /// Whether others on the way can read what is sent to it: no TLS, and not this machine.
    [[nodiscard]] bool isOverheard() const;

    friend bool operator==(const PrometheusServer &, const PrometheusServer &) = default;
};

/// Invalid where @p path cannot be a server's authorities: it names the file, and what to do.
[[nodiscard]] Expected<void> checkAuthorities(const QString &path);
/// Invalid where nobody can sign in to @p server with @p secret.
[[nodiscard]] Expected<void> checkSignIn(const PrometheusServer &server, const QString &secret);

/// What a person does where it does not come about.
struct PrometheusRemedies {
    QString signIn = {};
    TlsRemedies tls = {};
};

/// The way to @p server, which only reads; its file is read now. Invalid as above.
[[nodiscard]] Expected<Prometheus> reachPrometheus(const PrometheusServer &server, const QString &secret,
    const PrometheusRemedies &remedies, const QByteArray &userAgent);

} // namespace patronus
