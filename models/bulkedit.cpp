// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/bulkedit.h"

#include "core/json.h"
#include "models/draft.h"
#include "operations/sanitized.h"
#include "operations/structuralschema.h"

namespace patronus {

QList<EditedObject> bulkEdits(
    const ResourceType &type, const QList<Object> &objects, const QString &path, const QJsonValue &value)
{
    QList<EditedObject> edits;
    for (const Object &object : objects)
        if (valueAt(object.json(), path) != value)
            edits.append(
                {.type = type, .mine = withValue(sanitized(object.json()), path, value), .base = object.json()});
    return edits;
}

QStringList problemsOf(const QList<EditedObject> &edits, const QJsonObject &schema)
{
    QStringList problems;
    for (const EditedObject &edit : edits)
        problems += schemaProblems(edit.mine, schema);
    problems.removeDuplicates();
    return problems;
}

} // namespace patronus
