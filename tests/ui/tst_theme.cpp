// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/testcase.h"
#include "ui/theme.h"

#include <QApplication>
#include <QPalette>

#include <algorithm>
#include <cmath>

using namespace patronus;

class TestTheme : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void lightAndDarkAreBothReadable_data()
    {
        QTest::addColumn<int>("scheme");
        QTest::newRow("light") << int(theme::Scheme::Light);
        QTest::newRow("dark") << int(theme::Scheme::Dark);
    }
    void lightAndDarkAreBothReadable()
    {
        QFETCH(const int, scheme);
        theme::apply(theme::Scheme(scheme));
        // WCAG 2.2: 4.5 to 1 for text, 3 to 1 for graphics.
        const auto luminance = [](const QColor &color) {
            const auto linear = [](double c) { return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4); };
            return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) + 0.0722 * linear(color.blueF());
        };
        const auto contrast = [&](const QColor &a, const QColor &b) {
            const auto [low, high] = std::minmax({luminance(a), luminance(b)});
            return (high + 0.05) / (low + 0.05);
        };
        const QPalette palette = QApplication::palette();
        const QColor base = palette.color(QPalette::Base);
        QVERIFY(contrast(palette.color(QPalette::Text), base) >= 7);
        QVERIFY(contrast(theme::faintText(), base) >= 4.5);
        QVERIFY(contrast(theme::faintText(), palette.color(QPalette::Window)) >= 4.5);
        QVERIFY(contrast(palette.color(QPalette::HighlightedText), palette.color(QPalette::Highlight)) >= 4.5);
        QVERIFY(contrast(palette.color(QPalette::Link), base) >= 4.5);
        for (const LogLevel level : {LogLevel::Error, LogLevel::Warn, LogLevel::Debug})
            QVERIFY2(contrast(theme::levelColor(level), base) >= 4.5, qPrintable(QString::number(int(level))));
        for (const State state : allStates)
            QVERIFY2(contrast(theme::stateColor(state), base) >= 3, qPrintable(stateName(state)));
        for (const ContextClass c :
            {ContextClass::Production, ContextClass::Staging, ContextClass::Development, ContextClass::Unknown})
            QVERIFY(contrast(theme::contextColor(c), Qt::white) >= 4.5);
    }

    void everyStateHasAShapeOfItsOwn()
    {
        QList<QImage> shapes;
        for (const State state : allStates) {
            const QImage shape = theme::stateIcon(state).pixmap(16, 16).toImage().createAlphaMask();
            QVERIFY2(!shapes.contains(shape), qPrintable(stateName(state)));
            shapes.append(shape);
        }
    }
};

QTEST_MAIN(TestTheme)
#include "tst_theme.moc"
