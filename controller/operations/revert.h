// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "operations/changeaction.h"
#include "operations/journalentry.h"

namespace patronus {

/// Takes back what the journal says was done: the object becomes what it was before, made again where it has gone, and
/// deleted where it was made. What looked like a secret is not in the journal, and is left as it is.
class Revert final : public ChangeAction
{
public:
    Revert(ActionWorld world, JournalEntry entry);

    /// Of facts alone; @p live is null where the object is not there.
    [[nodiscard]] static Decision decisionFor(
        const JournalEntry &entry, const std::optional<ResourceType> &type, const Object &live);

    /// Whether such an entry can be taken back at all: what helm did, or a backup, cannot.
    [[nodiscard]] static bool isPossible(const JournalEntry &entry);

protected:
    [[nodiscard]] Task<Decision> decide(std::stop_token stop) override;
    [[nodiscard]] Task<QString> settle(QList<Object> made, std::stop_token stop) override;

private:
    const JournalEntry m_entry;
};

} // namespace patronus
