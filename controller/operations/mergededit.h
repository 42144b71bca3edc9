// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonObject>
#include <QStringList>

namespace patronus {

/// What becomes of an edit of an object that others have changed meanwhile.
struct MergedEdit {
    QJsonObject patch = {}; ///< JSON merge patch of what is there; empty: nothing to do
    QStringList conflicts = {}; ///< what both changed, in two ways: a line each
};

/// Three ways: what @p mine changed of @p base, on top of what is there. Both may change the same object, and not the
/// same field. Bookkeeping and status are nobody's edit.
[[nodiscard]] MergedEdit mergeEdit(const QJsonObject &base, const QJsonObject &mine, const QJsonObject &live);

/// What of @p object a person writes: what the operator keeps on it is not theirs to take away by leaving it out.
[[nodiscard]] QJsonObject editable(const QJsonObject &object);

} // namespace patronus
