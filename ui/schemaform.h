// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/draft.h"

#include <QScrollArea>

class QFormLayout;

namespace patronus {

/// A form of all that the schema of a draft's spec has a place for, with its limits; what is written in one of its
/// fields goes into the draft, and what becomes of the draft elsewhere is shown.
class SchemaForm : public QScrollArea
{
    Q_OBJECT

public:
    /// @p draft has to outlive it.
    explicit SchemaForm(Draft &draft, QWidget *parent = nullptr);

private:
    void addFields(QFormLayout &form, const QJsonObject &schema, const QString &path);
    /// The field for a value of @p schema at @p path; null for what a form cannot show.
    [[nodiscard]] QWidget *makeField(const QJsonObject &schema, const QString &path);
    void refresh();

    Draft &m_draft;
    QList<std::function<void()>> m_readers; // each shows the draft's value in its field
};

} // namespace patronus
