// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "support/controlplane.h"

namespace patronus {

/// A real API server with two service accounts, two kinds of proxies, a proxy that authenticates and an address that
/// its certificate does not name: what the table of all ways to say who one is needs.
class CredentialWorld
{
public:
    /// One way, as fields of a kubeconfig in YAML's flow style.
    struct Way {
        const char *name;
        QByteArray cluster, user;
        QString knownAs; ///< what the server calls us; empty: we do not get in, and kubectl neither
    };

    [[nodiscard]] static Expected<std::unique_ptr<CredentialWorld>> start(ControlPlane::Options options);
    ~CredentialWorld();
    Q_DISABLE_COPY_MOVE(CredentialWorld)

    [[nodiscard]] ControlPlane &plane() { return *m_plane; }
    [[nodiscard]] QList<Way> ways();
    [[nodiscard]] QByteArray tokenOfOne() const { return m_tokenOfOne; } ///< system:serviceaccount:default:one
    [[nodiscard]] QByteArray tokenOfTwo() const { return m_tokenOfTwo; }
    [[nodiscard]] QByteArray httpProxyOutput();
    [[nodiscard]] QByteArray socksProxyOutput();

    /// Writes a file into the plane's folder; gives its path.
    QString write(const QString &name, const QByteArray &content, bool isProgram = false) const;
    /// The file "kubeconfig" there, with the context "c".
    QString kubeconfig(const QByteArray &cluster, const QByteArray &user) const;
    /// Fields of a user whose plugin answers with @p status.
    [[nodiscard]] QByteArray exec(const QString &version, const QByteArray &status) const;
    [[nodiscard]] QByteArray pki(const char *name) const; ///< the path of a file of the plane's
    [[nodiscard]] QByteArray pkiData(const char *name) const; ///< its content in base64
    [[nodiscard]] QByteArray server() const; ///< these are fields of a cluster or a user
    [[nodiscard]] QByteArray ca() const;
    [[nodiscard]] QByteArray admin() const;
    [[nodiscard]] static QByteArray contentOf(const QString &path);

private:
    CredentialWorld();
    [[nodiscard]] QByteArray makeToken(const QString &account) const;

    class Program;
    class Forwarder;
    class AuthenticatingProxy;
    std::unique_ptr<ControlPlane> m_plane;
    std::unique_ptr<Program> m_httpProxy, m_socksProxy;
    std::unique_ptr<AuthenticatingProxy> m_basicProxy;
    std::unique_ptr<Forwarder> m_forwarder;
    quint16 m_httpPort = 0, m_socksPort = 0;
    QByteArray m_tokenOfOne, m_tokenOfTwo;
};

} // namespace patronus
