// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/overview.h"

#include "models/units.h"
#include "ui/delegates.h"
#include "ui/message.h"
#include "ui/metricchart.h"
#include "ui/statustext.h"
#include "ui/theme.h"

#include <QCoreApplication>
#include <QEvent>
#include <QGridLayout>
#include <QLabel>
#include <QListView>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

QFrame *card(const QString &title, QLabel *content)
{
    auto *frame = new QFrame;
    frame->setFrameShape(QFrame::StyledPanel);
    frame->setBackgroundRole(QPalette::Base);
    frame->setAutoFillBackground(true);
    auto *heading = new QLabel(title);
    heading->setFont(theme::heading(1.05));
    content->setWordWrap(true);
    content->setTextFormat(Qt::RichText);
    content->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    content->setTextInteractionFlags(Qt::TextBrowserInteraction);
    auto *layout = new QVBoxLayout(frame);
    layout->addWidget(heading);
    layout->addWidget(content, 1);
    return frame;
}

bool isPolicy(const QModelIndex &row)
{
    return row.data(SourceObjectRole).value<Object>().value(u"kind").toString() == "Policy"_L1;
}

TimelineDelegate::Entry troubleEntry(const QModelIndex &row)
{
    const Object object = row.data(SourceObjectRole).value<Object>();
    const auto ready = conditionOf(object, u"Ready");
    return {.icon = theme::stateIcon(stateOf(object)),
        .title = (isPolicy(row) ? Overview::tr("Policy %1") : Overview::tr("Site %1")).arg(object.key().name),
        .right = reasonOf(object),
        .body = ready ? ready->message : QString()};
}

int notReady(const StoreModel &store)
{
    return store.rowCount() - store.count(State::Ready);
}

/// What the objects and the operator say, be they as they are now or as they were.
Verdict verdictOfContents(const ClusterModel &cluster)
{
    for (const auto resource : {ClusterModel::Resource::Sites, ClusterModel::Resource::Policies})
        if (const Liveness blind = cluster.liveness(resource); blind.isBlind())
            return {State::Unknown,
                resource == ClusterModel::Resource::Sites
                    ? Overview::tr("Nothing can be told: the Sites cannot be read")
                    : Overview::tr("Nothing can be told: the Policies cannot be read"),
                blind.problem};
    const StoreModel &sites = cluster.store(ClusterModel::Resource::Sites),
                     &policies = cluster.store(ClusterModel::Resource::Policies);
    const int failed = sites.count(State::Failed) + policies.count(State::Failed);
    const int wanting = notReady(sites) + notReady(policies);
    const bool noLeader = cluster.operatorInfo().isMissing();
    const auto &held = cluster.operatorInfo().held;
    const QString leaderless = held ? heldText(*held, cluster.clock().wallTime()).join(u' ')
        : noLeader                  ? Overview::tr("No operator holds the lease: changes may not be carried out.")
                                    : QString();
    if (held && cluster.operatorInfo().replicas == 0)
        return {State::Failed, Overview::tr("The operator is stopped: changes wait"), leaderless};
    const int all = sites.rowCount() + policies.rowCount();
    if (all > 0 && sites.count(State::Unknown) + policies.count(State::Unknown) == all)
        return {State::Unknown, Overview::tr("No Site and no Policy has a status"), leaderless};
    if (wanting > 0)
        return {failed > 0 ? State::Failed : State::Degraded,
            Overview::tr("%1 and %2 are not ready")
                .arg(Overview::tr("%1 of %n Site(s)", nullptr, sites.rowCount()).arg(notReady(sites)),
                    Overview::tr("%1 of %n Policy(s)", nullptr, policies.rowCount()).arg(notReady(policies))),
            leaderless};
    if (noLeader || held)
        return {State::Degraded, Overview::tr("All Sites and Policies are ready"), leaderless};
    if (all == 0)
        return {State::Ready, Overview::tr("There are no Sites and no Policies yet"), {}};
    return {State::Ready, Overview::tr("All is well: every Site and every Policy is ready"), {}};
}

} // namespace

