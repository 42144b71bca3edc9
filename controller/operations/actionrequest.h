// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/resource.h"
#include "operations/journalentry.h"

#include <chrono>

namespace patronus {

/// An object as somebody chose it in a view: that one and no other of its name.
struct ChosenObject {
    ResourceType type;
    ObjectKey key;
    QString uid;

    /// "Site default/hq".
    [[nodiscard]] QString text() const { return type.kind + QLatin1Char(' ') + key.text(); }
};

/// One object as somebody wants it.
struct EditedObject {
    ResourceType type;
    QJsonObject mine = {}; ///< as it is wanted, with apiVersion, kind and metadata.name; without status
    QJsonObject base = {}; ///< as it was when the edit began; empty: it is to be made
};

/// Files in PEM by which a backup is sealed or opened (docs/decisions/0013-sealed-backups.md); an empty one is not
/// used.
struct SealKeys {
    QString sign = {}; ///< private: a backup is signed by it
    QString encryptFor = {}; ///< certificates: for whose holders all Helm values come along with a backup
    QString verify = {}; ///< public, or a certificate: what is restored has to be signed by its key
    QString decrypt = {}; ///< private: opens what was encrypted for its holder
    QByteArray passphrase = {}; ///< of the private one; neither shown nor kept
};

/// What somebody asks for in a view: values alone.
struct ActionRequest {
    enum class Kind {
        Restart, ///< the operator
        Hold, ///< the operator, at one replica
        Stop, ///< the operator
        BringBack, ///< the operator, to the recorded number of replicas
        Pause, ///< objects
        Resume, ///< objects
        Remove, ///< objects
        Edit, ///< edits
        Backup, ///< into paths
        Restore, ///< from paths
        RollBack, ///< the operator's Helm release, to revision
        Upgrade, ///< the operator's Helm release, to chart, with the values of the files in paths
        UndoRollout, ///< the operator's Deployment alone, to revision
        Migrate, ///< the replaced operator's Sites, Policies and CRDs; the backup goes into paths
        Recover, ///< the operator, lost as a whole, from the backup that is the first of paths; values after it
        Revert, ///< entry
        UpgradeCrds, ///< to those of this program; a backup, where one is needed, goes into paths
        Uninstall, ///< the operator, after all objects; the backup goes into paths
    };
    Kind kind = Kind::Restart;
    QList<ChosenObject> objects = {};
    QList<EditedObject> edits = {};
    QString reason = {}; ///< for Hold and Stop
    std::chrono::seconds holdFor = {}; ///< likewise; zero: nobody says how long
    QStringList paths = {};
    SealKeys keys = {}; ///< of the backup that is made or used
    bool update = false, createNamespaces = false, skipConflicts = false; ///< for Restore
    bool stopOperator = false; ///< likewise: stop it first, and leave it stopped
    bool acceptLoss = false; ///< for UpgradeCrds and Migrate
    int revision = 0; ///< 0: the last one that was deployed before
    QString chart = {}; ///< a folder or a .tgz
    QString nameSpace = {}; ///< for Recover: where the operator is installed; empty: where it is looked for
    bool resetValues = false; ///< for Upgrade: the values that the release has go
    JournalEntry entry = {};
};

/// Something that can be done next: what its button says, and what is asked for then.
struct ActionOffer {
    QString text;
    ActionRequest request;
};

} // namespace patronus

Q_DECLARE_METATYPE(patronus::ActionRequest)
