// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "operations/changeaction.h"
#include "operations/chosen.h"

namespace patronus {

/// What becomes of an edit of an object that others have changed meanwhile.
struct MergedEdit {
    QJsonObject patch = {}; ///< JSON merge patch of what is there; empty: nothing to do
    QStringList conflicts = {}; ///< what both changed, in two ways: a line each
};

/// Three ways: what @p mine changed of @p base, on top of what is there. Both may change the same object, and not the
/// same field. Bookkeeping and status are nobody's edit.
[[nodiscard]] MergedEdit mergeEdit(const QJsonObject &base, const QJsonObject &mine, const QJsonObject &live);

/// Makes and changes Sites and Policies. The server is strict: a field that it does not know is an error.
class Edit final : public ChangeAction
{
public:
    Edit(ActionWorld world, QList<EditedObject> edits);

protected:
    [[nodiscard]] Task<Decision> decide(std::stop_token stop) override;
    [[nodiscard]] Task<QString> settle(QList<Object> made, std::stop_token stop) override;

private:
    [[nodiscard]] Task<void> addChange(std::shared_ptr<Decision> decision, EditedObject edit, std::stop_token stop);

    const QList<EditedObject> m_edits;
};

} // namespace patronus
