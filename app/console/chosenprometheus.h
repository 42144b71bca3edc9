// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/console/operatormetrics.h"

namespace patronus {

/// The Prometheus server that a person has named: by an option of the console's start, or in the window for its
/// context. What is chosen in the window is in the settings, but the token or the password in the system's keychain
/// alone, and where there is none in this object for the session.
class ChosenPrometheus : public QObject
{
    Q_OBJECT

public:
    /// What the console was started with.
    struct Start {
        QUrl prometheusUrl = {}; ///< empty: none
        QString winner = {}; ///< the option that says where the metrics come from, whatever is chosen; empty: none
        QByteArray userAgent = {};
    };
    /// Reads what was chosen for the context of @p model, which has to outlive close().
    ChosenPrometheus(ClusterModel &model, Start start);

    /// The server to ask; its open() lives as long as this.
    [[nodiscard]] OperatorMetrics::Given given();

    /// @p secret: nullopt leaves the one that is there, if it is for @p server.
    void choose(const PrometheusServer &server, const std::optional<QString> &secret);
    void forget(); ///< the secret
    /// Whether there is a keychain, and a secret in it; a locked one asks the person.
    QCoro::Task<> lookUp();
    void retry(); ///< looks again where that failed, when the secret is needed next
    [[nodiscard]] QCoro::Task<> close();

Q_SIGNALS:
    void changed(); ///< given() is another, or to be asked in another way

private:
    [[nodiscard]] Task<Prometheus> open();
    [[nodiscard]] Task<QString> secret();
    [[nodiscard]] QString keychainKey() const;
    void takeSecret(const std::optional<QString> &secret);
    QCoro::Task<> keep(QString secret);
    QCoro::Task<> drop();
    void tell(PrometheusChoice::Secret where, const QString &problem);

    ClusterModel &m_model;
    const Start m_start;
    std::optional<QString> m_secret; // of the chosen server; nullopt: not known, or none
    std::optional<Error> m_problem; // why it is not known: the keychain is asked once, since it may ask the person
    int m_turn = 0; // counts what a person said
    InFlight m_inFlight;
};

} // namespace patronus
