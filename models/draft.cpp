// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/draft.h"

#include "core/json.h"
#include "kube/yaml.h"
#include "operations/sanitized.h"
#include "operations/structuralschema.h"
#include "sdwan/kind.h"

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

/// @p object with @p value at @p path; objects on the way are made, and go where nothing is left in them.
QJsonObject with(QJsonObject object, const QString &path, const QJsonValue &value)
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
    const QJsonObject below = with(object[member].toObject(), path.sliced(point + 1), value);
    if (below.isEmpty())
        object.remove(member);
    else
        object.insert(member, below);
    return object;
}

} // namespace

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
    m_text = QString::fromUtf8(toYaml(with(m_object, path, value)));
    check();
    Q_EMIT textRewritten();
    Q_EMIT changed();
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
    if (m_problems.isEmpty())
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
