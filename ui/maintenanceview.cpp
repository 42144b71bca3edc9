// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/maintenanceview.h"

#include "ui/message.h"
#include "ui/statustext.h"
#include "ui/theme.h"

#include <QComboBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTimer>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace patronus {

MaintenanceView::MaintenanceView(ClusterModel &cluster, QWidget *parent) : QWidget(parent), m_cluster(cluster)
{
    auto *title = new QLabel(tr("Maintenance"));
    title->setFont(theme::heading(1.3));
    m_state = makePlainText();
    m_state->setObjectName(u"state"_s);
    m_pods = makePlainText();
    m_held = makeMessage(KMessageWidget::Warning, false);
    m_held->setObjectName(u"held"_s);
    m_reason = new QLineEdit;
    m_reason->setObjectName(u"reason"_s);
    m_reason->setAccessibleName(tr("Reason"));
    m_reason->setPlaceholderText(tr("Everybody who looks can read it"));
    m_reason->setMaxLength(200);
    m_holdFor = new QComboBox;
    m_holdFor->setAccessibleName(tr("How long"));
    for (const auto &[text, time] : {std::pair(tr("nobody knows"), 0s), std::pair(tr("30 minutes"), 1800s),
             std::pair(tr("1 hour"), 3600s), std::pair(tr("2 hours"), 7200s), std::pair(tr("8 hours"), 28800s)})
        m_holdFor->addItem(text, qint64(time.count()));
    auto *form = new QFormLayout;
    form->addRow(tr("&Reason"), m_reason);
    form->addRow(tr("&How long"), m_holdFor);

    using Kind = ActionRequest::Kind;
    auto *layout = new QVBoxLayout(this);
    layout->addWidget(title);
    layout->addWidget(m_state);
    layout->addWidget(m_pods);
    layout->addWidget(m_held);
    layout->addSpacing(8);
    layout->addWidget(makeAction(m_back, tr("Bring it back…"),
        tr("To the number of replicas that was written down, whoever holds it."), Kind::BringBack));
    layout->addWidget(makeAction(m_hold, tr("Hold at 1 replica…"),
        tr("For work on nodes or on the API. Its number is written down first, so that anybody can bring it back."),
        Kind::Hold));
    layout->addWidget(makeAction(m_stop, tr("Stop the operator…"),
        tr("An emergency: nothing reaches the Patronus API until it runs again. Nothing is lost."), Kind::Stop));
    layout->addLayout(form);
    layout->addSpacing(8);
    layout->addWidget(makeAction(m_restart, tr("Restart…"), tr("One pod after the other is replaced."), Kind::Restart));
    layout->addStretch();

    connect(&cluster, &ClusterModel::operatorChanged, this, &MaintenanceView::refresh);
    connect(&cluster, &ClusterModel::contextChanged, this, &MaintenanceView::refresh);
    auto *clock = new QTimer(this); // of the times in the text
    connect(clock, &QTimer::timeout, this, &MaintenanceView::refresh);
    clock->start(1s);
    refresh();
}

QWidget *MaintenanceView::makeAction(
    QPushButton *&button, const QString &text, const QString &what, ActionRequest::Kind kind)
{
    button = new QPushButton(text);
    button->setMinimumWidth(fontMetrics().averageCharWidth() * 28);
    connect(button, &QPushButton::clicked, this, [this, kind] { m_cluster.requestAction(requestFor(kind)); });
    auto *label = new QLabel(what);
    label->setWordWrap(true);
    label->setForegroundRole(QPalette::PlaceholderText);
    auto *row = new QWidget;
    auto *layout = new QHBoxLayout(row);
    layout->setContentsMargins({});
    layout->addWidget(button);
    layout->addWidget(label, 1);
    return row;
}

ActionRequest MaintenanceView::requestFor(ActionRequest::Kind kind) const
{
    return {.kind = kind,
        .reason = m_reason->text().trimmed(),
        .holdFor = std::chrono::seconds(m_holdFor->currentData().toLongLong())};
}

void MaintenanceView::refresh()
{
    const OperatorInfo &info = m_cluster.operatorInfo();
    const bool isThere = info.replicas >= 0;
    m_state->setText(isThere ? tr("The operator in %1: %2 of %n replica(s) are ready, image %3", nullptr, info.replicas)
                                   .arg(info.nameSpace)
                                   .arg(info.ready)
                                   .arg(info.image)
            : info.deploymentProblem.isEmpty()
            ? tr("There is no Deployment of the operator in namespace %1.").arg(info.nameSpace)
            : tr("The operator's Deployment could not be read: %1").arg(info.deploymentProblem));
    m_pods->setText(leaderText(info));
    m_held->setText(info.held ? heldText(*info.held, m_cluster.clock().wallTime()).join(u'\n') : QString());
    m_held->setVisible(info.held.has_value());
    const bool can = isThere && m_cluster.mayChange();
    m_hold->setEnabled(can && info.replicas != 1);
    m_stop->setEnabled(can && info.replicas != 0);
    m_back->setEnabled(can && info.held);
    m_restart->setEnabled(can && info.replicas > 0);
    for (QPushButton *button : {m_hold, m_stop, m_back, m_restart})
        button->setToolTip(m_cluster.mayChange() ? QString() : tr("This window is read-only"));
}

} // namespace patronus
