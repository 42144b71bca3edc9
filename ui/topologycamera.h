// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPointF>
#include <QRectF>
#include <QSize>

namespace patronus {

/// Which part of the plane of a TopologyLayout is seen, and how large. Points are pixels of the screen, places are of
/// the plane.
struct TopologyCamera {
    QPointF centre; ///< of the plane, in the middle of the screen
    double scale = 60; ///< pixels for the length of a link
    QSize size; ///< of the screen, in pixels

    [[nodiscard]] QPointF toScreen(QPointF place) const;
    [[nodiscard]] QPointF fromScreen(QPointF point) const;
    void zoomAt(QPointF point, double factor); ///< what is there stays there
    void moveBy(QPointF pixels);
    /// All of @p places is seen, with @p margin pixels at each side.
    void fit(const QRectF &places, QSizeF margin);
};

} // namespace patronus
