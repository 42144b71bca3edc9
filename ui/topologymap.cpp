// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/topologymap.h"

#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

constexpr std::chrono::milliseconds stretch(8), betweenStretches(4), betweenPictures(200);
constexpr double keyStep = 60; // pixels

} // namespace

TopologyMap::TopologyMap(TopologyModel &topology, ClusterModel &cluster, QWidget *parent)
    : QListView(parent),
      m_topology(topology),
      m_cluster(cluster),
      m_painter(topology, m_layout),
      m_timer(cluster.clock().makeTimer([this] { goOn(); }))
{
    setModel(&topology);
    setSelectionMode(SingleSelection);
    setEditTriggers(NoEditTriggers);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setMouseTracking(true);
    setAccessibleName(tr("Topology"));
    connect(&topology, &TopologyModel::linksChanged, this, &TopologyMap::onLinksChanged);
    connect(&topology, &QAbstractItemModel::dataChanged, this, &TopologyMap::onChanged);
}

TopologyMap::~TopologyMap() = default;

Object TopologyMap::selected() const
{
    const auto key = currentIndex().data(KeyRole).value<ObjectKey>();
    const auto site = m_cluster.store(ClusterModel::Resource::Sites).find(key);
    return site && site->uid() == m_uid ? *site : Object();
}

void TopologyMap::select(const ObjectKey &site)
{
    const auto node
        = std::ranges::find_if(m_topology.nodes(), [&](const TopologyNode &each) { return each.sites.contains(site); });
    if (node != m_topology.nodes().end())
        setCurrentIndex(m_topology.index(int(node - m_topology.nodes().begin())));
}

void TopologyMap::onLinksChanged()
{
    QStringList names;
    TopologyLayout::Links links;
    for (const TopologyNode &node : m_topology.nodes())
        names.append(node.name);
    for (const TopologyLink &link : m_topology.links())
        links.append({link.from, link.to});
    m_layout.setGraph(names, links);
    if (const qsizetype place = names.indexOf(m_current); place >= 0 && !currentIndex().isValid())
        setCurrentIndex(m_topology.index(int(place)));
    onChanged();
    goOn();
}

/// The selection stays with its Site: one created anew under the same name is another.
void TopologyMap::onChanged()
{
    if (!m_uid.isEmpty() && selected().isNull())
        deselect();
    viewport()->update();
}

void TopologyMap::deselect()
{
    selectionModel()->clear();
    m_current.clear();
    m_uid.clear();
    Q_EMIT selectionMoved();
}

void TopologyMap::currentChanged(const QModelIndex &current, const QModelIndex &previous)
{
    QListView::currentChanged(current, previous);
    const QString name = current.data().toString();
    if (current.isValid() && name == m_current)
        return; // it is found again
    m_current = name;
    const auto site = m_cluster.store(ClusterModel::Resource::Sites).find(current.data(KeyRole).value<ObjectKey>());
    m_uid = site ? site->uid() : QString();
    viewport()->update();
    Q_EMIT selectionMoved();
}

void TopologyMap::arrangeAnew()
{
    m_layout.arrangeAnew();
    m_isTouched = false;
    m_wanted.reset();
    goOn();
}

void TopologyMap::goOn()
{
    m_timer->stop();
    if (!isVisible())
        return;
    const bool goesOn = m_layout.advance(stretch);
    if (goesOn)
        m_timer->start(betweenStretches);
    if (const auto now = m_cluster.clock().now(); !goesOn || now - m_shown >= betweenPictures) {
        m_shown = now;
        lookAgain();
        fitIfUntouched();
        viewport()->update();
    }
}

void TopologyMap::showEvent(QShowEvent *event)
{
    QListView::showEvent(event);
    m_topology.setFollowing(true);
    goOn();
}

void TopologyMap::hideEvent(QHideEvent *event)
{
    QListView::hideEvent(event);
    m_topology.setFollowing(false);
}

void TopologyMap::fit()
{
    m_isTouched = false;
    m_wanted.reset();
    fitIfUntouched();
}

