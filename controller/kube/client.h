// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/transport.h"
#include "kube/accessreview.h"
#include "kube/credentials.h"
#include "kube/requests.h"
#include "kube/watchevent.h"

#include <memory>
#include <stop_token>

namespace patronus {

class Metrics;

/// The verbs of one API server as coroutines. Adds credentials, retries once after a 401 with fresh ones, turns a
/// Status into an Error. Gets its transport given: the lease, the watches and the writes each have a client with its
/// own.
///
/// Errors: those of Transport, and by status Unauthorized, Forbidden, NotFound, Conflict, Gone, Invalid, Throttled
/// (with Retry-After), Server; the message is the server's own. Nothing else is retried here.
/// Coroutines hold what they need: a client may be destroyed while they run. Event-loop thread only.
///
/// Metrics are client-go's: rest_client_requests_total{code,method,host}, and
/// rest_client_request_duration_seconds{verb,host} of all but watches and followed texts.
class KubeClient
{
public:
    enum class Mode {
        Live,
        DryRun, ///< every change carries dryRun=All
        ReadOnly, ///< every change is refused here, as WriteRefused
    };

    /// @p credentials may be null: none are sent. @p metrics has to outlive what runs; @p host is its label,
    /// "host:port".
    KubeClient(std::shared_ptr<Transport> transport, std::shared_ptr<Credentials> credentials,
        Metrics *metrics = nullptr, Mode mode = Mode::Live, QString host = {});
    ~KubeClient();
    Q_DISABLE_COPY_MOVE(KubeClient)

    /// A client of the same server that can only try changes out, or only read; never one that can do more than this
    /// one.
    [[nodiscard]] std::unique_ptr<KubeClient> dryRun() const;
    [[nodiscard]] std::unique_ptr<KubeClient> readOnly() const;
    [[nodiscard]] Mode mode() const;

    [[nodiscard]] Task<Object> get(ResourceType type, ObjectKey key, std::stop_token stop);

    /// Lists page by page and hands over each object; gives the list's resourceVersion. A page's token that has run out
    /// (410) is Gone: start again, what was handed over may be old. @p onObject is not called after the task has ended.
    [[nodiscard]] Task<QString> list(
        ResourceType type, ListOptions options, std::function<void(Object)> onObject, std::stop_token stop);

    /// Follows changes after @p resourceVersion, with bookmarks, until the server ends the watch (a normal end) or an
    /// error. The server is asked to end it after 5 to 10 minutes, at random.
    [[nodiscard]] Task<void> watch(ResourceType type, ListOptions options, QString resourceVersion,
        std::function<void(WatchEvent)> onEvent, std::stop_token stop);

    [[nodiscard]] Task<Object> create(
        ResourceType type, QJsonObject object, WriteOptions options, std::stop_token stop);
    /// PUT; @p object carries its resourceVersion.
    [[nodiscard]] Task<Object> replace(
        ResourceType type, QJsonObject object, WriteOptions options, std::stop_token stop);
    /// Server-side apply of @p fields (apiVersion, kind and metadata.name are added) to the object or a subresource.
    [[nodiscard]] Task<Object> apply(ResourceType type, ObjectKey key, QString subresource, QJsonObject fields,
        WriteOptions options, std::stop_token stop);
    [[nodiscard]] Task<Object> patch(ResourceType type, ObjectKey key, QString subresource, PatchType patchType,
        QJsonValue body, WriteOptions options, std::stop_token stop);
    /// Sets the number of replicas; gives the Scale.
    [[nodiscard]] Task<Object> scale(ResourceType type, ObjectKey key, int replicas, Preconditions preconditions,
        WriteOptions options, std::stop_token stop);
    [[nodiscard]] Task<void> remove(
        ResourceType type, ObjectKey key, Preconditions preconditions, std::stop_token stop);

    /// A GET of any path that answers a JSON object (discovery, OpenAPI); @p accept is the media type wanted. Members
    /// for which @p drop is true are not kept.
    [[nodiscard]] Task<QJsonObject> getJson(QByteArray target, std::stop_token stop,
        QByteArray accept = QByteArrayLiteral("application/json"), JsonDrop drop = {});
    /// A GET of any path that answers text (a pod's log without follow, /readyz, metrics through a proxy).
    [[nodiscard]] Task<QByteArray> getText(QByteArray target, std::stop_token stop);
    /// Follows a body of text (a pod's log) until the server ends it. The server sends no header before the first byte
    /// of text, so a silent one is waited for; a connection that is cut is noticed by the transport.
    [[nodiscard]] Task<void> streamText(QByteArray target, Transport::BodySink onBody, std::stop_token stop);
    /// SelfSubjectAccessReview: may this user do @p verb? Not a change: works in every mode.
    [[nodiscard]] Task<bool> mayI(
        QString verb, ResourceType type, QString nameSpace, QString subresource, std::stop_token stop);
    /// SubjectAccessReview: may the service account @p account do what @p question asks? Not a change either; Forbidden
    /// where this user may not ask it.
    [[nodiscard]] Task<bool> mayAccount(ObjectKey account, AccessQuestion question, std::stop_token stop);
    /// SelfSubjectReview: as whom the server knows this user. Not a change either. NotFound before Kubernetes 1.28.
    [[nodiscard]] Task<QString> whoAmI(std::stop_token stop);

private:
    struct Private;
    [[nodiscard]] WriteOptions asAllowed(WriteOptions options) const;
    [[nodiscard]] Task<Object> getObject(HttpRequest request, JsonDrop drop, std::stop_token stop);
    [[nodiscard]] Task<Object> getWritten(HttpRequest request, bool metadataOnly, std::stop_token stop);

    const std::shared_ptr<Private> d;
};

} // namespace patronus
