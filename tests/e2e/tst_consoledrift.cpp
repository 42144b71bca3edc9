// SPDX-License-Identifier: GPL-3.0-or-later
// What drifts, in the window: what there is to do about each, beside a real operator and the simulated Patronus API.
#include "e2e/windowtest.h"
#include "sdwan/kind.h"
#include "ui/editdialog.h"

#include <QPlainTextEdit>

using namespace patronus;

class TestConsoleDrift : public WindowTest
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        startWorld();
        makeDrift();
    }

    void eachRowHasWhatCanBeDoneAboutIt()
    {
        Hands hands({.kubeconfig = m_world->plane().kubeconfig(),
                        .context = u"local"_s,
                        .patronusApiUrl = m_world->simulator().url()},
            m_clock);
        hands.page().showView(ClusterPage::View::Drift);
        ReportModel &drift = hands.model().report(ClusterModel::Report::Drift);
        QVERIFY(eventually([&] { return drift.rowCount() == 6; }));
        QVERIFY(!detail(hands)->isVisible()); // it takes no place before there is something to see
        const auto buttons = [&] {
            QStringList shown;
            for (const QPushButton *button : hands.window().findChildren<QPushButton *>())
                if (button->isVisible() && (button->text().endsWith(u'…') || button->text().startsWith(u"Show "_s)))
                    shown.append(button->text());
            shown.removeIf([](const QString &text) { return text.startsWith(u"Find "_s); });
            return shown;
        };
        const QList<std::pair<QString, QStringList>> wanted{{u"orphan"_s, {}},
            {u"default/changed"_s, {u"Restart the operator…"_s, u"Show changed"_s}},
            {u"default/missing"_s, {u"Restart the operator…"_s, u"Show missing"_s}},
            {u"default/dangling"_s, {u"Edit…"_s, u"New Site…"_s, u"Show dangling"_s}},
            {u"default/invalid"_s, {u"Edit…"_s, u"Show invalid"_s}},
            {u"default/held"_s, {u"Resume…"_s, u"Show held"_s}}};
        for (const auto &[object, texts] : wanted) {
            hands.chooseRow(object, 2);
            QTRY_COMPARE(buttons(), texts);
            if (object == "orphan"_L1)
                QVERIFY(hands.table()->currentIndex().siblingAtColumn(4).data().toString().startsWith(
                    u"outside of Kubernetes"_s));
        }
        hands.chooseRow(u"default/changed"_s, 2);
        QVERIFY(detail(hands)->isVisible());
        QVERIFY2(detail(hands)->toPlainText().contains(u"- location: Bonn\n+ location: Berlin"_s),
            qPrintable(detail(hands)->toPlainText()));
        takePictures(hands.window(), u"drift"_s);

        hands.chooseRow(u"default/dangling"_s, 2);
        hands.pressSaying(u"Edit…"_s);
        auto *editor = hands.window().findChild<EditDialog *>();
        QVERIFY(editor && editor->findChild<QPlainTextEdit *>(u"yaml"_s)->toPlainText().contains(u"nowhere"_s));
        editor->reject();

        hands.chooseRow(u"default/held"_s, 2);
        hands.pressSaying(u"Resume…"_s);
        QVERIFY(hands.isIn(ActionModel::Phase::Planned));
        const auto process = m_world->startOperator();
        hands.confirm();
        QVERIFY(hands.isIn(ActionModel::Phase::Ended));
        QCOMPARE(hands.says(KMessageWidget::Positive), u"resumed, and Ready"_s);
        hands.closeDialog();
        QVERIFY(eventually([&] { // looked at again by itself; the operator has put the others right
            return !drift.data(drift.index(0, 0)).isNull()
                && std::ranges::none_of(states(drift), [](const QString &state) { return state == "paused"_L1; });
        }));

        hands.chooseRow(u"default/dangling"_s, 2);
        QTest::mouseDClick(hands.table()->viewport(), Qt::LeftButton, {},
            hands.table()->visualRect(hands.table()->currentIndex()).center());
        QCOMPARE(hands.page().view(), ClusterPage::View::Sites);
        QCOMPARE(hands.page().objects(ClusterModel::Resource::Sites).selected().key().name, u"dangling"_s);
        hands.page().showView(ClusterPage::View::Overview);
        const auto *care = hands.window().findChild<QLabel *>(u"care"_s);
        QVERIFY2(care->text().contains(u"Drift: %1 object"_s.arg(drift.rowCount())), qPrintable(care->text()));
        QVERIFY2(care->text().contains(u"Degraded – Last backup: none is known here"_s), qPrintable(care->text()));
        takePictures(hands.window(), u"overview"_s);
        QCOMPARE(process->stop(), 0);
    }

private:
    /// Two that the API has otherwise, one paused, one that names nobody, one that cannot be sent, and one too many.
    void makeDrift()
    {
        auto process = m_world->startOperator();
        for (const QString &name : {u"changed"_s, u"missing"_s, u"held"_s, u"fine"_s})
            QVERIFY(m_world->plane().apply(SiteManifest{.name = name}.yaml()));
        QVERIFY(m_world->plane().apply(SiteManifest{.name = u"dangling"_s, .peers = {u"nowhere"_s}}.yaml()));
        QVERIFY(m_world->plane().apply(SiteManifest{.name = u"invalid"_s, .key = "short"}.yaml()));
        for (const auto &[name, reason] : {std::pair(u"changed"_s, u"Synced"_s), std::pair(u"missing"_s, u"Synced"_s),
                 std::pair(u"held"_s, u"Synced"_s), std::pair(u"dangling"_s, u"SiteNotFound"_s),
                 std::pair(u"invalid"_s, u"InvalidSpec"_s)})
            QVERIFY(eventually([&] { return m_world->reasonOf(resources::sites(), name) == reason; }));
        const auto held
            = m_world->plane().kubectl({u"annotate"_s, u"site"_s, u"held"_s, u"sdwan.patronus.dev/paused=true"_s});
        QCOMPARE(held.exitCode, 0);
        QVERIFY(eventually([&] { return m_world->reasonOf(resources::sites(), u"held"_s) == u"Paused"_s; }));
        QCOMPARE(process->stop(), 0);
        PatronusClient &api = m_world->otherClient();
        QJsonObject body = siteKind().remoteBody(*m_world->find(resources::sites(), u"changed"_s));
        body.insert("location"_L1, u"Bonn"_s);
        QVERIFY(QCoro::waitFor(api.put(RemoteKind::Site, u"changed"_s, body, {})));
        body.insert("name"_L1, u"orphan"_s);
        QVERIFY(QCoro::waitFor(api.put(RemoteKind::Site, u"orphan"_s, body, {})));
        QVERIFY(QCoro::waitFor(api.remove(RemoteKind::Site, u"missing"_s, {})));
    }
    [[nodiscard]] static QPlainTextEdit *detail(Hands &hands)
    {
        QPlainTextEdit *found = nullptr;
        for (QPlainTextEdit *edit : hands.table()->parentWidget()->findChildren<QPlainTextEdit *>())
            found = edit;
        return found;
    }
    [[nodiscard]] static QStringList states(const ReportModel &drift)
    {
        QStringList states;
        for (int row = 0; row < drift.rowCount(); ++row)
            states.append(drift.row(row).cells.first());
        return states;
    }

    TestSettings m_settings;
};

QTEST_MAIN(TestConsoleDrift)
#include "tst_consoledrift.moc"
