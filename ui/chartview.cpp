// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/chartview.h"

#include "models/clustermodel.h"
#include "ui/theme.h"

#include <QApplication>
#include <QChart>
#include <QChartView>
#include <QDateTimeAxis>
#include <QEvent>
#include <QGraphicsLayout>
#include <QGridLayout>
#include <QLabel>
#include <QLineSeries>
#include <QStackedWidget>
#include <QToolTip>
#include <QValueAxis>

#include <cmath>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

double milliseconds(WallTime time)
{
    return double(time.time_since_epoch().count());
}

/// Above the largest bucket nobody knows how far: drawn at the top of the chart.
constexpr double beyond = 10;

/// What the numbers of an axis that ends at @p top are multiplied with, and how they are written.
struct Scale {
    double factor;
    QString format;
};

Scale scaleOf(ChartModel::Unit unit, double top)
{
    const auto decimals = [](double end) { return end >= 10 ? u"%.0f"_s : end >= 1 ? u"%.1f"_s : u"%.2f"_s; };
    switch (unit) {
    case ChartModel::Unit::PerSecond:
        return {1, decimals(top) + u"/s"_s};
    case ChartModel::Unit::Seconds:
        return top < 1 ? Scale{1000, decimals(1000 * top) + u" ms"_s} : Scale{1, decimals(top) + u" s"_s};
    case ChartModel::Unit::Count:
        break;
    }
    return {1, top >= 2 ? u"%.0f"_s : u"%.1f"_s};
}

/// A round number above @p value for the axis' end: 1, 2 or 5 times a power of ten.
double roundedUp(double value)
{
    const double power = std::pow(10, std::floor(std::log10(value)));
    for (const double factor : {1.0, 2.0, 5.0})
        if (value <= factor * power)
            return factor * power;
    return 10 * power;
}

const char *mark(Qt::PenStyle style)
{
    return style == Qt::SolidLine ? "━━" : style == Qt::DashLine ? "╍╍" : style == Qt::DotLine ? "┅┅" : "━╍";
}

} // namespace

MetricChart::MetricChart(const ChartModel &model, QWidget *parent) : QFrame(parent), m_model(model)
{
    setObjectName(model.question().id);
    setFrameShape(StyledPanel);
    setBackgroundRole(QPalette::Base);
    setAutoFillBackground(true);
    auto *title = new QLabel(model.question().title);
    title->setFont(theme::heading(1.05));
    title->setToolTip(model.question().query);
    m_legend = new QLabel;
    m_legend->setTextFormat(Qt::RichText);
    m_legend->setWordWrap(true);
    m_legend->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_empty = new QLabel;
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setWordWrap(true);
    m_empty->setForegroundRole(QPalette::PlaceholderText);
    m_empty->setTextInteractionFlags(Qt::TextSelectableByMouse);

    m_chart = new QChart;
    m_chart->legend()->hide();
    m_chart->setBackgroundVisible(false);
    m_chart->setMargins({});
    m_chart->layout()->setContentsMargins(0, 0, 0, 0);
    m_time = new QDateTimeAxis;
    m_time->setFormat(u"HH:mm"_s);
    m_time->setTickCount(5);
    m_value = new QValueAxis;
    m_chart->addAxis(m_time, Qt::AlignBottom);
    m_chart->addAxis(m_value, Qt::AlignLeft);
    auto *view = new QChartView(m_chart);
    view->setRenderHint(QPainter::Antialiasing);
    view->setFrameShape(NoFrame);
    view->setBackgroundBrush(Qt::NoBrush);
    view->setMinimumHeight(110);
    view->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Ignored); // its hint is the size that it has
    view->setFocusPolicy(Qt::NoFocus);

    m_pages = new QStackedWidget;
    m_pages->addWidget(view);
    m_pages->addWidget(m_empty);
    auto *layout = new QVBoxLayout(this);
    layout->addWidget(title);
    layout->addWidget(m_legend);
    layout->addWidget(m_pages, 1);

    connect(&model, &ChartModel::changed, this, &MetricChart::refresh);
    refresh();
}

void MetricChart::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::PaletteChange && m_chart)
        refresh();
    QFrame::changeEvent(event);
}

