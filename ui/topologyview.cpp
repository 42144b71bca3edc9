// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/topologyview.h"

#include "models/units.h"
#include "ui/message.h"
#include "ui/statustext.h"
#include "ui/theme.h"
#include "ui/topologymap.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QSettings>
#include <QStackedWidget>
#include <QToolButton>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace patronus {

using Resource = ClusterModel::Resource;

namespace {

/// What the map's lines mean, drawn by the same pens, in as many rows as it needs.
class LinkLegend : public QWidget
{
public:
    LinkLegend()
    {
        for (const State state : allStates)
            m_entries.append({state, LinkKind::Peering, stateName(state)});
        m_entries.append({std::nullopt, LinkKind::Peering, TopologyView::tr("peering")});
        m_entries.append({std::nullopt, LinkKind::Path, TopologyView::tr("path of Policies")});
        QStringList words;
        for (const Entry &entry : std::as_const(m_entries))
            words.append(entry.word);
        setAccessibleName(TopologyView::tr("What the lines mean: %1").arg(words.join(u", "_s)));
        QSizePolicy policy(QSizePolicy::Ignored, QSizePolicy::Fixed);
        policy.setHeightForWidth(true);
        setSizePolicy(policy);
    }
    int heightForWidth(int width) const override { return draw(nullptr, width); }
    QSize sizeHint() const override { return {300, heightForWidth(300)}; }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        draw(&painter, width());
    }

private:
    struct Entry {
        std::optional<State> state; // nullopt: whatever it is
        LinkKind kind;
        QString word;
    };
    /// The height that is needed; draws where there is a painter.
    int draw(QPainter *painter, int width) const
    {
        const int letter = fontMetrics().averageCharWidth(), row = fontMetrics().height() + 2;
        QPoint at;
        for (const Entry &entry : m_entries) {
            const int word = fontMetrics().horizontalAdvance(entry.word);
            if (const int end = at.x() + 6 * letter + word; at.x() > 0 && end > width)
                at = {0, at.y() + row};
            if (painter) {
                QPen pen = TopologyPainter::penOf(entry.state.value_or(State::Ready), entry.kind);
                if (!entry.state)
                    pen.setColor(theme::faintText());
                painter->setPen(pen);
                painter->drawLine(at + QPoint(0, row / 2), at + QPoint(5 * letter, row / 2));
                painter->setPen(theme::faintText());
                painter->drawText(QRect(at.x() + 6 * letter, at.y(), word + letter, row), Qt::AlignVCenter, entry.word);
            }
            at.rx() += 8 * letter + word;
        }
        return at.y() + row;
    }

    QList<Entry> m_entries;
};

} // namespace

TopologyView::TopologyView(ClusterModel &cluster, QWidget *parent)
    : QWidget(parent), m_cluster(cluster), m_topology(cluster)
{
    auto *heading = new QLabel(tr("Topology"));
    heading->setFont(theme::heading(1.3));
    m_count = new QLabel;
    m_count->setForegroundRole(QPalette::PlaceholderText);
    m_live = new QLabel;
    m_live->setWordWrap(true);
    m_live->setTextFormat(Qt::PlainText);
    m_map = new TopologyMap(m_topology, cluster);
    m_empty = makePlainText();
    m_empty->setAlignment(Qt::AlignCenter);
    m_pages = new QStackedWidget;
    m_pages->addWidget(m_map);
    m_pages->addWidget(m_empty);

    auto *top = new QHBoxLayout;
    top->addWidget(heading);
    top->addStretch();
    top->addWidget(m_count);
    const auto add = [&](const QString &text, const QString &toolTip, auto run) {
        auto *button = new QToolButton;
        button->setText(text);
        button->setToolTip(toolTip);
        button->setAccessibleName(toolTip);
        connect(button, &QToolButton::clicked, m_map, run);
        top->addWidget(button);
    };
    add(u"+"_s, tr("Larger (+)"), [this] { m_map->zoom(1.25); });
    add(u"−"_s, tr("Smaller (−)"), [this] { m_map->zoom(0.8); });
    add(tr("All"), tr("Show all (0)"), [this] { m_map->fit(); });
    add(tr("Arrange"), tr("Arrange everything anew"), [this] { m_map->arrangeAnew(); });
    auto *layout = new QVBoxLayout(this);
    layout->addLayout(top);
    layout->addWidget(m_live);
    layout->addWidget(m_pages, 1);
    layout->addWidget(new LinkLegend);

    connect(m_map, &TopologyMap::selectionMoved, this, [this] {
        m_seenVersion = m_map->selected().resourceVersion();
        Q_EMIT selectionChanged();
    });
    connect(m_map, &TopologyMap::policyChosen, this,
        [this](const ObjectKey &policy) { Q_EMIT opened(Resource::Policies, policy); });
    connect(m_map, &TopologyMap::activated, this, [this](const QModelIndex &node) {
        if (const auto key = node.data(KeyRole).value<ObjectKey>(); !key.name.isEmpty())
            Q_EMIT opened(Resource::Sites, key);
    });
    connect(&m_topology, &TopologyModel::linksChanged, this, &TopologyView::refresh);
    connect(&cluster, &ClusterModel::livenessChanged, this, &TopologyView::refresh);
    connect(&cluster.store(Resource::Sites), &StoreModel::flushed, this, [this] {
        refresh();
        const QString version = m_map->selected().resourceVersion();
        if (std::exchange(m_seenVersion, version) != version && isVisible())
            Q_EMIT selectionChanged();
    });
    refresh();
}

