// SPDX-License-Identifier: GPL-3.0-or-later
#include "fuzz/fuzz.h"
#include "monitoring/exposition.h"

using namespace patronus;

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const auto samples
        = parseExposition(inputOf(data, size), {.bytes = 1 << 16, .lineBytes = 1 << 12, .samples = 1000});
    mustHold(samples ? samples->size() <= 1000 : !samples.error().message.isEmpty());
    return 0;
}
