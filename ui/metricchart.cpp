// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/metricchart.h"

#include "ui/chartcanvas.h"
#include "ui/theme.h"

#include <QApplication>
#include <QChart>
#include <QDateTimeAxis>
#include <QEvent>
#include <QGraphicsLayout>
#include <QLabel>
#include <QLineSeries>
#include <QStackedWidget>
#include <QToolTip>
#include <QVBoxLayout>
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
    // The axis has a number at its half, too, and its end is 1, 2 or 5 times a power of ten.
    const auto decimals = [](double end) { return u"%.%1f"_s.arg(std::max(0, 1 - int(std::floor(std::log10(end))))); };
    switch (unit) {
    case ChartModel::Unit::PerSecond:
        return {1, decimals(top) + u"/s"_s};
    case ChartModel::Unit::Seconds:
        return top < 1 ? Scale{1000, decimals(1000 * top) + u" ms"_s} : Scale{1, decimals(top) + u" s"_s};
    case ChartModel::Unit::Count:
        break;
    }
    return {1, std::fmod(top, 2) == 0 ? u"%.0f"_s : u"%.1f"_s};
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

constexpr qsizetype mostQuiet = 3; // names of them that a legend says

QDateTime dateTime(WallTime time)
{
    return QDateTime::fromMSecsSinceEpoch(time.time_since_epoch().count());
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
    m_title = new QLabel;
    m_title->setFont(theme::heading(1.05));
    m_title->setToolTip(model.promql());
    m_legend = new QLabel;
    m_legend->setTextFormat(Qt::RichText);
    m_legend->setWordWrap(true);
    m_legend->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_empty = new QLabel;
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setWordWrap(true);
    m_empty->setForegroundRole(QPalette::PlaceholderText);
    m_empty->setTextFormat(Qt::PlainText);
    m_empty->setTextInteractionFlags(Qt::TextSelectableByMouse);

    m_chart = new QChart;
    m_chart->legend()->hide();
    m_chart->setBackgroundVisible(false);
    m_chart->setMargins({});
    m_chart->layout()->setContentsMargins(0, 0, 0, 0);
    m_time = new QDateTimeAxis;
    m_time->setTickCount(5);
    m_value = new QValueAxis;
    m_chart->addAxis(m_time, Qt::AlignBottom);
    m_chart->addAxis(m_value, Qt::AlignLeft);
    m_canvas = new ChartCanvas(m_chart);
    m_canvas->setAccessibleName(
        tr("%1, values at the time of the cursor; the arrow keys move it").arg(model.question().title));

    m_pages = new QStackedWidget;
    m_pages->addWidget(m_canvas);
    m_pages->addWidget(m_empty);
    auto *layout = new QVBoxLayout(this);
    layout->addWidget(m_title);
    layout->addWidget(m_legend);
    layout->addWidget(m_pages, 1);

    connect(&model, &ChartModel::changed, this, &MetricChart::refresh);
    connect(m_canvas, &ChartCanvas::pointedAt, this, &MetricChart::onPointedAt);
    refresh();
}

void MetricChart::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::PaletteChange && m_chart)
        refresh();
    QFrame::changeEvent(event);
}

void MetricChart::onPointedAt(const std::optional<WallTime> &time)
{
    setCursorTime(time);
    Q_EMIT pointedAt(time);
    QStringList marks;
    if (time)
        for (const ChartMark &mark : m_canvas->marksAt(*time))
            marks.append(dateTime(mark.from).toString(u"HH:mm:ss "_s) + mark.text);
    if (marks.isEmpty())
        QToolTip::hideText();
    else
        QToolTip::showText(QCursor::pos(), marks.join(u'\n'), m_canvas);
}

void MetricChart::setCursorTime(std::optional<WallTime> time)
{
    if (std::exchange(m_cursor, time) == time)
        return;
    m_canvas->setCursorTime(time);
    refreshValues();
}

void MetricChart::showEvent(QShowEvent *event)
{
    if (!m_isDrawn)
        draw();
    QFrame::showEvent(event);
}

void MetricChart::refresh()
{
    const bool isEmpty = m_model.lines().isEmpty();
    m_pages->setCurrentIndex(isEmpty ? 1 : 0);
    m_empty->setText(m_model.emptyReason().isEmpty() ? tr("Waiting for the first answer") : m_model.emptyReason());
    m_legend->setVisible(!isEmpty);
    refreshValues();
    m_isDrawn = false;
    if (isVisible())
        draw();
}

