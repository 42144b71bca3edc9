// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stop_token>

namespace patronus {

/// Stops what has @p source's tokens. From a copy: who hears it may destroy whoever owns the source.
inline void requestStop(std::stop_source source)
{
    source.request_stop();
}

} // namespace patronus
