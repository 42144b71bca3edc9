// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/effectpreview.h"

using namespace Qt::StringLiterals;

namespace patronus {

QCoro::Task<QStringList> effectPreview(ActionWorld world, PreviewRequest request, std::stop_token stop)
{
    const auto preview = co_await previewChanges(
        {.client = world.client, .patronus = world.patronus, .clock = world.clock}, std::move(request), stop);
    if (!preview)
        co_return QStringList{u"It cannot be told: "_s + preview.error().message};
    QStringList lines;
    for (const PreviewedObject &object : preview->objects)
        lines += textOf(object, true).split(u'\n', Qt::SkipEmptyParts);
    co_return lines + preview->notes;
}

} // namespace patronus
