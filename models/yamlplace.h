// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonObject>
#include <QStringList>

namespace patronus {

// Where one is in a YAML text that is just being written, and need not be whole: by indentation alone, in block style,
// as people write Kubernetes objects.

/// What may stand at a place, for a person to choose from.
struct YamlChoice {
    QString word;
    QString hint = {}; ///< what the schema says of it
    QString inserted = {}; ///< what is written for it, with what has to follow
};

struct YamlChoices {
    qsizetype begin = 0; ///< where the word that is being written begins; it is replaced
    QList<YamlChoice> choices = {};
};

/// What @p schema, of the whole object, allows at @p position of @p text: members that the object there does not have
/// yet, where the indentation is that of one of its members, or the values of an enum or a boolean.
[[nodiscard]] YamlChoices choicesAt(const QString &text, qsizetype position, const QJsonObject &schema);

/// The path of the member in each line of @p text, "spec.mesh.peerWith[]"; empty where there is none.
[[nodiscard]] QStringList pathsOfLines(const QString &text);

/// What @p schema says of a value, for people: its description and its limits.
[[nodiscard]] QString hintOf(const QJsonObject &schema);

} // namespace patronus
