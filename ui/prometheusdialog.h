// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/clustermodel.h"

#include <QDialog>

class KMessageWidget;
class QComboBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QPushButton;

namespace patronus {

class PathField;

/// Asks which Prometheus server the charts of a cluster come from: one at a URL, with its authority and how one signs
/// in to it, or one that is looked for. What is typed is checked at once. Nothing changes before it is accepted, but
/// that the token or the password that is there can be forgotten; it is never shown.
class PrometheusDialog : public QDialog
{
    Q_OBJECT

public:
    /// @p cluster has to outlive it, and to have a choice. It deletes itself when it is closed.
    explicit PrometheusDialog(ClusterModel &cluster, QWidget *parent = nullptr);

private:
    [[nodiscard]] QWidget *makeSecretRow();
    [[nodiscard]] PrometheusServer
    typed() const; ///< without a URL: one is to be looked for, or what stands there is none
    [[nodiscard]] QString typedSecret() const;
    [[nodiscard]] Expected<void> checked(const PrometheusServer &server) const;
    [[nodiscard]] bool isSecretThere(const PrometheusServer &server) const; ///< or may be: it is being looked for
    void layOut(QWidget *buttons);
    void check();
    void showSignIn(const PrometheusServer &server);
    void submit();

    ClusterModel &m_cluster;
    QFormLayout *m_form;
    QLineEdit *m_server;
    PathField *m_caFile;
    QComboBox *m_signIn;
    QLineEdit *m_username;
    QLineEdit *m_secret;
    QPushButton *m_forget;
    QWidget *m_secretRow;
    QLabel *m_secretState;
    KMessageWidget *m_warning;
    QLabel *m_problem;
    QPushButton *m_accept;
    bool m_hasLooked = false; // for a secret
};

} // namespace patronus
