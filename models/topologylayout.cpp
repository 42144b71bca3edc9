// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/topologylayout.h"

#include <QElapsedTimer>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace patronus {

namespace {

constexpr double goldenAngle = std::numbers::pi * 0.76393202250021030; // turns by it never meet again
constexpr double gravityAcross = 0.5, gravityDown = 0.9; // windows are wider than high
constexpr int roundsForFew = 60;
constexpr int nodesBetweenLooksAtTheTime = 16;

QPointF turned(int step, double radius)
{
    return {radius * std::cos(step * goldenAngle), radius * std::sin(step * goldenAngle)};
}

double lengthOf(QPointF vector)
{
    return std::hypot(vector.x(), vector.y());
}

/// How strongly something of @p weight at @p from pushes what is at @p at.
QPointF push(QPointF at, QPointF from, double weight)
{
    const QPointF away = at - from;
    const double distance = std::max(QPointF::dotProduct(away, away), 1e-4);
    return away * (weight / distance);
}

} // namespace

void TopologyLayout::setGraph(const QStringList &names, const Links &links)
{
    QHash<QString, QPointF> held;
    for (size_t i = 0; i < m_nodes.size(); ++i)
        held.insert(m_names[qsizetype(i)], m_nodes[i].at);
    QHash<std::pair<QString, QString>, bool> heldLinks;
    for (size_t i = 0; i < m_nodes.size(); ++i)
        for (const int other : m_nodes[i].linked)
            if (int(i) < other)
                heldLinks.insert({m_names[qsizetype(i)], m_names[other]}, true);

    qsizetype newNodes = 0, newLinks = 0;
    std::vector<bool> isNew(size_t(names.size()));
    m_nodes.assign(size_t(names.size()), {});
    m_names = names;
    for (qsizetype i = 0; i < names.size(); ++i) {
        const auto place = held.constFind(names[i]);
        isNew[size_t(i)] = place == held.cend();
        newNodes += isNew[size_t(i)];
        if (place != held.cend())
            m_nodes[size_t(i)].at = *place;
    }
    for (const auto &[one, other] : links) {
        m_nodes[size_t(one)].linked.push_back(other);
        m_nodes[size_t(other)].linked.push_back(one);
        newLinks += !heldLinks.contains({names[std::min(one, other)], names[std::max(one, other)]});
    }
    if (newNodes == names.size()) {
        arrangeAnew();
        return;
    }
    const bool isOther = 3 * newNodes > names.size() || 3 * newLinks > links.size();
    for (size_t i = 0; i < m_nodes.size(); ++i)
        m_nodes[i].isHot = isOther || isNew[i];
    placeNew(isNew);
    begin();
}

void TopologyLayout::arrangeAnew()
{
    const std::vector<QPointF> places = freshPlaces();
    for (size_t i = 0; i < m_nodes.size(); ++i) {
        m_nodes[i].at = places[i];
        m_nodes[i].isHot = true;
    }
    begin();
}