Verdict verdictOf(const ClusterModel &cluster)
{
    const Liveness live = cluster.worstLiveness();
    if (live.state == Liveness::State::Connecting)
        return {State::Working, Overview::tr("Connecting to %1").arg(cluster.context().name), live.problem};
    if (live.state == Liveness::State::Stale)
        return {State::Failed, Overview::tr("The API server does not answer: what is shown is old"), live.problem};
    Verdict verdict = verdictOfContents(cluster);
    if (live.state == Liveness::State::Recorded)
        verdict.why = (live.problem + u' ' + verdict.why).trimmed();
    return verdict;
}

Verdict driftVerdict(ClusterModel &cluster)
{
    const ReportModel &drift = cluster.report(ClusterModel::Report::Drift);
    if (drift.phase() == ReportModel::Phase::Failed)
        return {State::Unknown, Overview::tr("Drift: it could not be looked into")};
    if (!drift.time().isValid())
        return {State::Unknown, Overview::tr("Drift: nobody has looked yet")};
    const QString age = units::age(drift.time(), cluster.clock().wallTime());
    if (drift.rowCount() == 0)
        return {State::Ready, Overview::tr("Drift: none, as of %1 ago").arg(age)};
    return {State::Degraded, Overview::tr("Drift: %n object(s), as of %1 ago", nullptr, drift.rowCount()).arg(age)};
}

Verdict backupVerdict(const ClusterModel &cluster)
{
    constexpr qint64 week = qint64(7) * 24 * 60 * 60;
    const ClusterModel::LastBackup &last = cluster.lastBackup();
    if (!last.isKnown)
        return {State::Unknown, Overview::tr("Last backup: not known")};
    if (!last.time.isValid())
        return {State::Degraded, Overview::tr("Last backup: none is known here")};
    const QDateTime now = cluster.clock().wallTime();
    return {last.time.secsTo(now) > week ? State::Degraded : State::Ready,
        Overview::tr("Last backup: %1 ago").arg(units::age(last.time, now))};
}

Overview::Overview(ClusterModel &cluster, QWidget *parent)
    : QWidget(parent),
      m_cluster(cluster),
      m_troubles({&cluster.store(ClusterModel::Resource::Sites), &cluster.store(ClusterModel::Resource::Policies)})
{
    m_icon = new QLabel;
    m_verdict = new QLabel;
    m_verdict->setFont(theme::heading(1.4));
    m_verdict->setWordWrap(true);
    m_why = makePlainText(); // what somebody wrote as a reason is among it
    m_why->setWordWrap(true);
    m_why->setForegroundRole(QPalette::PlaceholderText);
    m_why->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_sites = new QLabel;
    m_policies = new QLabel;
    m_operator = new QLabel;
    for (const auto &[label, resource] :
        {std::pair(m_sites, ClusterModel::Resource::Sites), std::pair(m_policies, ClusterModel::Resource::Policies)})
        connect(label, &QLabel::linkActivated, this,
            [this, kind = resource](const QString &link) { Q_EMIT asked(kind, link); });

    m_care = new QLabel;
    m_care->setObjectName(u"care"_s);
    m_care->setTextFormat(Qt::RichText);
    m_care->setTextInteractionFlags(Qt::TextBrowserInteraction);
    connect(m_care, &QLabel::linkActivated, this, [this](const QString &link) {
        Q_EMIT reportWanted(link == "drift"_L1 ? ClusterModel::Report::Drift : ClusterModel::Report::Backups);
    });

    auto *verdict = new QHBoxLayout;
    verdict->addWidget(m_icon);
    verdict->addWidget(m_verdict, 1);
    auto *layout = new QGridLayout(this);
    layout->addLayout(verdict, 0, 0, 1, 3);
    layout->addWidget(m_why, 1, 0, 1, 3);
    layout->addWidget(card(tr("Sites"), m_sites), 2, 0);
    layout->addWidget(card(tr("Policies"), m_policies), 2, 1);
    layout->addWidget(card(tr("Operator"), m_operator), 2, 2);
    auto *charts = new QVBoxLayout;
    charts->addWidget(new MetricChart(*cluster.charts().at(0)), 1);
    m_errors = new MetricChart(*cluster.charts().at(1));
    charts->addWidget(m_errors, 1);
    m_troubleCard = makeTroubles();
    auto *below = new QHBoxLayout;
    below->addWidget(m_troubleCard, 1);
    below->addLayout(charts, 1);
    layout->addWidget(m_care, 3, 0, 1, 3);
    layout->addLayout(below, 4, 0, 1, 3);
    layout->setRowStretch(4, 1);
    for (int column = 0; column < 3; ++column)
        layout->setColumnStretch(column, 1);

    for (const auto resource : {ClusterModel::Resource::Sites, ClusterModel::Resource::Policies})
        connect(&cluster.store(resource), &StoreModel::flushed, this, &Overview::refresh);
    connect(&cluster, &ClusterModel::livenessChanged, this, &Overview::refresh);
    connect(&cluster, &ClusterModel::operatorChanged, this, &Overview::refresh);
    connect(&cluster, &ClusterModel::descriptionsChanged, this, &Overview::refresh);
    connect(&cluster.report(ClusterModel::Report::Drift), &ReportModel::phaseChanged, this, &Overview::refresh);
    m_ready = true;
    refresh();
}

