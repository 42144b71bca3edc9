// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/json.h"
#include "fuzz/fuzz.h"

using namespace patronus;

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const auto object = parseJsonObject(inputOf(data, size));
    if (object) // what is written can be read again, and is the same
        mustHold(parseJsonObject(toJson(*object)).value() == *object);
    else
        mustHold(object.error().kind == Error::Kind::Malformed && !object.error().message.isEmpty());
    return 0;
}
