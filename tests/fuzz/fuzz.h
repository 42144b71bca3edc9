// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArrayView>

#include <cstdint>
#include <cstdlib>

/// What libFuzzer calls.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size);

namespace patronus {

inline QByteArrayView inputOf(const std::uint8_t *data, std::size_t size)
{
    return {data, static_cast<qsizetype>(size)};
}

/// Something that has to hold for every input: ends the run where it does not.
inline void mustHold(bool condition)
{
    if (!condition)
        std::abort();
}

} // namespace patronus