void MetricChart::draw()
{
    m_isDrawn = true;
    m_chart->removeAllSeries();
    m_canvas->setMarks(m_model.marks());

    double highest = 0;
    for (const ChartModel::Line &line : m_model.lines())
        for (const Point &point : line.points)
            if (!std::isnan(point.value))
                highest = std::max(highest, std::isinf(point.value) ? beyond : point.value);
    const double top = highest > 0 ? roundedUp(highest) : 1;
    const double factor = scaleOf(m_model.question().unit, top).factor;
    for (int i = 0; i < m_model.lines().size(); ++i)
        drawLine(m_model.lines()[i], QPen(theme::seriesColor(i), 2, theme::seriesStyle(i)), factor);
    refreshAxes(top);
}

/// A series for each stretch without a gap.
void MetricChart::drawLine(const ChartModel::Line &line, const QPen &pen, double factor)
{
    QList<QPointF> stretch;
    const auto drawStretch = [&] {
        if (stretch.isEmpty())
            return;
        auto *series = new QLineSeries;
        series->setName(line.name);
        series->setPen(pen);
        series->setPointsVisible(stretch.size() == 1); // a point alone makes no line
        series->append(std::exchange(stretch, {}));
        m_chart->addSeries(series);
    };
    for (const Point &point : line.points)
        if (std::isnan(point.value))
            drawStretch();
        else
            stretch.append({milliseconds(point.time), (std::isinf(point.value) ? beyond : point.value) * factor});
    drawStretch();
}

void MetricChart::refreshValues()
{
    const QString title = m_model.question().title;
    m_title->setText(m_cursor ? tr("%1 at %2").arg(title, dateTime(*m_cursor).toString(u"HH:mm:ss"_s)) : title);
    QStringList legend, spoken;
    for (int i = 0; i < m_model.lines().size(); ++i) {
        const ChartModel::Line &line = m_model.lines()[i];
        const double value = m_cursor ? ChartModel::valueAt(line, *m_cursor) : m_model.latest(line.name);
        const QString text = m_model.valueText(value);
        legend.append(u"<span style='white-space:nowrap'><span style='color:%1'>%2</span> %3 <b>%4</b></span>"_s.arg(
            theme::seriesColor(i).name(), QString::fromUtf8(mark(theme::seriesStyle(i))), line.name.toHtmlEscaped(),
            text.toHtmlEscaped()));
        spoken.append(line.name + u' ' + text);
    }
    if (!m_model.quiet().isEmpty()) {
        QStringList names;
        for (const ChartModel::Line &line : m_model.quiet().first(std::min(mostQuiet, m_model.quiet().size())))
            names.append(line.name);
        QString text = tr("at 0: %1").arg(names.join(u", "_s));
        if (const qsizetype more = m_model.quiet().size() - names.size(); more > 0)
            text += u" +%1"_s.arg(more);
        legend.append(u"<span style='color:%1'>%2</span>"_s.arg(theme::faintText().name(), text.toHtmlEscaped()));
    }
    m_legend->setText(legend.join(u" &nbsp; &nbsp; "_s));
    setAccessibleName(title);
    const QString description = m_model.lines().isEmpty() ? m_empty->text() : spoken.join(u", "_s);
    setAccessibleDescription(description);
    m_canvas->setAccessibleDescription(description);
}

void MetricChart::refreshAxes(double top)
{
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
    const WallTime from = m_model.from(),
                   to = m_model.to() + (m_model.to() - from) / 100; // room for the last point's pen
    m_time->setRange(dateTime(from), dateTime(to));
    m_canvas->setTime(from, to);
    using namespace std::chrono_literals;
    m_time->setFormat(to - from < 30min ? u"HH:mm:ss"_s : to - from <= 25h ? u"HH:mm"_s : u"ddd HH:mm"_s);
    const Scale scale = scaleOf(m_model.question().unit, top);
    // Above the lines there is room for what the marks are called.
    m_value->setRange(0, top * scale.factor * (m_canvas->hasMarksInView() ? 1.2 : 1.02));
    m_value->setTickType(QValueAxis::TicksDynamic);
    m_value->setTickInterval(top * scale.factor / 2);
    m_value->setLabelFormat(scale.format);
}

} // namespace patronus
