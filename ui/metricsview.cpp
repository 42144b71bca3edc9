// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/metricsview.h"

#include "models/charttable.h"
#include "ui/message.h"
#include "ui/metricchart.h"
#include "ui/prometheusdialog.h"
#include "ui/theme.h"

#include <QBuffer>
#include <QComboBox>
#include <QFileDialog>
#include <QGridLayout>
#include <QLabel>
#include <QMenu>
#include <QPainter>
#include <QPushButton>
#include <QSaveFile>
#include <QScrollArea>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace patronus {

namespace {

WallTime wallTime(const Clock &clock)
{
    return WallTime(std::chrono::milliseconds(clock.wallTime().toMSecsSinceEpoch()));
}

QString local(WallTime time, const QString &format)
{
    return QDateTime::fromMSecsSinceEpoch(time.time_since_epoch().count()).toString(format);
}

QLabel *selectable()
{
    auto *label = new QLabel;
    label->setTextFormat(Qt::PlainText);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    label->setWordWrap(true);
    return label;
}

} // namespace

MetricsView::MetricsView(ClusterModel &cluster, QWidget *parent) : QWidget(parent), m_cluster(cluster)
{
    m_source = selectable();
    m_source->setForegroundRole(QPalette::PlaceholderText);
    m_choose = new QPushButton(tr("Another &source…"));
    m_choose->setObjectName(u"chooseSource"_s);
    m_choose->setToolTip(tr("Which Prometheus server is asked in this context"));
    connect(m_choose, &QPushButton::clicked, this, [this] { (new PrometheusDialog(m_cluster, this))->open(); });
    m_remark = selectable();
    m_outcome = makeMessage(KMessageWidget::Positive, true);
    auto *source = new QHBoxLayout;
    source->addWidget(m_source, 1);
    source->addWidget(m_choose, 0, Qt::AlignTop);
    auto *layout = new QVBoxLayout(this);
    layout->addWidget(makeTools());
    layout->addLayout(source);
    layout->addWidget(m_remark);
    layout->addWidget(m_outcome);
    layout->addWidget(makeCharts(), 1);

    connect(&cluster, &ClusterModel::descriptionsChanged, this, &MetricsView::describe);
    connect(&cluster, &ClusterModel::chartRangeChanged, this, &MetricsView::onRangeChanged);
    describe();
    onRangeChanged();
}

QWidget *MetricsView::makeTools()
{
    auto *heading = new QLabel(tr("Metrics"));
    heading->setFont(theme::heading(1.3));
    m_span = new QComboBox;
    m_span->setObjectName(u"span"_s);
    m_span->setAccessibleName(tr("Time that the charts show"));
    const std::pair<QString, std::chrono::minutes> spans[]
        = {{tr("Last 5 minutes"), 5min}, {tr("Last 15 minutes"), 15min}, {tr("Last hour"), 1h},
            {tr("Last 6 hours"), 6h}, {tr("Last 24 hours"), 24h}, {tr("Last 7 days"), 7 * 24h}};
    for (const auto &[name, minutes] : spans)
        m_span->addItem(name, qint64(std::chrono::milliseconds(minutes).count()));
    connect(m_span, &QComboBox::activated, this, [this] {
        m_cluster.requestChartRange(
            {std::chrono::milliseconds(m_span->currentData().toLongLong()), m_cluster.chartRange().end});
    });
    m_pause = new QPushButton(tr("&Pause"));
    m_pause->setObjectName(u"pause"_s);
    m_pause->setCheckable(true);
    connect(m_pause, &QPushButton::toggled, this, [this](bool on) {
        m_cluster.requestChartRange(
            {m_cluster.chartRange().span, on ? std::optional(wallTime(m_cluster.clock())) : std::nullopt});
    });
    auto *save = new QPushButton(tr("Save"));
    auto *menu = new QMenu(save);
    menu->addAction(tr("Picture (PNG)…"), this, [this] {
        chooseFile(tr("Save the charts as a picture"), u"png"_s, tr("Pictures (*.png)"), &MetricsView::savePicture);
    });
    menu->addAction(tr("Numbers (CSV)…"), this, [this] {
        chooseFile(tr("Save the charts' numbers"), u"csv"_s, tr("Tables (*.csv)"), &MetricsView::saveNumbers);
    });
    save->setMenu(menu);

    auto *tools = new QWidget;
    auto *row = new QHBoxLayout(tools);
    row->setContentsMargins({});
    row->addWidget(heading);
    row->addStretch();
    row->addWidget(m_span);
    row->addWidget(m_pause);
    row->addWidget(save);
    return tools;
}

