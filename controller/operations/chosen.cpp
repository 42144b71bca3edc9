// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/chosen.h"

#include "operations/several.h"
#include "sdwan/conditions.h"

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace patronus {

namespace {

/// The server's objects by their place in what was chosen; null where there is none.
struct Found {
    KubeClient &client;
    const QList<ChosenObject> chosen;
    QList<Object> objects;
};

Task<void> findOne(std::shared_ptr<Found> found, qsizetype index, std::stop_token stop)
{
    const ChosenObject &one = found->chosen[index];
    const auto object = co_await found->client.get(one.type, one.key, std::move(stop));
    if (object)
        found->objects[index] = *object;
    else if (object.error().kind != Error::Kind::NotFound)
        co_return std::unexpected(object.error());
    co_return Expected<void>();
}

// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): who asks owns the client
Task<QList<Object>> findAll(KubeClient &client, QList<ChosenObject> chosen, std::stop_token stop)
{
    const auto found = std::make_shared<Found>(client, chosen, QList<Object>(chosen.size()));
    const auto one = [found, stop](qsizetype i) { return findOne(found, i, stop); };
    const auto read = co_await severalAtOnce(chosen.size(), one);
    if (!read)
        co_return std::unexpected(read.error());
    co_return found->objects;
}

/// An annotation makes no new generation: who still calls it Paused has not seen that it no longer is.
bool isLookedAt(const Object &object)
{
    const QJsonObject ready = condition(object, conditions::Ready);
    const bool saysPaused = ready["reason"_L1] == reasons::Paused;
    return ready["observedGeneration"_L1].toInteger(-1) == object.generation() && saysPaused == isPaused(object);
}

} // namespace

QString textOf(const QList<ChosenObject> &objects)
{
    if (objects.isEmpty())
        return u"nothing"_s;
    if (objects.size() == 1)
        return objects.first().text();
    return u"%1 objects (%2 … %3)"_s.arg(objects.size()).arg(objects.first().text(), objects.last().text());
}

// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): who asks owns the client
Task<FoundObjects> findChosen(KubeClient &client, QList<ChosenObject> chosen, std::stop_token stop)
{
    const auto objects = co_await findAll(client, chosen, stop);
    if (!objects)
        co_return std::unexpected(objects.error());
    FoundObjects found;
    for (qsizetype i = 0; i < chosen.size(); ++i) {
        const Object &object = (*objects)[i];
        if (object.isNull())
            found.obstacles.append(u"%1 is not there any more"_s.arg(chosen[i].text()));
        else if (object.uid() != chosen[i].uid)
            found.obstacles.append(
                u"%1 was deleted and made anew since it was chosen: choose it again"_s.arg(chosen[i].text()));
        else
            found.objects.append(object);
    }
    co_return found;
}

QString whyNotReady(const Object &object)
{
    const QJsonObject ready = condition(object, conditions::Ready);
    if (ready.isEmpty())
        return u"the operator has not looked at it"_s;
    if (!isLookedAt(object))
        return ready.contains("observedGeneration"_L1) ? u"the operator has not looked at its new spec"_s
                                                       : u"whether the operator has looked at its new spec cannot be "
                                                         u"told: the CRD in the cluster is older, and does "
                                                         "not keep that (kubectl patronus upgrade-crds)"_s;
    if (ready["status"_L1] == "True"_L1)
        return {};
    return u"%1: %2"_s.arg(ready["reason"_L1].toString(), ready["message"_L1].toString());
}

Task<QStringList> awaitLookedAt(
    ActionWorld world, QList<ChosenObject> chosen, std::chrono::seconds limit, std::stop_token stop)
{
    const Progress progress = callable(world.progress);
    const auto until = world.clock.now() + limit;
    while (true) {
        const auto objects = co_await findAll(world.client, chosen, stop);
        if (!objects)
            co_return std::unexpected(objects.error());
        QStringList wrong;
        qsizetype lookedAt = 0;
        for (qsizetype i = 0; i < chosen.size(); ++i) {
            const Object &object = (*objects)[i];
            const QString why = object.isNull() ? u"it is not there any more"_s : whyNotReady(object);
            lookedAt += object.isNull() || isLookedAt(object) ? 1 : 0;
            if (!why.isEmpty())
                wrong.append(u"%1: %2"_s.arg(chosen[i].text(), why));
        }
        progress(u"looked at by the operator"_s, lookedAt, chosen.size());
        if (lookedAt == chosen.size() || world.clock.now() >= until)
            co_return wrong;
        const auto slept = co_await world.clock.sleep(500ms, stop);
        if (!slept)
            co_return std::unexpected(slept.error());
    }
}

} // namespace patronus
