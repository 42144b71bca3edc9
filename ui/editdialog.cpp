// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/editdialog.h"

#include "ui/codeview.h"
#include "ui/schemaform.h"

#include <QDialogButtonBox>
#include <QLabel>
#include <QMessageBox>
#include <QPushButton>
#include <QSplitter>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

QString nameOf(const EditedObject &edit)
{
    return edit.base.isEmpty() ? EditDialog::tr("New %1").arg(edit.type.kind)
                               : u"%1 %2"_s.arg(edit.type.kind, Object(edit.base).key().text());
}

Object baseOf(const EditedObject &edit)
{
    return edit.base.isEmpty() ? Object() : Object(edit.base);
}

} // namespace

EditDialog::EditDialog(ClusterModel &cluster, const EditedObject &edit, QWidget *parent)
    : RequestDialog(cluster, nameOf(edit), parent),
      m_draft(edit.type, cluster.schema(ClusterModel::resourceOf(edit.type)), baseOf(edit), edit.mine)
{
    resize(980, 640);
    auto *code = new CodeView(u"YAML"_s);
    code->setReadOnly(false);
    code->setTextInteractionFlags(Qt::TextEditorInteraction);
    code->setTabChangesFocus(true); // YAML knows no tabs
    code->setAccessibleName(tr("The object as YAML"));
    code->setObjectName(u"yaml"_s);
    code->setPlainText(m_draft.text());
    m_text = code;
    m_problems = new QPlainTextEdit;
    m_problems->setReadOnly(true);
    m_problems->setTabChangesFocus(true);
    m_problems->setMaximumHeight(fontMetrics().height() * 5);
    m_problems->setAccessibleName(tr("What is wrong with it"));
    m_problems->setObjectName(u"problems"_s);

    auto *sides = new QSplitter;
    sides->addWidget(new SchemaForm(m_draft));
    sides->addWidget(m_text);
    sides->setChildrenCollapsible(false);
    sides->setSizes({420, 540});
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
    m_plan = buttons->addButton(tr("Plan…"), QDialogButtonBox::ActionRole);
    m_plan->setObjectName(u"plan"_s);
    m_plan->setAutoDefault(false);
    auto *layout = new QVBoxLayout(this);
    layout->addWidget(sides, 1);
    layout->addWidget(m_problems);
    layout->addWidget(buttons);

    connect(buttons, &QDialogButtonBox::rejected, this, &EditDialog::reject);
    connect(m_plan, &QPushButton::clicked, this,
        [this] { request({.kind = ActionRequest::Kind::Edit, .edits = {m_draft.edit()}}); });
    connect(m_text, &QPlainTextEdit::textChanged, this, [this] { m_draft.setText(m_text->toPlainText()); });
    connect(&m_draft, &Draft::textRewritten, this, [this] {
        const QSignalBlocker blocker(m_text);
        static_cast<CodeView *>(m_text)->setCode(m_draft.text());
    });
    connect(&m_draft, &Draft::changed, this, &EditDialog::refresh);
    refresh();
}

EditDialog::~EditDialog() = default;

void EditDialog::refresh()
{
    const QStringList &problems = m_draft.problems();
    m_problems->setPlainText(problems.isEmpty()
            ? tr("It is right by the schema of this cluster and by the operator's rules.")
            : problems.join(u'\n'));
    m_plan->setEnabled(m_draft.isUsable() && (m_draft.isNew() || m_draft.isChanged()));
}

void EditDialog::reject()
{
    if (m_draft.isChanged()
        && QMessageBox::question(this, windowTitle(), tr("What was written here is lost. Close it all the same?"))
            != QMessageBox::Yes)
        return;
    QDialog::reject();
}

} // namespace patronus
