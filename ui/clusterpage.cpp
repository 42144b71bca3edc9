// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/clusterpage.h"

#include "models/columns.h"
#include "ui/backupview.h"
#include "ui/bulkdialog.h"
#include "ui/delegates.h"
#include "ui/detailpanel.h"
#include "ui/editdialog.h"
#include "ui/logview.h"
#include "ui/maintenanceview.h"
#include "ui/metricsview.h"
#include "ui/objectview.h"
#include "ui/overview.h"
#include "ui/releasesview.h"
#include "ui/reportview.h"
#include "ui/theme.h"
#include "ui/topologymap.h"
#include "ui/topologyview.h"

#include <QHBoxLayout>
#include <QListWidget>
#include <QMetaEnum>
#include <QSettings>
#include <QSplitter>
#include <QStackedWidget>

using namespace Qt::StringLiterals;

namespace patronus {

using Resource = ClusterModel::Resource;

QString ClusterPage::viewName(View view)
{
    switch (view) {
    case View::Overview:
        return tr("Overview");
    case View::Sites:
        return tr("Sites");
    case View::Policies:
        return tr("Policies");
    case View::Topology:
        return tr("Topology");
    case View::Metrics:
        return tr("Metrics");
    case View::Logs:
        return tr("Logs");
    case View::Events:
        return tr("Events");
    case View::Drift:
        return tr("Drift");
    case View::Diagnosis:
        return tr("Diagnosis");
    case View::Maintenance:
        return tr("Maintenance");
    case View::Backups:
        return tr("Backups");
    case View::Releases:
        return tr("Releases");
    case View::Journal:
        break;
    }
    return tr("Journal");
}

namespace {

/// Null where the icon theme has none: then the name stands alone.
QIcon viewIcon(ClusterPage::View view)
{
    switch (view) {
    case ClusterPage::View::Overview:
        return QIcon::fromTheme(u"go-home"_s);
    case ClusterPage::View::Sites:
        return QIcon::fromTheme(u"network-server"_s);
    case ClusterPage::View::Policies:
        return QIcon::fromTheme(u"view-filter"_s);
    case ClusterPage::View::Topology:
        return QIcon::fromTheme(u"network-connect"_s);
    case ClusterPage::View::Metrics:
        return QIcon::fromTheme(u"office-chart-line"_s);
    case ClusterPage::View::Logs:
        return QIcon::fromTheme(u"view-list-text"_s);
    case ClusterPage::View::Events:
        return QIcon::fromTheme(u"notifications"_s);
    case ClusterPage::View::Drift:
        return QIcon::fromTheme(u"vcs-diff"_s);
    case ClusterPage::View::Diagnosis:
        return QIcon::fromTheme(u"view-task"_s);
    case ClusterPage::View::Maintenance:
        return QIcon::fromTheme(u"configure"_s);
    case ClusterPage::View::Backups:
        return QIcon::fromTheme(u"document-save"_s);
    case ClusterPage::View::Releases:
        return QIcon::fromTheme(u"package"_s);
    case ClusterPage::View::Journal:
        break;
    }
    return QIcon::fromTheme(u"view-history"_s);
}

} // namespace

ClusterPage::ClusterPage(ClusterModel &cluster, QWidget *parent) : QWidget(parent), m_cluster(cluster)
{
    const QList<std::pair<QString, QString>> chips{{tr("Not ready"), u"-ready"_s}, {tr("Failed"), u"state:failed"_s}};
    auto *overview = new Overview(cluster);
    m_sites = new ObjectView(cluster, Resource::Sites, viewName(View::Sites), chips);
    const QString inTheWay
        = u"/^(%1|%2)$/"_s.arg(standingText({.shadowedBy = 1}), standingText({.ties = 1})); // a whole cell
    m_policies = new ObjectView(cluster, Resource::Policies, viewName(View::Policies),
        chips + QList<std::pair<QString, QString>>{{tr("Shadowed or tied"), inTheWay}});
    m_events = new ObjectView(cluster, Resource::Events, viewName(View::Events), {{tr("Warnings"), u"Warning"_s}});
    m_topology = new TopologyView(cluster);
    m_logs = new LogView(cluster);
    m_details = new DetailPanel(cluster);

    m_sidebar = new QListWidget;
    m_sidebar->setAccessibleName(tr("Views"));
    m_sidebar->setFrameShape(QFrame::NoFrame);
    m_sidebar->setFixedWidth(fontMetrics().averageCharWidth() * 20);
    m_sidebar->setSpacing(1);
    m_sidebar->setItemDelegate(new BadgeDelegate(m_sidebar));
    m_sidebar->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    for (const View view : allViews) {
        auto *item = new QListWidgetItem(viewIcon(view), viewName(view), m_sidebar);
        item->setSizeHint({0, fontMetrics().height() * 2});
    }
    const auto makeReport = [&cluster, this](ClusterModel::Report report, View view, const QString &what) {
        auto *made = new ReportView(cluster, report, viewName(view), what);
        connect(made, &ReportView::opened, this, &ClusterPage::select);
        connect(made, &ReportView::editWanted, this, qOverload<const EditedObject &>(&ClusterPage::edit));
        return made;
    };
    m_stack = new QStackedWidget;
    for (QWidget *page : std::initializer_list<QWidget *>{overview, m_sites, m_policies, m_topology,
             new MetricsView(cluster), m_logs, m_events,
             makeReport(ClusterModel::Report::Drift, View::Drift,
                 tr("Spec, status and the Patronus API of every Site and Policy side by side.")),
             makeReport(ClusterModel::Report::Diagnosis, View::Diagnosis,
                 tr("The causes of trouble that are known, one after the other.")),
             new MaintenanceView(cluster), new BackupView(cluster), new ReleasesView(cluster),
             makeReport(
                 ClusterModel::Report::Journal, View::Journal, tr("What this user has changed from this machine."))})
        m_stack->addWidget(page);

    m_split = new QSplitter;
    m_split->addWidget(m_stack);
    m_split->addWidget(m_details);
    m_split->setChildrenCollapsible(false);
    m_split->setStretchFactor(0, 3);
    m_split->setStretchFactor(1, 2);
    m_split->setSizes({784, 344});
    m_stack->setMinimumWidth(380);
    m_details->setMinimumWidth(344);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(0);
    layout->addWidget(m_sidebar);
    layout->addWidget(m_split, 1);

    connect(m_sidebar, &QListWidget::currentRowChanged, this, &ClusterPage::onViewChanged);
    connect(overview, &Overview::opened, this, &ClusterPage::select);
    connect(overview, &Overview::reportWanted, this, [this](ClusterModel::Report report) {
        showView(report == ClusterModel::Report::Drift ? View::Drift : View::Backups);
    });
    connect(m_details, &DetailPanel::opened, this, &ClusterPage::select);
    connect(m_details, &DetailPanel::editWanted, this, qOverload<Resource, const Object &>(&ClusterPage::edit));
    connect(m_details, &DetailPanel::bulkWanted, this, [this](Resource resource, const QList<Object> &objects) {
        (new BulkDialog(m_cluster, resource, objects, this))->show();
    });
    connect(m_topology, &TopologyView::opened, this, &ClusterPage::select);
    connect(m_topology, &TopologyView::selectionChanged, this, &ClusterPage::refreshDetails);
    connect(overview, &Overview::asked, this, [this](Resource resource, const QString &filter) {
        showView(resource == Resource::Sites ? View::Sites : View::Policies);
        objects(resource).setFilter(filter);
    });
    for (const Resource resource : ClusterModel::allResources) {
        connect(&objects(resource), &ObjectView::selectionChanged, this, &ClusterPage::refreshDetails);
        connect(&cluster.store(resource), &StoreModel::flushed, this, &ClusterPage::refreshCounts);
    }
    refreshCounts();
    showView(View::Overview);
}

void ClusterPage::showView(View view)
{
    m_sidebar->setCurrentRow(int(view));
}

ClusterPage::View ClusterPage::view() const
{
    return View(m_sidebar->currentRow());
}

void ClusterPage::setNamespace(const QString &nameSpace)
{
    for (const Resource resource : ClusterModel::allResources)
        objects(resource).setNamespace(nameSpace);
    m_topology->setNamespace(nameSpace);
}

void ClusterPage::edit(Resource resource, const Object &object)
{
    edit({.type = ClusterModel::typeOf(resource), .base = object.isNull() ? QJsonObject() : object.json()});
}

void ClusterPage::edit(const EditedObject &edit)
{
    EditedObject now = edit;
    const Object base(edit.base);
    const auto found = m_cluster.store(ClusterModel::resourceOf(edit.type)).find(base.key());
    if (!edit.base.isEmpty() && found && found->uid() == base.uid())
        now.base = found->json();
    (new EditDialog(m_cluster, now, this))->show();
}

void ClusterPage::focusFilter()
{
    if (auto *objects = qobject_cast<ObjectView *>(m_stack->currentWidget()))
        objects->focusFilter();
    else if (m_stack->currentWidget() == m_topology)
        m_topology->focusMap(); // letters find a name there
    else if (m_stack->currentWidget() == m_logs)
        m_logs->focusSearch();
}

void ClusterPage::focusRows()
{
    if (auto *objects = qobject_cast<ObjectView *>(m_stack->currentWidget()))
        objects->focusTable();
    else if (m_stack->currentWidget() == m_topology)
        m_topology->focusMap();
    else if (m_stack->currentWidget() == m_logs)
        m_logs->focusLines();
}

void ClusterPage::select(Resource resource, const ObjectKey &key)
{
    const auto object = m_cluster.store(resource).find(key);
    if (!object)
        return;
    showView(resource == Resource::Sites     ? View::Sites
            : resource == Resource::Policies ? View::Policies
                                             : View::Events);
    ObjectView &view = objects(resource);
    if (!view.rows().indexOfUid(object->uid()).isValid())
        view.setFilter({});
    view.select(object->uid());
}

ObjectView &ClusterPage::objects(Resource resource)
{
    return *(resource == Resource::Sites ? m_sites : resource == Resource::Policies ? m_policies : m_events);
}

void ClusterPage::saveLooks(QSettings &settings)
{
    settings.setValue(u"view"_s, QString::fromLatin1(QMetaEnum::fromType<View>().valueToKey(int(view()))));
    settings.setValue(u"split"_s, m_split->saveState());
    for (const Resource resource : ClusterModel::allResources)
        objects(resource).saveLooks(settings);
    m_topology->saveLooks(settings);
}

void ClusterPage::restoreLooks(QSettings &settings)
{
    bool isKnown = false;
    const QByteArray name = settings.value(u"view"_s).toString().toLatin1();
    const int view = QMetaEnum::fromType<View>().keyToValue(name.constData(), &isKnown);
    if (isKnown)
        showView(View(view));
    m_split->restoreState(settings.value(u"split"_s).toByteArray());
    for (const Resource resource : ClusterModel::allResources)
        objects(resource).restoreLooks(settings);
    m_topology->restoreLooks(settings);
}

QList<CommandPalette::Command> ClusterPage::commands()
{
    QList<CommandPalette::Command> commands;
    for (const Resource resource : {Resource::Sites, Resource::Policies}) {
        const StoreModel &store = m_cluster.store(resource);
        const QString kind = resource == Resource::Sites ? tr("Site") : tr("Policy");
        for (int row = 0; row < store.rowCount(); ++row) {
            const auto key = store.index(row, 0).data(KeyRole).value<ObjectKey>();
            commands.append({kind + u' ' + key.name, tr("in %1").arg(key.nameSpace),
                [this, resource, key] { select(resource, key); }});
        }
    }
    return commands;
}

ObjectView *ClusterPage::shownObjects() const
{
    return m_stack->currentWidget() == m_sites   ? m_sites
        : m_stack->currentWidget() == m_policies ? m_policies
                                                 : nullptr;
}

void ClusterPage::onViewChanged()
{
    const bool wasSites = m_stack->currentWidget() == m_sites;
    m_stack->setCurrentIndex(m_sidebar->currentRow());
    if (wasSites && m_stack->currentWidget() == m_topology && !m_sites->selected().isNull())
        m_topology->map().select(m_sites->selected().key()); // where one was, one goes on
    m_details->setVisible(shownObjects() || m_stack->currentWidget() == m_topology);
    refreshDetails();
}

void ClusterPage::refreshDetails()
{
    if (const ObjectView *shown = shownObjects())
        m_details->show(shown == m_sites ? Resource::Sites : Resource::Policies, shown->allSelected());
    else if (const Object site = m_topology->map().selected(); m_stack->currentWidget() == m_topology)
        m_details->show(Resource::Sites, site.isNull() ? QList<Object>() : QList<Object>{site});
}

void ClusterPage::refreshCounts()
{
    for (const auto &[view, resource] :
        {std::pair(View::Sites, Resource::Sites), std::pair(View::Policies, Resource::Policies)}) {
        const StoreModel &store = m_cluster.store(resource);
        const int wanting = store.rowCount() - store.count(State::Ready);
        QListWidgetItem *item = m_sidebar->item(int(view));
        item->setData(BadgeDelegate::BadgeRole, wanting > 0 ? u"%1!"_s.arg(wanting) : QString());
        item->setToolTip(tr("%n of %1 are not ready", nullptr, wanting).arg(store.rowCount()));
        item->setData(Qt::AccessibleTextRole, viewName(view) + u", "_s + item->toolTip());
    }
}

} // namespace patronus
