// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme.h"

#include <QApplication>
#include <QFontDatabase>
#include <QPainter>
#include <QPalette>
#include <QPixmapCache>
#include <QSettings>
#include <QStyleFactory>
#include <QStyleHints>

using namespace Qt::StringLiterals;

/// A library's resources are not there by themselves; the macro wants to stand in no namespace.
static void initResources()
{
    Q_INIT_RESOURCE(patronus);
}

namespace patronus::theme {

namespace {

constexpr QRgb black = 0xff1b1e20, orange = 0xffe69f00, sky = 0xff56b4e9, green = 0xff009e73, blue = 0xff0072b2,
               vermillion = 0xffd55e00, purple = 0xffcc79a7;

const QString schemeKey = u"colours"_s;

/// Breeze's own colours, so that the console looks the same where there is no Plasma.
QPalette breezePalette(bool dark)
{
    const auto pick = [dark](QRgb light, QRgb darkColor) { return QColor::fromRgb(dark ? darkColor : light); };
    QPalette palette;
    palette.setColor(QPalette::Window, pick(0xffeff0f1, 0xff202326));
    palette.setColor(QPalette::WindowText, pick(0xff232629, 0xfffcfcfc));
    palette.setColor(QPalette::Base, pick(0xffffffff, 0xff141618));
    palette.setColor(QPalette::AlternateBase, pick(0xfff7f7f7, 0xff1d1f22));
    palette.setColor(QPalette::Text, pick(0xff232629, 0xfffcfcfc));
    palette.setColor(QPalette::Button, pick(0xfffcfcfc, 0xff292c30));
    palette.setColor(QPalette::ButtonText, pick(0xff232629, 0xfffcfcfc));
    palette.setColor(QPalette::BrightText, Qt::white);
    palette.setColor(QPalette::ToolTipBase, pick(0xfff7f7f7, 0xff292c30));
    palette.setColor(QPalette::ToolTipText, pick(0xff232629, 0xfffcfcfc));
    palette.setColor(QPalette::PlaceholderText, pick(0xff5f656a, 0xffa1a9b1));
    palette.setColor(QPalette::Highlight, pick(0xff2376ad, 0xff2f6f9a));
    palette.setColor(QPalette::HighlightedText, Qt::white);
    palette.setColor(QPalette::Link, pick(0xff1f6fa5, 0xff6cb8ea));
    palette.setColor(QPalette::LinkVisited, pick(0xff7f4f9e, 0xffb79bd0));
    palette.setColor(QPalette::Light, pick(0xffffffff, 0xff33373b));
    palette.setColor(QPalette::Midlight, pick(0xfff6f7f7, 0xff2b2f33));
    palette.setColor(QPalette::Mid, pick(0xffc4c9cd, 0xff1b1d20));
    palette.setColor(QPalette::Dark, pick(0xff888e93, 0xff121315));
    palette.setColor(QPalette::Shadow, pick(0xff474a4c, 0xff0b0c0d));
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, pick(0xff8a8f94, 0xff7d8388));
    return palette;
}

/// On a canvas of 16 x 16: @p ground is the shape's colour, @p on that of the mark on it.
void paintState(QPainter &painter, State state, const QColor &ground, const QColor &on)
{
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(ground);
    const QPen mark(on, 2, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin);
    switch (state) {
    case State::Ready:
        painter.drawEllipse(QRectF(1, 1, 14, 14));
        painter.setPen(mark);
        painter.drawPolyline(QPolygonF({{4.5, 8.5}, {7, 11}, {11.5, 5.5}}));
        break;
    case State::Working:
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(ground, 2));
        painter.drawEllipse(QRectF(2, 2, 12, 12));
        painter.drawPolyline(QPolygonF({{8, 4.5}, {8, 8}, {10.5, 9.5}}));
        break;
    case State::Degraded:
        painter.drawPolygon(QPolygonF({{8, 1}, {15.5, 15}, {0.5, 15}}));
        painter.setPen(mark);
        painter.drawLine(QPointF(8, 6), QPointF(8, 9.5));
        painter.drawPoint(QPointF(8, 12.5));
        break;
    case State::Failed:
        painter.drawPolygon(QPolygonF({{5, 1}, {11, 1}, {15, 5}, {15, 11}, {11, 15}, {5, 15}, {1, 11}, {1, 5}}));
        painter.setPen(mark);
        painter.drawLine(QPointF(5.5, 5.5), QPointF(10.5, 10.5));
        painter.drawLine(QPointF(10.5, 5.5), QPointF(5.5, 10.5));
        break;
    case State::Unknown:
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(ground, 1.5, Qt::DotLine));
        painter.drawEllipse(QRectF(1.5, 1.5, 13, 13));
        painter.setPen(ground);
        QFont font = QApplication::font();
        font.setPixelSize(10);
        font.setBold(true);
        painter.setFont(font);
        painter.drawText(QRectF(0, 0, 16, 16), Qt::AlignCenter, u"?"_s);
        break;
    }
}

