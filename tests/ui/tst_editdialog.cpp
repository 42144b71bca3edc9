// SPDX-License-Identifier: GPL-3.0-or-later
// What is written in the window: with the schema's help, from an example, after others, and for several at once.
#include "models/objects.h"
#include "support/crdschema.h"
#include "support/manualclock.h"
#include "support/testcase.h"
#include "ui/bulkdialog.h"
#include "ui/editdialog.h"
#include "ui/theme.h"
#include "ui/yamledit.h"

#include <KMessageWidget>

#include <QAbstractItemView>
#include <QApplication>
#include <QComboBox>
#include <QCompleter>
#include <QLabel>
#include <QLineEdit>
#include <QPointer>
#include <QPushButton>
#include <QRadioButton>
#include <QSignalSpy>
#include <QTableWidget>
#include <QTextBlock>
#include <QToolButton>

using namespace Qt::StringLiterals;
using namespace patronus;
using Resource = ClusterModel::Resource;

namespace {

Object site(const QString &name, const QString &location, const QString &version = u"1"_s)
{
    const QJsonObject wireguard{{u"publicKey"_s, QString::fromLatin1(QByteArray(32, 'k').toBase64())},
        {u"listenPort"_s, 51820}, {u"endpoints"_s, QJsonArray{u"a.example.com:51820"_s}}};
    return Object({{u"apiVersion"_s, u"sdwan.patronus.dev/v1alpha1"_s}, {u"kind"_s, u"Site"_s},
        {u"metadata"_s,
            QJsonObject{{u"name"_s, name}, {u"namespace"_s, u"default"_s}, {u"uid"_s, u"uid-"_s + name},
                {u"resourceVersion"_s, version}}},
        {u"spec"_s, QJsonObject{{u"location"_s, location}, {u"wireguard"_s, wireguard}}}});
}

/// A cluster with two Sites, and somebody who notes what is asked for.
struct Desk {
    Store sites, policies, events;
    ManualClock clock;
    ClusterModel cluster{{.name = u"dev"_s, .server = u"https://api"_s}, sites, policies, events, clock};
    QList<ActionRequest> asked;

    Desk()
    {
        cluster.setSchema(Resource::Sites, schemaOfKind(u"sites"_s));
        cluster.setSchema(Resource::Policies, schemaOfKind(u"policies"_s));
        sites.beginReplace();
        sites.upsert(site(u"hq"_s, u"Berlin"_s));
        sites.upsert(site(u"branch"_s, u"Bonn"_s));
        sites.endReplace();
        clock.advance(std::chrono::seconds(1));
        QObject::connect(&cluster, &ClusterModel::actionRequested, &cluster, [this](const ActionRequest &request) {
            asked.append(request);
            cluster.addAction();
        });
    }
    void change(const Object &object)
    {
        sites.upsert(object);
        clock.advance(std::chrono::seconds(1));
    }
};

template <typename Dialog> QPointer<Dialog> shown(Dialog *dialog)
{
    dialog->show();
    dialog->activateWindow();
    if (!QTest::qWaitForWindowActive(dialog))
        qFatal("the dialog is not shown");
    return dialog;
}

void takePictures(QWidget &widget, const QString &name)
{
    const QString folder = qEnvironmentVariable("PATRONUS_PICTURES");
    for (const auto &[scheme, look] :
        {std::pair(theme::Scheme::Dark, u"dark"_s), std::pair(theme::Scheme::Light, u"light"_s)}) {
        theme::apply(scheme);
        QCoreApplication::processEvents();
        QVERIFY(folder.isEmpty() || widget.grab().save(u"%1/%2-%3.png"_s.arg(folder, name, look)));
    }
}

} // namespace

class TestEditDialog : public TestCase
{
    Q_OBJECT

private:
    static QAbstractItemView *popup(const YamlEdit *edit) { return edit->findChild<QCompleter *>()->popup(); }
    static QStringList offered(const YamlEdit *edit)
    {
        QStringList words;
        if (popup(edit)->isVisible())
            for (int row = 0; row < popup(edit)->model()->rowCount(); ++row)
                words.append(popup(edit)->model()->index(row, 0).data().toString());
        return words;
    }

private Q_SLOTS:
    void initTestCase() { theme::apply(theme::Scheme::Light); }

