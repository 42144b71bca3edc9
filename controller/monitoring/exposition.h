// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"

#include <QByteArrayView>
#include <QList>
#include <QMap>

namespace patronus {

using Labels = QMap<QString, QString>;

/// One number of a scrape.
struct Sample {
    QString name;
    Labels labels = {};
    double value = 0; ///< may be NaN or infinite: both are legal in the format

    friend bool operator==(const Sample &, const Sample &) = default;
};

/// What a scrape may cost. Beyond it the whole scrape is an error: a part of it would be read as the whole.
struct ExpositionLimits {
    qsizetype bytes = 16 << 20;
    qsizetype lineBytes = 64 << 10;
    qsizetype samples = 100'000;
};

/// Parses Prometheus' text format 0.0.4
/// (https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format).
/// Timestamps and OpenMetrics' exemplars are checked and left out: who scrapes knows when. Comments are skipped.
/// Errors are Malformed and name the line.
[[nodiscard]] Expected<QList<Sample>> parseExposition(QByteArrayView text, const ExpositionLimits &limits = {});

} // namespace patronus
