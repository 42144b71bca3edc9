// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/codeview.h"

#include <QJsonObject>
#include <QStandardItemModel>

class QCompleter;

namespace patronus {

/// YAML to be written, with what a schema allows at the cursor offered while one types and by Ctrl+Space. Enter keeps
/// the indentation. Tab goes on to the next widget, since YAML knows no tabs.
class YamlEdit : public CodeView
{
    Q_OBJECT

public:
    /// @p schema is of the whole object; empty: nothing is offered.
    explicit YamlEdit(const QJsonObject &schema, QWidget *parent = nullptr);
    ~YamlEdit() override;

    /// Marks the lines of these fields, with their tips; the text stays.
    void setMarked(const QMap<QString, QString> &tipsByPath);

protected:
    void keyPressEvent(QKeyEvent *event) override;
    bool event(QEvent *event) override; ///< tips

private:
    void breakLine();
    void offer(bool isAsked);
    void insert(const QModelIndex &choice);
    void mark();

    const QJsonObject m_schema;
    QStandardItemModel m_choices;
    QCompleter *m_completer;
    QMap<QString, QString> m_marked;
};

} // namespace patronus
