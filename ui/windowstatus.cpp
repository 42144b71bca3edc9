// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/windowstatus.h"

#include "ui/statustext.h"
#include "ui/theme.h"

#include <QLabel>
#include <QMenu>
#include <QTimer>
#include <QToolButton>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

QString howItIs(const ActionModel &action)
{
    using Phase = ActionModel::Phase;
    switch (action.phase()) {
    case Phase::Planning:
        return WindowStatus::tr("planning");
    case Phase::Planned:
        return WindowStatus::tr("waits for you");
    case Phase::Running:
        return WindowStatus::tr("working");
    case Phase::Ended:
        return action.outcome().failure ? WindowStatus::tr("stopped") : WindowStatus::tr("done");
    case Phase::Unplanned:
        return WindowStatus::tr("no plan");
    case Phase::Cancelled:
        break;
    }
    return WindowStatus::tr("cancelled");
}

} // namespace

WindowStatus::WindowStatus(QWidget *parent) : QStatusBar(parent)
{
    m_live = new QLabel;
    m_leader = new QLabel;
    m_leader->setTextFormat(Qt::PlainText);
    m_actions = new QToolButton;
    m_actions->setObjectName(u"operations"_s);
    m_actions->setAutoRaise(true);
    m_actions->setPopupMode(QToolButton::InstantPopup);
    m_actions->setMenu(new QMenu(m_actions));
    connect(m_actions->menu(), &QMenu::aboutToShow, this, &WindowStatus::fillActions);
    addWidget(m_live);
    addWidget(m_leader, 1);
    addPermanentWidget(m_actions);
    auto *tick = new QTimer(this);
    connect(tick, &QTimer::timeout, this, &WindowStatus::refresh);
    tick->start(1000);
    refresh();
    refreshActions();
}

void WindowStatus::setCluster(ClusterModel *cluster)
{
    m_cluster = cluster;
    if (cluster) {
        connect(cluster, &ClusterModel::livenessChanged, this, &WindowStatus::refresh);
        connect(cluster, &ClusterModel::operatorChanged, this, &WindowStatus::refresh);
        connect(cluster, &ClusterModel::contextChanged, this, &WindowStatus::refreshActions);
        connect(cluster, &ClusterModel::actionsChanged, this, &WindowStatus::refreshActions);
    }
    refresh();
    refreshActions();
}

void WindowStatus::refresh()
{
    m_leader->setVisible(m_cluster != nullptr);
    if (!m_cluster) {
        m_live->setText(tr("not connected"));
        return;
    }
    const Liveness live = m_cluster->worstLiveness();
    const auto [state, text] = livenessText(live, m_cluster->clock().wallTime());
    m_live->setText(u"<span style='color:%1'>●</span> %2"_s.arg(theme::stateColor(state).name(), text.toHtmlEscaped()));
    m_live->setToolTip(live.problem);
    m_leader->setText(u"  ·  "_s + leaderText(m_cluster->operatorInfo()));
}

void WindowStatus::refreshActions()
{
    m_actions->setVisible(m_cluster != nullptr);
    if (!m_cluster)
        return;
    const auto running = std::ranges::count(m_cluster->actions(), ActionModel::Phase::Running, &ActionModel::phase);
    m_actions->setText(!m_cluster->mayChange() ? tr("read-only: changes nothing")
                                               : tr("%n operation(s) running", nullptr, int(running)));
    m_actions->setEnabled(!m_cluster->actions().isEmpty());
}

void WindowStatus::fillActions()
{
    m_actions->menu()->clear();
    const QList<ActionModel *> actions = m_cluster->actions();
    for (qsizetype i = actions.size(); i-- > 0;) { // the newest on top
        ActionModel *const action = actions[i];
        QAction *entry = m_actions->menu()->addAction(u"%1 — %2"_s.arg(action->title(), howItIs(*action)));
        connect(entry, &QAction::triggered, action, [this, action] { Q_EMIT actionWanted(action); });
    }
}

} // namespace patronus
