// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/simulator/control.h"
#include "app/simulator/patronussimulator.h"

#include "core/json.h"

using namespace Qt::StringLiterals;

namespace patronus::simulator {

Control::Control(PatronusSimulator &simulator, const Faults &faults) : m_simulator(simulator), m_faults(faults)
{
}

bool Control::isMeant(const Request &request)
{
    return request.path.value(0) == "_control"_L1;
}

static Answer badRequest(const QString &message)
{
    return errorAnswer(400, u"bad_request"_s, message);
}

Answer Control::answer(const Request &request, const QJsonObject &state)
{
    const QString path = request.path.sliced(1).join(u'/');
    const auto isCall
        = [&](QByteArrayView method, QLatin1StringView wanted) { return request.method == method && path == wanted; };
    const auto done = [&](auto action) {
        action();
        return Answer{.status = 204};
    };
    if (isCall("GET", ""_L1))
        return {.body = state};
    if (isCall("GET", "faults"_L1))
        return {.body = m_faults.toJson()};
    if (isCall("PUT", "faults"_L1))
        return setFaults(request);
    if (isCall("GET", "requests"_L1))
        return {.body = m_simulator.requests().toJson()};
    if (isCall("POST", "freeze"_L1))
        return done([&] { m_simulator.freeze(true); });
    if (isCall("POST", "thaw"_L1))
        return done([&] { m_simulator.freeze(false); });
    if (isCall("POST", "step"_L1))
        return done([&] { m_simulator.step(); });
    if (isCall("POST", "revoke"_L1))
        return done([&] { m_simulator.revokeTokens(); });
    if (isCall("POST", "reset"_L1))
        return reset(request);
    if (request.method == "PUT" && request.path.size() == 3 && request.path[1] == "paths"_L1)
        return pinPath(request);
    return errorAnswer(404, u"not_found"_s,
        u"there is no control call %1 /%2"_s.arg(QLatin1StringView(request.method), request.path.join(u'/')));
}

Answer Control::setFaults(const Request &request)
{
    const auto faults = parseJsonObject(request.body).and_then(Faults::fromJson);
    if (!faults)
        return badRequest(faults.error().message);
    m_simulator.setFaults(*faults);
    return {.body = m_faults.toJson()};
}

Answer Control::pinPath(const Request &request)
{
    const auto body = parseJsonObject(request.body);
    if (!body)
        return badRequest(body.error().message);
    const QString name = (*body)["status"_L1].toString();
    std::optional<RemotePath::Status> status;
    if (name == "up"_L1)
        status = RemotePath::Status::Up;
    else if (name == "degraded"_L1)
        status = RemotePath::Status::Degraded;
    else if (name == "down"_L1)
        status = RemotePath::Status::Down;
    else if (name != "auto"_L1)
        return badRequest(u"status: up, degraded, down or auto is needed"_s);
    if (!m_simulator.pinPath(request.path[2], status))
        return errorAnswer(404, u"not_found"_s, u"there is no path \"%1\""_s.arg(request.path[2]));
    return {.status = 204};
}

Answer Control::reset(const Request &request)
{
    bool withData = false;
    if (!request.body.isEmpty()) {
        const auto body = parseJsonObject(request.body);
        if (!body)
            return badRequest(body.error().message);
        withData = (*body)["data"_L1].toBool();
    }
    m_simulator.reset(withData);
    return {.status = 204};
}

} // namespace patronus::simulator
