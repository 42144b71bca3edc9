// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/actionplan.h"

#include <QJsonArray>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

QJsonArray array(const QStringList &texts)
{
    return QJsonArray::fromStringList(texts);
}

QLatin1StringView checkName(ActionStep::Check check)
{
    switch (check) {
    case ActionStep::Check::Accepted:
        return "accepted"_L1;
    case ActionStep::Check::Refused:
        return "refused"_L1;
    case ActionStep::Check::NotSent:
        break;
    }
    return "not sent"_L1;
}

QString lines(const QString &mark, const QStringList &texts)
{
    QString all;
    for (const QString &text : texts)
        all += mark + text + u'\n';
    return all;
}

} // namespace

const char *tierName(Tier tier)
{
    switch (tier) {
    case Tier::Reversible:
        return "reversible";
    case Tier::Service:
        return "service";
    case Tier::Destructive:
        return "destructive";
    case Tier::Locked:
        break;
    }
    return "locked";
}

bool ActionPlan::isPossible() const
{
    return obstacles.isEmpty() && !steps.isEmpty()
        && std::ranges::none_of(steps, [](const ActionStep &step) { return step.check == ActionStep::Check::Refused; });
}

QJsonObject ActionPlan::toJson() const
{
    QJsonArray all;
    for (const ActionStep &step : steps)
        all.append(QJsonObject{{u"text"_s, step.text}, {u"diff"_s, array(step.diff)},
            {u"check"_s, checkName(step.check)}, {u"remark"_s, step.remark}});
    return {{u"title"_s, title}, {u"tier"_s, QLatin1StringView(tierName(tier))},
        {u"consequences"_s, array(consequences)}, {u"warnings"_s, array(warnings)}, {u"obstacles"_s, array(obstacles)},
        {u"steps"_s, all}, {u"preview"_s, array(preview)}, {u"command"_s, command}};
}

QString ActionPlan::toText() const
{
    QString text = lines({}, consequences) + lines(u"warning: "_s, warnings) + lines(u"obstacle: "_s, obstacles);
    for (qsizetype i = 0; i < steps.size(); ++i) {
        const ActionStep &step = steps[i];
        const bool isRefused = step.check == ActionStep::Check::Refused;
        text += u"%1. %2%3\n"_s.arg(i + 1).arg(step.text,
            isRefused                                       ? u" (the server refuses it: %1)"_s.arg(step.remark)
                : step.check == ActionStep::Check::Accepted ? u" (tried out: accepted)"_s
                                                            : QString());
        text += lines(u"     "_s, step.diff);
    }
    if (!preview.isEmpty())
        text += u"Then the operator would:\n"_s + lines(u"  "_s, preview);
    return text;
}

} // namespace patronus
