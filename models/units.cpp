// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/units.h"

#include <QCoreApplication>
#include <QLocale>
#include <QTranslator>

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace {

/// The plural forms of English: the texts in the source are for both numbers, "%n Site(s)".
void installPlurals()
{
    auto *translator = new QTranslator(QCoreApplication::instance());
    if (translator->load(u":/patronus/i18n/patronus_en.qm"_s))
        QCoreApplication::installTranslator(translator);
}

} // namespace

Q_COREAPP_STARTUP_FUNCTION(installPlurals)

namespace patronus::units {

QString age(const QDateTime &time, const QDateTime &now)
{
    if (!time.isValid())
        return none;
    const qint64 passed = std::max<qint64>(time.secsTo(now), 0);
    if (passed < 120)
        return u"%1 s"_s.arg(passed);
    if (passed < 2 * 3600)
        return u"%1 min"_s.arg(passed / 60);
    if (passed < 48 * 3600)
        return u"%1 h"_s.arg(passed / 3600);
    return u"%1 d"_s.arg(passed / 86400);
}

namespace {

QString scaled(double value, const QStringList &suffixes)
{
    qsizetype step = 0;
    while (std::abs(value) >= 999.5 && step + 1 < suffixes.size()) {
        value /= 1000;
        ++step;
    }
    const int decimals = step == 0 || std::abs(value) >= 99.95 ? 0 : 1;
    return QLocale::c().toString(value, 'f', decimals) + u' ' + suffixes[step];
}

} // namespace

QString count(double value)
{
    if (std::isnan(value))
        return none;
    return std::abs(value) < 10'000 ? QString::number(value, 'g', 4)
                                    : scaled(value, {{}, u"k"_s, u"M"_s, u"G"_s, u"T"_s});
}

QString bytes(double value)
{
    return std::isnan(value) ? QString(none) : scaled(value, {u"B"_s, u"kB"_s, u"MB"_s, u"GB"_s, u"TB"_s});
}

QString seconds(double value)
{
    if (std::isnan(value))
        return none;
    if (std::isinf(value))
        return u"> 10 s"_s;
    return value < 1 ? u"%1 ms"_s.arg(std::round(value * 1000)) : u"%1 s"_s.arg(QLocale::c().toString(value, 'f', 1));
}

QString exact(const QDateTime &time)
{
    return time.isValid() ? time.toLocalTime().toString(u"yyyy-MM-dd HH:mm:ss t"_s) : QString();
}

QString listed(const QList<ObjectKey> &keys)
{
    QStringList names;
    for (const ObjectKey &key : keys.first(std::min<qsizetype>(keys.size(), 3)))
        names.append(key.text());
    const QString text = names.join(u", "_s);
    return keys.size() > 3 ? QCoreApplication::translate("Units", "%1 and %2 more").arg(text).arg(keys.size() - 3)
                           : text;
}

} // namespace patronus::units