void MetricChart::refresh()
{
    m_chart->removeAllSeries();
    const bool isEmpty = m_model.lines().isEmpty();
    m_pages->setCurrentIndex(isEmpty ? 1 : 0);
    m_empty->setText(m_model.emptyReason().isEmpty() ? tr("Waiting for the first scrape") : m_model.emptyReason());
    m_legend->setVisible(!isEmpty);

    double highest = 0;
    for (const ChartModel::Line &line : m_model.lines())
        for (const Point &point : line.points)
            if (!std::isnan(point.value))
                highest = std::max(highest, std::isinf(point.value) ? beyond : point.value);
    const double top = highest > 0 ? roundedUp(highest) : 1;
    const Scale scale = scaleOf(m_model.question().unit, top);

    QStringList legend, spoken;
    for (int i = 0; i < m_model.lines().size(); ++i) {
        const ChartModel::Line &line = m_model.lines()[i];
        const QPen pen(theme::seriesColor(i), 2, theme::seriesStyle(i));
        const QString last = m_model.valueText(m_model.latest(line.name));
        legend.append(u"<span style='white-space:nowrap'><span style='color:%1'>%2</span> %3 <b>%4</b></span>"_s.arg(
            pen.color().name(), QString::fromUtf8(mark(pen.style())), line.name.toHtmlEscaped(), last.toHtmlEscaped()));
        spoken.append(line.name + u' ' + last);
        QLineSeries *part = nullptr; // one for each stretch without a gap
        for (const Point &point : line.points) {
            if (std::isnan(point.value)) {
                part = nullptr;
                continue;
            }
            if (!part) {
                part = new QLineSeries;
                part->setName(line.name);
                part->setPen(pen);
                connect(part, &QLineSeries::hovered, this,
                    [this, name = line.name, scale](const QPointF &at, bool entered) {
                        if (entered)
                            QToolTip::showText(QCursor::pos(),
                                u"%1: %2\n%3"_s.arg(name, m_model.valueText(at.y() / scale.factor),
                                    QDateTime::fromMSecsSinceEpoch(qint64(at.x())).toString(u"HH:mm:ss"_s)),
                                this);
                    });
                m_chart->addSeries(part);
            }
            const double value = std::isinf(point.value) ? beyond : point.value;
            part->append(milliseconds(point.time), value * scale.factor);
            part->setPointsVisible(part->count() == 1); // a point alone makes no line
        }
    }
    m_legend->setText(legend.join(u" &nbsp; &nbsp; "_s));
    setAccessibleName(m_model.question().title);
    setAccessibleDescription(isEmpty ? m_empty->text() : spoken.join(u", "_s));

    const QColor text = theme::faintText();
    QColor grid = text;
    grid.setAlphaF(0.25F);
    QFont small = QApplication::font();
    small.setPointSizeF(small.pointSizeF() * 0.85);
    for (QAbstractAxis *axis : {static_cast<QAbstractAxis *>(m_time), static_cast<QAbstractAxis *>(m_value)}) {
        axis->setLabelsColor(text);
        axis->setLabelsFont(small);
        axis->setLinePenColor(grid);
        axis->setGridLineColor(grid);
        for (QAbstractSeries *series : m_chart->series())
            series->attachAxis(axis);
    }
    m_time->setGridLineVisible(false);
    const double from = milliseconds(m_model.from()), to = milliseconds(m_model.to());
    m_time->setRange(QDateTime::fromMSecsSinceEpoch(qint64(from)),
        QDateTime::fromMSecsSinceEpoch(qint64(to + (to - from) / 100))); // room for the last point's pen
    m_time->setFormat(to - from < 5 * 60'000 ? u"HH:mm:ss"_s : u"HH:mm"_s);
    m_value->setRange(0, top * scale.factor * 1.02);
    m_value->setTickType(QValueAxis::TicksDynamic);
    m_value->setTickInterval(top * scale.factor / 2);
    m_value->setLabelFormat(scale.format);
}

MetricsView::MetricsView(ClusterModel &cluster, QWidget *parent) : QWidget(parent)
{
    auto *heading = new QLabel(tr("Metrics"));
    heading->setFont(theme::heading(1.3));
    auto *source = new QLabel;
    source->setForegroundRole(QPalette::PlaceholderText);
    source->setTextInteractionFlags(Qt::TextSelectableByMouse);
    source->setWordWrap(true);
    const auto describe = [source, &cluster] { source->setText(cluster.metricsDescription()); };
    connect(&cluster, &ClusterModel::descriptionsChanged, source, describe);
    describe();
    auto *layout = new QGridLayout(this);
    layout->addWidget(heading, 0, 0);
    layout->addWidget(source, 1, 0, 1, 2);
    int place = 0;
    for (const ChartModel *chart : cluster.charts()) {
        layout->addWidget(new MetricChart(*chart), 2 + place / 2, place % 2);
        layout->setRowStretch(2 + place / 2, 1);
        ++place;
    }
}

} // namespace patronus