void TopologyMap::fitIfUntouched()
{
    m_camera.size = viewport()->size();
    if (m_isTouched || m_topology.nodes().isEmpty())
        return;
    m_camera.fit(
        m_layout.bounds(), {fontMetrics().averageCharWidth() * 12.0, fontMetrics().height() * 2.0}); // room for names
    viewport()->update();
}

void TopologyMap::touch()
{
    m_isTouched = true;
    m_wanted.reset();
    viewport()->update();
}

void TopologyMap::zoom(double factor)
{
    zoomAt(QRectF(viewport()->rect()).center(), factor);
}

void TopologyMap::zoomAt(QPointF point, double factor)
{
    m_camera.zoomAt(point, factor);
    touch();
}

void TopologyMap::moveBy(QPointF pixels)
{
    m_camera.moveBy(pixels);
    touch();
}

std::optional<TopologyMap::Look> TopologyMap::look() const
{
    if (m_wanted || !m_isTouched || m_layout.size() == 0)
        return m_wanted;
    const int nearest = m_layout.nearest(m_camera.centre);
    return Look{.node = m_topology.nodes()[nearest].name,
        .from = m_camera.centre - m_layout.position(nearest),
        .scale = m_camera.scale};
}

/// Looks at what is wanted, also while that still moves to its place.
void TopologyMap::lookAgain()
{
    if (!m_wanted)
        return;
    const auto node = std::ranges::find(m_topology.nodes(), m_wanted->node, &TopologyNode::name);
    if (node == m_topology.nodes().end())
        return; // it may still come
    m_isTouched = true;
    m_camera.centre = m_layout.position(int(node - m_topology.nodes().begin())) + m_wanted->from;
    m_camera.scale = m_wanted->scale;
    if (m_layout.isDone())
        m_wanted.reset();
}

QRect TopologyMap::visualRect(const QModelIndex &index) const
{
    return index.isValid() && index.row() < m_layout.size() // which comes after the model
        ? m_painter.nodeRect(index.row(), m_camera).adjusted(-2, -2, 2, 2).toAlignedRect()
        : QRect();
}

QModelIndex TopologyMap::indexAt(const QPoint &point) const
{
    const int node = m_painter.nodeAt(point, m_camera);
    return node < 0 ? QModelIndex() : m_topology.index(node);
}

const TopologyLink *TopologyMap::linkAt(QPoint point) const
{
    return m_painter.linkAt(point, m_camera);
}

void TopologyMap::scrollTo(const QModelIndex &index, ScrollHint)
{
    if (!index.isValid())
        return;
    const QRect inner = viewport()->rect().adjusted(40, 30, -40, -40);
    const QPointF at = visualRect(index).center();
    const QPointF inside(std::clamp(at.x(), double(inner.left()), double(std::max(inner.left(), inner.right()))),
        std::clamp(at.y(), double(inner.top()), double(std::max(inner.top(), inner.bottom()))));
    if (inside != at)
        moveBy(inside - at);
}

void TopologyMap::doItemsLayout()
{
    viewport()->update(); // there are no rows to lay out
}

void TopologyMap::updateGeometries()
{
    // Nor anything to scroll.
}

void TopologyMap::scrollContentsBy(int dx, int dy)
{
    moveBy({double(dx), double(dy)});
}

void TopologyMap::resizeEvent(QResizeEvent *event)
{
    QListView::resizeEvent(event);
    fitIfUntouched();
}

void TopologyMap::wheelEvent(QWheelEvent *event)
{
    zoomAt(event->position(), std::pow(1.2, event->angleDelta().y() / 120.0));
    event->accept();
}

void TopologyMap::keyPressEvent(QKeyEvent *event)
{
    static const QHash<int, QPointF> moves{{Qt::Key_Left, {keyStep, 0}}, {Qt::Key_Right, {-keyStep, 0}},
        {Qt::Key_Up, {0, keyStep}}, {Qt::Key_Down, {0, -keyStep}}};
    if ((event->modifiers() & Qt::ControlModifier) && moves.contains(event->key()))
        return moveBy(moves.value(event->key()));
    switch (event->key()) {
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        return zoom(1.25);
    case Qt::Key_Minus:
        return zoom(0.8);
    case Qt::Key_0:
        return fit();
    default:
        return QListView::keyPressEvent(event);
    }
}

