// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/simulator/exchange.h"

#include <QDateTime>

using namespace Qt::StringLiterals;

namespace patronus::simulator {

Answer errorAnswer(int status, const QString &code, const QString &message, const QJsonObject &details)
{
    const QJsonObject error{{u"code"_s, code}, {u"message"_s, message}, {u"details"_s, details}};
    return {.status = status, .body = {{u"error"_s, error}}};
}

QString timestamp(const QDateTime &time)
{
    return time.toUTC().toString(Qt::ISODateWithMs);
}

} // namespace patronus::simulator
