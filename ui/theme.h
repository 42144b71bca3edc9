// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/contextsmodel.h"
#include "models/loglinesmodel.h"
#include "models/state.h"

#include <QColor>
#include <QFont>
#include <QIcon>

/// Colours, shapes and fonts: Okabe and Ito's colours, which colour-blind people tell apart
/// (https://jfly.uni-koeln.de/color/), each with a shape and a word of its own. Light and dark are both made on
/// purpose.
namespace patronus::theme {

enum class Scheme { System, Light, Dark };
void choose(Scheme scheme); ///< applies it, now and at the next start
[[nodiscard]] Scheme chosen();

[[nodiscard]] QIcon applicationIcon();
void apply(Scheme scheme); ///< the whole application's style and palette
[[nodiscard]] bool isDark();

[[nodiscard]] QColor stateColor(State state);
[[nodiscard]] QIcon stateIcon(State state); ///< a disc with a tick, a clock hand, a triangle, a cross, a question mark
[[nodiscard]] QColor contextColor(ContextClass contextClass); ///< background of white text
[[nodiscard]] QColor levelColor(LogLevel level); ///< invalid: the text's own
[[nodiscard]] QColor seriesColor(int index);
[[nodiscard]] Qt::PenStyle seriesStyle(int index);
[[nodiscard]] QColor sourceColor(int index); ///< of text that says whose a line is; none is a level's
[[nodiscard]] QColor foundColor(); ///< background of what was searched for
[[nodiscard]] QColor faintText(); ///< for what is said beside: still readable
[[nodiscard]] QFont monospace();
[[nodiscard]] QFont heading(double factor); ///< the interface font, larger and bold

} // namespace patronus::theme
