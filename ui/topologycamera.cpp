// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/topologycamera.h"

#include <algorithm>

namespace patronus {

namespace {

constexpr double closest = 200, farthest = 4; // pixels for a link
constexpr double closestFit = 110; // so few nodes do not stand like islands

} // namespace

QPointF TopologyCamera::toScreen(QPointF place) const
{
    return (place - centre) * scale + QPointF(size.width(), size.height()) / 2;
}

QPointF TopologyCamera::fromScreen(QPointF point) const
{
    return (point - QPointF(size.width(), size.height()) / 2) / scale + centre;
}

void TopologyCamera::zoomAt(QPointF point, double factor)
{
    const QPointF place = fromScreen(point);
    scale = std::clamp(scale * factor, farthest, closest);
    centre += place - fromScreen(point);
}

void TopologyCamera::moveBy(QPointF pixels)
{
    centre -= pixels / scale;
}

void TopologyCamera::fit(const QRectF &places, QSizeF margin)
{
    centre = places.center();
    scale = std::clamp(std::min((size.width() - 2 * margin.width()) / std::max(places.width(), 0.1),
                           (size.height() - 2 * margin.height()) / std::max(places.height(), 0.1)),
        farthest, closestFit);
}

} // namespace patronus
