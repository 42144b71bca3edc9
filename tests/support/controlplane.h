// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"
#include "support/sourcetree.h"

#include <QByteArray>
#include <QJsonObject>
#include <QString>
#include <QStringList>
#include <QUrl>

#include <memory>

namespace patronus {

/// A real Kubernetes API server with etcd for one test executable: on a port of its own, in a temporary
/// folder of its own, without root. tools/cluster/cluster does the work, so that a test's server is the
/// same as the one of `./dev cluster up`.
///
/// Everything is killed and removed when the object goes, and also when the test dies in any other way:
/// the supervising shell waits for the end of a pipe that this process holds.
/// Calls that wait keep the event loop turning: what runs in the test process goes on meanwhile.
class ControlPlane
{
public:
    struct Options {
        bool ratcheting = true; ///< false: schema rules hold for stored objects too, as on Kubernetes 1.29
        bool audit = false; ///< auditEvents() has something to read
        /// A node that runs pods: needs root and what `./dev guide` makes. There is one on a machine: another is waited
        /// for.
        bool node = false;
        bool controllerManager = false; ///< service accounts, garbage collection, namespace deletion
        QString crds = sourcePath(u"crds"); ///< a file or a folder that applyCrds() gets; empty: none
    };

    struct Output {
        int exitCode; ///< -1 when the program did not start or crashed
        QByteArray out;
        QByteArray err;
    };

    /// Starts it and waits until /readyz says ok: about 3 s. A missing program is an error that says how to get it.
    [[nodiscard]] static Expected<std::unique_ptr<ControlPlane>> start(Options options);
    [[nodiscard]] static Expected<std::unique_ptr<ControlPlane>> start() { return start(Options()); }

    ~ControlPlane();
    Q_DISABLE_COPY_MOVE(ControlPlane)

    [[nodiscard]] QString kubeconfig() const; ///< the file of a user in system:masters, by client certificate
    /// Folder of ca, front-proxy-ca, apiserver, admin, front-proxy (.crt, .key) and sa.key. The front proxy may
    /// name the user of a request in X-Remote-User and X-Remote-Group.
    [[nodiscard]] QString pkiDir() const;
    [[nodiscard]] QUrl url() const; ///< https://127.0.0.1:PORT
    [[nodiscard]] QString directory() const; ///< a folder that goes with this object; free for the test's own files

    /// kubectl as admin; --kubeconfig in @p arguments takes another user.
    [[nodiscard]] Output kubectl(QStringList arguments, QByteArray input = {}) const;
    /// helm as admin.
    [[nodiscard]] Output helm(QStringList arguments) const;
    [[nodiscard]] QString helmProgram() const; ///< the same program, for who runs it himself
    /// A line of a page, in a shell as a person has it: kubectl and helm as admin, the repository's files, and a
    /// current folder of this cluster's own, where what it writes stays.
    [[nodiscard]] Output shell(const QString &line) const;
    /// Applies @p manifest (YAML or JSON) as admin.
    [[nodiscard]] Expected<void> apply(QByteArray manifest) const;
    /// Applies a file or folder of CRDs and waits until each is served.
    [[nodiscard]] Expected<void> applyCrds(QString path) const;

    /// Loads the image of build/image/@p name.tar into the node.
    [[nodiscard]] Expected<void> importImage(const QString &name) const;

    [[nodiscard]] Expected<void> stopApiServer(); ///< SIGTERM, and waits for the end: about 2 s
    [[nodiscard]] Expected<void> startApiServer(); ///< on the same port, with the same data
    [[nodiscard]] Expected<void> restartApiServer();
    /// Makes every resourceVersion but the newest too old. The API server's watch cache still serves watches from
    /// memory: restart it, and a watch from an old version gets 410.
    [[nodiscard]] Expected<void> compactEtcd();

    /// The audit log so far, oldest first: audit.k8s.io/v1 Events, changes with their body.
    [[nodiscard]] QList<QJsonObject> auditEvents() const;

private:
    struct Private;
    explicit ControlPlane(std::unique_ptr<Private> d);

    std::unique_ptr<Private> d;
};

} // namespace patronus
