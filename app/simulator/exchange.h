// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QJsonObject>
#include <QList>
#include <QString>
#include <QStringList>
#include <QUrlQuery>

#include <utility>

namespace patronus::simulator {

using Headers = QList<std::pair<QByteArray, QByteArray>>; ///< names in lower case

/// A request as the simulator sees it: no socket.
struct Request {
    QByteArray method; ///< "GET"
    QStringList path; ///< the segments, percent-decoded
    QUrlQuery query;
    Headers headers;
    QByteArray body;
    QString address; ///< of the client, without its port

    [[nodiscard]] QByteArray header(QByteArrayView name) const
    {
        for (const auto &[key, value] : headers)
            if (key == name)
                return value;
        return {};
    }
};

/// What is answered. A status of 204 has no body.
struct Answer {
    int status = 200;
    QJsonObject body = {};
    Headers headers = {};
};

/// The error body of every status from 400 on: `{"error":{"code","message","details"}}`.
[[nodiscard]] Answer errorAnswer(
    int status, const QString &code, const QString &message, const QJsonObject &details = {});

/// UTC with milliseconds, as RFC 3339 has it.
[[nodiscard]] QString timestamp(const QDateTime &time);

} // namespace patronus::simulator
