// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/simulator/exchange.h"
#include "core/error.h"

#include <QDateTime>

namespace patronus::simulator {

/// Typed reads of a request's query; the first mistake is kept and answered with a 400 that names the parameter.
class Query
{
public:
    /// @p known: the parameters of the call; another one is a mistake.
    Query(const Request &request, const QStringList &known);

    [[nodiscard]] qint64 number(const QString &name, qint64 least, qint64 most, qint64 otherwise);
    /// One of @p allowed; the first of them when it is not there.
    [[nodiscard]] QString choice(const QString &name, const QStringList &allowed);
    [[nodiscard]] QString text(const QString &name) const;
    /// Invalid when it is not there.
    [[nodiscard]] QDateTime time(const QString &name);

    [[nodiscard]] const std::optional<Answer> &refusal() const { return m_refusal; }

private:
    void refuse(const QString &name, const QString &message);

    const QUrlQuery m_query;
    std::optional<Answer> m_refusal;
};

} // namespace patronus::simulator
