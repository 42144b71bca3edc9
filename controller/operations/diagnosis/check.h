// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"

#include <QJsonObject>
#include <QList>
#include <QStringList>

namespace patronus {

/// One question of a diagnosis, and what was found.
struct Check {
    enum class Result {
        Ok,
        Unknown, ///< it could not be looked at: the evidence says why
        Warning, ///< it works, and may not for long
        Problem, ///< somebody has to do something
    };
    QString id; ///< "pods-image": stays the same between versions
    QString title; ///< "Images can be pulled"
    Result result = Result::Ok; ///< the worst that was seen
    QStringList evidence = {}; ///< what was seen, the worst first
    QStringList remedies = {}; ///< what to do, as a command where there is one

    [[nodiscard]] QJsonObject toJson() const;
    [[nodiscard]] static Check fromJson(const QJsonObject &json);
};

[[nodiscard]] const char *resultName(Check::Result result); ///< "ok", "unknown", "warning", "problem"

/// A check on its way: takes what is seen, and keeps the worst of it as the result.
class Finding
{
public:
    Finding(QLatin1StringView id, const QString &title) { m_check.id = id, m_check.title = title; }

    void ok(const QString &seen) { note(Check::Result::Ok, seen, {}); }
    void unknown(const QString &why) { note(Check::Result::Unknown, why, {}); }
    void warning(const QString &seen, const QString &remedy) { note(Check::Result::Warning, seen, remedy); }
    void problem(const QString &seen, const QString &remedy) { note(Check::Result::Problem, seen, remedy); }

    /// Whether @p fact is there; else why it is not becomes part of what was found.
    template <typename T> [[nodiscard]] bool knows(const Expected<T> &fact)
    {
        if (!fact)
            unknown(fact.error().message);
        return fact.has_value();
    }

    /// What was found; @p otherwise where nothing was noted.
    [[nodiscard]] Check take(const QString &otherwise) const;

private:
    void note(Check::Result result, const QString &seen, const QString &remedy);

    struct Seen {
        Check::Result result;
        QString text, remedy;
    };
    QList<Seen> m_seen;
    Check m_check;
};

} // namespace patronus