QWidget *MetricsView::makeCharts()
{
    m_charts = new QWidget;
    auto *grid = new QGridLayout(m_charts);
    grid->setContentsMargins({});
    QList<MetricChart *> charts;
    for (const ChartModel *model : m_cluster.charts()) {
        auto *chart = new MetricChart(*model);
        const int place = int(charts.size());
        grid->addWidget(chart, place / 2, place % 2);
        grid->setRowStretch(place / 2, 1);
        charts.append(chart);
    }
    for (const MetricChart *chart : charts) // one time is pointed at in all of them
        connect(chart, &MetricChart::pointedAt, this, [charts](const std::optional<WallTime> &time) {
            for (MetricChart *other : charts)
                other->setCursorTime(time);
        });
    auto *area = new QScrollArea;
    area->setWidget(m_charts);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->setFocusPolicy(Qt::NoFocus);
    return area;
}

void MetricsView::describe()
{
    m_source->setText(m_cluster.metricsDescription().source);
    m_choose->setVisible(m_cluster.prometheusChoice().has_value());
    m_remark->setText(m_cluster.metricsDescription().remark);
    m_remark->setVisible(!m_cluster.metricsDescription().remark.isEmpty());
}

void MetricsView::onRangeChanged()
{
    const ChartRange &range = m_cluster.chartRange();
    m_span->setCurrentIndex(m_span->findData(qint64(range.span.count())));
    const QSignalBlocker blocker(m_pause);
    m_pause->setChecked(range.end.has_value());
    m_pause->setText(range.end ? tr("&Paused at %1").arg(local(*range.end, u"HH:mm:ss"_s)) : tr("&Pause"));
}

void MetricsView::chooseFile(
    const QString &title, const QString &suffix, const QString &filter, void (MetricsView::*save)(const QString &file))
{
    auto *dialog = new QFileDialog(this, title, QString(), filter);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(suffix);
    dialog->selectFile(
        u"patronus-metrics-%1.%2"_s.arg(m_cluster.clock().wallTime().toString(u"yyyyMMdd-HHmmss"_s), suffix));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QFileDialog::fileSelected, this, save);
    dialog->open();
}

QString MetricsView::caption() const
{
    const ChartModel &chart = *m_cluster.charts().first();
    return u"%1 · %2 – %3\n%4"_s.arg(m_cluster.context().label(), local(chart.from(), u"yyyy-MM-dd HH:mm:ss"_s),
        local(chart.to(), u"HH:mm:ss t"_s), m_cluster.metricsDescription().source);
}

/// The charts as they are, under a caption that says whose they are and of when.
void MetricsView::savePicture(const QString &file)
{
    const QPixmap charts = m_charts->grab();
    const double ratio = charts.devicePixelRatio();
    const QSize size = m_charts->size();
    const QRect space(8, 8, size.width() - 16, 1000);
    const int top = fontMetrics().boundingRect(space, Qt::TextWordWrap, caption()).height() + 16;
    QPixmap picture(QSizeF((size + QSize(0, top)).toSizeF() * ratio).toSize());
    picture.setDevicePixelRatio(ratio);
    picture.fill(palette().color(QPalette::Window));
    QPainter painter(&picture);
    painter.setFont(font());
    painter.setPen(palette().color(QPalette::WindowText));
    painter.drawText(space, Qt::TextWordWrap, caption());
    painter.drawPixmap(0, top, charts);
    painter.end();
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    picture.save(&buffer, "PNG");
    write(file, bytes);
}

void MetricsView::saveNumbers(const QString &file)
{
    write(file, chartsAsCsv(m_cluster.charts()));
}

void MetricsView::write(const QString &file, const QByteArray &bytes)
{
    QSaveFile target(file);
    const bool isWritten = target.open(QIODevice::WriteOnly) && target.write(bytes) == bytes.size() && target.commit();
    m_outcome->setMessageType(isWritten ? KMessageWidget::Positive : KMessageWidget::Error);
    m_outcome->setText(isWritten ? tr("The charts are in %1.").arg(file)
                                 : tr("The charts were not saved. %1: %2").arg(file, target.errorString()));
    m_outcome->show();
}

} // namespace patronus
