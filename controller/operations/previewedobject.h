// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "operations/reconcilepreview.h"

namespace patronus {

/// One object, and what the operator would do with it.
struct PreviewedObject {
    enum class Change { None, Create, Update, Delete, Follows };
    const Kind *kind;
    ObjectKey key;
    Change change = Change::None; ///< Follows: another one's change makes the operator do something with this one
    QString refusal = {}; ///< why the API server would not take the change; then there is no answer
    ReconcilePreview::Answer answer = {};

    [[nodiscard]] QJsonObject toJson() const;
};
/// For a person; @p hasBodies: with what each step would send.
[[nodiscard]] QString textOf(const PreviewedObject &object, bool hasBodies);
[[nodiscard]] const char *changeName(PreviewedObject::Change change); ///< "create", "update" …

} // namespace patronus
