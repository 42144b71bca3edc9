// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/effectpreview.h"

#include "operations/counted.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace patronus {

QCoro::Task<QStringList> effectPreview(ActionWorld world, PreviewRequest request, std::stop_token stop)
{
    constexpr qsizetype mostChanges = 100, mostObjects = 50;
    if (request.changes.size() > mostChanges)
        co_return QStringList{
            u"It is not looked at, of more than %1 objects: kubectl patronus preview -f FILE"_s.arg(mostChanges)};
    if (world.progress)
        world.progress(u"looking what the operator would do"_s, 0, 0);
    const auto preview = co_await previewChanges(
        {.client = world.client, .patronus = world.patronus, .clock = world.clock}, std::move(request), stop);
    if (!preview)
        co_return QStringList{u"It cannot be told: "_s + preview.error().message};
    QStringList lines;
    for (const PreviewedObject &object : preview->objects.first(std::min(mostObjects, preview->objects.size())))
        lines += textOf(object, true).split(u'\n', Qt::SkipEmptyParts);
    if (const qsizetype more = preview->objects.size() - mostObjects; more > 0)
        lines.append(u"… and %1 more"_s.arg(counted(more, u"object"_s)));
    if (preview->objects.isEmpty())
        lines.append(u"nothing"_s);
    co_return lines + preview->notes;
}

} // namespace patronus
