// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/json.h"
#include "http/request.h"
#include "kube/resource.h"

namespace patronus {

/// A JsonDrop of what others write down about an object and nobody here reads: managedFields, and kubectl's copy of
/// what was applied. Together half of an object's size.
[[nodiscard]] bool isBookkeeping(std::span<const std::string_view> path);

/// Which objects, for a list or a watch.
struct ListOptions {
    QString nameSpace = {}; ///< empty: all
    QString labelSelector = {};
    QString fieldSelector = {};
    int limit = 500; ///< objects a page
    JsonDrop drop = {}; ///< members of an object that are not kept
    /// Of a watch: whether a MODIFIED event of this version is not worth reading. True: nobody is told of it.
    std::function<bool(const ObjectVersion &)> isKnown = {};
};

/// What a change must find, or fail as Conflict.
struct Preconditions {
    QString uid = {};
    QString resourceVersion = {};
};

/// How the server treats a change.
struct WriteOptions {
    QString fieldManager = {};
    bool force = false; ///< apply only: take fields that another manager has
    bool strict = false; ///< fieldValidation=Strict
    bool metadataOnly = false; ///< the answer is metadata alone, without isBookkeeping(): small, and cheap to read
    bool dryRun = false; ///< dryRun=All: checked and answered like a real one, and not stored
};

enum class PatchType { Json, Merge };

/// Which lines of a container's log.
struct LogOptions {
    QString container = {}; ///< may be empty where the pod has only one
    bool previous = false; ///< of the instance before the last restart
    bool follow = false;
    bool timestamps = false; ///< each line begins with its time and a space
    QDateTime since = {}; ///< from this second on; invalid: from the beginning
    std::optional<std::chrono::seconds> last
        = std::nullopt; ///< in place of since: so long before now, by the node's clock
};

/// The API's verbs as requests: pure, so that a preview can show what would be sent
/// (https://kubernetes.io/docs/reference/using-api/api-concepts/).
namespace requests {

[[nodiscard]] HttpRequest get(const ResourceType &type, const ObjectKey &key);
/// One page; @p continueToken is that of the page before.
[[nodiscard]] HttpRequest list(const ResourceType &type, const ListOptions &options, const QString &continueToken = {});
/// Changes after @p resourceVersion, with bookmarks, for @p length at most: the server ends it then.
[[nodiscard]] HttpRequest watch(
    const ResourceType &type, const ListOptions &options, const QString &resourceVersion, std::chrono::seconds length);

/// POST; @p object carries its namespace.
[[nodiscard]] HttpRequest create(const ResourceType &type, QJsonObject object, const WriteOptions &options);
/// PUT; @p object carries its namespace, name and resourceVersion.
[[nodiscard]] HttpRequest replace(const ResourceType &type, QJsonObject object, const WriteOptions &options);
/// Server-side apply of @p fields; apiVersion, kind, name and namespace are put in.
[[nodiscard]] HttpRequest apply(const ResourceType &type, const ObjectKey &key, const QString &subresource,
    QJsonObject fields, const WriteOptions &options);
/// @p body is an array for PatchType::Json, an object for PatchType::Merge.
[[nodiscard]] HttpRequest patch(const ResourceType &type, const ObjectKey &key, const QString &subresource,
    PatchType patchType, const QJsonValue &body, const WriteOptions &options);
/// Sets the number of replicas through the scale subresource, if @p preconditions hold.
[[nodiscard]] HttpRequest scale(const ResourceType &type, const ObjectKey &key, int replicas,
    const Preconditions &preconditions, const WriteOptions &options);
[[nodiscard]] HttpRequest remove(
    const ResourceType &type, const ObjectKey &key, const Preconditions &preconditions, const WriteOptions &options);

[[nodiscard]] HttpRequest log(const ObjectKey &pod, const LogOptions &options);

/// A GET of any path (percent-encoded); @p accept is the media type wanted.
[[nodiscard]] HttpRequest read(const QByteArray &target, const QByteArray &accept);

} // namespace requests

} // namespace patronus
