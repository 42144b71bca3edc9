// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/topologypainter.h"

#include "ui/theme.h"

#include <QIcon>
#include <QMap>
#include <QPainter>
#include <QSet>

#include <algorithm>
#include <cmath>
#include <ranges>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

constexpr double nearNode = 4, nearLink = 5; // pixels
constexpr double smallestNode = 6, smallestTrouble = 14, largestNode = 20; // pixels
constexpr double betweenLines = 2.5; // from the middle to the peering, and to the path
constexpr int mostNames = 400;
constexpr qsizetype mostFineLines = 4000; // more are drawn one pixel wide and without smooth edges
constexpr double fading = 0.55;

QColor mixed(const QColor &a, const QColor &b, double part)
{
    const auto mix = [part](int one, int other) { return int(one + (other - one) * part); };
    return {mix(a.red(), b.red()), mix(a.green(), b.green()), mix(a.blue(), b.blue())};
}

/// Where something is drawn already, in small squares.
class Taken
{
public:
    explicit Taken(double square) : m_square(square) { }
    /// Takes @p rect, unless a part of it is taken.
    bool take(const QRectF &rect)
    {
        QList<std::pair<int, int>> squares;
        for (int y = at(rect.top()); y <= at(rect.bottom()); ++y)
            for (int x = at(rect.left()); x <= at(rect.right()); ++x) {
                if (m_taken.contains({x, y}))
                    return false;
                squares.append({x, y});
            }
        for (const auto &square : std::as_const(squares))
            m_taken.insert(square);
        return true;
    }

private:
    [[nodiscard]] int at(double pixel) const { return int(std::floor(pixel / m_square)); }
    const double m_square;
    QSet<std::pair<int, int>> m_taken;
};

double distanceTo(const QLineF &line, QPointF point)
{
    const QPointF along = line.p2() - line.p1(), to = point - line.p1();
    const double length = QPointF::dotProduct(along, along);
    const double part = length > 0 ? std::clamp(QPointF::dotProduct(to, along) / length, 0.0, 1.0) : 0;
    return QLineF(line.p1() + along * part, point).length();
}

} // namespace

TopologyPainter::TopologyPainter(const TopologyModel &topology, const TopologyLayout &layout)
    : m_topology(topology), m_layout(layout)
{
}

QPen TopologyPainter::penOf(State state, LinkKind kind, double thickness)
{
    QPen pen(theme::stateColor(state), thickness * (kind == LinkKind::Peering ? 1.3 : 3), Qt::SolidLine, Qt::FlatCap);
    switch (state) {
    case State::Ready:
        break;
    case State::Working:
        pen.setDashPattern({8, 2, 2, 2});
        break;
    case State::Degraded:
        pen.setDashPattern({6, 3});
        break;
    case State::Failed:
        pen.setDashPattern({2, 2});
        break;
    case State::Unknown:
        pen.setDashPattern({1, 4});
        break;
    }
    return pen;
}

QRectF TopologyPainter::nodeRect(int node, const TopologyCamera &camera) const
{
    const TopologyNode &site = m_topology.nodes()[node];
    const bool isTrouble = site.sites.isEmpty() || site.state == State::Failed || site.state == State::Degraded;
    const double size = std::clamp(camera.scale * 0.45, isTrouble ? smallestTrouble : smallestNode, largestNode);
    QRectF rect(0, 0, size, size);
    rect.moveCenter(camera.toScreen(m_layout.position(node)));
    return rect;
}

QLineF TopologyPainter::line(const TopologyLink &link, LinkKind kind, const TopologyCamera &camera) const
{
    QLineF line(camera.toScreen(m_layout.position(link.from)), camera.toScreen(m_layout.position(link.to)));
    if (link.isPeering && !link.policies.isEmpty() && line.length() > 1) {
        const QLineF across = line.normalVector().unitVector();
        const double offset = kind == LinkKind::Peering ? betweenLines : -betweenLines;
        line.translate(across.dx() * offset, across.dy() * offset);
    }
    return line;
}

int TopologyPainter::nodeAt(QPoint point, const TopologyCamera &camera) const
{
    int best = -1;
    double least = 0;
    for (int node = 0; node < m_topology.nodes().size(); ++node) {
        const QRectF rect = nodeRect(node, camera).adjusted(-nearNode, -nearNode, nearNode, nearNode);
        const double distance = QLineF(rect.center(), point).length();
        if (rect.contains(point) && (best < 0 || distance < least)) {
            best = node;
            least = distance;
        }
    }
    return best;
}

const TopologyLink *TopologyPainter::linkAt(QPoint point, const TopologyCamera &camera) const
{
    const TopologyLink *best = nullptr;
    double least = nearLink;
    for (const TopologyLink &link : m_topology.links()) {
        const LinkKind kind = link.policies.isEmpty() ? LinkKind::Peering : LinkKind::Path;
        if (const double distance = distanceTo(line(link, kind, camera), point); distance < least) {
            best = &link;
            least = distance;
        }
    }
    return best;
}

void TopologyPainter::paint(QPainter &painter, const Look &look) const
{
    paintLinks(painter, look);
    const QList<int> nodes = byImportance(look);
    paintNodes(painter, look, nodes);
    paintNames(painter, look, nodes);
}

