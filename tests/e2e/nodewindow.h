// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "e2e/hands.h"
#include "operations/journal.h"
#include "support/controlplane.h"
#include "support/testsettings.h"
#include "ui/theme.h"

#include <unistd.h>

namespace patronus {

using namespace std::chrono_literals;

/// The simulated Patronus API, as a pod and a Service.
inline const QByteArray patronusApi = R"(---
apiVersion: v1
kind: Pod
metadata: {name: patronus-api, namespace: patronus-system, labels: {app: patronus-api}}
spec:
  containers:
    - {name: api, image: "patronus/simulator:VERSION", imagePullPolicy: Never, args: [--listen, "0.0.0.0:8081"]}
---
apiVersion: v1
kind: Service
metadata: {name: patronus-api, namespace: patronus-system}
spec: {selector: {app: patronus-api}, ports: [{port: 8081}]}
)";

/// A node with the simulated Patronus API as a pod and a Service, a console in this process, and who looks on.
class NodeWindow : public TestCase
{
protected:
    using Phase = ActionModel::Phase;

    /// Skips where there can be no node: look at QTest::currentTestResolved(). There are no CRDs.
    void startNode()
    {
        if (geteuid() != 0 || !QFile::exists(sourcePath(u"build/image/patronus-operator.tar"_s)))
            QSKIP("a node needs root, and the images that ./dev guide makes");
        QApplication::setAttribute(Qt::AA_DontUseNativeDialogs);
        theme::apply(theme::Scheme::Light);
        auto plane = ControlPlane::start({.node = true, .crds = {}});
        QVERIFY2(plane, plane ? "" : qPrintable(plane.error().message));
        m_plane = *std::move(plane);
        for (const QString &image : {u"patronus-operator"_s, u"patronus-sim"_s})
            QVERIFY(m_plane->importImage(image));
        shell(u"kubectl create namespace patronus-system"_s);
        shell(u"kubectl wait serviceaccount default -n patronus-system --for=create --timeout=60s"_s);
        QVERIFY(m_plane->apply(QByteArray(patronusApi).replace("VERSION", PATRONUS_VERSION)));
        shell(u"kubectl wait -n patronus-system --for=condition=Ready pod/patronus-api --timeout=80s"_s);
        m_home = std::make_unique<QTemporaryDir>();
        qputenv("XDG_STATE_HOME", QFile::encodeName(m_home->path()));
    }
    void init() override { m_settings = std::make_unique<TestSettings>(); }

    void shell(const QString &line) const
    {
        const auto output = m_plane->shell(line);
        QVERIFY2(output.exitCode == 0, output.err.constData());
    }
    [[nodiscard]] QByteArray said(const QString &line) const { return m_plane->shell(line).out.trimmed(); }
    [[nodiscard]] QByteArray ready() const
    {
        return said(
            u"kubectl get deployment patronus-operator -n patronus-system -o jsonpath={.status.readyReplicas}"_s);
    }
    [[nodiscard]] QList<JournalEntry> journal() const
    {
        return readJournal(m_home->filePath(u"patronus/journal.jsonl"_s)).value_or(QList<JournalEntry>());
    }
    /// Two who change nothing: one may look at everything but Secrets, the other at one namespace.
    void letLook() const
    {
        shell(u"kubectl create clusterrolebinding looker --clusterrole=view --user=looker && "
              "kubectl create clusterrole looker --verb=get,list,watch --resource="
              "sites.sdwan.patronus.dev,policies.sdwan.patronus.dev,customresourcedefinitions.apiextensions.k8s.io && "
              "kubectl create clusterrolebinding looker-too --clusterrole=looker --user=looker && "
              "kubectl create rolebinding neighbour -n default --clusterrole=looker --user=neighbour"_s);
    }
    [[nodiscard]] QString kubeconfigOf(const QString &user) const
    {
        QFile own(m_plane->kubeconfig()), file(m_plane->directory() + u'/' + user);
        if (!own.open(QIODevice::ReadOnly) || !file.open(QIODevice::WriteOnly))
            return {};
        file.write(own.readAll().replace("user: {", "user: {as: " + user.toUtf8() + ", "));
        return file.fileName();
    }
    /// It cannot be confirmed, and says that @p missing is.
    static void verifyRefused(Hands &hands, const ActionRequest &request, const QString &missing)
    {
        hands.model().requestAction(request);
        const auto isIn = [&hands](Phase phase) { return hands.dialog() && hands.dialog()->action().phase() == phase; };
        QVERIFY(eventually([&] { return isIn(Phase::Planned) || isIn(Phase::Unplanned); }));
        QVERIFY(!hands.primary()->isVisible());
        QVERIFY2(hands.says(KMessageWidget::Error).contains(missing), qPrintable(hands.says(KMessageWidget::Error)));
    }

    /// The plan that is shown, which can be carried out.
    static ActionPlan planned(Hands &hands)
    {
        const bool isPlanned
            = eventually([&] { return hands.dialog() && hands.dialog()->action().phase() == Phase::Planned; }, 60s);
        if (!isPlanned || !hands.dialog()->action().plan().isPossible())
            qWarning("%s",
                qPrintable(hands.dialog() ? hands.says(KMessageWidget::Error) + hands.dialog()->action().problem()
                                          : u"no dialog"_s));
        return hands.dialog() ? hands.dialog()->action().plan() : ActionPlan();
    }
    /// Confirms as far as it is asked for, waits for the end, and gives what then stands in green.
    QString carriedOut(Hands &hands, bool closes = true)
    {
        const qsizetype before = journal().size();
        ActionDialog *const dialog = hands.dialog();
        const QString name = dialog->action().plan().object;
        auto *const unlock = dialog->findChild<QPushButton *>(u"unlock"_s);
        if (unlock->isVisible()) {
            hands.type(name);
            QTest::mouseClick(unlock, Qt::LeftButton);
        }
        if (dialog->findChild<QLineEdit *>(u"typed"_s)->isVisible())
            hands.type(name);
        hands.confirm();
        if (!eventually([&] { return dialog->action().phase() == Phase::Ended; }, 300s))
            qWarning("it did not end");
        const QString red = hands.says(KMessageWidget::Error), green = hands.says(KMessageWidget::Positive);
        if (!red.isEmpty() || journal().size() == before)
            qWarning("%s", qPrintable(red.isEmpty() ? u"nothing is in the journal"_s : red));
        if (closes)
            hands.closeDialog();
        return green;
    }

    std::unique_ptr<ControlPlane> m_plane;
    std::unique_ptr<TestSettings> m_settings;
    std::unique_ptr<QTemporaryDir> m_home;
    SystemClock m_clock;
};

} // namespace patronus
