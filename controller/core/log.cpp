// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/log.h"

#include "core/json.h"

#include <QDebug>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <unistd.h>

namespace patronus {

using namespace Qt::StringLiterals;

Q_LOGGING_CATEGORY(logHttp, "patronus.http", QtInfoMsg)
Q_LOGGING_CATEGORY(logKube, "patronus.kube", QtInfoMsg)
Q_LOGGING_CATEGORY(logWatch, "patronus.watch", QtInfoMsg)
Q_LOGGING_CATEGORY(logQueue, "patronus.queue", QtInfoMsg)
Q_LOGGING_CATEGORY(logLease, "patronus.lease", QtInfoMsg)
Q_LOGGING_CATEGORY(logReconcile, "patronus.reconcile", QtInfoMsg)
Q_LOGGING_CATEGORY(logPatronus, "patronus.api", QtInfoMsg)
Q_LOGGING_CATEGORY(logServing, "patronus.serving", QtInfoMsg)
Q_LOGGING_CATEGORY(logApp, "patronus.app", QtInfoMsg)
Q_LOGGING_CATEGORY(logUi, "patronus.ui", QtInfoMsg)

namespace {

constexpr qsizetype longestMessage = 16 * 1024;
constexpr auto areaPrefix = "patronus."_L1;
constexpr std::array areas{"http"_L1, "kube"_L1, "watch"_L1, "queue"_L1, "lease"_L1, "reconcile"_L1, "api"_L1,
    "serving"_L1, "app"_L1, "ui"_L1};

// From the fewest messages to the most; trace is debug, since Qt has no more levels.
constexpr std::array levels{"off"_L1, "error"_L1, "warn"_L1, "info"_L1, "debug"_L1, "trace"_L1};
constexpr qsizetype infoLevel = 3;
constexpr std::array switches{"critical"_L1, "warning"_L1, "info"_L1, "debug"_L1}; // [i]: on from level i + 1

std::optional<qsizetype> levelOf(QStringView name)
{
    const auto found = std::ranges::find_if(
        levels, [name](QLatin1StringView level) { return name.compare(level, Qt::CaseInsensitive) == 0; });
    return found == levels.end() ? std::nullopt : std::optional<qsizetype>(found - levels.begin());
}

QString rulesFor(QStringView categories, qsizetype level)
{
    QString rules;
    for (size_t i = 0; i < switches.size(); ++i)
        rules += u"%1.%2=%3\n"_s.arg(categories, switches[i], level > static_cast<qsizetype>(i) ? u"true" : u"false");
    return rules;
}

Error wrongPart(QStringView part, const QString &why)
{
    return {Error::Kind::Invalid,
        u"\"%1\": %2; write a level (off, error, warn, info, debug, trace), then area=level for areas like watch or "
        "http, parted by commas"_s.arg(part, why)};
}

QLatin1StringView levelWord(QtMsgType type)
{
    switch (type) {
    case QtDebugMsg:
        return "DEBUG"_L1;
    case QtInfoMsg:
        return "INFO"_L1;
    case QtWarningMsg:
        return "WARN"_L1;
    case QtCriticalMsg:
    case QtFatalMsg:
        break;
    }
    return "ERROR"_L1;
}

bool isControl(QChar c)
{
    // Line and paragraph separators end a line for many readers too.
    return c.category() == QChar::Other_Control || c == QChar::LineSeparator || c == QChar::ParagraphSeparator;
}

// One message is one line, whatever a server wrote into it; a terminal gets no escape sequences either.
QString withoutControls(const QString &text)
{
    if (std::ranges::none_of(text, isControl))
        return text;
    QString escaped;
    for (const QChar c : text) {
        if (c == u'\n')
            escaped += "\\n"_L1;
        else if (c == u'\r')
            escaped += "\\r"_L1;
        else if (c == u'\t')
            escaped += "\\t"_L1;
        else if (isControl(c))
            escaped += u"\\u%1"_s.arg(c.unicode(), 4, 16, '0'_L1);
        else
            escaped += c;
    }
    return escaped;
}

// One word of a message: up to a space outside quotes.
QStringView nextWord(QStringView text)
{
    bool quoted = false;
    for (qsizetype at = 0; at < text.size(); ++at) {
        if (text[at] == u'"')
            quoted = !quoted;
        else if (quoted && text[at] == u'\\')
            ++at;
        else if (!quoted && text[at] == u' ')
            return text.first(at);
    }
    return text;
}

bool isKeyCharacter(QChar c)
{
    return c.unicode() < 0x80 && (c.isLetterOrNumber() || c == u'_' || c == u'.' || c == u'-');
}

// The key of a word that is `key=value`; empty for any other.
QStringView keyOf(QStringView word)
{
    const qsizetype equals = word.indexOf(u'=');
    const QStringView key = word.first(std::max<qsizetype>(equals, 0));
    return !key.isEmpty() && key[0].isLetter() && std::ranges::all_of(key, isKeyCharacter) ? key : QStringView();
}

QString unquoted(QStringView value)
{
    if (value.size() < 2 || !value.startsWith(u'"') || !value.endsWith(u'"'))
        return value.toString();
    QString plain;
    const QStringView inner = value.sliced(1, value.size() - 2);
    for (qsizetype at = 0; at < inner.size(); ++at) {
        if (inner[at] == u'\\' && at + 1 < inner.size())
            ++at;
        plain += inner[at];
    }
    return plain;
}

// Parts a message into its text and the fields at its end.
std::pair<QString, QJsonObject> splitFields(QStringView message)
{
    QJsonObject fields;
    qsizetype fieldsAt = message.size();
    for (qsizetype at = 0; at < message.size();) {
        const QStringView word = nextWord(message.sliced(at));
        if (word.isEmpty()) {
            ++at;
            continue;
        }
        const QStringView key = keyOf(word);
        if (key.isEmpty()) {
            fields = {};
            fieldsAt = message.size();
        } else {
            fieldsAt = fields.isEmpty() ? at : fieldsAt;
            fields.insert(key, unquoted(word.sliced(key.size() + 1)));
        }
        at += word.size();
    }
    return {message.first(fieldsAt).trimmed().toString(), fields};
}

std::atomic<LogFormat> handlerFormat;

void handleMessage(QtMsgType type, const QMessageLogContext &context, const QString &message)
{
    const QByteArray line
        = logLine(handlerFormat, type, QLatin1StringView(context.category), message, QDateTime::currentDateTimeUtc());
    // One write a line, so that lines of threads and of child processes do not mix.
    for (QByteArrayView rest = line; !rest.isEmpty();) {
        const ssize_t written = write(STDERR_FILENO, rest.data(), static_cast<size_t>(rest.size()));
        if (written > 0)
            rest = rest.sliced(written);
        else if (errno != EINTR)
            break; // nowhere left to say it
    }
}

} // namespace

Expected<LogFilter> parseLogFilter(QStringView text)
{
    qsizetype general = infoLevel;
    QString areaRules;
    QStringList unknown;
    for (QStringView part : text.split(u',', Qt::SkipEmptyParts)) {
        part = part.trimmed();
        if (part.isEmpty())
            continue;
        const qsizetype equals = part.lastIndexOf(u'=');
        const QStringView levelName = part.sliced(equals + 1).trimmed();
        const auto level = levelOf(levelName);
        if (!level)
            return std::unexpected(wrongPart(part, u"\"%1\" is no level"_s.arg(levelName)));
        if (equals < 0) {
            general = *level;
            continue;
        }
        QStringView area = part.first(equals).trimmed();
        if (area.startsWith(areaPrefix))
            area = area.sliced(areaPrefix.size());
        if (area.isEmpty())
            return std::unexpected(wrongPart(part, u"there is no area before the ="_s));
        if (std::ranges::any_of(areas, [area](QLatin1StringView known) { return area == known; }))
            areaRules += rulesFor(areaPrefix + area.toString(), *level);
        else
            unknown.append(area.toString());
    }
    // A later rule wins: all, ours, single areas.
    return LogFilter{
        rulesFor(u"*", std::min(general, infoLevel)) + rulesFor(u"patronus.*", general) + areaRules, unknown};
}

Expected<void> setLogFilter(QStringView text)
{
    return parseLogFilter(text).transform(
        [](const LogFilter &filter) { QLoggingCategory::setFilterRules(filter.rules); });
}

void installLogHandler(LogFormat format)
{
    handlerFormat = format;
    qInstallMessageHandler(handleMessage);
}

QByteArray logLine(
    LogFormat format, QtMsgType type, QLatin1StringView category, QStringView message, const QDateTime &time)
{
    QString text = redact(message.first(std::min(message.size(), longestMessage)));
    if (message.size() > longestMessage)
        text += u" […%1 more characters]"_s.arg(message.size() - longestMessage);
    const QString stamp = time.toUTC().toString(Qt::ISODateWithMs);
    const QLatin1StringView area = category.startsWith(areaPrefix) ? category.sliced(areaPrefix.size()) : category;

    if (format == LogFormat::Text)
        return u"%1 %2 %3 %4\n"_s.arg(stamp, levelWord(type), area, withoutControls(text)).toUtf8();

    auto [said, fields] = splitFields(text);
    QJsonObject line{{u"time"_s, stamp}, {u"level"_s, levelWord(type)}, {u"area"_s, area}, {u"message"_s, said}};
    if (!fields.isEmpty())
        line.insert("fields"_L1, fields);
    return toJson(line) + '\n';
}

QDebug operator<<(QDebug debug, const LogField &field)
{
    const QDebugStateSaver saver(debug);
    debug.noquote() << field.text;
    return debug;
}

LogField logField(const char *key, QStringView value)
{
    const auto needsQuotes = [](QChar c) { return c.isSpace() || c == u'"' || isControl(c); };
    QString text = QLatin1StringView(key) + u'=';
    if (!value.isEmpty() && std::ranges::none_of(value, needsQuotes))
        return {text.append(value)};
    text += u'"';
    for (const QChar c : value) {
        if (c == u'"' || c == u'\\')
            text += u'\\';
        text += c;
    }
    return {text + u'"'};
}

LogField logField(const char *key, qint64 value)
{
    return {QLatin1StringView(key) + u'=' + QString::number(value)};
}

} // namespace patronus