    void whatMayStandAtTheCursorIsOffered()
    {
        Desk desk;
        const auto dialog = shown(new EditDialog(desk.cluster, {.type = resources::policies()}));
        auto *edit = dialog->findChild<YamlEdit *>(u"yaml"_s);
        edit->setFocus();
        edit->setPlainText(u"spec:"_s);
        edit->moveCursor(QTextCursor::End);
        QTest::keyClick(edit, Qt::Key_Return); // indented by itself
        QTest::keyClicks(edit, u"ac"_s);
        QCOMPARE(offered(edit), QStringList{u"action"_s});
        QTest::keyClick(popup(edit), Qt::Key_Return);
        QCOMPARE(edit->toPlainText(), u"spec:\n  action:\n    "_s);
        QTest::keyClick(edit, Qt::Key_Space, Qt::ControlModifier);
        QCOMPARE(offered(edit), (QStringList{u"backupPath"_s, u"primaryPath"_s, u"qos"_s, u"type"_s}));
        const QModelIndex hint = popup(edit)->model()->index(3, 1);
        QCOMPARE(hint.data().toString(), u"required"_s);
        QTest::keyClick(popup(edit), Qt::Key_Escape);
        QVERIFY(offered(edit).isEmpty());
        QTest::keyClicks(edit, u"type: "_s);
        QTest::keyClick(edit, Qt::Key_Space, Qt::ControlModifier);
        QCOMPARE(offered(edit), (QStringList{u"route"_s, u"drop"_s, u"forward"_s}));
        takePictures(*dialog, u"completion"_s);
        if (const QString folder = qEnvironmentVariable("PATRONUS_PICTURES"); !folder.isEmpty())
            popup(edit)->grab().save(folder + u"/completion-popup.png"_s);
        QTest::keyClick(popup(edit), Qt::Key_Down);
        QTest::keyClick(popup(edit), Qt::Key_Return);
        QVERIFY2(edit->toPlainText().endsWith(u"    type: drop"_s), qPrintable(edit->toPlainText()));
        QTest::keyClick(edit, Qt::Key_Return);
        QTest::keyClicks(edit, u"nonsense"_s);
        QVERIFY(offered(edit).isEmpty());
        dialog->accept();
    }

    void aNewOneBeginsWithAnExample()
    {
        Desk desk;
        const auto dialog = shown(new EditDialog(desk.cluster, {.type = resources::sites()}));
        auto *examples = dialog->findChild<QComboBox *>(u"examples"_s);
        const int branch = examples->findText(u"branch-lone"_s, Qt::MatchStartsWith);
        QVERIFY(branch > 0);
        examples->setFocus();
        while (examples->currentIndex() < branch)
            QTest::keyClick(examples, Qt::Key_Down);
        auto *edit = dialog->findChild<YamlEdit *>(u"yaml"_s);
        QVERIFY2(edit->toPlainText().contains(u"location: \"Trieste, Italy\""_s), qPrintable(edit->toPlainText()));
        QCOMPARE(dialog->findChild<QLineEdit *>(u"spec.location"_s)->text(), u"Trieste, Italy"_s);
        takePictures(*dialog, u"example"_s);
        QTest::mouseClick(dialog->findChild<QPushButton *>(u"plan"_s), Qt::LeftButton);
        QCOMPARE(desk.asked.size(), 1);
        QVERIFY(desk.asked.first().edits.first().base.isEmpty());
        dialog->reject(); // nothing was written by hand: nobody is asked
        QTRY_VERIFY(!dialog);
    }

