// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/object.h"
#include "operations/target.h"

#include <QDateTime>

namespace patronus {

/// One write of a person to a cluster, as it is remembered.
struct JournalEntry {
    QString id = {}; ///< Journal::begin() gives it
    QDateTime time = {};
    Target target = {};
    QString verb = {}; ///< create, patch, scale, delete
    QString apiVersion = {}, kind = {};
    ObjectKey key = {};
    QJsonObject before = {}; ///< the object as it was seen; empty where it was not there
    QJsonObject after = {}; ///< what was sent
    QString outcome = {}; ///< "done", or the error; empty: nobody came to write it down

    [[nodiscard]] QJsonObject toJson() const;
};

} // namespace patronus
