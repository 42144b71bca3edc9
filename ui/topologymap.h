// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/topologypainter.h"

#include <QListView>

namespace patronus {

/// The topology as a map. To the keyboard and to a screen reader it is a list of nodes: arrows go to the nearest one in
/// their direction, letters to a name; plus, minus and 0 zoom, Ctrl and arrows move what is seen. What is selected is
/// held by the Site's UID.
class TopologyMap : public QListView
{
    Q_OBJECT

public:
    /// Both have to outlive it.
    TopologyMap(TopologyModel &topology, ClusterModel &cluster, QWidget *parent = nullptr);
    ~TopologyMap() override;

    void zoom(double factor);
    void fit(); ///< all is seen, and stays so until somebody zooms or moves it
    void arrangeAnew();
    void select(const ObjectKey &site); ///< where it is shown
    [[nodiscard]] Object selected() const; ///< a Site; null: none, or a name that leads nowhere
    [[nodiscard]] bool isArranged() const { return m_layout.isDone(); }
    [[nodiscard]] const TopologyLink *linkAt(QPoint point) const; ///< null: none
    /// What is looked at: it is found again by the node next to the middle, wherever that stands by then.
    struct Look {
        QString node;
        QPointF from; ///< the node, to the middle
        double scale = 0; ///< TopologyCamera's
    };
    [[nodiscard]] std::optional<Look> look() const; ///< nullopt: all is seen, nobody has zoomed or moved it
    void lookAt(const Look &look) { m_wanted = look; } ///< when its node has its place, unless somebody moves it before

    QRect visualRect(const QModelIndex &index) const override;
    QModelIndex indexAt(const QPoint &point) const override;
    void scrollTo(const QModelIndex &index, ScrollHint hint = EnsureVisible) override;
    void doItemsLayout() override;

Q_SIGNALS:
    void selectionMoved(); ///< another Site, or the selected one has gone
    void policyChosen(const patronus::ObjectKey &policy); ///< its path was clicked

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    bool viewportEvent(QEvent *event) override;
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;
    void scrollContentsBy(int dx, int dy) override;
    void updateGeometries() override;
    void currentChanged(const QModelIndex &current, const QModelIndex &previous) override;
    QModelIndex moveCursor(CursorAction action, Qt::KeyboardModifiers modifiers) override;
    void setSelection(const QRect &rect, QItemSelectionModel::SelectionFlags command) override;
    QRegion visualRegionForSelection(const QItemSelection &selection) const override;
    int horizontalOffset() const override { return 0; }
    int verticalOffset() const override { return 0; }

private:
    void lookAgain();
    void touch();
    void onLinksChanged();
    void onChanged();
    void deselect();
    void goOn();
    void fitIfUntouched();
    void zoomAt(QPointF point, double factor);
    void moveBy(QPointF pixels);

    TopologyModel &m_topology;
    ClusterModel &m_cluster;
    TopologyLayout m_layout;
    TopologyPainter m_painter;
    TopologyCamera m_camera;
    std::unique_ptr<Timer> m_timer; // of the stretches in which it is arranged
    Clock::time_point m_shown; // when it was last drawn while it is arranged
    bool m_isTouched = false; // somebody has zoomed or moved it
    std::optional<Look> m_wanted; // until it is found and has its place
    std::optional<QPoint> m_dragged; // from where the ground is being dragged
    bool m_hasMoved = false; // since it was pressed
    QString m_current; // the name of the selected node
    QString m_uid; // of its Site; empty: there was none
};

} // namespace patronus
