// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/object.h"
#include "kube/resource.h"
#include "monitoring/exposition.h"
#include "sdwan/servedschema.h"

#include <QDateTime>
#include <QUrl>

namespace patronus {

/// The Patronus API as the operator's Deployment names it.
struct DiagnosedApi {
    QUrl url = {};
    Expected<Object> service = {};
    QList<Object> endpointSlices = {}; ///< of the Service
    QJsonObject namespaceLabels = {}; ///< of the Service's namespace
};

/// What a diagnosis has read of a cluster. An error in the place of a fact says why it could not be read (verb and
/// resource, where the server refused them); that something is not there (NotFound) is a fact.
struct DiagnosisFacts {
    QDateTime now; ///< UTC, by this machine
    QString version; ///< of this program: "0.1.0"
    ObjectKey operatorKey; ///< of the Deployment, whether it is there or not

    Expected<Object> deployment = {};
    Expected<QList<Object>> pods = {}; ///< the operator's
    Expected<QList<Object>> events = {}; ///< of the operator's namespace
    Expected<QList<Object>> autoscalers = {}; ///< of the operator's namespace
    Expected<QList<Object>> networkPolicies = {}; ///< of the operator's namespace
    Expected<Object> lease = {};
    ObjectKey accountKey = {}; ///< of the operator's service account
    Expected<Object> account = {};
    Expected<QStringList> missingRights = {}; ///< of that account, as permissionText()

    Expected<DiagnosedApi> api = {};

    /// One of our two kinds.
    struct Resource {
        ResourceType type;
        Expected<ServedSchema> schema = {};
        Expected<Object> crd = {};
        Expected<QList<Object>> objects = {};
        QList<Object> stillBehind = {}; ///< whose spec nobody had looked at, and again not some seconds later
        /// Whether admission lets the operator's kind of change pass (tried out); nullopt: there is no object.
        std::optional<Expected<void>> admission = std::nullopt;
    };
    QList<Resource> resources = {}; ///< Sites, then Policies

    struct Scrape {
        ObjectKey pod;
        Expected<QList<Sample>> samples = {};
    };
    QList<Scrape> scrapes = {}; ///< of each pod that runs
};

} // namespace patronus
