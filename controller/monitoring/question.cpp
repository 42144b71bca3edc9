// SPDX-License-Identifier: GPL-3.0-or-later
#include "monitoring/question.h"

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

QString summedBy(const QStringList &labels, const QString &what)
{
    return labels.isEmpty() ? u"sum(%1)"_s.arg(what) : u"sum by (%1) (%2)"_s.arg(labels.join(u", "_s), what);
}

} // namespace

QString MetricQuestion::seriesName() const
{
    return how == How::Quantile ? metric + u"_bucket"_s : metric;
}

QString MetricQuestion::promql(const QString &selector, const QString &window) const
{
    QStringList matchers;
    for (const auto &[label, value] : where.asKeyValueRange())
        matchers.append(u"%1=\"%2\""_s.arg(label, value));
    if (!selector.isEmpty())
        matchers.append(selector);
    const QString braces = matchers.isEmpty() ? QString() : u'{' + matchers.join(u',') + u'}';
    switch (how) {
    case How::Rate:
        return summedBy(by, u"rate(%1%2[%3])"_s.arg(metric, braces, window));
    case How::Quantile:
        return u"histogram_quantile(%1, %2)"_s.arg(QString::number(q),
            summedBy(by + QStringList{u"le"_s}, u"rate(%1%2[%3])"_s.arg(seriesName(), braces, window)));
    case How::Value:
        break;
    }
    return summedBy(by, metric + braces);
}

QList<Series> MetricQuestion::askOf(const MetricHistory &history, const MetricHistory::Range &range) const
{
    const MetricHistory::Query query{.name = metric, .where = where, .by = by};
    switch (how) {
    case How::Rate:
        return history.rate(query, range);
    case How::Quantile:
        return history.quantile(q, query, range);
    case How::Value:
        break;
    }
    return history.value(query, range);
}

} // namespace patronus
