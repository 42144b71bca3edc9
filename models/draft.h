// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "operations/actionrequest.h"

#include <QMap>
#include <QObject>

namespace patronus {

/// A Site or Policy as somebody writes it: a text, the object that it means, and what is wrong with it by the schema of
/// this very cluster and by the operator's own rules.
class Draft : public QObject
{
    Q_OBJECT

public:
    /// @p schema is what the server holds the whole kind against; empty: it is not known. @p base is the object as it
    /// was when the edit began; null: a new one is made, and @p beginning is what stands there first; empty: an
    /// example.
    Draft(const ResourceType &type, QJsonObject schema, const Object &base, const QJsonObject &beginning = {},
        QObject *parent = nullptr);

    [[nodiscard]] const ResourceType &type() const { return m_type; }
    [[nodiscard]] const QJsonObject &schema() const { return m_schema; }
    [[nodiscard]] bool isNew() const { return m_base.isNull(); }
    [[nodiscard]] const Object &base() const { return m_base; } ///< null: there is none
    [[nodiscard]] QString text() const { return m_text; } ///< YAML
    [[nodiscard]] const QJsonObject &object() const { return m_object; } ///< the last one that could be understood
    [[nodiscard]] QJsonValue value(const QString &path) const; ///< "spec.wireguard.listenPort"
    /// What is wrong, a line each; only hints where isUsable().
    [[nodiscard]] const QStringList &problems() const { return m_problems; }
    [[nodiscard]] bool isUsable() const { return m_isUsable; } ///< a server could be asked
    [[nodiscard]] bool isChanged() const; ///< says something else than at the beginning
    [[nodiscard]] EditedObject edit() const;
    /// What others have changed since the edit began, as diffLines(), where the object is @p live now; what is written
    /// here likewise is none.
    [[nodiscard]] QStringList changesOf(const Object &live) const;
    /// What others made otherwise than it is written here, by path, as a hint: of the last rebase(), until the person
    /// writes something else there.
    [[nodiscard]] QMap<QString, QString> conflicts() const;

    void setText(const QString &text); ///< as somebody types it
    /// As a form sets it; the text is written anew. An undefined value takes the member away.
    void setValue(const QString &path, const QJsonValue &value);
    void begin(const QString &text); ///< anew, with this
    /// Begins with the object as it is now, and has what was written on top of it: where both changed the same, what
    /// was written here stays, and is one of the conflicts().
    void rebase(const Object &live);

    /// A new one to begin with, as YAML.
    [[nodiscard]] static QString example(const ResourceType &type, const QString &nameSpace);

Q_SIGNALS:
    void changed(); ///< object or problems
    void textRewritten(); ///< by another than setText()

private:
    void check();
    void rewrite(const QString &text);

    struct Conflict {
        QJsonValue mine;
        QString theirs;
    };
    const ResourceType m_type;
    const QJsonObject m_schema;
    Object m_base;
    QMap<QString, Conflict> m_conflicts; // of the last rebase()
    QString m_text, m_beginning;
    QJsonObject m_object;
    QStringList m_problems;
    bool m_isUsable = false;
};

/// @p object with @p value at @p path, "spec.mesh.enabled"; objects on the way are made. An undefined value takes the
/// member away, and the objects in which nothing is left.
[[nodiscard]] QJsonObject withValue(QJsonObject object, const QString &path, const QJsonValue &value);

} // namespace patronus