    void whatOthersDidIsSaidAndTakenOver()
    {
        Desk desk;
        const auto dialog = shown(
            new EditDialog(desk.cluster, {.type = resources::sites(), .base = site(u"hq"_s, u"Berlin"_s).json()}));
        auto *others = dialog->findChild<KMessageWidget *>(u"others"_s);
        QVERIFY(!others->isVisible());
        auto *location = dialog->findChild<QLineEdit *>(u"spec.location"_s);
        location->selectAll();
        QTest::keyClicks(location, u"Lisbon"_s);
        desk.change(site(u"hq"_s, u"Ulm"_s, u"2"_s));
        QTRY_VERIFY(others->isVisible());
        QVERIFY2(
            others->text().contains(u"- spec.location: Berlin\n+ spec.location: Ulm"_s), qPrintable(others->text()));
        QToolButton *rebase = nullptr;
        for (QToolButton *button : others->findChildren<QToolButton *>())
            rebase = button->text() == "Rebase"_L1 ? button : rebase;
        QVERIFY(rebase);
        QTest::mouseClick(rebase, Qt::LeftButton);
        QTRY_VERIFY(!others->isVisible());
        auto *edit = dialog->findChild<YamlEdit *>(u"yaml"_s);
        QVERIFY(edit->toPlainText().contains(u"location: Lisbon"_s));
        QCOMPARE(edit->extraSelections().size(), 1); // the line that both wrote
        QVERIFY(edit->extraSelections().first().cursor.block().text().contains(u"Lisbon"_s));
        QVERIFY(dialog->findChild<QPlainTextEdit *>(u"problems"_s)->toPlainText().contains(u"others made it Ulm"_s));
        takePictures(*dialog, u"rebase"_s);
        QTest::mouseClick(dialog->findChild<QPushButton *>(u"plan"_s), Qt::LeftButton);
        QCOMPARE(desk.asked.first().edits.first().base, site(u"hq"_s, u"Ulm"_s, u"2"_s).json());
        dialog->accept();
    }

    void oneFieldOfSeveralIsOnePlan()
    {
        Desk desk;
        const auto dialog = shown(
            new BulkDialog(desk.cluster, Resource::Sites, {site(u"hq"_s, u"Berlin"_s), site(u"branch"_s, u"Bonn"_s)}));
        auto *field = dialog->findChild<QComboBox *>(u"field"_s);
        auto *plan = dialog->findChild<QPushButton *>(u"plan"_s);
        auto *table = dialog->findChild<QTableWidget *>();
        QVERIFY(field->findText(u"spec.wireguard.endpoints"_s) >= 0);
        field->setCurrentText(u"spec.wireguard.listenPort"_s);
        QVERIFY(!plan->isEnabled());
        QVERIFY(!dialog->findChild<QRadioButton *>(u"takeAway"_s)->isEnabled()); // the schema wants it
        QTest::keyClicks(dialog->findChild<QLineEdit *>(u"value"_s), u"70000"_s);
        QVERIFY2(dialog->findChild<QLabel *>(u"problem"_s)->text().contains(u"70000 is more than 65535"_s),
            qPrintable(dialog->findChild<QLabel *>(u"problem"_s)->text()));
        field->setCurrentText(u"spec.location"_s);
        QTest::keyClicks(dialog->findChild<QLineEdit *>(u"value"_s), u"Bonn"_s);
        QCOMPARE(table->item(0, 2)->text(), u"Bonn"_s);
        QCOMPARE(table->item(1, 2)->text(), u"stays as it is"_s);
        takePictures(*dialog, u"bulk"_s);
        QTest::mouseClick(plan, Qt::LeftButton);
        QCOMPARE(desk.asked.last().edits.size(), 1);
        QCOMPARE(desk.asked.last().edits.first().mine["spec"_L1]["location"_L1].toString(), u"Bonn"_s);
        QTest::mouseClick(dialog->findChild<QRadioButton *>(u"takeAway"_s), Qt::LeftButton, {}, {5, 8});
        QTest::mouseClick(plan, Qt::LeftButton);
        QCOMPARE(desk.asked.last().edits.size(), 2);
        QVERIFY(!desk.asked.last().edits.last().mine["spec"_L1].toObject().contains("location"_L1));
        QCOMPARE(desk.asked.last().edits.last().base, site(u"branch"_s, u"Bonn"_s).json());
        dialog->reject();
    }
};

QTEST_MAIN(TestEditDialog)
#include "tst_editdialog.moc"