void TopologyMap::mousePressEvent(QMouseEvent *event)
{
    m_hasMoved = false;
    if (event->button() == Qt::LeftButton && !indexAt(event->position().toPoint()).isValid())
        m_dragged = event->position().toPoint();
    else
        QListView::mousePressEvent(event);
}

void TopologyMap::mouseMoveEvent(QMouseEvent *event)
{
    const QPoint at = event->position().toPoint();
    if (m_dragged) {
        m_hasMoved = m_hasMoved || (at - *m_dragged).manhattanLength() > 3;
        if (m_hasMoved) {
            moveBy(at - *m_dragged);
            m_dragged = at;
        }
        return;
    }
    if (event->buttons() != Qt::NoButton)
        return; // nothing is selected by dragging
    const TopologyLink *link = indexAt(at).isValid() ? nullptr : linkAt(at);
    viewport()->setCursor(
        indexAt(at).isValid() || (link && !link->policies.isEmpty()) ? Qt::PointingHandCursor : Qt::ArrowCursor);
    QListView::mouseMoveEvent(event);
}

void TopologyMap::mouseReleaseEvent(QMouseEvent *event)
{
    if (!m_dragged) {
        QListView::mouseReleaseEvent(event);
        return;
    }
    m_dragged.reset();
    if (m_hasMoved)
        return;
    const TopologyLink *link = linkAt(event->position().toPoint());
    if (link && !link->policies.isEmpty()) {
        Q_EMIT policyChosen(m_topology.worstPolicy(*link));
    } else {
        deselect();
    }
}

bool TopologyMap::viewportEvent(QEvent *event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto *help = static_cast<QHelpEvent *>(event);
        if (!indexAt(help->pos()).isValid()) {
            const TopologyLink *link = linkAt(help->pos());
            QToolTip::showText(help->globalPos(), link ? m_topology.linkText(*link) : QString(), viewport());
            return true;
        }
    }
    return QListView::viewportEvent(event);
}

void TopologyMap::paintEvent(QPaintEvent *)
{
    QPainter painter(viewport());
    m_painter.paint(painter,
        {.camera = m_camera,
            .current = currentIndex().isValid() ? currentIndex().row() : -1,
            .hasFocus = hasFocus(),
            .palette = palette(),
            .font = font()});
}

QModelIndex TopologyMap::moveCursor(CursorAction action, Qt::KeyboardModifiers)
{
    if (m_topology.nodes().isEmpty())
        return {};
    if (!currentIndex().isValid())
        return m_topology.index(0);
    const auto nextTowards
        = [this](QPointF direction) { return m_topology.index(m_layout.nextTowards(currentIndex().row(), direction)); };
    switch (action) {
    case MoveLeft:
        return nextTowards({-1, 0});
    case MoveRight:
        return nextTowards({1, 0});
    case MoveUp:
        return nextTowards({0, -1});
    case MoveDown:
        return nextTowards({0, 1});
    case MoveHome:
        return m_topology.index(0);
    case MoveEnd:
        return m_topology.index(m_topology.rowCount() - 1);
    case MoveNext:
    case MovePageDown:
        return m_topology.index(std::min(currentIndex().row() + 1, m_topology.rowCount() - 1));
    case MovePrevious:
    case MovePageUp:
        return m_topology.index(std::max(currentIndex().row() - 1, 0));
    }
    return currentIndex();
}

void TopologyMap::setSelection(const QRect &rect, QItemSelectionModel::SelectionFlags command)
{
    const QModelIndex index = indexAt(rect.center());
    selectionModel()->select(index.isValid() ? QItemSelection(index, index) : QItemSelection(), command);
}

QRegion TopologyMap::visualRegionForSelection(const QItemSelection &selection) const
{
    return selection.isEmpty() ? QRegion() : QRegion(viewport()->rect());
}

} // namespace patronus
