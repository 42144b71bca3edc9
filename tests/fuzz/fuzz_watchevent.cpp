// SPDX-License-Identifier: GPL-3.0-or-later
#include "fuzz/fuzz.h"
#include "kube/watchevent.h"

using namespace patronus;

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const auto event = parseWatchEvent(inputOf(data, size));
    mustHold(event || !event.error().message.isEmpty());
    return 0;
}
