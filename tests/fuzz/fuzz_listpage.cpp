// SPDX-License-Identifier: GPL-3.0-or-later
#include "fuzz/fuzz.h"
#include "kube/listpage.h"
#include "kube/object.h"

using namespace patronus;

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    qsizetype objects = 0;
    const auto page = readListPage(inputOf(data, size), QStringLiteral("v1"), QStringLiteral("Thing"), {},
        [&](const Object &) { return ++objects < 1000; });
    mustHold(page || !page.error().message.isEmpty());
    return 0;
}
