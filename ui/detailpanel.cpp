// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/detailpanel.h"

#include "core/json.h"
#include "models/columns.h"
#include "models/units.h"
#include "ui/codeview.h"
#include "ui/delegates.h"
#include "ui/message.h"
#include "ui/objectactions.h"
#include "ui/remoteview.h"
#include "ui/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QListView>
#include <QPushButton>
#include <QSplitter>
#include <QTabWidget>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

TimelineDelegate::Entry conditionEntry(const QModelIndex &row)
{
    const auto text = [&](int column) { return row.siblingAtColumn(column).data().toString(); };
    const QString reason = text(ConditionsModel::ReasonColumn), message = text(ConditionsModel::MessageColumn);
    return {theme::stateIcon(row.data(StateRole).value<State>()),
        text(ConditionsModel::TypeColumn) + u": "_s + text(ConditionsModel::StatusColumn),
        text(ConditionsModel::SinceColumn), message.isEmpty() ? reason : reason + u" – "_s + message};
}

TimelineDelegate::Entry eventEntry(const QModelIndex &row)
{
    const Object event = row.data(SourceObjectRole).value<Object>();
    const auto count = event.json().value("count"_L1).toInteger(1);
    const QString reason = event.json().value("reason"_L1).toString();
    return {theme::stateIcon(row.data(StateRole).value<State>()),
        count > 1 ? u"%1 ×%2"_s.arg(reason).arg(count) : reason,
        row.siblingAtColumn(row.model()->columnCount() - 1).data().toString(),
        event.json().value("message"_L1).toString()};
}

TimelineDelegate::Entry relationEntry(const QModelIndex &row)
{
    return {theme::stateIcon(row.data(StateRole).value<State>()), row.data().toString(),
        row.data(RelationsModel::RightRole).toString(), row.data(RelationsModel::BodyRole).toString()};
}

TimelineDelegate::Entry stepEntry(const QModelIndex &row)
{
    const QString title = u"%1. %2"_s.arg(row.row() + 1).arg(row.data().toString());
    switch (row.data(PlanModel::CheckRole).value<PlannedStep::Check>()) {
    case PlannedStep::Check::Accepted:
        return {theme::stateIcon(State::Ready), title, {}, DetailPanel::tr("The API server accepts it (dry run).")};
    case PlannedStep::Check::Refused:
        return {theme::stateIcon(State::Failed), title, {}, row.data(PlanModel::RemarkRole).toString()};
    case PlannedStep::Check::NotSent:
        break;
    }
    return {theme::stateIcon(State::Working), title, {}, DetailPanel::tr("Computed, not sent.")};
}

} // namespace

