// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/wrap.h"

namespace patronus {

using namespace Qt::StringLiterals;

constexpr qsizetype lineWidth = 80;

QString wrapped(QStringView text, qsizetype indent)
{
    QString lines;
    QString line;
    for (const QStringView word : text.tokenize(u' ')) {
        if (!line.isEmpty() && indent + line.size() + 1 + word.size() > lineWidth) {
            lines += QString(indent, u' ') + line + u'\n';
            line.clear();
        }
        line += (line.isEmpty() ? u""_s : u" "_s) + word.toString();
    }
    return lines + QString(indent, u' ') + line + u'\n';
}

} // namespace patronus
