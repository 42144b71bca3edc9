// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QMap>
#include <QSet>
#include <QStringList>

namespace patronus {

/// Reads the members of one JSON object with their types, and remembers which were asked for.
///
/// The first mistake is kept and every later read gives an empty value, so that a caller reads all and asks once, with
/// finish(). Messages name file and path, never a value: it may be a secret. Absent and null are empty.
class FieldReader
{
public:
    FieldReader(QString file, QString path, QJsonObject object);

    [[nodiscard]] QString text(const QString &name);
    [[nodiscard]] bool flag(const QString &name);
    [[nodiscard]] QByteArray base64(const QString &name); ///< decoded
    [[nodiscard]] QStringList texts(const QString &name);
    [[nodiscard]] QMap<QString, QStringList> textLists(const QString &name);
    [[nodiscard]] QJsonArray list(const QString &name);
    [[nodiscard]] QJsonObject object(const QString &name);
    [[nodiscard]] bool has(const QString &name) const;
    void ignore(const QString &name); ///< a known member that is not needed

    /// Keeps @p problem, said of member @p name, as the mistake, if it is the first.
    void fail(const QString &name, const QString &problem);

    /// The first mistake; else the first member that was never asked for, with the name that was probably meant.
    [[nodiscard]] Expected<void> finish() const;
    /// The first mistake alone.
    [[nodiscard]] Expected<void> finishLeniently() const;

    /// "FILE: PATH.NAME"
    [[nodiscard]] QString place(const QString &name) const;

private:
    QJsonValue take(const QString &name, QJsonValue::Type type, const char *wanted);

    QString m_file;
    QString m_path;
    QJsonObject m_object;
    QSet<QString> m_known;
    QString m_mistake;
};

} // namespace patronus
