// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/draft.h"

#include "core/json.h"
#include "kube/yaml.h"
#include "operations/diff.h"
#include "operations/mergededit.h"
#include "operations/mergepatch.h"
#include "operations/sanitized.h"
#include "operations/structuralschema.h"
#include "sdwan/kind.h"

using namespace Qt::StringLiterals;

namespace patronus {

QJsonObject withValue(QJsonObject object, const QString &path, const QJsonValue &value)
{
    const qsizetype point = path.indexOf(u'.');
    if (point < 0) {
        if (value.isUndefined())
            object.remove(path);
        else
            object.insert(path, value);
        return object;
    }
    const QString member = path.first(point);
    const QJsonObject below = withValue(object[member].toObject(), path.sliced(point + 1), value);
    if (below.isEmpty())
        object.remove(member);
    else
        object.insert(member, below);
    return object;
}

Draft::Draft(
    const ResourceType &type, QJsonObject schema, const Object &base, const QJsonObject &beginning, QObject *parent)
    : QObject(parent), m_type(type), m_schema(std::move(schema)), m_base(base)
{
    const QJsonObject object = base.isNull() ? beginning : sanitized(base.json());
    m_text = object.isEmpty() ? example(type, u"default"_s) : QString::fromUtf8(toYaml(object));
    m_beginning = m_text;
    check();
}

QJsonValue Draft::value(const QString &path) const
{
    return valueAt(m_object, path);
}

bool Draft::isChanged() const
{
    return m_text != m_beginning;
}

EditedObject Draft::edit() const
{
    return {.type = m_type, .mine = m_object, .base = m_base.isNull() ? QJsonObject() : m_base.json()};
}

void Draft::setText(const QString &text)
{
    if (text == m_text)
        return;
    m_text = text;
    check();
    Q_EMIT changed();
}

void Draft::setValue(const QString &path, const QJsonValue &value)
{
    if (valueAt(m_object, path) == value)
        return;
    rewrite(QString::fromUtf8(toYaml(withValue(m_object, path, value))));
}

void Draft::begin(const QString &text)
{
    m_beginning = text;
    rewrite(text);
}

void Draft::rewrite(const QString &text)
{
    m_text = text;
    check();
    Q_EMIT textRewritten();
    Q_EMIT changed();
}

QStringList Draft::changesOf(const Object &live) const
{
    const QJsonObject now = editable(live.json());
    return now == editable(m_object) ? QStringList() : diffLines(editable(m_base.json()), now);
}

QMap<QString, QString> Draft::conflicts() const
{
    QMap<QString, QString> conflicts;
    for (auto conflict = m_conflicts.begin(); conflict != m_conflicts.end(); ++conflict)
        if (valueAt(m_object, conflict.key()) == conflict->mine)
            conflicts.insert(conflict.key(),
                tr("%1: others made it %2 meanwhile; what is written here stays, unless you change it")
                    .arg(conflict.key(), conflict->theirs));
    return conflicts;
}

void Draft::rebase(const Object &live)
{
    const QJsonObject theirs = sanitized(live.json());
    const MergedEdit merge = mergeEdit(m_base.json(), m_object, live.json());
    m_conflicts.clear();
    for (const QString &path : merge.conflicts) {
        const QJsonValue other = valueAt(theirs, path);
        m_conflicts.insert(path,
            {valueAt(m_object, path),
                other.isUndefined() ? tr("nothing") : QString::fromUtf8(toYaml(other)).trimmed()});
    }
    m_base = live;
    m_beginning = QString::fromUtf8(toYaml(theirs));
    rewrite(QString::fromUtf8(toYaml(merged(theirs, merge.patch))));
}

void Draft::check()
{
    m_problems.clear();
    m_isUsable = false;
    const auto documents = parseYaml(m_text.toUtf8());
    if (!documents || documents->size() != 1 || !documents->first().isObject()) {
        m_problems.append(!documents    ? documents.error().message
                : documents->size() > 1 ? tr("Only one object at a time: %1 documents are here").arg(documents->size())
                                        : tr("There is no object here"));
        return;
    }
    m_object = documents->first().toObject();
    const Object object(m_object);
    if (m_object["kind"_L1] != m_type.kind || m_object["apiVersion"_L1] != m_type.apiVersion())
        m_problems.append(tr("kind and apiVersion have to be %1 and %2").arg(m_type.kind, m_type.apiVersion()));
    if (object.key().name.isEmpty() || object.key().nameSpace.isEmpty())
        m_problems.append(tr("metadata.name and metadata.namespace are missing"));
    m_isUsable = m_problems.isEmpty();
    if (!m_schema.isEmpty()) {
        for (const QString &field : prunedFields(m_object, m_schema))
            m_problems.append(tr("%1: no such field").arg(field));
        m_problems += schemaProblems(m_object, m_schema);
    }
    const bool isRight = m_problems.isEmpty();
    m_problems += conflicts().values();
    if (isRight)
        for (const Problem &problem : (m_type == resources::sites() ? siteKind() : policyKind()).validate(object))
            m_problems.append(tr("%1: %2 (the operator would call it InvalidSpec)").arg(problem.path, problem.message));
}

QString Draft::example(const ResourceType &type, const QString &nameSpace)
{
    const QString head = u"apiVersion: %1\nkind: %2\nmetadata:\n  name: \"\"\n  namespace: %3\nspec:\n"_s.arg(
        type.apiVersion(), type.kind, nameSpace);
    if (type == resources::sites())
        return head
            + u"  location: \"\"\n  wireguard:\n    publicKey: \"\"\n    listenPort: 51820\n    endpoints:\n"
              "      - \"\"\n  mesh:\n    enabled: true\n    peerWith: []\n"_s;
    return head
        + u"  priority: 100\n  match:\n    protocol: any\n  action:\n    type: route\n    primaryPath:\n"
          "      siteRef: \"\"\n      pathId: \"\"\n"_s;
}

} // namespace patronus
