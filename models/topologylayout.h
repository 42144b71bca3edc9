// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QPointF>
#include <QRectF>
#include <QStringList>

#include <chrono>
#include <vector>

namespace patronus {

/// Finds places for the nodes of a graph, in a plane where a link is about 1 long: linked nodes draw each other near,
/// all push each other away (Fruchterman and Reingold, https://doi.org/10.1002/spe.4380211102; what is far counts by
/// the cell that it is in).
///
/// What is there stays where it is as others come and go: only these look for a place. Where more than a third is new,
/// all are arranged again, from where they are. The same calls give the same places, however the work is cut into
/// stretches.
class TopologyLayout
{
public:
    using Links = QList<std::pair<int, int>>; ///< places in the list of names

    void setGraph(const QStringList &names, const Links &links);
    void arrangeAnew(); ///< as if all had just come

    /// Works for about @p most at most; false: everything has its place.
    bool advance(std::chrono::microseconds most);
    [[nodiscard]] bool isDone() const { return m_rounds <= 0; }
    [[nodiscard]] int size() const { return int(m_nodes.size()); }
    [[nodiscard]] QPointF position(int node) const { return m_nodes[size_t(node)].at; } ///< of setGraph()'s names
    [[nodiscard]] QRectF bounds() const; ///< that all nodes are in
    [[nodiscard]] int nearest(QPointF place) const; ///< there has to be a node
    /// The node that one comes to from @p node in @p direction, which is 1 long; @p node itself: there is none.
    [[nodiscard]] int nextTowards(int node, QPointF direction) const;

private:
    struct Node {
        QPointF at, force = {};
        bool isHot = true; ///< looks for a place
        std::vector<int> linked = {}; ///< with these
    };
    struct Cell {
        QPointF centre; ///< of its nodes
        std::vector<int> nodes = {};
    };
    [[nodiscard]] std::vector<QPointF> freshPlaces() const;
    void placeNew(const std::vector<bool> &isNew);
    void begin();
    void beginRound();
    void endRound();
    [[nodiscard]] int cellOf(QPointF at) const;
    [[nodiscard]] QPointF forceOn(int node) const;

    QStringList m_names;
    std::vector<Node> m_nodes;
    bool m_isAll = true; // not a few look for a place among the others
    int m_rounds = 0, m_allRounds = 0; // still to go, and at the beginning
    // Of the round that runs.
    int m_next = -1; ///< whose force comes next; -1: the round has not begun
    std::vector<Cell> m_cells;
    int m_columns = 1;
    QPointF m_corner;
    double m_cellSize = 1;
};

} // namespace patronus
