// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonObject>
#include <QWidget>

#include <functional>

namespace patronus {

/// A widget for one value of a schema, with its limits.
struct SchemaField {
    QWidget *widget = nullptr; ///< null: a form cannot show such a value
    std::function<void(const QJsonValue &)> show = {}; ///< what became of the value elsewhere
};

/// @p onEdited gets what a person gives; undefined: nothing.
[[nodiscard]] SchemaField makeSchemaField(
    const QJsonObject &schema, const std::function<void(const QJsonValue &)> &onEdited);

/// What a person reads of @p value: the items of a list by commas.
[[nodiscard]] QString textOf(const QJsonValue &value);

} // namespace patronus
