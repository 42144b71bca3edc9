// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/clustermodel.h"

#include <QWidget>

class KMessageWidget;
class QComboBox;
class QGridLayout;
class QLabel;
class QPushButton;

namespace patronus {

class MetricChart;

/// All charts of a cluster, with where their numbers come from; the time that they show can be chosen and held, and
/// what they show saved as a picture or as numbers.
class MetricsView : public QWidget
{
    Q_OBJECT

public:
    /// @p cluster has to outlive it.
    explicit MetricsView(ClusterModel &cluster, QWidget *parent = nullptr);

    void savePicture(const QString &file); ///< PNG
    void saveNumbers(const QString &file); ///< CSV

private:
    [[nodiscard]] QWidget *makeTools();
    [[nodiscard]] QWidget *makeCharts();
    void describe();
    void onRangeChanged();
    void chooseFile(const QString &title, const QString &suffix, const QString &filter,
        void (MetricsView::*save)(const QString &file));
    void write(const QString &file, const QByteArray &bytes);
    [[nodiscard]] QString caption() const;

    ClusterModel &m_cluster;
    QLabel *m_source;
    QPushButton *m_choose;
    QLabel *m_remark;
    QComboBox *m_span = nullptr;
    QPushButton *m_pause = nullptr;
    QWidget *m_charts = nullptr;
    KMessageWidget *m_outcome;
};

} // namespace patronus
