// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/editdialog.h"

#include "models/examples.h"
#include "ui/message.h"
#include "ui/schemaform.h"
#include "ui/yamledit.h"

#include <QAction>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QMessageBox>
#include <QPushButton>
#include <QSplitter>

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
      m_draft(edit.type, cluster.schema(ClusterModel::resourceOf(edit.type)), baseOf(edit), edit.mine),
      m_others(makeMessage(KMessageWidget::Warning, false)),
      m_rebase(new QAction(tr("Rebase"), this)),
      m_text(new YamlEdit(m_draft.schema())),
      m_problems(new QPlainTextEdit)
{
    resize(980, 640);
    m_others->setObjectName(u"others"_s);
    m_rebase->setToolTip(tr("Begin with the object as it is now, and keep what was written here"));
    m_problems->setReadOnly(true);
    m_problems->setTabChangesFocus(true);
    m_problems->setMaximumHeight(fontMetrics().height() * 5);
    m_problems->setAccessibleName(tr("What is wrong with it"));
    m_problems->setObjectName(u"problems"_s);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
    m_plan = buttons->addButton(tr("Plan…"), QDialogButtonBox::ActionRole);
    m_plan->setObjectName(u"plan"_s);
    m_plan->setAutoDefault(false);
    auto *layout = new QVBoxLayout(this);
    if (m_draft.isNew())
        layout->addWidget(makeExamples(edit.mine.isEmpty() ? tr("nothing but the fields") : tr("the copy")));
    layout->addWidget(m_others);
    layout->addWidget(makeSides(), 1);
    layout->addWidget(m_problems);
    layout->addWidget(buttons);

    connect(buttons, &QDialogButtonBox::rejected, this, &EditDialog::reject);
    connect(m_plan, &QPushButton::clicked, this,
        [this] { request({.kind = ActionRequest::Kind::Edit, .edits = {m_draft.edit()}}); });
    connect(m_rebase, &QAction::triggered, this, [this] {
        if (const auto now = live())
            m_draft.rebase(*now);
    });
    connect(&cluster.store(ClusterModel::resourceOf(edit.type)), &StoreModel::flushed, this, &EditDialog::lookAtOthers);
    connect(&m_draft, &Draft::changed, this, &EditDialog::refresh);
    refresh();
}

EditDialog::~EditDialog() = default;

QWidget *EditDialog::makeSides()
{
    m_text->setAccessibleName(tr("The object as YAML; Ctrl+Space offers what may stand at the cursor"));
    m_text->setObjectName(u"yaml"_s);
    m_text->setPlainText(m_draft.text());
    connect(m_text, &QPlainTextEdit::textChanged, this, [this] { m_draft.setText(m_text->toPlainText()); });
    connect(&m_draft, &Draft::textRewritten, this, [this] {
        const QSignalBlocker blocker(m_text);
        m_text->setCode(m_draft.text());
    });
    auto *sides = new QSplitter;
    sides->addWidget(new SchemaForm(m_draft));
    sides->addWidget(m_text);
    sides->setChildrenCollapsible(false);
    sides->setSizes({420, 540});
    return sides;
}

QWidget *EditDialog::makeExamples(const QString &first)
{
    auto *box = new QComboBox;
    box->setObjectName(u"examples"_s);
    box->setAccessibleName(tr("Begin with an example"));
    box->addItem(first, m_draft.text());
    for (const Example &example : examplesOf(m_draft.type()))
        box->addItem(example.name, example.text);
    connect(box, &QComboBox::activated, this, [this, box](int index) {
        if (mayLoseText())
            m_draft.begin(box->itemData(index).toString());
    });
    auto *label = new QLabel(tr("&Begin with"));
    label->setBuddy(box);
    auto *row = new QWidget;
    auto *layout = new QHBoxLayout(row);
    layout->setContentsMargins({});
    layout->addWidget(label);
    layout->addWidget(box, 1);
    return row;
}

std::optional<Object> EditDialog::live() const
{
    const Object &base = m_draft.base();
    const auto found = cluster().store(ClusterModel::resourceOf(m_draft.type())).find(base.key());
    return found && found->uid() == base.uid() ? found : std::nullopt;
}

void EditDialog::lookAtOthers()
{
    if (m_draft.isNew())
        return;
    const auto now = live();
    const QStringList theirs = now ? m_draft.changesOf(*now) : QStringList();
    m_others->setVisible(!now || !theirs.isEmpty());
    m_others->setText(!now ? tr("It has gone meanwhile: copy what you need, and make a new one.")
                           : tr("Others have changed it meanwhile:") + u'\n'
                + theirs.first(std::min<qsizetype>(6, theirs.size())).join(u'\n'));
    if (now && !m_others->actions().contains(m_rebase))
        m_others->addAction(m_rebase);
    m_rebase->setEnabled(m_draft.isUsable()); // else what is written now would be lost
    m_rebase->setVisible(now.has_value());
}

void EditDialog::refresh()
{
    const QStringList &problems = m_draft.problems();
    m_problems->setPlainText(problems.isEmpty()
            ? tr("It is right by the schema of this cluster and by the operator's rules.")
            : problems.join(u'\n'));
    m_text->setMarked(m_draft.conflicts());
    m_plan->setEnabled(m_draft.isUsable() && (m_draft.isNew() || m_draft.isChanged()));
    lookAtOthers();
}

bool EditDialog::mayLoseText()
{
    return !m_draft.isChanged()
        || QMessageBox::question(this, windowTitle(), tr("What was written here is lost. Go on all the same?"))
        == QMessageBox::Yes;
}

void EditDialog::reject()
{
    if (mayLoseText())
        QDialog::reject();
}

} // namespace patronus