/// Painted once: tables ask for it with every cell that they paint.
QPixmap statePixmap(State state, int scale, bool selected)
{
    const QColor ground = selected ? QColor(Qt::white) : stateColor(state); // white on the selection's colour
    const QColor mark = selected ? QApplication::palette().color(QPalette::Highlight)
        : isDark()               ? QColor::fromRgb(black)
                                 : QColor(Qt::white);
    const QString key = u"patronus-state-%1-%2-%3-%4"_s.arg(int(state)).arg(scale).arg(ground.name(), mark.name());
    QPixmap pixmap;
    if (QPixmapCache::find(key, &pixmap))
        return pixmap;
    pixmap = QPixmap(16 * scale, 16 * scale);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    painter.scale(scale, scale);
    paintState(painter, state, ground, mark);
    painter.end();
    QPixmapCache::insert(key, pixmap);
    return pixmap;
}

} // namespace

QIcon applicationIcon()
{
    initResources();
    return QIcon(u":/patronus/patronus-console.svg"_s);
}

void apply(Scheme scheme)
{
    if (!qEnvironmentVariableIsSet("QT_STYLE_OVERRIDE") && qEnvironmentVariable("XDG_CURRENT_DESKTOP") != "KDE"_L1)
        if (QStyle *breeze = QStyleFactory::create(u"Breeze"_s))
            QApplication::setStyle(breeze);
    const bool dark = scheme == Scheme::Dark
        || (scheme == Scheme::System && QApplication::styleHints()->colorScheme() == Qt::ColorScheme::Dark);
    QApplication::setPalette(breezePalette(dark));
    QIcon::setThemeName(dark ? u"breeze-dark"_s : u"breeze"_s);
    QPixmapCache::clear();
}

void choose(Scheme scheme)
{
    QSettings().setValue(schemeKey, int(scheme));
    apply(scheme);
}

Scheme chosen()
{
    const int saved = QSettings().value(schemeKey).toInt();
    return saved == int(Scheme::Light) || saved == int(Scheme::Dark) ? Scheme(saved) : Scheme::System;
}

bool isDark()
{
    return QApplication::palette().color(QPalette::Window).lightness() < 128;
}

QColor stateColor(State state)
{
    const bool dark = isDark();
    switch (state) {
    case State::Ready:
        return QColor::fromRgb(dark ? 0xff2bbd93 : green);
    case State::Working:
        return QColor::fromRgb(dark ? sky : blue);
    case State::Degraded:
        return QColor::fromRgb(dark ? orange : 0xffb87a00);
    case State::Failed:
        return QColor::fromRgb(dark ? 0xfff07b25 : 0xffbf4e00);
    case State::Unknown:
        break;
    }
    return faintText();
}

QIcon stateIcon(State state)
{
    QIcon icon;
    for (const int scale : {1, 2, 3})
        for (const QIcon::Mode mode : {QIcon::Normal, QIcon::Selected})
            icon.addPixmap(statePixmap(state, scale, mode == QIcon::Selected), mode);
    return icon;
}

QColor contextColor(ContextClass contextClass)
{
    switch (contextClass) {
    case ContextClass::Staging:
        return QColor::fromRgb(0xff8a5a00);
    case ContextClass::Development:
        return QColor::fromRgb(0xff00694c);
    case ContextClass::Production:
    case ContextClass::Unknown:
        break; // unknown is treated as production
    }
    return QColor::fromRgb(0xffb3261e);
}

QColor levelColor(LogLevel level)
{
    switch (level) {
    case LogLevel::Error:
        return stateColor(State::Failed);
    case LogLevel::Warn:
        return isDark() ? QColor::fromRgb(orange) : QColor::fromRgb(0xff8a5a00);
    case LogLevel::Debug:
        return faintText();
    case LogLevel::Info:
    case LogLevel::Other:
        break;
    }
    return {};
}

QColor seriesColor(int index)
{
    static constexpr QRgb light[] = {blue, vermillion, green, purple, orange, sky, black};
    static constexpr QRgb dark[] = {sky, 0xfff07b25, 0xff2bbd93, purple, orange, 0xff4f9bd9, 0xffe0e0e0};
    return QColor::fromRgb(isDark() ? dark[size_t(index) % std::size(dark)] : light[size_t(index) % std::size(light)]);
}

Qt::PenStyle seriesStyle(int index)
{
    static constexpr Qt::PenStyle styles[]
        = {Qt::SolidLine, Qt::DashLine, Qt::DotLine, Qt::DashDotLine, Qt::DashDotDotLine};
    return styles[size_t(index) % std::size(styles)];
}

QColor sourceColor(int index)
{
    static constexpr QRgb light[] = {blue, 0xff00785a, 0xff9a3f78, 0xff6250b8, 0xff4f565c};
    static constexpr QRgb dark[] = {sky, 0xff2bbd93, 0xffe39bc4, 0xffb3a5f0, 0xffc4c9cd};
    return QColor::fromRgb(isDark() ? dark[size_t(index) % std::size(dark)] : light[size_t(index) % std::size(light)]);
}

QColor foundColor()
{
    return QColor::fromRgb(isDark() ? 0xff6b4e00 : 0xffffe08a);
}

QColor faintText()
{
    return QApplication::palette().color(QPalette::PlaceholderText);
}

QFont monospace()
{
    return QFontDatabase::systemFont(QFontDatabase::FixedFont);
}

QFont heading(double factor)
{
    QFont font = QApplication::font();
    font.setPointSizeF(font.pointSizeF() * factor);
    font.setBold(true);
    return font;
}

} // namespace patronus::theme
