// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/topologylayout.h"
#include "models/topologymodel.h"
#include "ui/topologycamera.h"

#include <QFont>
#include <QLineF>
#include <QPalette>
#include <QPen>

class QPainter;

namespace patronus {

enum class LinkKind { Peering, Path };

/// How the topology looks: a Site is its state's icon, a name that leads nowhere an empty square; a peering is a thin
/// line, the path of Policies a thick one beside it; each state has a colour and a dash of its own.
class TopologyPainter
{
public:
    /// Both have to outlive it.
    TopologyPainter(const TopologyModel &topology, const TopologyLayout &layout);

    [[nodiscard]] static QPen penOf(State state, LinkKind kind, double thickness = 1);
    [[nodiscard]] QRectF nodeRect(int node, const TopologyCamera &camera) const; ///< without its name
    [[nodiscard]] QLineF line(const TopologyLink &link, LinkKind kind, const TopologyCamera &camera) const;

    /// What is drawn at a point of the screen, or very near to it: a node; -1: none.
    [[nodiscard]] int nodeAt(QPoint point, const TopologyCamera &camera) const;
    [[nodiscard]] const TopologyLink *linkAt(QPoint point, const TopologyCamera &camera) const; ///< null: none

    struct Look {
        TopologyCamera camera;
        int current = -1; ///< the node that is selected; its links stand out
        bool hasFocus = false;
        QPalette palette;
        QFont font;
    };
    void paint(QPainter &painter, const Look &look) const;

private:
    void paintLinks(QPainter &painter, const Look &look) const;
    void paintNodes(QPainter &painter, const Look &look, const QList<int> &nodes) const;
    void paintNames(QPainter &painter, const Look &look, const QList<int> &nodes) const;
    [[nodiscard]] QList<int> byImportance(const Look &look) const;

    const TopologyModel &m_topology;
    const TopologyLayout &m_layout;
};

} // namespace patronus