DetailPanel::DetailPanel(ClusterModel &cluster, QWidget *parent)
    : QWidget(parent), m_cluster(cluster), m_conditions(cluster.clock()), m_relations(cluster)
{
    m_events.setSourceModel(cluster.table(ClusterModel::Resource::Events));
    m_icon = new QLabel;
    m_name = makePlainText();
    m_name->setFont(theme::heading(1.3));
    m_state = makePlainText();
    m_message = makePlainText();
    m_message->setForegroundRole(QPalette::PlaceholderText);
    m_yaml = new CodeView(u"YAML"_s);
    m_yaml->setAccessibleName(tr("The object as YAML"));

    m_tabs = new QTabWidget;
    m_tabs->setDocumentMode(true);
    m_tabs->setUsesScrollButtons(true);
    m_tabs->addTab(makeConditions(), tr("Conditions"));
    m_tabs->setTabToolTip(m_tabs->addTab(makePreview(), tr("Preview")), tr("What the operator would do next"));
    m_tabs->setTabToolTip(m_tabs->addTab(m_yaml, tr("Spec")), tr("The whole object as YAML"));
    m_tabs->setTabToolTip(m_tabs->addTab(makeRelations(), tr("Relations")),
        tr("What it refers to, what refers to it, and which Policies stand in each other's way"));
    m_tabs->addTab(makeEvents(), tr("Events"));
    m_remote = new RemoteView(cluster);
    m_tabs->setTabToolTip(m_tabs->addTab(m_remote, tr("API")), tr("What it looks like in the Patronus API"));

    auto *title = new QHBoxLayout;
    title->addWidget(m_icon);
    title->addWidget(m_name, 1);
    auto *layout = new QVBoxLayout(this);
    layout->addLayout(title);
    layout->addWidget(m_state);
    layout->addWidget(m_message);
    layout->addWidget(m_tabs, 1);
    m_rest = new QWidget;
    layout->addWidget(m_rest, 1);
    m_actions = new ObjectActions(cluster);
    layout->addWidget(m_actions);
    connect(m_actions, &ObjectActions::editWanted, this, &DetailPanel::editWanted);
    connect(m_actions, &ObjectActions::bulkWanted, this, &DetailPanel::bulkWanted);

    connect(m_tabs, &QTabWidget::currentChanged, this, &DetailPanel::askPreview);
    connect(m_tabs, &QTabWidget::currentChanged, this, &DetailPanel::askRemote);
    connect(m_remote, &RemoteView::againWanted, this, [this] {
        m_remoteVersion.clear();
        askRemote();
    });
    connect(&cluster.plan(), &PlanModel::phaseChanged, this, &DetailPanel::refreshPlan);
    show(m_resource, {});
    refreshPlan();
}

DetailPanel::~DetailPanel() = default;

QWidget *DetailPanel::makeConditions()
{
    return makeTimeline(&m_conditions, conditionEntry, tr("Conditions, newest change first"));
}

QWidget *DetailPanel::makeRelations()
{
    auto *view = makeTimeline(&m_relations, relationEntry, tr("Relations of the object"));
    view->setObjectName(u"relations"_s);
    connect(view, &QListView::activated, this, [this](const QModelIndex &row) {
        if (const auto key = row.data(KeyRole).value<ObjectKey>(); !key.name.isEmpty())
            Q_EMIT opened(row.data(RelationsModel::ResourceRole).value<ClusterModel::Resource>(), key);
    });
    return view;
}

QWidget *DetailPanel::makeEvents()
{
    auto *view = makeTimeline(&m_events, eventEntry, tr("Events of the object"));
    m_events.sort(m_events.columnCount() - 1);
    return view;
}

QWidget *DetailPanel::makePreview()
{
    m_planSummary = makePlainText();
    m_planNote = makePlainText();
    m_planNote->setForegroundRole(QPalette::PlaceholderText);
    auto *again = new QPushButton(tr("Work it out again"));
    m_steps = makeTimeline(&m_cluster.plan(), stepEntry, tr("Steps that the operator would take"));
    m_steps->setObjectName(u"steps"_s);
    m_payload = new CodeView(u"JSON"_s);
    m_payload->setAccessibleName(tr("What the step would send"));
    m_payload->setPlaceholderText(tr("This step sends nothing but what its line says."));
    auto *split = new QSplitter(Qt::Vertical);
    split->addWidget(m_steps);
    split->addWidget(m_payload);
    split->setChildrenCollapsible(false);

    auto *page = new QWidget;
    auto *layout = new QVBoxLayout(page);
    layout->addWidget(m_planSummary);
    layout->addWidget(split, 1);
    layout->addWidget(m_planNote);
    layout->addWidget(again, 0, Qt::AlignLeft);
    connect(again, &QPushButton::clicked, this, [this] {
        m_previewedVersion.clear();
        askPreview();
    });
    connect(m_steps->selectionModel(), &QItemSelectionModel::currentChanged, this, &DetailPanel::showStep);
    return page;
}

void DetailPanel::showNone(qsizetype selected)
{
    m_name->setText(selected == 0 ? tr("Nothing selected") : tr("%1 selected").arg(selected));
    m_message->setText(selected == 0
            ? tr("Select an object to see its conditions, its spec, its Events, what it is connected with, "
                 "and what the operator would do with it.")
            : tr("What is done here is done to all of them, in one plan."));
    m_message->show();
}

