// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/counted.h"

using namespace Qt::StringLiterals;

namespace patronus {

QString counted(qsizetype count, const QString &one)
{
    const bool bends = one.endsWith(u'y') && !one.endsWith("ay"_L1); // a Policy, and a day
    const QString several = bends ? one.chopped(1) + u"ies"_s : one + u's';
    return u"%1 %2"_s.arg(count).arg(count == 1 ? one : several);
}

QString countedObjects(qsizetype count)
{
    return count == 1 ? u"1 Site or Policy"_s : u"%1 Sites and Policies"_s.arg(count);
}

QString isOrAre(qsizetype count)
{
    return count == 1 ? u"is"_s : u"are"_s;
}

} // namespace patronus