void TopologyPainter::paintLinks(QPainter &painter, const Look &look) const
{
    // One call for all of a kind and state; what is worst lies on top.
    QMap<std::tuple<bool, int, LinkKind>, QList<QLineF>> lines;
    const QRectF screen = QRectF(QPointF(), QSizeF(look.camera.size)).adjusted(-4, -4, 4, 4);
    const auto add = [&](const TopologyLink &link, LinkKind kind, State state) {
        const QLineF found = line(link, kind, look.camera);
        if (!screen.intersects(QRectF(found.p1(), found.p2()).normalized().adjusted(-1, -1, 1, 1)))
            return;
        const bool isOfCurrent = link.from == look.current || link.to == look.current;
        lines[{isOfCurrent, -severityRank(state), kind}].append(found);
    };
    for (const TopologyLink &link : m_topology.links()) {
        if (link.isPeering)
            add(link, LinkKind::Peering, link.peering);
        if (!link.policies.isEmpty())
            add(link, LinkKind::Path, link.paths);
    }
    const bool isFine = m_topology.links().size() <= mostFineLines;
    painter.setRenderHint(QPainter::Antialiasing, isFine);
    for (auto group = lines.cbegin(); group != lines.cend(); ++group) {
        const auto &[isOfCurrent, rank, kind] = group.key();
        QPen pen = penOf(allStates[-rank], kind, std::clamp(look.camera.scale / 50, 0.5, 1.0));
        if (!isFine)
            pen.setWidth(0);
        if (look.current >= 0 && !isOfCurrent) // not transparent: where such lines cross, Qt takes fifty times as long
            pen.setColor(mixed(pen.color(), look.palette.color(QPalette::Base), fading));
        painter.setPen(pen);
        painter.drawLines(*group);
    }
    painter.setRenderHint(QPainter::Antialiasing);
}

void TopologyPainter::paintNodes(QPainter &painter, const Look &look, const QList<int> &nodes) const
{
    QMap<State, QIcon> icons;
    for (const State state : allStates)
        icons.insert(state, theme::stateIcon(state));
    for (const int node : std::views::reverse(nodes)) { // what matters lies on top
        const QRectF rect = nodeRect(node, look.camera);
        const TopologyNode &site = m_topology.nodes()[node];
        painter.setPen(Qt::NoPen);
        painter.setBrush(look.palette.base());
        if (rect.width() > smallestNode)
            painter.drawEllipse(rect.adjusted(-1.5, -1.5, 1.5, 1.5)); // lines end a little before
        if (node == look.current) {
            painter.setPen(QPen(look.palette.color(QPalette::Highlight), look.hasFocus ? 3 : 2));
            painter.drawEllipse(rect.adjusted(-4, -4, 4, 4));
        }
        if (site.sites.isEmpty()) {
            painter.setPen(QPen(theme::stateColor(State::Degraded), 1.5, Qt::DashLine));
            painter.drawRect(rect.adjusted(2, 2, -2, -2));
            continue;
        }
        const double ratio = painter.device()->devicePixelRatioF();
        painter.drawPixmap(rect, icons[site.state].pixmap(rect.size().toSize(), ratio), {});
    }
}

/// The nodes on the screen: the selected one, then what is not well, then hubs.
QList<int> TopologyPainter::byImportance(const Look &look) const
{
    QList<int> linked(m_topology.nodes().size());
    for (const TopologyLink &link : m_topology.links()) {
        ++linked[link.from];
        ++linked[link.to];
    }
    const QRectF screen = QRectF(QPointF(), QSizeF(look.camera.size)).adjusted(-30, -30, 30, 30);
    using Rank = std::tuple<bool, int, int, int>; // the last is the node
    std::vector<Rank> ranks;
    for (int node = 0; node < m_topology.nodes().size(); ++node)
        if (screen.contains(look.camera.toScreen(m_layout.position(node)))) {
            const TopologyNode &site = m_topology.nodes()[node];
            const int severity = site.sites.isEmpty() ? 1 : severityRank(site.state);
            ranks.emplace_back(node != look.current, severity, -linked[node], node);
        }
    std::ranges::sort(ranks);
    QList<int> nodes;
    for (const Rank &rank : ranks)
        nodes.append(std::get<3>(rank));
    return nodes;
}

void TopologyPainter::paintNames(QPainter &painter, const Look &look, const QList<int> &nodes) const
{
    QFont font = look.font;
    font.setPointSizeF(font.pointSizeF() * 0.9);
    const QFontMetricsF metrics(font);
    Taken taken(metrics.height() / 4);
    for (const int node : nodes)
        taken.take(nodeRect(node, look.camera).adjusted(3, 3, -3, -3));
    for (const int node : nodes.first(std::min<qsizetype>(nodes.size(), mostNames))) {
        const TopologyNode &site = m_topology.nodes()[node];
        QFont own = font;
        own.setItalic(site.sites.isEmpty());
        own.setBold(node == look.current);
        const QString name = metrics.elidedText(site.name, Qt::ElideMiddle, metrics.averageCharWidth() * 24);
        const QRectF at = nodeRect(node, look.camera);
        QRectF rect(0, 0, QFontMetricsF(own).horizontalAdvance(name) + 4, metrics.height());
        const double down = at.height() / 2 + rect.height() / 2 + (node == look.current ? 5 : 2);
        const double aside = at.width() / 2 + rect.width() / 2 + 3;
        const QPointF offsets[] = {{0, down}, {aside, 0}, {-aside, 0}, {0, -down}};
        const auto free = std::ranges::find_if(offsets, [&](const QPointF &offset) {
            rect.moveCenter(at.center() + offset);
            return taken.take(rect);
        });
        if (free == std::end(offsets)) {
            if (node != look.current)
                continue;
            rect.moveCenter(at.center() + offsets[0]);
        }
        QColor ground = look.palette.color(QPalette::Base);
        ground.setAlphaF(node == look.current ? 1.0F : 0.75F); // lines run behind
        painter.setFont(own);
        painter.fillRect(rect, ground);
        painter.setPen(look.palette.color(QPalette::Text));
        painter.drawText(rect, Qt::AlignCenter, name);
    }
}

} // namespace patronus
