// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/chartmodel.h"

#include <QFrame>

class QChart;
class QChartView;
class QDateTimeAxis;
class QLabel;
class QStackedWidget;
class QValueAxis;

namespace patronus {

/// One chart with its title, and each line's name and last value beside its own mark. Where there is no data the line
/// is broken; where there is nothing at all it says why.
class MetricChart : public QFrame
{
    Q_OBJECT

public:
    /// @p model has to outlive it.
    explicit MetricChart(const ChartModel &model, QWidget *parent = nullptr);

protected:
    void changeEvent(QEvent *event) override;

private:
    void refresh();

    const ChartModel &m_model;
    QLabel *m_legend;
    QLabel *m_empty;
    QStackedWidget *m_pages;
    QChart *m_chart = nullptr; // until it is there, a change of the palette needs nothing
    QDateTimeAxis *m_time;
    QValueAxis *m_value;
};

/// All charts of a cluster, with where their numbers come from.
class MetricsView : public QWidget
{
    Q_OBJECT

public:
    /// @p cluster has to outlive it.
    explicit MetricsView(class ClusterModel &cluster, QWidget *parent = nullptr);
};

} // namespace patronus
