// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/chartmodel.h"

#include <QFrame>

class QChart;
class QDateTimeAxis;
class QLabel;
class QStackedWidget;
class QValueAxis;

namespace patronus {

class ChartCanvas;

/// One chart with its title, and each line's name and value beside its own mark: the last one, or that of the time
/// which is pointed at. Where there is no data the line is broken; where there is nothing at all it says why.
class MetricChart : public QFrame
{
    Q_OBJECT

public:
    /// @p model has to outlive it.
    explicit MetricChart(const ChartModel &model, QWidget *parent = nullptr);

    void setCursorTime(std::optional<WallTime> time); ///< whose values are shown; nullopt: the last ones

Q_SIGNALS:
    void pointedAt(const std::optional<patronus::WallTime> &time); ///< with the mouse or the arrow keys

protected:
    void changeEvent(QEvent *event) override;
    void showEvent(QShowEvent *event) override;

private:
    void refresh();
    void draw();
    void refreshValues();
    void refreshAxes(double top);
    void drawLine(const ChartModel::Line &line, const QPen &pen, double factor);
    void onPointedAt(const std::optional<WallTime> &time);

    const ChartModel &m_model;
    std::optional<WallTime> m_cursor;
    bool m_isDrawn = false; // as the model is: what nobody sees is not
    QLabel *m_title;
    QLabel *m_legend;
    QLabel *m_empty;
    QStackedWidget *m_pages;
    QChart *m_chart = nullptr; // until it is there, a change of the palette needs nothing
    ChartCanvas *m_canvas;
    QDateTimeAxis *m_time;
    QValueAxis *m_value;
};

} // namespace patronus
