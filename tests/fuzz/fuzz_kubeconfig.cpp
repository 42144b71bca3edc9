// SPDX-License-Identifier: GPL-3.0-or-later
#include "fuzz/fuzz.h"
#include "kube/kubeconfig.h"

#include <QTemporaryFile>

using namespace patronus;

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    static QTemporaryFile file; // one for the whole run: a kubeconfig is read from a file
    if (!file.isOpen() && !file.open())
        return 0;
    file.resize(0);
    file.seek(0);
    file.write(reinterpret_cast<const char *>(data), static_cast<qint64>(size));
    file.flush();

    const auto config = Kubeconfig::load({file.fileName()});
    if (!config) {
        mustHold(config.error().message.contains(file.fileName()));
        return 0;
    }
    for (const Kubeconfig::Summary &summary : config->contexts()) {
        const auto context = config->context(summary.name);
        mustHold(context.has_value() == summary.problem.isEmpty());
    }
    return 0;
}
