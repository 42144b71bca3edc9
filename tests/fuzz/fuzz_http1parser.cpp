// SPDX-License-Identifier: GPL-3.0-or-later
#include "fuzz/fuzz.h"
#include "http/http1parser.h"

using namespace patronus;

static bool readsAll(QByteArrayView input, qsizetype piece)
{
    Http1Parser parser(1024);
    while (!input.isEmpty()) {
        QByteArrayView part = input.first(std::min(piece, input.size()));
        input = input.sliced(part.size());
        for (;;) {
            const auto step = parser.next(part);
            if (!step)
                return false;
            if (step->event == Http1Parser::Event::End)
                return true;
            if (step->event == Http1Parser::Event::NeedMore)
                break;
        }
    }
    return true;
}

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const auto input = inputOf(data, size);
    const bool whole = readsAll(input, input.size());
    mustHold(whole == readsAll(input, 1)); // pieces of any size mean the same
    return 0;
}
