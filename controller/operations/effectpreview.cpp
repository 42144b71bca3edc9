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
    for (const PreviewedObject &object : preview->objects) {
        lines.append(u"%1 %2"_s.arg(object.kind->resource().kind, object.key.text()));
        if (!object.refusal.isEmpty())
            lines.append(u"  the API server would not take it: "_s + object.refusal);
        for (const PreviewEffects::Entry &entry : object.answer.steps) {
            lines.append(u"  "_s + describe(entry.step));
            for (const QString &line : QString::fromUtf8(payload(entry.step)).split(u'\n', Qt::SkipEmptyParts))
                lines.append(u"      "_s + line);
        }
        if (object.answer.outcome)
            lines.append(u"  and would end with: "_s + object.answer.outcome->message);
        else if (object.answer.steps.isEmpty() && object.refusal.isEmpty())
            lines.append(u"  nothing"_s);
    }
    co_return lines + preview->notes;
}

} // namespace patronus