void Overview::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    m_errors->setVisible(height() > 35 * fontMetrics().height());
}

void Overview::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::PaletteChange && m_ready)
        refresh(); // colours stand in the texts
    QWidget::changeEvent(event);
}

QWidget *Overview::makeTroubles()
{
    auto *list = new QListView;
    list->setModel(&m_troubles);
    list->setItemDelegate(new TimelineDelegate(troubleEntry, list));
    list->setResizeMode(QListView::Adjust);
    list->setWordWrap(true); // else a change of its width alone lays nothing out anew
    list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    list->setFrameShape(QFrame::NoFrame);
    list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    list->setAccessibleName(tr("What is not ready, the worst first"));
    connect(list, &QListView::activated, this, [this](const QModelIndex &row) {
        Q_EMIT opened(isPolicy(row) ? ClusterModel::Resource::Policies : ClusterModel::Resource::Sites,
            row.data(KeyRole).value<ObjectKey>());
    });
    auto *heading = new QLabel(tr("Not ready"));
    heading->setFont(theme::heading(1.05));
    auto *frame = new QFrame;
    frame->setFrameShape(QFrame::StyledPanel);
    frame->setBackgroundRole(QPalette::Base);
    frame->setAutoFillBackground(true);
    auto *layout = new QVBoxLayout(frame);
    m_leftOut = new QLabel;
    m_leftOut->setForegroundRole(QPalette::PlaceholderText);
    layout->addWidget(heading);
    layout->addWidget(list, 1);
    layout->addWidget(m_leftOut);
    return frame;
}

