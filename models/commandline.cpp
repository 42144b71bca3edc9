// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/commandline.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

bool isPlain(char32_t c)
{
    return (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z') || (c >= U'0' && c <= U'9')
        || QStringView(u"-_./:=,@%+").contains(QChar(char16_t(c)));
}

bool isSeen(char32_t c)
{
    return c == U' ' || (QChar::isPrint(c) && !QChar::isSpace(c));
}

QString wordText(const QString &word)
{
    const auto characters = word.toUcs4();
    if (!word.isEmpty() && std::ranges::all_of(characters, [](uint c) { return c < 128 && isPlain(c); }))
        return word;
    if (std::ranges::all_of(characters, [](uint c) { return isSeen(c); }))
        return u'\'' + QString(word).replace(u"'"_s, u"'\\''"_s) + u'\'';
    QString text = u"$'"_s;
    for (const uint c : characters) {
        if (c == U'\'' || c == U'\\')
            text += u'\\' + QChar(char16_t(c));
        else if (isSeen(c))
            text += QChar::fromUcs4(c);
        else if (c < 0x10000)
            text += u"\\u%1"_s.arg(c, 4, 16, QChar(u'0'));
        else
            text += u"\\U%1"_s.arg(c, 8, 16, QChar(u'0'));
    }
    return text + u'\'';
}

} // namespace

QString commandLineText(const QStringList &words)
{
    QStringList texts;
    for (const QString &word : words)
        texts.append(wordText(word));
    return texts.join(u' ');
}

} // namespace patronus
