// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/object.h"

#include <QAbstractTableModel>

namespace patronus {

/// What somebody signs in to the Patronus API with: a token, or a user name and a password.
struct PatronusSignIn {
    QString token = {}, username = {}, password = {};
};

/// An object of the Patronus API, a row for each of its fields, beside what the operator would send for its spec.
class RemoteModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum class Phase {
        Nothing, ///< nobody has asked
        Reading,
        InSync,
        Differs,
        Missing, ///< the API has no such object
        Shown, ///< it has, and the spec says nothing that it could be compared with
        SignInNeeded, ///< its credentials cannot be read here
        OutOfReach,
    };
    Q_ENUM(Phase)
    enum Column { FieldColumn, WantedColumn, RemoteColumn };
    enum Role { DiffersRole = Qt::UserRole };
    /// What was read.
    struct Answer {
        QJsonObject wanted = {}; ///< what the operator would send; empty: nothing, the spec is not valid
        std::optional<QJsonObject> remote = std::nullopt; ///< nullopt: the API has none
        QStringList differences = {}; ///< paths, as differences() gives them
        QString way = {}; ///< how it was reached, and when
    };

    using QAbstractTableModel::QAbstractTableModel;

    void begin(const ObjectKey &object);
    void finish(const Answer &answer);
    void fail(Phase phase, const QString &why); ///< SignInNeeded or OutOfReach

    [[nodiscard]] Phase phase() const { return m_phase; }
    [[nodiscard]] const ObjectKey &object() const { return m_object; } ///< that the phase is about
    [[nodiscard]] QString summary() const; ///< in a sentence
    [[nodiscard]] QString note() const { return m_note; } ///< why, or by which way

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

Q_SIGNALS:
    void phaseChanged();

private:
    struct Row {
        QString field, wanted, remote;
        bool differs = false;
    };
    void set(Phase phase, const QList<Row> &rows, const QString &note);

    Phase m_phase = Phase::Nothing;
    ObjectKey m_object;
    QList<Row> m_rows;
    QStringList m_differences;
    QString m_note;
};

} // namespace patronus
