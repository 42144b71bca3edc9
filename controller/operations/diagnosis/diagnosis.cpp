// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/diagnosis/diagnosis.h"

#include "operations/diagnosis/checks.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace patronus {

QList<Check> diagnose(const DiagnosisFacts &facts)
{
    return deploymentChecks(facts) + podChecks(facts) + accessChecks(facts) + crdChecks(facts) + apiChecks(facts)
        + objectChecks(facts) + metricChecks(facts);
}

QString namesOf(const QList<Object> &objects)
{
    constexpr qsizetype most = 5;
    QStringList names;
    for (const Object &object : objects.first(std::min(most, objects.size())))
        names.append(object.key().text());
    return u"%1: %2%3"_s.arg(objects.size()).arg(names.join(u", "_s), objects.size() > most ? u", …"_s : QString());
}

QString ageText(const QDateTime &then, const QDateTime &now)
{
    const qint64 seconds = then.secsTo(now);
    if (seconds < 120)
        return u"%1 s"_s.arg(seconds);
    if (seconds < 120 * 60)
        return u"%1 min"_s.arg(seconds / 60);
    if (seconds < 48 * 3600)
        return u"%1 h"_s.arg(seconds / 3600);
    return u"%1 d"_s.arg(seconds / 86400);
}

QDateTime timeOf(const QJsonValue &value)
{
    return QDateTime::fromString(value.toString(), Qt::ISODateWithMs).toUTC();
}

QJsonObject conditionOfType(const QJsonValue &list, QLatin1StringView type)
{
    for (const QJsonValue &condition : list.toArray())
        if (condition["type"_L1] == type)
            return condition.toObject();
    return {};
}

} // namespace patronus
