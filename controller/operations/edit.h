// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "operations/changeaction.h"
#include "operations/chosen.h"

namespace patronus {

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
