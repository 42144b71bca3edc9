// SPDX-License-Identifier: GPL-3.0-or-later
#include "fuzz/fuzz.h"
#include "kube/yaml.h"

using namespace patronus;

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const auto documents = parseYaml(inputOf(data, size));
    if (!documents)
        mustHold(documents.error().kind == Error::Kind::Malformed && !documents.error().message.isEmpty());
    else if (documents->size() == 1) // what is written can be read again, and is the same
        mustHold(parseYaml(toYaml(documents->front())).value().value(0) == documents->front());
    return 0;
}
