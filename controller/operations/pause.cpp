// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/pause.h"

#include "operations/listing.h"
#include "operations/owners.h"
#include "sdwan/conditions.h"
#include "sdwan/names.h"

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace patronus {

Pause::Pause(ActionWorld world, QList<ChosenObject> chosen, Aim aim)
    : ChangeAction(std::move(world)), m_chosen(std::move(chosen)), m_aim(aim)
{
}

ChangeAction::Decision Pause::decisionFor(const FoundObjects &found, const QList<ChosenObject> &chosen, Aim aim)
{
    const bool pauses = aim == Aim::Pause;
    const QString what = textOf(chosen);
    const QString verb = pauses ? u"Pause"_s : u"Resume"_s;
    Decision decision{.plan = {.title = u"%1 %2"_s.arg(verb, what),
                          .button = u"%1 %2"_s.arg(verb, chosen.size() == 1 ? chosen.first().key.name : u"them"_s),
                          .tier = chosen.size() == 1 ? Tier::Reversible : Tier::Service,
                          .obstacles = found.obstacles,
                          .object = chosen.size() == 1 ? chosen.first().key.name : QString::number(chosen.size())},
        .changes = {}};
    decision.plan.consequences.append(pauses
            ? u"The operator leaves it alone: changes and deletes of it wait, and the Patronus API keeps what it has."_s
            : u"The operator looks at it again, and carries out what was changed meanwhile."_s);
    for (const Object &object : found.objects) {
        if (isPaused(object) == pauses)
            continue;
        decision.plan.warnings += ownersOf(object);
        const QJsonValue value = pauses ? QJsonValue(u"true"_s) : QJsonValue(QJsonValue::Null);
        decision.changes.append({.verb = Change::Verb::Patch,
            .type = typeOf(object),
            .key = object.key(),
            .body = {{u"metadata"_s, QJsonObject{{u"annotations"_s, QJsonObject{{names::paused, value}}}}}},
            .before = object});
    }
    if (!chosen.isEmpty())
        decision.plan.command = u"kubectl annotate %1 %2 -n %3 %4%5"_s.arg(chosen.first().type.plural,
            chosen.first().key.name, chosen.first().key.nameSpace, names::paused, pauses ? u"=true"_s : u"-"_s);
    return decision;
}

Task<ChangeAction::Decision> Pause::decide(std::stop_token stop)
{
    const auto found = co_await findChosen(world().client, m_chosen, std::move(stop));
    if (!found)
        co_return std::unexpected(found.error());
    co_return decisionFor(*found, m_chosen, m_aim);
}

Task<QString> Pause::settle(QList<Object> made, std::stop_token stop)
{
    const auto wrong = co_await awaitLookedAt(world(), m_chosen, 30s, std::move(stop));
    if (!wrong)
        co_return std::unexpected(wrong.error());
    if (m_aim == Aim::Pause)
        co_return u"paused: %1"_s.arg(made.size());
    co_return wrong->isEmpty() ? u"resumed, and Ready"_s : u"resumed, and not Ready: "_s + wrong->join(u"; "_s);
}

} // namespace patronus