void DetailPanel::show(ClusterModel::Resource resource, const QList<Object> &objects)
{
    const Object object = objects.size() == 1 ? objects.first() : Object();
    m_actions->setObjects(resource, objects);
    m_resource = resource;
    m_relations.setObject(resource, object.key());
    const bool another = object.uid() != m_object.uid();
    m_object = object;
    m_tabs->setVisible(!object.isNull());
    m_rest->setVisible(object.isNull());
    m_icon->setVisible(!object.isNull());
    m_state->setVisible(!object.isNull());
    if (object.isNull()) {
        showNone(objects.size());
        return;
    }
    const State state = stateOf(object);
    m_icon->setPixmap(theme::stateIcon(state).pixmap({16, 16}, devicePixelRatioF()));
    m_icon->setAccessibleName(stateName(state));
    m_name->setText(object.key().name);
    QStringList words{stateName(state)};
    if (const QString reason = reasonOf(object); !reason.isEmpty())
        words.append(reason);
    const auto ready = conditionOf(object, u"Ready");
    if (ready && ready->lastTransition.isValid())
        words.append(tr("for %1").arg(units::age(ready->lastTransition, m_cluster.clock().wallTime())));
    words.append(tr("namespace %1").arg(object.key().nameSpace));
    m_state->setText(words.join(u" · "_s));
    m_message->setText(ready ? ready->message : QString());
    m_message->setVisible(ready && !ready->message.isEmpty());

    m_conditions.setObject(object);
    m_yaml->setCode(QString::fromUtf8(m_cluster.yaml(object)));
    if (another)
        m_events.setScope([uid = object.uid()](const Object &event) {
            return valueAt(event.json(), u"involvedObject.uid").toString() == uid;
        });
    askPreview();
    askRemote();
}

void DetailPanel::showTab(Tab tab)
{
    m_tabs->setCurrentIndex(int(tab));
}

void DetailPanel::askRemote()
{
    if (m_object.isNull() || m_tabs->currentIndex() != int(Tab::Remote))
        return; // the Patronus API is asked only where somebody looks
    // Telemetry changes the status all the time, and nothing of what is compared.
    const QString version = u"%1 %2 %3"_s.arg(m_object.uid())
                                .arg(m_object.generation())
                                .arg(m_object.status().value("observedGeneration"_L1).toInteger());
    if (std::exchange(m_remoteVersion, version) != version)
        m_cluster.requestRemote(m_resource, m_object.key());
}

void DetailPanel::askPreview()
{
    if (m_object.isNull() || m_tabs->currentIndex() != int(Tab::Preview))
        return; // a preview asks the API server: only where somebody looks
    if (m_previewed == m_object.key() && m_previewedVersion == m_object.resourceVersion())
        return;
    m_previewed = m_object.key();
    m_previewedVersion = m_object.resourceVersion();
    m_cluster.requestPreview(m_resource, m_previewed);
}

void DetailPanel::refreshPlan()
{
    const PlanModel &plan = m_cluster.plan();
    m_planSummary->setText(plan.summary());
    m_planNote->setText(plan.note());
    m_planNote->setVisible(!plan.note().isEmpty());
    const bool hasSteps = plan.rowCount() > 0;
    m_steps->setVisible(hasSteps);
    m_payload->setVisible(hasSteps);
    // The first that has something to read.
    int first = 0;
    while (first + 1 < plan.rowCount() && plan.index(first).data(PlanModel::PayloadRole).toString().isEmpty())
        ++first;
    if (hasSteps)
        m_steps->setCurrentIndex(plan.index(first));
    showStep();
}

void DetailPanel::showStep()
{
    m_payload->setCode(m_steps->currentIndex().data(PlanModel::PayloadRole).toString());
}

} // namespace patronus
