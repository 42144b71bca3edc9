// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/diagnosis/check.h"

#include <QJsonArray>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace patronus {

const char *resultName(Check::Result result)
{
    switch (result) {
    case Check::Result::Ok:
        return "ok";
    case Check::Result::Unknown:
        return "unknown";
    case Check::Result::Warning:
        return "warning";
    case Check::Result::Problem:
        break;
    }
    return "problem";
}

QJsonObject Check::toJson() const
{
    return {{u"id"_s, id}, {u"title"_s, title}, {u"result"_s, QLatin1StringView(resultName(result))},
        {u"evidence"_s, QJsonArray::fromStringList(evidence)}, {u"remedies"_s, QJsonArray::fromStringList(remedies)}};
}

Check Check::fromJson(const QJsonObject &json)
{
    const auto texts = [&json](QLatin1StringView name) { return json[name].toVariant().toStringList(); };
    Check check{.id = json["id"_L1].toString(),
        .title = json["title"_L1].toString(),
        .evidence = texts("evidence"_L1),
        .remedies = texts("remedies"_L1)};
    for (const Result result : {Result::Unknown, Result::Warning, Result::Problem})
        if (json["result"_L1] == QLatin1StringView(resultName(result)))
            check.result = result;
    return check;
}

void Finding::note(Check::Result result, const QString &seen, const QString &remedy)
{
    m_seen.append({result, seen, remedy});
}

Check Finding::take(const QString &otherwise) const
{
    Check check = m_check;
    QList<Seen> seen = m_seen;
    std::ranges::stable_sort(seen, std::ranges::greater(), &Seen::result);
    for (const Seen &one : std::as_const(seen)) {
        check.result = std::max(check.result, one.result);
        check.evidence.append(one.text);
        if (!one.remedy.isEmpty() && !check.remedies.contains(one.remedy))
            check.remedies.append(one.remedy);
    }
    if (check.evidence.isEmpty())
        check.evidence.append(otherwise);
    return check;
}

} // namespace patronus
