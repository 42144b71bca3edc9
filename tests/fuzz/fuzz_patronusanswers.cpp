// SPDX-License-Identifier: GPL-3.0-or-later
#include "fuzz/fuzz.h"
#include "http/request.h"
#include "patronusapi/answers.h"

using namespace patronus;

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    if (size == 0)
        return 0;
    // The first byte says what the answer is to, and its status.
    const HttpReply reply{
        .status = data[0] & 0x10 ? 500 : 200, .headers = {}, .body = inputOf(data + 1, size - 1).toByteArray()};
    switch (data[0] & 0x07) {
    case 0:
        std::ignore = objectsOf(reply, RemoteKind::Site);
        break;
    case 1:
        std::ignore = objectsOf(reply, RemoteKind::Policy);
        break;
    case 2:
        std::ignore = pathsOf(reply);
        break;
    case 3:
        std::ignore = trafficOf(reply, 100, 0);
        break;
    case 4:
        std::ignore = healthOf(reply);
        break;
    default:
        mustHold(!errorOf(reply, QStringLiteral("putting")).message.isEmpty());
    }
    return 0;
}
