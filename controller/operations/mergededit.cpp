// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/mergededit.h"

#include "operations/diff.h"
#include "operations/mergepatch.h"
#include "operations/sanitized.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

bool isSameOrWithin(const QString &a, const QString &b)
{
    return a == b || a.startsWith(b + u'.') || b.startsWith(a + u'.');
}

/// Of @p paths those in which @p a and @p b say different things.
QStringList stillDifferent(const QStringList &paths, const QJsonObject &a, const QJsonObject &b)
{
    QStringList different;
    const QStringList all = differingPaths(a, b);
    for (const QString &path : paths)
        if (std::ranges::any_of(all, [&](const QString &other) { return isSameOrWithin(path, other); }))
            different.append(path);
    return different;
}

} // namespace

QJsonObject editable(const QJsonObject &object)
{
    QJsonObject result = sanitized(object);
    QJsonObject metadata = result["metadata"_L1].toObject();
    metadata.remove("finalizers"_L1);
    result.insert("metadata"_L1, metadata);
    return result;
}

MergedEdit mergeEdit(const QJsonObject &base, const QJsonObject &mine, const QJsonObject &live)
{
    const QJsonObject from = editable(base), to = editable(mine), there = editable(live);
    const QStringList theirs = differingPaths(from, there);
    MergedEdit edit{.patch = mergePatch(from, to)};
    const QJsonObject result = merged(there, edit.patch);
    for (const QString &path : stillDifferent(differingPaths(from, to), to, there))
        if (std::ranges::any_of(theirs, [&](const QString &other) { return isSameOrWithin(path, other); }))
            edit.conflicts.append(path);
    if (result == there)
        edit.patch = {};
    return edit;
}

} // namespace patronus
