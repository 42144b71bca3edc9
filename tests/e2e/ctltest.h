// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ctlprocess.h"
#include "support/operatorworld.h"
#include "support/testcase.h"

#include <QJsonArray>
#include <QJsonDocument>

namespace patronus {

/// Base of the tests of `kubectl-patronus`: a real API server with the chart installed by a real helm (release
/// patronus-operator in patronus-system, 3 replicas, a secret among the values), the namespace north, and for each test
/// a person with a home of his own.
class CtlTest : public TestCase
{
protected:
    void init() override;
    /// Says whether it stands. With @p withControllers Deployments make ReplicaSets and Pods, which never run.
    [[nodiscard]] bool startWorld(bool withControllers = false);

    [[nodiscard]] QString kubeconfig() const { return m_world->plane().kubeconfig(); }
    /// A kubeconfig of a user who is nobody in particular.
    [[nodiscard]] QString kubeconfigOf(const QString &user) const;
    /// The administrator's, whose context is called @p context.
    [[nodiscard]] QString kubeconfigWithContext(const QString &context) const;

    /// Runs the program to its end; as the administrator where no @p kubeconfig is given.
    [[nodiscard]] CtlProcess::Result run(const QStringList &arguments, const QString &kubeconfig = {}) const;
    /// The same at a terminal, at which somebody types @p typed; err and out come as one, in out.
    [[nodiscard]] CtlProcess::Result runAtTerminal(
        const QStringList &arguments, const QByteArray &typed, const QString &kubeconfig = {}) const;
    /// The same in a world with controllers, while somebody does what a node does: each pod is ready.
    [[nodiscard]] CtlProcess::Result runWithPods(const QStringList &arguments, const QString &kubeconfig = {}) const;
    /// Runs kubectl as the administrator, which has to succeed.
    QByteArray kubectl(const QStringList &arguments) const;

    /// Makes a backup, and gives its folder; empty where that failed.
    [[nodiscard]] QString backup() const;
    [[nodiscard]] QJsonArray journal() const;

    /// Sites site-0000… and Policies policy-0000…, in default and north by turns.
    void createObjects(int sites, int policies) const;
    /// Everything that a person can say of each Site and Policy: spec, labels, annotations.
    [[nodiscard]] QHash<QString, QJsonObject> all() const;

    std::unique_ptr<OperatorWorld> m_world;
    std::unique_ptr<QTemporaryDir> m_home;
};

} // namespace patronus