void TopologyView::setNamespace(const QString &nameSpace)
{
    m_topology.setNamespace(nameSpace);
}

void TopologyView::focusMap()
{
    m_map->setFocus();
}

void TopologyView::saveLooks(QSettings &settings) const
{
    settings.beginGroup(u"Topology"_s);
    settings.remove(QString());
    if (const auto look = m_map->look()) {
        settings.setValue(u"node"_s, look->node);
        settings.setValue(u"from"_s, look->from);
        settings.setValue(u"scale"_s, look->scale);
    }
    settings.endGroup();
}

void TopologyView::restoreLooks(QSettings &settings)
{
    settings.beginGroup(u"Topology"_s);
    if (const double scale = settings.value(u"scale"_s).toDouble(); scale > 0)
        m_map->lookAt({.node = settings.value(u"node"_s).toString(),
            .from = settings.value(u"from"_s).toPointF(),
            .scale = scale});
    settings.endGroup();
}

void TopologyView::refresh()
{
    const Liveness sites = m_cluster.liveness(Resource::Sites), policies = m_cluster.liveness(Resource::Policies);
    const StoreModel &store = m_cluster.store(Resource::Sites);
    const QString absence = absenceText(sites, store.isSynced());
    m_empty->setText(
        absence.isEmpty() ? tr("There is no Site yet. What is created in this cluster appears by itself.") : absence);
    m_pages->setCurrentIndex(absence.isEmpty() && store.rowCount() > 0 ? 0 : 1);

    const auto ghosts
        = std::ranges::count_if(m_topology.nodes(), [](const TopologyNode &node) { return node.sites.isEmpty(); });
    QString count = tr("%n Site(s)", nullptr, int(m_topology.nodes().size() - ghosts)) + u", "_s
        + tr("%n link(s)", nullptr, int(m_topology.links().size()));
    if (ghosts > 0)
        count += tr(", names that lead nowhere: %1").arg(ghosts);
    m_count->setText(count);
    m_count->setVisible(m_pages->currentIndex() == 0);

    QStringList remarks;
    if (sites.state == Liveness::State::Stale)
        remarks.append(tr("The API server does not answer; what is shown is the last known, of %1. %2")
                .arg(units::exact(sites.heard), sites.problem));
    if (sites.state == Liveness::State::Recorded)
        remarks.append(sites.problem);
    if (sites.state == Liveness::State::Resyncing)
        remarks.append(tr("Everything is being read again; what is shown is the last known."));
    if (policies.isBlind())
        remarks.append(tr("Policies cannot be read, so their paths are not shown. %1").arg(policies.problem));
    if (!sites.refusal.isEmpty() && !sites.nameSpace.isEmpty())
        remarks.append(
            tr("Only the namespace %1 is read: a name that leads nowhere may be in another.").arg(sites.nameSpace));
    m_live->setText(remarks.join(u'\n'));
    m_live->setVisible(!remarks.isEmpty() && absence.isEmpty());
}

} // namespace patronus
