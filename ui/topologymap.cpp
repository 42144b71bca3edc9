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
constexpr double closest = 200, farthest = 4; // pixels for a link
constexpr double closestFit = 110; // so few nodes do not stand like islands
constexpr double nearLink = 5; // pixels

double distanceTo(const QLineF &line, QPointF point)
{
    const QPointF along = line.p2() - line.p1(), to = point - line.p1();
    const double length = QPointF::dotProduct(along, along);
    const double part = length > 0 ? std::clamp(QPointF::dotProduct(to, along) / length, 0.0, 1.0) : 0;
    return QLineF(line.p1() + along * part, point).length();
}

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
    fitIfUntouched();
}

void TopologyMap::fitIfUntouched()
{
    m_camera.size = viewport()->size();
    if (m_isTouched || m_topology.nodes().isEmpty())
        return;
    QPointF low = m_layout.position(0), high = low;
    for (int node = 1; node < m_topology.nodes().size(); ++node) {
        const QPointF at = m_layout.position(node);
        low = {std::min(low.x(), at.x()), std::min(low.y(), at.y())};
        high = {std::max(high.x(), at.x()), std::max(high.y(), at.y())};
    }
    const double names = fontMetrics().averageCharWidth() * 12, line = fontMetrics().height();
    const QPointF room = high - low;
    m_camera.centre = (low + high) / 2;
    m_camera.scale = std::clamp(std::min((viewport()->width() - 2 * names) / std::max(room.x(), 0.1),
                                    (viewport()->height() - 4 * line) / std::max(room.y(), 0.1)),
        farthest, closestFit);
    viewport()->update();
}

void TopologyMap::zoom(double factor)
{
    zoomAt(QRectF(viewport()->rect()).center(), factor);
}

void TopologyMap::zoomAt(QPointF point, double factor)
{
    m_isTouched = true;
    const QPointF place = m_camera.fromScreen(point);
    m_camera.scale = std::clamp(m_camera.scale * factor, farthest, closest);
    m_camera.centre += place - m_camera.fromScreen(point);
    viewport()->update();
}

void TopologyMap::moveBy(QPointF pixels)
{
    m_isTouched = true;
    m_camera.centre -= pixels / m_camera.scale;
    viewport()->update();
}

QRect TopologyMap::visualRect(const QModelIndex &index) const
{
    return index.isValid() && index.row() < m_layout.size() // which comes after the model
        ? m_painter.nodeRect(index.row(), m_camera).adjusted(-2, -2, 2, 2).toAlignedRect()
        : QRect();
}

QModelIndex TopologyMap::indexAt(const QPoint &point) const
{
    int best = -1;
    double least = 0;
    for (int node = 0; node < m_topology.nodes().size(); ++node) {
        const QRectF rect = m_painter.nodeRect(node, m_camera).adjusted(-4, -4, 4, 4);
        const double distance = QLineF(rect.center(), point).length();
        if (rect.contains(point) && (best < 0 || distance < least)) {
            best = node;
            least = distance;
        }
    }
    return best < 0 ? QModelIndex() : m_topology.index(best);
}

const TopologyLink *TopologyMap::linkAt(QPoint point) const
{
    const TopologyLink *best = nullptr;
    double least = nearLink;
    for (const TopologyLink &link : m_topology.links()) {
        const LinkKind kind = link.policies.isEmpty() ? LinkKind::Peering : LinkKind::Path;
        if (const double distance = distanceTo(m_painter.line(link, kind, m_camera), point); distance < least) {
            best = &link;
            least = distance;
        }
    }
    return best;
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
    const double step = 60;
    const bool moves = event->modifiers() & Qt::ControlModifier;
    switch (event->key()) {
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        return zoom(1.25);
    case Qt::Key_Minus:
        return zoom(0.8);
    case Qt::Key_0:
        return fit();
    case Qt::Key_Left:
        if (moves)
            return moveBy({step, 0});
        break;
    case Qt::Key_Right:
        if (moves)
            return moveBy({-step, 0});
        break;
    case Qt::Key_Up:
        if (moves)
            return moveBy({0, step});
        break;
    case Qt::Key_Down:
        if (moves)
            return moveBy({0, -step});
        break;
    default:
        break;
    }
    QListView::keyPressEvent(event);
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

QModelIndex TopologyMap::nextTowards(QPointF direction) const
{
    const QPointF from = m_layout.position(currentIndex().row());
    int best = currentIndex().row();
    double least = 0;
    for (int node = 0; node < m_topology.nodes().size(); ++node) {
        const QPointF to = m_layout.position(node) - from;
        const double ahead = QPointF::dotProduct(to, direction);
        const double aside = std::abs(to.x() * direction.y() - to.y() * direction.x());
        if (ahead <= 0 || aside > 2 * ahead)
            continue;
        if (const double far = ahead + 2 * aside; best == currentIndex().row() || far < least) {
            best = node;
            least = far;
        }
    }
    return m_topology.index(best);
}

QModelIndex TopologyMap::moveCursor(CursorAction action, Qt::KeyboardModifiers)
{
    if (m_topology.nodes().isEmpty())
        return {};
    if (!currentIndex().isValid())
        return m_topology.index(0);
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
