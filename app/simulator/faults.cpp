// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/simulator/faults.h"

#include <QRandomGenerator>
#include <QStringList>

#include <cmath>

using namespace Qt::StringLiterals;

namespace patronus::simulator {

static constexpr std::array downNames{"no"_L1, "503"_L1, "close"_L1}; // in the order of Faults::Down

QJsonObject Faults::toJson() const
{
    return {
        {u"latency_ms"_s, qint64(latency.count())},
        {u"jitter_ms"_s, qint64(jitter.count())},
        {u"error_rate"_s, errorRate},
        {u"error_status"_s, errorStatus},
        {u"throttle_rate"_s, throttleRate},
        {u"retry_after_seconds"_s, retryAfterSeconds},
        {u"hang_rate"_s, hangRate},
        {u"cut_rate"_s, cutRate},
        {u"garbage_rate"_s, garbageRate},
        {u"down"_s, downNames.at(size_t(down))},
        {u"method"_s, method},
        {u"path"_s, path},
        {u"count"_s, count},
    };
}

Expected<Faults> Faults::fromJson(const QJsonObject &json)
{
    Faults faults;
    QStringList wrong;

    const auto number = [&](const QString &name, const QJsonValue &value, double least, double most, bool whole) {
        const double read = value.toDouble(std::nan(""));
        if (std::isnan(read) || read < least || read > most || (whole && read != std::floor(read))) {
            wrong.append(u"%1: a%2 number from %3 to %4 is needed"_s.arg(name, whole ? u" whole"_s : QString())
                    .arg(least)
                    .arg(most));
            return least;
        }
        return read;
    };
    const auto text = [&](const QString &name, const QJsonValue &value) {
        if (!value.isString())
            wrong.append(u"%1: a text is needed"_s.arg(name));
        return value.toString();
    };
    constexpr double anHour = 3'600'000;

    for (auto member = json.begin(); member != json.end(); ++member) {
        const QString name = member.key();
        const QJsonValue value = member.value();
        const auto rate = [&] { return number(name, value, 0, 1, false); };
        if (name == "latency_ms"_L1)
            faults.latency = std::chrono::milliseconds(qint64(number(name, value, 0, anHour, true)));
        else if (name == "jitter_ms"_L1)
            faults.jitter = std::chrono::milliseconds(qint64(number(name, value, 0, anHour, true)));
        else if (name == "error_rate"_L1)
            faults.errorRate = rate();
        else if (name == "error_status"_L1)
            faults.errorStatus = int(number(name, value, 400, 599, true));
        else if (name == "throttle_rate"_L1)
            faults.throttleRate = rate();
        else if (name == "retry_after_seconds"_L1)
            faults.retryAfterSeconds = int(number(name, value, 0, 3600, true));
        else if (name == "hang_rate"_L1)
            faults.hangRate = rate();
        else if (name == "cut_rate"_L1)
            faults.cutRate = rate();
        else if (name == "garbage_rate"_L1)
            faults.garbageRate = rate();
        else if (name == "count"_L1)
            faults.count = qint64(number(name, value, -1, 1e9, true));
        else if (name == "method"_L1)
            faults.method = text(name, value);
        else if (name == "path"_L1)
            faults.path = text(name, value);
        else if (name == "down"_L1) {
            const auto found = std::ranges::find(downNames, value.toString());
            if (found == downNames.end())
                wrong.append(u"down: \"no\", \"503\" or \"close\" is needed"_s);
            else
                faults.down = Down(found - downNames.begin());
        } else
            wrong.append(u"%1: there is no such fault"_s.arg(name));
    }
    const double rates = faults.errorRate + faults.throttleRate + faults.hangRate + faults.cutRate + faults.garbageRate;
    if (rates > 1)
        wrong.append(u"the rates add up to %1, which is more than 1"_s.arg(rates));
    if (!wrong.isEmpty())
        return std::unexpected(Error{Error::Kind::Invalid, wrong.join("; "_L1)});
    return faults;
}

Fault drawFault(Faults &faults, const Request &request, QRandomGenerator &random)
{
    if (!faults.method.isEmpty() && faults.method != QLatin1StringView(request.method))
        return {};
    if (!faults.path.isEmpty() && !(u'/' + request.path.join(u'/')).startsWith(faults.path))
        return {};
    if (faults.count == 0)
        return {};
    if (faults.count > 0)
        --faults.count;

    Fault fault;
    fault.delay = faults.latency;
    if (faults.jitter.count() > 0)
        fault.delay += std::chrono::milliseconds(random.bounded(qint64(faults.jitter.count()) + 1));
    if (faults.down != Faults::Down::No) {
        fault.kind = faults.down == Faults::Down::Close ? Fault::Kind::Close : Fault::Kind::Unavailable;
        return fault;
    }

    double drawn = random.generateDouble();
    for (const auto &[rate, kind] : {std::pair(faults.errorRate, Fault::Kind::Error),
             std::pair(faults.throttleRate, Fault::Kind::Throttle), std::pair(faults.hangRate, Fault::Kind::Hang),
             std::pair(faults.cutRate, Fault::Kind::Cut), std::pair(faults.garbageRate, Fault::Kind::Garbage)}) {
        if (drawn < rate) {
            fault.kind = kind;
            break;
        }
        drawn -= rate;
    }
    return fault;
}

} // namespace patronus::simulator
