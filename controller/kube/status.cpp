// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/status.h"

#include "core/json.h"
#include "core/log.h"

#include <QLocale>
#include <QRegularExpression>
#include <QTimeZone>
#include <QUrl>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

constexpr qsizetype mostCharacters = 2000;
constexpr int mostCauses = 10;
constexpr qint64 longestWait = 24 * 60 * 60;

Error::Kind kindOf(int code)
{
    using enum Error::Kind;
    switch (code) {
    case 401:
        return Unauthorized;
    case 403:
        return Forbidden;
    case 404:
        return NotFound;
    case 409:
        return Conflict;
    case 410:
        return Gone;
    case 429:
        return Throttled;
    case 408:
        return Server; // the server gave up waiting: the same request may succeed
    default:
        break;
    }
    if (code >= 500)
        return Server;
    return code >= 400 ? Invalid : Malformed;
}

/// The code of a Status that has none: by its reason, else an internal error.
int codeOf(const QJsonObject &status)
{
    if (const int code = status.value("code"_L1).toInt(); code >= 100)
        return code;
    static const QHash<QString, int> codes{{u"BadRequest"_s, 400}, {u"Unauthorized"_s, 401}, {u"Forbidden"_s, 403},
        {u"NotFound"_s, 404}, {u"Conflict"_s, 409}, {u"AlreadyExists"_s, 409}, {u"Gone"_s, 410}, {u"Expired"_s, 410},
        {u"Invalid"_s, 422}, {u"TooManyRequests"_s, 429}};
    return codes.value(status.value("reason"_L1).toString(), 500);
}

std::optional<std::chrono::seconds> waitOf(qint64 seconds)
{
    if (seconds < 0)
        return std::nullopt;
    return std::chrono::seconds(std::min(seconds, longestWait));
}

QDateTime httpDate(QByteArrayView text)
{
    QDateTime time = QLocale::c().toDateTime(QString::fromLatin1(text), u"ddd, dd MMM yyyy HH:mm:ss 'GMT'"_s);
    time.setTimeZone(QTimeZone::UTC);
    return time;
}

std::optional<std::chrono::seconds> retryAfterOf(const HttpReply &reply, const QDateTime &now)
{
    const QByteArray value = reply.header("retry-after").trimmed();
    bool isNumber = false;
    if (const qint64 seconds = value.toLongLong(&isNumber); isNumber)
        return waitOf(seconds);
    const QDateTime until = httpDate(value);
    if (!until.isValid())
        return std::nullopt;
    // The server's own clock, where it says what that shows: ours may differ.
    const QDateTime servers = httpDate(reply.header("date").trimmed());
    return waitOf(std::max<qint64>(0, (servers.isValid() ? servers : now).secsTo(until)));
}

std::optional<std::chrono::seconds> retryAfterOf(const QJsonObject &status)
{
    const qint64 seconds = valueAt(status, u"details.retryAfterSeconds").toInteger();
    return seconds > 0 ? waitOf(seconds) : std::nullopt;
}

/// The server's message. It normally has the causes in it already; those that it has not are put behind it.
QString messageOf(const QJsonObject &status)
{
    QString message = status.value("message"_L1).toString();
    if (message.isEmpty())
        message = status.value("reason"_L1).toString();

    QStringList causes;
    for (const QJsonValue &cause : valueAt(status, u"details.causes").toArray()) {
        const QString field = cause["field"_L1].toString();
        const QString text = cause["message"_L1].toString();
        if (causes.size() == mostCauses)
            break;
        if (!text.isEmpty() && !(message.contains(text) && message.contains(field)))
            causes += field.isEmpty() ? text : field + u": "_s + text;
    }
    return causes.isEmpty() ? message : message + u" ("_s + causes.join(u"; "_s) + u')';
}

/// @p text without the values that say nothing to anybody: a patch that is refused comes back as the whole object.
QString withoutDumps(QString text)
{
    static const QRegularExpression dump(uR"re(Invalid value: "(?:[^"\\]|\\.){200,}": )re"_s);
    return text.replace(dump, u"Invalid value: "_s);
}

QString bounded(const QString &what, const QString &message)
{
    QString text = redact(withoutDumps(message).simplified());
    if (text.size() > mostCharacters)
        text = text.first(mostCharacters) + u'…';
    return text.isEmpty() ? what : what + u": "_s + text;
}

QString textOf(const HttpReply &reply)
{
    if (reply.status >= 300 && reply.status < 400)
        return u"redirected to %1, which is not followed"_s.arg(QUrl(QString::fromUtf8(reply.header("location")))
                .toDisplayString(QUrl::RemoveUserInfo | QUrl::RemoveQuery));
    return QString::fromUtf8(QByteArrayView(reply.body).first(std::min(reply.body.size(), 4 * mostCharacters)));
}

} // namespace

Error errorFromStatus(const QJsonObject &status, const QString &what)
{
    Error error{kindOf(codeOf(status)), bounded(what, messageOf(status)), retryAfterOf(status)};
    // Passed on from etcd as it is, with code 500: the version that we asked for has been compacted.
    if (error.kind == Error::Kind::Server && error.message.contains("revision has been compacted"_L1))
        error.kind = Error::Kind::Gone;
    return error;
}

Error errorFrom(const HttpRequest &request, const HttpReply &reply, const QDateTime &now)
{
    const qsizetype query = request.target.indexOf('?');
    const QByteArrayView path = QByteArrayView(request.target).first(query < 0 ? request.target.size() : query);
    const QString what = u"%1 %2"_s.arg(QLatin1StringView(verbName(request.verb)), QString::fromLatin1(path));

    Error error = [&] {
        if (const auto json = parseJsonObject(reply.body); json && json->value("kind"_L1) == "Status"_L1) {
            QJsonObject status = *json;
            status.insert("code"_L1, reply.status); // what HTTP says holds for whoever stands between, too
            return errorFromStatus(status, what);
        }
        return Error{kindOf(reply.status), bounded(u"%1: %2"_s.arg(what).arg(reply.status), textOf(reply))};
    }();
    if (const auto wait = retryAfterOf(reply, now))
        error.retryAfter = wait;
    return error;
}

} // namespace patronus
