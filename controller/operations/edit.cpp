// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/edit.h"

#include "operations/diff.h"
#include "operations/listing.h"
#include "operations/mergededit.h"
#include "operations/owners.h"

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace patronus {

namespace {

QString textOf(const EditedObject &edit)
{
    return edit.type.kind + u' ' + Object(edit.mine).key().text();
}

} // namespace

Edit::Edit(ActionWorld world, QList<EditedObject> edits) : ChangeAction(std::move(world)), m_edits(std::move(edits))
{
}

Task<ChangeAction::Decision> Edit::decide(std::stop_token stop)
{
    const bool isOne = m_edits.size() == 1;
    const bool makes = std::ranges::all_of(m_edits, [](const EditedObject &edit) { return edit.base.isEmpty(); });
    const QString verb = makes ? u"Create"_s : u"Change"_s;
    const QString what = isOne ? textOf(m_edits.first()) : u"%1 objects"_s.arg(m_edits.size());
    const auto decision = std::make_shared<Decision>(
        Decision{.plan = {.title = u"%1 %2"_s.arg(verb, what),
                     .button = u"%1 %2"_s.arg(verb, isOne ? Object(m_edits.first().mine).key().name : what),
                     .tier = Tier::Service,
                     .command = makes ? u"kubectl create -f FILE"_s : u"kubectl apply -f FILE"_s},
            .changes = {}});
    for (qsizetype i = 0; i < m_edits.size(); ++i) {
        const auto added = co_await addChange(decision, m_edits[i], stop);
        if (!added)
            co_return std::unexpected(added.error());
    }
    co_return std::move(*decision);
}

Task<void> Edit::addChange(std::shared_ptr<Decision> decision, EditedObject edit, std::stop_token stop)
{
    ActionPlan &plan = decision->plan;
    const ObjectKey key = Object(edit.mine).key();
    if (edit.base.isEmpty()) {
        decision->changes.append({.verb = Change::Verb::Create, .type = edit.type, .key = key, .body = edit.mine});
        co_return Expected<void>();
    }
    const Object base(edit.base);
    if (key != base.key()) {
        plan.obstacles.append(u"%1 %2 cannot be given another name or namespace: make a new one"_s.arg(
            edit.type.kind, base.key().text()));
        co_return Expected<void>();
    }
    const auto live = co_await world().client.get(edit.type, key, std::move(stop));
    if (!live && live.error().kind != Error::Kind::NotFound)
        co_return std::unexpected(live.error());
    if (!live || live->uid() != base.uid()) {
        plan.obstacles.append(u"%1 has gone since the edit began: make a new one"_s.arg(textOf(edit)));
        co_return Expected<void>();
    }
    const MergedEdit merge = mergeEdit(edit.base, edit.mine, live->json());
    for (const QString &path : merge.conflicts)
        plan.obstacles.append(u"%1 was changed by somebody else meanwhile, too: take over what is there now "
                              "(Rebase, in the editor), and plan again"_s.arg(path));
    if (merge.conflicts.isEmpty() && live->resourceVersion() != base.resourceVersion()
        && editable(live->json()) != editable(edit.base))
        plan.warnings.append(u"others have changed %1 meanwhile; their changes stay: %2"_s.arg(
            textOf(edit), diffLines(editable(edit.base), editable(live->json())).join(u", "_s)));
    plan.warnings += ownersOf(*live);
    if (!merge.patch.isEmpty())
        decision->changes.append(
            {.verb = Change::Verb::Patch, .type = edit.type, .key = key, .body = merge.patch, .before = *live});
    co_return Expected<void>();
}

Task<QString> Edit::settle(QList<Object> made, std::stop_token stop)
{
    QList<ChosenObject> chosen;
    for (const Object &object : std::as_const(made))
        chosen.append({typeOf(object), object.key(), object.uid()});
    const auto wrong = co_await awaitLookedAt(world(), chosen, 30s, std::move(stop));
    if (!wrong)
        co_return std::unexpected(wrong.error());
    co_return wrong->isEmpty() ? u"done, and Ready"_s : u"done, and not Ready: "_s + wrong->join(u"; "_s);
}

} // namespace patronus
