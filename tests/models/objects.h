// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "runtime/store.h"

#include <QAbstractItemModelTester>
#include <QJsonArray>
#include <QJsonObject>
#include <QPixmap>

namespace patronus::testing {

/// The tester of Qt asks models for pixmaps, which a QVariant knows only where Qt GUI is loaded.
inline const int knowsPixmaps = qRegisterMetaType<QPixmap>();

/// Checks a model against Qt's rules for as long as it lives.
struct ModelTester : QAbstractItemModelTester {
    explicit ModelTester(QAbstractItemModel *model)
        : QAbstractItemModelTester(model, QAbstractItemModelTester::FailureReportingMode::QtTest)
    {
    }
};

/// An object as an API server gives it; its UID is "uid-" and the name.
struct Made {
    QString name = {};
    QString nameSpace = QStringLiteral("prod");
    QString version = QStringLiteral("1");
    QString ready = {}; ///< Ready's status; empty: no conditions
    QString reason = {};
    QString phase = {};
    QJsonObject labels = {};
    QString message = {};

    [[nodiscard]] Object object() const
    {
        QJsonObject status;
        if (!phase.isEmpty())
            status.insert(QStringLiteral("phase"), phase);
        if (!ready.isEmpty())
            status.insert(QStringLiteral("conditions"),
                QJsonArray{
                    QJsonObject{{QStringLiteral("type"), QStringLiteral("Ready")}, {QStringLiteral("status"), ready},
                        {QStringLiteral("reason"), reason}, {QStringLiteral("message"), message},
                        {QStringLiteral("lastTransitionTime"), QStringLiteral("2025-12-31T23:50:00Z")}}});
        return Object(
            QJsonObject{{QStringLiteral("metadata"),
                            QJsonObject{{QStringLiteral("name"), name}, {QStringLiteral("namespace"), nameSpace},
                                {QStringLiteral("uid"), QString(QStringLiteral("uid-") + name)},
                                {QStringLiteral("resourceVersion"), version}, {QStringLiteral("labels"), labels},
                                {QStringLiteral("creationTimestamp"), QStringLiteral("2025-12-31T23:00:00Z")}}},
                {QStringLiteral("spec"), QJsonObject{{QStringLiteral("location"), QStringLiteral("Here")}}},
                {QStringLiteral("status"), status}});
    }
};

inline void fill(Store &store, const QList<Made> &objects)
{
    store.beginReplace();
    for (const Made &made : objects)
        store.upsert(made.object());
    store.endReplace();
}

} // namespace patronus::testing