void TopologyLayout::begin()
{
    const auto hot = std::ranges::count(m_nodes, true, &Node::isHot);
    m_isAll = hot == qsizetype(m_nodes.size());
    m_allRounds = hot == 0 ? 0 : m_isAll ? int(std::clamp<qsizetype>(300'000 / hot, 80, 300)) : roundsForFew;
    m_rounds = m_allRounds;
    m_next = -1;
}

/// Each beside the one over which it was found, the one with most links first.
std::vector<QPointF> TopologyLayout::freshPlaces() const
{
    std::vector<QPointF> places(m_nodes.size());
    std::vector<int> byLinks(m_nodes.size());
    std::iota(byLinks.begin(), byLinks.end(), 0);
    std::ranges::stable_sort(byLinks, std::greater(), [this](int node) { return m_nodes[size_t(node)].linked.size(); });
    std::vector<bool> isPlaced(m_nodes.size());
    std::vector<int> found;
    found.reserve(m_nodes.size());
    for (const int first : byLinks) {
        if (isPlaced[size_t(first)])
            continue;
        isPlaced[size_t(first)] = true;
        places[size_t(first)] = turned(int(found.size()), std::sqrt(double(found.size())));
        found.push_back(first);
        for (size_t next = found.size() - 1; next < found.size(); ++next) {
            int children = 0;
            for (const int child : m_nodes[size_t(found[next])].linked) {
                if (isPlaced[size_t(child)])
                    continue;
                isPlaced[size_t(child)] = true;
                places[size_t(child)]
                    = places[size_t(found[next])] + turned(int(found.size()), 1 + 0.3 * std::sqrt(double(++children)));
                found.push_back(child);
            }
        }
    }
    return places;
}

/// Amid those that it is linked with; who is linked with nobody stands outside.
void TopologyLayout::placeNew(const std::vector<bool> &isNew)
{
    double radius = 0;
    for (size_t i = 0; i < m_nodes.size(); ++i)
        if (!isNew[i])
            radius = std::max(radius, lengthOf(m_nodes[i].at));
    for (size_t i = 0; i < m_nodes.size(); ++i) {
        if (!isNew[i])
            continue;
        QPointF sum;
        int known = 0;
        for (const int other : m_nodes[i].linked)
            if (!isNew[size_t(other)]) {
                sum += m_nodes[size_t(other)].at;
                ++known;
            }
        m_nodes[i].at = known > 0 ? sum / known + turned(int(i), 0.7) : turned(int(i), radius + 1);
    }
}

QRectF TopologyLayout::bounds() const
{
    if (m_nodes.empty())
        return {};
    QPointF low = m_nodes.front().at, high = low;
    for (const Node &node : m_nodes) {
        low = {std::min(low.x(), node.at.x()), std::min(low.y(), node.at.y())};
        high = {std::max(high.x(), node.at.x()), std::max(high.y(), node.at.y())};
    }
    return {low, high};
}

int TopologyLayout::nearest(QPointF place) const
{
    const auto distance = [place](const Node &node) {
        const QPointF way = node.at - place;
        return QPointF::dotProduct(way, way);
    };
    return int(std::ranges::min_element(m_nodes, {}, distance) - m_nodes.begin());
}

int TopologyLayout::nextTowards(int node, QPointF direction) const
{
    int best = node;
    double least = 0;
    for (int other = 0; other < size(); ++other) {
        const QPointF to = position(other) - position(node);
        const double ahead = QPointF::dotProduct(to, direction);
        const double aside = std::abs(to.x() * direction.y() - to.y() * direction.x());
        if (ahead <= 0 || aside > 2 * ahead)
            continue;
        if (const double far = ahead + 2 * aside; best == node || far < least) {
            best = other;
            least = far;
        }
    }
    return best;
}

bool TopologyLayout::advance(std::chrono::microseconds most)
{
    QElapsedTimer stretch;
    stretch.start();
    while (m_rounds > 0) {
        if (m_next < 0)
            beginRound();
        const int all = int(m_nodes.size());
        while (m_next < all) {
            const int end = std::min(m_next + nodesBetweenLooksAtTheTime, all);
            for (; m_next < end; ++m_next)
                if (m_nodes[size_t(m_next)].isHot)
                    m_nodes[size_t(m_next)].force = forceOn(m_next);
            if (m_next < all && stretch.durationElapsed() >= most)
                return true;
        }
        endRound();
        if (m_rounds > 0 && stretch.durationElapsed() >= most)
            return true;
    }
    return false;
}

void TopologyLayout::beginRound()
{
    m_next = 0;
    QPointF low = m_nodes.front().at, high = low;
    for (const Node &node : m_nodes) {
        low = {std::min(low.x(), node.at.x()), std::min(low.y(), node.at.y())};
        high = {std::max(high.x(), node.at.x()), std::max(high.y(), node.at.y())};
    }
    // About as many cells as nodes in each: both then cost a node the root of all.
    const double columns = std::max(1.0, std::floor(std::pow(double(m_nodes.size()), 0.25)));
    m_columns = int(columns);
    m_corner = low;
    m_cellSize = std::max({high.x() - low.x(), high.y() - low.y(), 1e-3}) / columns * 1.0001;
    m_cells.assign(size_t(m_columns) * size_t(m_columns), {});
    for (size_t i = 0; i < m_nodes.size(); ++i) {
        Cell &cell = m_cells[size_t(cellOf(m_nodes[i].at))];
        cell.centre += m_nodes[i].at;
        cell.nodes.push_back(int(i));
    }
    for (Cell &cell : m_cells)
        if (!cell.nodes.empty())
            cell.centre /= double(cell.nodes.size());
}

int TopologyLayout::cellOf(QPointF at) const
{
    const QPointF place = (at - m_corner) / m_cellSize;
    return int(place.y()) * m_columns + int(place.x());
}

QPointF TopologyLayout::forceOn(int node) const
{
    const Node &own = m_nodes[size_t(node)];
    QPointF force(-gravityAcross * own.at.x(), -gravityDown * own.at.y());
    const int home = cellOf(own.at);
    for (int i = 0; i < int(m_cells.size()); ++i) {
        const Cell &cell = m_cells[size_t(i)];
        const bool isNear
            = std::abs(i / m_columns - home / m_columns) <= 1 && std::abs(i % m_columns - home % m_columns) <= 1;
        if (!isNear) {
            if (!cell.nodes.empty())
                force += push(own.at, cell.centre, double(cell.nodes.size()));
            continue;
        }
        for (const int other : cell.nodes)
            if (other != node)
                force += push(own.at, m_nodes[size_t(other)].at, 1);
    }
    for (const int other : own.linked) {
        const QPointF towards = m_nodes[size_t(other)].at - own.at;
        force += towards * lengthOf(towards);
    }
    return force;
}

void TopologyLayout::endRound()
{
    // Ever shorter steps: what moves no more has its place.
    const double left = double(m_rounds) / m_allRounds;
    const double longest = left * (m_isAll ? 0.5 + 0.05 * std::sqrt(double(m_nodes.size())) : 0.3);
    for (Node &node : m_nodes) {
        if (!node.isHot)
            continue;
        const double length = lengthOf(node.force);
        if (length > 0)
            node.at += node.force * (std::min(length, longest) / length);
    }
    m_next = -1;
    --m_rounds;
}

} // namespace patronus
