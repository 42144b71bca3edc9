// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/printed.h"
#include "app/ctl/session.h"
#include "operations/diagnosis/diagnosis.h"
#include "operations/diagnosis/gather.h"
#include "operations/target.h"
#include "sdwan/names.h"

#include <QJsonArray>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

using Result = Check::Result;

/// A check in lines: what is well in one, the rest with what was seen and what to do.
QString textOf(const Check &check, bool isWide)
{
    const QString word = QString::fromLatin1(resultName(check.result));
    QString text = verdict(word, 9) + check.id.leftJustified(18);
    if (check.result == Result::Ok && !isWide)
        return text + check.evidence.first() + u'\n';
    text += check.title + u'\n';
    for (const QString &seen : check.evidence)
        text += QString(9, u' ') + seen + u'\n';
    for (const QString &remedy : check.remedies)
        text += QString(9, u' ') + u"do: "_s + remedy + u'\n';
    return text;
}

qsizetype count(const QList<Check> &checks, Result result)
{
    return std::ranges::count(checks, result, &Check::result);
}

QJsonObject jsonOf(const QList<Check> &checks, const Target &target, const QDateTime &now)
{
    QJsonArray list;
    for (const Check &check : checks)
        list.append(check.toJson());
    return {{u"time"_s, now.toString(Qt::ISODate)}, {u"context"_s, target.context}, {u"user"_s, target.user},
        {u"cluster"_s, target.cluster.toJson()}, {u"checks"_s, list}, {u"problems"_s, count(checks, Result::Problem)},
        {u"warnings"_s, count(checks, Result::Warning)}, {u"unknown"_s, count(checks, Result::Unknown)}};
}

/// The checks that were asked for; Invalid names those that there are.
Expected<QList<Check>> chosen(QList<Check> checks, const QStringList &ids)
{
    QStringList all;
    for (const Check &check : std::as_const(checks))
        all.append(check.id);
    for (const QString &id : ids)
        if (!all.contains(id))
            return std::unexpected(
                Error{Error::Kind::Invalid, u"there is no check \"%1\"; there are: %2"_s.arg(id, all.join(u", "_s))});
    checks.removeIf([&](const Check &check) { return !ids.isEmpty() && !ids.contains(check.id); });
    std::ranges::stable_sort(checks, std::ranges::greater(), &Check::result);
    return checks;
}

} // namespace

// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): main() has it and waits
QCoro::Task<int> runDiagnose(Session &session, CtlOptions options, std::stop_token stop)
{
    const auto failed = [&session](const Error &error, int exitCode) {
        session.terminal().say(u"error: "_s + error.message);
        return exitCode;
    };
    const auto target = co_await readTarget(session.client(), session.context(), options.nameSpace, stop);
    if (!target)
        co_return failed(target.error(), couldNotLook);
    const auto facts = co_await gatherFacts(session.client(), session.clock(),
        {.version = programVersion(),
            .operatorKey = {options.operatorNamespace, names::operatorName},
            .nameSpace = options.nameSpace},
        stop);
    if (!facts)
        co_return failed(facts.error(), couldNotLook);
    const auto checks = chosen(diagnose(*facts), options.checks);
    if (!checks)
        co_return failed(checks.error(), 2);
    QString text;
    for (const Check &check : *checks)
        text += textOf(check, options.format == CtlOptions::Format::Wide);
    print(options.format, jsonOf(*checks, *target, facts->now), text);
    if (count(*checks, Result::Problem) > 0)
        co_return 1;
    co_return count(*checks, Result::Unknown) > 0 ? couldNotLook : 0;
}

} // namespace patronus
