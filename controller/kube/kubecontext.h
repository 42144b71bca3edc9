// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QJsonValue>
#include <QList>
#include <QMap>
#include <QStringList>
#include <QUrl>

#include <optional>
#include <utility>

namespace patronus {

/// How to run a credential plugin
/// (https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins).
struct ExecConfig {
    enum class InteractiveMode { Never, IfAvailable, Always };

    QString apiVersion = {}; ///< client.authentication.k8s.io/v1 or /v1beta1
    QString command = {}; ///< a name to look for in PATH, or an absolute path
    QStringList arguments = {};
    QList<std::pair<QString, QString>> environment = {}; ///< besides our own environment
    QString installHint = {};
    bool provideClusterInfo = false;
    InteractiveMode interactiveMode = InteractiveMode::IfAvailable;
    QString file = {}; ///< that says all this

    friend bool operator==(const ExecConfig &, const ExecConfig &) = default;
};

/// As whom the requests act, where that is somebody else than the credentials' owner.
struct Impersonation {
    QString user = {}; ///< empty: nobody else, and the rest is empty too
    QString uid = {};
    QStringList groups = {};
    QMap<QString, QStringList> extra = {};

    friend bool operator==(const Impersonation &, const Impersonation &) = default;
};

/// All that a connection to an API server needs, as a value. Made by Kubeconfig or inClusterContext(), and checked
/// there.
struct KubeContext {
    QString name = {};
    QString clusterName = {};
    QString userName = {};
    QString nameSpace = {}; ///< empty: none was set ("default" to kubectl)
    QString file = {}; ///< where the context stands

    QUrl server = {}; ///< http or https; its path is put before every request's
    QString tlsServerName = {};
    bool insecureSkipTlsVerify = false;
    QString caFile = {}; ///< absolute; empty together with caData: the system's authorities
    QByteArray caData = {}; ///< PEM
    QUrl proxy = {};
    bool disableCompression = false; ///< for plugins to know: our transports never ask for compression
    QJsonValue execClusterConfig = {}; ///< the cluster's extension client.authentication.k8s.io/exec

    QString clientCertificateFile = {};
    QByteArray clientCertificateData = {}; ///< PEM
    QString clientKeyFile = {};
    QByteArray clientKeyData = {}; ///< PEM
    QString token = {};
    QString tokenFile = {}; ///< wins over token, which serves while it cannot be read
    QString username = {};
    QString password = {};
    std::optional<ExecConfig> exec = std::nullopt;
    Impersonation impersonation = {};

    enum class CredentialKind { None, ClientCertificate, Token, TokenFile, Basic, Exec };

    [[nodiscard]] bool hasClientCertificate() const
    {
        return !clientCertificateFile.isEmpty() || !clientCertificateData.isEmpty();
    }
    /// Whether @p other leads to the same server in the same way, so that the credentials of one may go to the other's.
    [[nodiscard]] bool hasSameServerAs(const KubeContext &other) const;
    /// What the server will know us by. Like kubectl: a plugin runs only where there is nothing else, and without TLS
    /// nothing is sent at all.
    [[nodiscard]] CredentialKind credentialKind() const;

    friend bool operator==(const KubeContext &, const KubeContext &) = default;
};

/// "client certificate", "token", … for a person.
[[nodiscard]] QString credentialKindText(KubeContext::CredentialKind kind);

} // namespace patronus
