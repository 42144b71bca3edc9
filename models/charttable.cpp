// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/charttable.h"

#include <QDateTime>
#include <QTimeZone>

#include <cmath>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

QByteArray field(const QString &text)
{
    static const QString special = u"\",\r\n"_s;
    const bool isPlain = std::ranges::none_of(text, [](QChar c) { return special.contains(c); });
    return isPlain ? text.toUtf8() : '"' + QString(text).replace(u'"', u"\"\""_s).toUtf8() + '"';
}

QByteArray timeField(WallTime time)
{
    return QDateTime::fromMSecsSinceEpoch(time.time_since_epoch().count(), QTimeZone::UTC)
        .toString(Qt::ISODateWithMs)
        .toLatin1();
}

QByteArray valueField(double value)
{
    return std::isnan(value) ? QByteArray() : std::isinf(value) ? "+Inf"_ba : QByteArray::number(value, 'g', 10);
}

QByteArray unitField(ChartModel::Unit unit)
{
    return unit == ChartModel::Unit::PerSecond ? "1/s"_ba : unit == ChartModel::Unit::Seconds ? "s"_ba : QByteArray();
}

} // namespace

QByteArray chartsAsCsv(const QList<ChartModel *> &charts)
{
    QByteArray csv = "time,chart,line,value,unit,note\r\n";
    const auto add = [&csv](const QByteArrayList &fields) { csv += fields.join(',') + "\r\n"; };
    for (const ChartModel *chart : charts) {
        const ChartModel::Question &question = chart->question();
        for (const ChartModel::Line &line : chart->lines() + chart->quiet())
            for (const Point &point : line.points)
                add({timeField(point.time), field(question.id), field(line.name), valueField(point.value),
                    unitField(question.unit), {}});
        if (chart->lines().isEmpty())
            add({timeField(chart->to()), field(question.id), {}, {}, unitField(question.unit),
                field(chart->emptyReason())});
    }
    if (!charts.isEmpty())
        for (const ChartMark &mark : charts.first()->marks())
            if (mark.to >= charts.first()->from() && mark.from <= charts.first()->to())
                add({timeField(mark.from), "mark"_ba, field(mark.name), {}, {}, field(mark.text)});
    return csv;
}

} // namespace patronus
