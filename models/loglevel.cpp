// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/loglevel.h"

namespace patronus {

namespace {

/// What stands between the quote at @p at and the next one, or the rest.
QByteArrayView stringAt(QByteArrayView text, qsizetype at)
{
    for (qsizetype end = at + 1; end < text.size(); ++end) {
        if (text[end] == '\\')
            ++end;
        else if (text[end] == '"')
            return text.sliced(at + 1, end - at - 1);
    }
    return text.sliced(at + 1);
}

qsizetype behindBlanks(QByteArrayView text, qsizetype at)
{
    while (at < text.size() && text[at] == ' ')
        ++at;
    return at;
}

} // namespace

QByteArrayView jsonMember(QByteArrayView line, QByteArrayView name)
{
    int depth = 0;
    for (qsizetype at = 0; at < line.size(); ++at) {
        const char c = line[at];
        if (c == '{' || c == '[') {
            ++depth;
        } else if (c == '}' || c == ']') {
            --depth;
        } else if (c == '"') {
            const QByteArrayView string = stringAt(line, at);
            at += string.size() + 1;
            if (depth != 1 || string != name)
                continue;
            const qsizetype colon = behindBlanks(line, at + 1);
            if (colon >= line.size() || line[colon] != ':')
                continue; // a value
            const qsizetype value = behindBlanks(line, colon + 1);
            return value < line.size() && line[value] == '"' ? stringAt(line, value) : QByteArrayView();
        }
    }
    return {};
}

LogLevel logLevelOf(QByteArrayView line)
{
    QByteArrayView level;
    if (line.startsWith('{')) {
        level = jsonMember(line, "level");
    } else if (const qsizetype blank = line.indexOf(' '); blank >= 0) {
        level = line.sliced(behindBlanks(line, blank)); // the second word: the first is the time
    }
    const auto is = [level](QByteArrayView word) {
        return level.size() >= word.size() && level.first(word.size()).compare(word, Qt::CaseInsensitive) == 0;
    };
    if (is("ERROR"))
        return LogLevel::Error;
    if (is("WARN"))
        return LogLevel::Warn;
    if (is("INFO"))
        return LogLevel::Info;
    if (is("DEBUG") || is("TRACE"))
        return LogLevel::Debug;
    return LogLevel::Other;
}

} // namespace patronus
