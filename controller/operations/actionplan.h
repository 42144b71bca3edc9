// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"
#include "operations/actionrequest.h"

#include <QJsonObject>
#include <QMetaType>
#include <QStringList>

namespace patronus {

/// How much care an action asks of the person who does it (docs/decisions/0011-actions.md).
enum class Tier {
    Reversible, ///< small, and taken back as easily: done, unless it is cancelled within seconds
    Service, ///< changes what the operator or the network does: its plan is confirmed
    Destructive, ///< takes something away: a name is typed
    Locked, ///< refused until the context is unlocked for it
};

/// One thing that an action does.
struct ActionStep {
    enum class Check {
        NotSent, ///< nobody was asked: it builds on a step before it, or it is no request to Kubernetes
        Accepted, ///< the API server took it as a dry run
        Refused, ///< the API server would refuse it
    };
    QString text; ///< "scale Deployment patronus-system/patronus-operator to 1"
    QStringList diff = {}; ///< "- spec.replicas: 3", "+ spec.replicas: 1"; without secrets
    Check check = Check::NotSent;
    QString remark = {}; ///< the server's words where it refused
};

/// What an action is going to do, for a person to read before it is done: values alone.
struct ActionPlan {
    QString title; ///< "Stop the operator": what is done, to what
    QString button; ///< "Stop patronus-operator": verb and object
    Tier tier = Tier::Service;
    QStringList consequences = {}; ///< what it means for the network, a sentence each
    QStringList warnings = {}; ///< what speaks against it, who would undo it
    QStringList obstacles = {}; ///< why it cannot be done, with the remedy; empty: it can
    QList<ActionStep> steps = {}; ///< in order
    QStringList preview = {}; ///< what the operator would do then, in lines; empty: it was not asked
    QString command = {}; ///< what does the same by hand, or nearly
    QString object = {}; ///< whose name is typed where the context is not production

    /// Whether there is nothing left to do.
    [[nodiscard]] bool isNothing() const { return steps.isEmpty() && obstacles.isEmpty(); }
    [[nodiscard]] bool isPossible() const;
    [[nodiscard]] QJsonObject toJson() const;
    /// For a terminal, a paragraph a part.
    [[nodiscard]] QString toText() const;
};

/// How an action ended, also where it ended early.
struct ActionOutcome {
    QStringList done = {}; ///< texts of the steps
    QStringList notDone = {}; ///< likewise
    QString result = {}; ///< how the cluster is now, and the way back
    QStringList output = {}; ///< lines of a program that did it for us, such as helm; without secrets
    std::optional<Error> failure = std::nullopt; ///< why it ended before its end
    std::optional<ActionOffer> next = std::nullopt; ///< what has to follow, when the person has looked
};

[[nodiscard]] const char *tierName(Tier tier); ///< "reversible", "service", …

} // namespace patronus

Q_DECLARE_METATYPE(patronus::ActionStep::Check)
