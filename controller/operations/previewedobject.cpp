// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/previewedobject.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

using Checked = PreviewEffects::Entry::Checked;

QJsonObject jsonOf(const PreviewEffects::Entry &entry)
{
    const StepRequest request = requestOf(entry.step);
    const char *const checked = entry.checked == Checked::DryRun ? "accepted"
        : entry.checked == Checked::Refused                      ? "refused"
                                                                 : "not-sent";
    QJsonObject json{{u"text"_s, describe(entry.step)}, {u"to"_s, request.isRemote ? u"patronus"_s : u"kubernetes"_s},
        {u"method"_s, QLatin1StringView(request.method)}, {u"path"_s, request.path},
        {u"dryRun"_s, QLatin1StringView(checked)}};
    if (!request.body.isEmpty())
        json.insert("body"_L1, request.body);
    if (!entry.refusal.isEmpty())
        json.insert("refusal"_L1, entry.refusal);
    return json;
}

QString indented(const QByteArray &text, qsizetype by)
{
    QString lines;
    for (const QByteArray &line : text.trimmed().split('\n'))
        lines += QString(by, u' ') + QString::fromUtf8(line) + u'\n';
    return lines;
}

} // namespace

const char *changeName(PreviewedObject::Change change)
{
    switch (change) {
    case PreviewedObject::Change::None:
        return "none";
    case PreviewedObject::Change::Create:
        return "create";
    case PreviewedObject::Change::Update:
        return "update";
    case PreviewedObject::Change::Delete:
        return "delete";
    case PreviewedObject::Change::Follows:
        break;
    }
    return "follows";
}

QString textOf(const PreviewedObject &object, bool hasBodies)
{
    QString text = u"%1 %2: %3\n"_s.arg(
        object.kind->resource().kind, object.key.text(), QLatin1StringView(changeName(object.change)));
    if (!object.refusal.isEmpty())
        return text + u"  the API server would refuse it: %1\n"_s.arg(object.refusal);
    if (object.answer.steps.isEmpty())
        text += u"  the operator would do nothing\n"_s;
    for (const PreviewEffects::Entry &entry : object.answer.steps) {
        text += u"  "_s + describe(entry.step);
        if (entry.checked != Checked::Recorded)
            text += entry.checked == Checked::DryRun ? u" (tried out: accepted)"_s
                                                     : u" (tried out: refused: %1)"_s.arg(entry.refusal);
        text += u'\n';
        if (const QByteArray body = payload(entry.step); hasBodies && !body.isEmpty())
            text += indented(body, 6);
    }
    if (object.answer.outcome)
        text += u"  ends with an error%1: %2\n"_s.arg(
            object.answer.outcome->isRetryable() ? u", and is tried again"_s : QString(),
            object.answer.outcome->message);
    return text;
}

QJsonObject PreviewedObject::toJson() const
{
    QJsonArray steps;
    for (const PreviewEffects::Entry &entry : answer.steps)
        steps.append(jsonOf(entry));
    QJsonObject json{{u"kind"_s, kind->resource().kind}, {u"namespace"_s, key.nameSpace}, {u"name"_s, key.name},
        {u"change"_s, QLatin1StringView(changeName(change))}, {u"steps"_s, steps}};
    if (!refusal.isEmpty())
        json.insert("refusal"_L1, refusal);
    if (answer.outcome)
        json.insert("outcome"_L1,
            QJsonObject{{u"message"_s, answer.outcome->message}, {u"retried"_s, answer.outcome->isRetryable()}});
    return json;
}

} // namespace patronus
