// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ctl/session.h"
#include "patronusapi/client.h"

namespace patronus {

/// What a command reads the Patronus API through, and cannot change it by: at the URL that was given, else by the way
/// that the operator's Deployment says.
class PatronusLink
{
public:
    /// @p session has to outlive it. Errors say what is missing, and the remedy.
    [[nodiscard]] static Task<std::shared_ptr<PatronusLink>> open(
        Session &session, CtlOptions options, std::stop_token stop);
    virtual ~PatronusLink() = default;

    [[nodiscard]] virtual HttpPatronusClient &client() = 0;
    [[nodiscard]] virtual QString text() const = 0; ///< the way, for a person
    /// @p error of a request, with what is known of the way.
    [[nodiscard]] virtual Error asSeen(Error error) const { return error; }
    /// To be awaited before it goes.
    [[nodiscard]] virtual QCoro::Task<> close() = 0;
};

} // namespace patronus
