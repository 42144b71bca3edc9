// SPDX-License-Identifier: GPL-3.0-or-later
#include "runtime/reconciler.h"

using namespace Qt::StringLiterals;

namespace patronus {

static QJsonValue annotationsOf(const Object &object)
{
    return object.value(u"metadata.annotations");
}

bool Reconciler::isNews(const Object &after, const Object &before) const
{
    return !isSameWish(after, before) || after.finalizers() != before.finalizers()
        || annotationsOf(after) != annotationsOf(before);
}

bool Reconciler::isSameWish(const Object &after, const Object &before)
{
    return !before.isNull() && after.uid() == before.uid() && after.generation() == before.generation()
        && after.isDeleting() == before.isDeleting();
}

} // namespace patronus
