// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonObject>
#include <QStringList>

namespace patronus {

// What a CustomResourceDefinition's schema (https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/
// custom-resource-definitions/#specifying-a-structural-schema) would make of an object that the server holds already. A
// server can only be asked that once the definition is there.

/// The fields of @p object that @p schema does not know, and a server drops at the next write: paths like
/// "spec.mesh.zone", "spec.paths[1].cost". What every object has (apiVersion, kind, metadata) is known.
[[nodiscard]] QStringList prunedFields(const QJsonObject &object, const QJsonObject &schema);

/// Why a server would refuse @p object, a line each: "spec.listenPort: 70000 is more than 65535". What would be pruned
/// is none. Checked are types, required, enum, pattern, limits of numbers, lengths, lists and objects, allOf, anyOf,
/// oneOf and not; rules in CEL are not.
[[nodiscard]] QStringList schemaProblems(const QJsonObject &object, const QJsonObject &schema);

/// How one schema becomes another, a line each: "- spec.mesh.zone: string", "+ spec.priority: maximum 500". Texts for
/// people are left out.
[[nodiscard]] QStringList schemaDifferences(const QJsonObject &before, const QJsonObject &after);

/// Every field that @p schema has a place for: "spec.wireguard.endpoints[]".
[[nodiscard]] QStringList schemaFields(const QJsonObject &schema);

/// Whether @p schema has rules in CEL, which nobody here can hold an object against.
[[nodiscard]] bool hasRules(const QJsonObject &schema);

/// The version of @p definition called @p name, or without a name the one that is stored; empty where there is none.
[[nodiscard]] QJsonObject versionOf(const QJsonObject &definition, const QString &name = {});
[[nodiscard]] QJsonObject schemaOf(const QJsonObject &version);

/// The printer columns of @p version that show nothing, since the schema has no such field: "Paths
/// (.status.active_paths)".
[[nodiscard]] QStringList emptyColumns(const QJsonObject &version);

} // namespace patronus
