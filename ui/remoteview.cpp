// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/remoteview.h"

#include "ui/message.h"
#include "ui/signindialog.h"
#include "ui/theme.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QStyledItemDelegate>
#include <QTreeView>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

/// What differs is bold, and has its icon: never by colour alone.
class FieldDelegate : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

protected:
    void initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const override
    {
        QStyledItemDelegate::initStyleOption(option, index);
        if (!index.data(RemoteModel::DiffersRole).toBool())
            return;
        option->font.setBold(true);
        if (index.column() == RemoteModel::FieldColumn) {
            option->features |= QStyleOptionViewItem::HasDecoration;
            option->icon = theme::stateIcon(State::Degraded);
        }
    }
};

State stateOf(RemoteModel::Phase phase)
{
    using Phase = RemoteModel::Phase;
    switch (phase) {
    case Phase::InSync:
        return State::Ready;
    case Phase::Differs:
    case Phase::Missing:
        return State::Degraded;
    case Phase::Reading:
        return State::Working;
    case Phase::Nothing:
    case Phase::Shown:
    case Phase::SignInNeeded:
    case Phase::OutOfReach:
        break;
    }
    return State::Unknown;
}

} // namespace

RemoteView::RemoteView(ClusterModel &cluster, QWidget *parent) : QWidget(parent), m_cluster(cluster)
{
    m_icon = new QLabel;
    m_summary = makePlainText();
    m_note = makePlainText();
    m_note->setForegroundRole(QPalette::PlaceholderText);
    m_fields = new QTreeView;
    m_fields->setModel(&cluster.remote());
    m_fields->setItemDelegate(new FieldDelegate(m_fields));
    m_fields->setRootIsDecorated(false);
    m_fields->setUniformRowHeights(true);
    m_fields->setFrameShape(QFrame::NoFrame);
    m_fields->setAccessibleName(tr("Fields of the object in the Patronus API, beside those of its spec"));
    m_fields->header()->setSectionResizeMode(QHeaderView::Stretch);
    m_signIn = new QPushButton(tr("Sign in…"));
    auto *again = new QPushButton(tr("Read it again"));

    auto *heading = new QHBoxLayout;
    heading->addWidget(m_icon, 0, Qt::AlignTop);
    heading->addWidget(m_summary, 1);
    auto *buttons = new QHBoxLayout;
    buttons->addWidget(again);
    buttons->addWidget(m_signIn);
    buttons->addStretch();
    auto *layout = new QVBoxLayout(this);
    layout->addLayout(heading);
    layout->addWidget(m_fields, 1);
    layout->addWidget(m_note);
    layout->addLayout(buttons);
    layout->addStretch();

    connect(again, &QPushButton::clicked, this, &RemoteView::againWanted);
    connect(m_signIn, &QPushButton::clicked, this, &RemoteView::openSignIn);
    connect(&cluster.remote(), &RemoteModel::phaseChanged, this, &RemoteView::refresh);
    refresh();
}

void RemoteView::refresh()
{
    const RemoteModel &remote = m_cluster.remote();
    const State state = stateOf(remote.phase());
    m_icon->setPixmap(theme::stateIcon(state).pixmap({16, 16}, devicePixelRatioF()));
    m_icon->setAccessibleName(stateName(state));
    m_summary->setText(remote.summary());
    m_note->setText(remote.note());
    m_note->setVisible(!remote.note().isEmpty());
    m_fields->setVisible(remote.rowCount() > 0);
    m_signIn->setVisible(remote.phase() == RemoteModel::Phase::SignInNeeded);
}

void RemoteView::openSignIn()
{
    auto *dialog = new SignInDialog(m_cluster.context().label(), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this,
        [this, dialog] { m_cluster.requestSignIn(dialog->signIn(), dialog->isToBeKept()); });
    dialog->open();
}

} // namespace patronus
