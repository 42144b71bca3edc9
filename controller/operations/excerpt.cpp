// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/excerpt.h"

using namespace Qt::StringLiterals;

namespace patronus {

QStringList firstOf(QStringList lines)
{
    constexpr qsizetype most = 20;
    if (const qsizetype more = lines.size() - most; more > 0) {
        lines.resize(most);
        lines.append(u"… and %1 more"_s.arg(more));
    }
    return lines;
}

QString someOf(const QStringList &names, qsizetype most)
{
    const qsizetype more = names.size() - most;
    return more <= 0 ? names.join(u", "_s) : u"%1 and %2 more"_s.arg(names.first(most).join(u", "_s)).arg(more);
}

} // namespace patronus