void Overview::refresh()
{
    m_troubleCard->setVisible(m_troubles.rowCount() > 0);
    m_leftOut->setText(tr("and %1 more: the tables show all").arg(m_troubles.leftOut()));
    m_leftOut->setVisible(m_troubles.leftOut() > 0);
    const Verdict verdict = verdictOf(m_cluster);
    m_icon->setPixmap(theme::stateIcon(verdict.state).pixmap({24, 24}, devicePixelRatioF()));
    m_icon->setAccessibleName(stateName(verdict.state));
    m_verdict->setText(verdict.text);
    m_why->setText(verdict.why);
    m_why->setVisible(!verdict.why.isEmpty());
    refreshKind(m_sites, ClusterModel::Resource::Sites);
    refreshKind(m_policies, ClusterModel::Resource::Policies);

    QStringList care;
    for (const auto &[link, verdictOfOne] :
        {std::pair(u"drift"_s, driftVerdict(m_cluster)), std::pair(u"backups"_s, backupVerdict(m_cluster))})
        care.append(
            u"<a href='%1' style='color:%2;text-decoration:none'><span style='color:%3'>●</span> %4%5</a>"_s.arg(link,
                palette().color(QPalette::Text).name(), theme::stateColor(verdictOfOne.state).name(),
                verdictOfOne.state == State::Degraded ? stateName(State::Degraded) + u" – "_s : QString(),
                verdictOfOne.text.toHtmlEscaped()));
    m_care->setText(care.join(u"&nbsp; &nbsp; &nbsp; "_s));

    const OperatorInfo &info = m_cluster.operatorInfo();
    QStringList lines;
    if (!info.leaseProblem.isEmpty())
        lines.append(tr("Leader: not known (%1)").arg(info.leaseProblem.toHtmlEscaped()));
    else if (info.leaderIsStale)
        lines.append(tr("<b>The lease of %1 has run out</b>").arg(info.leader.toHtmlEscaped()));
    else if (!info.leader.isEmpty())
        lines.append(tr("Leader: <b>%1</b>").arg(info.leader.toHtmlEscaped()));
    else
        lines.append(
            info.metricsAnswer ? tr("<b>Running</b>, without leader election") : tr("<b>No leader</b> in the lease"));
    if (info.replicas >= 0) {
        lines.append(tr("Replicas: <b>%1</b> of %2 ready").arg(info.ready).arg(info.replicas));
        lines.append(tr("Image: %1").arg(info.image.toHtmlEscaped()));
    } else if (!info.deploymentProblem.isEmpty()) {
        lines.append(tr("Replicas: not known (%1)").arg(info.deploymentProblem.toHtmlEscaped()));
    } else {
        lines.append((info.metricsAnswer ? tr("Outside of this cluster: there is no Deployment in namespace %1")
                                         : tr("No Deployment in namespace %1: outside of this cluster, or not at all"))
                .arg(info.nameSpace.toHtmlEscaped()));
    }
    const QString version = QCoreApplication::applicationVersion();
    if (info.replicas >= 0 && !info.image.endsWith(u':' + version))
        lines.append(tr("<b>Previews are by version %1</b>, which may not be the image's").arg(version));
    m_operator->setText(lines.join(u"<br>"_s));
}

void Overview::refreshKind(QLabel *label, ClusterModel::Resource resource) const
{
    const StoreModel &store = m_cluster.store(resource);
    const Liveness live = m_cluster.liveness(resource);
    if (live.isBlind()) {
        label->setText(live.state == Liveness::State::Missing ? tr("The CustomResourceDefinition is not installed")
                                                              : tr("Refused: %1").arg(live.problem.toHtmlEscaped()));
        return;
    }
    if (!store.isSynced()) {
        label->setText(tr("Reading…"));
        return;
    }
    const QString link = palette().color(QPalette::Link).name();
    QStringList lines{u"<a href='' style='color:%1'><b>%2</b> %3</a>"_s.arg(link)
            .arg(store.rowCount())
            .arg(live.nameSpace.isEmpty() ? tr("in all namespaces")
                                          : tr("in the namespace %1").arg(live.nameSpace.toHtmlEscaped()))};
    for (const State state : allStates)
        if (const int count = store.count(state); count > 0)
            lines.append(
                u"<a href='state:%1' style='color:%2;text-decoration:none'><span style='color:%3'>●</span> <b>%4</b> %1</a>"_s
                    .arg(stateName(state), palette().color(QPalette::Text).name(), theme::stateColor(state).name(),
                        QString::number(count)));
    label->setText(lines.join(u"<br>"_s));
}

} // namespace patronus
