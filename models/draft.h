// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "operations/actionrequest.h"

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
    [[nodiscard]] QString text() const { return m_text; } ///< YAML
    [[nodiscard]] const QJsonObject &object() const { return m_object; } ///< the last one that could be understood
    [[nodiscard]] QJsonValue value(const QString &path) const; ///< "spec.wireguard.listenPort"
    /// What is wrong, a line each; only hints where isUsable().
    [[nodiscard]] const QStringList &problems() const { return m_problems; }
    [[nodiscard]] bool isUsable() const { return m_isUsable; } ///< a server could be asked
    [[nodiscard]] bool isChanged() const; ///< says something else than at the beginning
    [[nodiscard]] EditedObject edit() const;

    void setText(const QString &text); ///< as somebody types it
    /// As a form sets it; the text is written anew. An undefined value takes the member away.
    void setValue(const QString &path, const QJsonValue &value);

    /// A new one to begin with, as YAML.
    [[nodiscard]] static QString example(const ResourceType &type, const QString &nameSpace);

Q_SIGNALS:
    void changed(); ///< object or problems
    void textRewritten(); ///< by setValue()

private:
    void check();

    const ResourceType m_type;
    const QJsonObject m_schema;
    const Object m_base;
    QString m_text, m_beginning;
    QJsonObject m_object;
    QStringList m_problems;
    bool m_isUsable = false;
};

} // namespace patronus
