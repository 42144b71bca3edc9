// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/testcase.h"
#include "support/testsettings.h"
#include "ui/connectdialog.h"
#include "ui/mainwindow.h"
#include "ui/theme.h"

#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QDropEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMimeData>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>

using namespace Qt::StringLiterals;
using namespace patronus;

namespace {

const QList<ContextEntry> entries{
    {.name = u"dev"_s, .server = u"https://dev:6443"_s, .user = u"me"_s, .identity = u"1"_s},
    {.name = u"prod-eu"_s,
        .server = u"https://prod:6443"_s,
        .credentials = u"plugin login"_s,
        .isCurrent = true,
        .identity = u"2"_s},
    {.name = u"odd"_s, .file = u"/f/odd"_s, .problem = u"/f/odd: users[0]: unknown field"_s, .scope = u"/f/odd"_s}};

QPushButton *button(QWidget &widget, const QString &text)
{
    for (auto *candidate : widget.findChildren<QPushButton *>())
        if (candidate->text().remove(u'&').startsWith(text))
            return candidate;
    return nullptr;
}

bool says(QWidget &widget, const QString &text)
{
    const auto labels = widget.findChildren<QLabel *>();
    return std::ranges::any_of(labels, [&](const QLabel *label) { return label->text().contains(text); });
}

void drop(QWidget &widget, const QList<QUrl> &urls)
{
    QMimeData data;
    data.setUrls(urls);
    QDragEnterEvent enter(QPoint(5, 5), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&widget, &enter);
    QDropEvent event(QPointF(5, 5), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    if (enter.isAccepted())
        QApplication::sendEvent(&widget, &event);
}

} // namespace

class TestConnectDialog : public TestCase
{
    Q_OBJECT

private:
    TestSettings m_settings;

private Q_SLOTS:
    void initTestCase() { theme::apply(theme::Scheme::Light); }

    void theKeyboardAloneFindsAndConnects()
    {
        ContextsModel contexts;
        contexts.setEntries(entries);
        ConnectDialog dialog(contexts);
        dialog.open();
        QVERIFY(QTest::qWaitForWindowActive(&dialog));
        QCOMPARE(dialog.chosen(), ContextKey{u"prod-eu"_s}); // the kubeconfig's own is offered, not taken
        QTest::keyClick(dialog.focusWidget(), Qt::Key_Up);
        QCOMPARE(dialog.chosen(), ContextKey{u"dev"_s});
        QTest::keyClick(dialog.focusWidget(), Qt::Key_Tab);
        QVERIFY(dialog.focusWidget() == dialog.findChild<QComboBox *>(u"class"_s));
        QTest::keyClick(dialog.focusWidget(), Qt::Key_Return);
        QVERIFY(!dialog.isVisible());
        QCOMPARE(dialog.result(), int(QDialog::Accepted));
    }

    void aWindowOfItsOwnIsAskedForWhatIsChosen()
    {
        ContextsModel contexts;
        contexts.setEntries(entries);
        ConnectDialog dialog(contexts);
        const QSignalSpy asked(&dialog, &ConnectDialog::newWindowRequested);
        dialog.open();
        button(dialog, u"Connect in a new window"_s)->click();
        QCOMPARE(asked.size(), 1);
        QCOMPARE(asked[0][0].value<std::optional<ContextKey>>(), ContextKey{u"prod-eu"_s});
        QCOMPARE(dialog.result(), int(QDialog::Rejected)); // not in this one
    }

    void theFilterNarrowsTheList()
    {
        ContextsModel contexts;
        contexts.setEntries(entries);
        ConnectDialog dialog(contexts);
        dialog.findChild<QLineEdit *>()->setText(u"LOGIN"_s);
        auto *table = dialog.findChild<QTableView *>();
        QCOMPARE(table->model()->rowCount(), 1);
        QCOMPARE(table->model()->index(0, 0).data().toString(), u"prod-eu"_s);
    }

    void whatCannotBeUsedSaysWhyAndHasNoConnect()
    {
        ContextsModel contexts;
        contexts.setEntries(entries);
        ConnectDialog dialog(contexts);
        const QSignalSpy removed(&contexts, &ContextsModel::removalRequested);
        dialog.findChild<QTableView *>()->selectRow(2);
        QVERIFY(!dialog.chosen());
        QVERIFY(!button(dialog, u"Connect"_s)->isEnabled());
        QVERIFY(says(dialog, u"This cannot be used: /f/odd: users[0]: unknown field"_s));
        button(dialog, u"Remove the file"_s)->click();
        QCOMPARE(removed.size(), 1);
        QCOMPARE(removed[0][0].toString(), u"/f/odd"_s);
        dialog.findChild<QTableView *>()->selectRow(0);
        QVERIFY(!button(dialog, u"Remove the file"_s)->isEnabled()); // kubectl's own
    }

    void theSelectionStaysWhenTheListIsReadAnew()
    {
        ContextsModel contexts;
        contexts.setEntries(entries);
        ConnectDialog dialog(contexts);
        dialog.findChild<QTableView *>()->selectRow(0);
        QList<ContextEntry> more = entries;
        more.prepend({.name = u"aaa"_s});
        contexts.setEntries(more);
        QCOMPARE(dialog.chosen(), ContextKey{u"dev"_s});
        contexts.setEntries({{.name = u"aaa"_s}});
        QVERIFY(!dialog.chosen()); // and no other takes its place
    }

    void theClassIsAskedForByWord()
    {
        ContextsModel contexts;
        contexts.setEntries(entries);
        ConnectDialog dialog(contexts);
        QSignalSpy asked(&contexts, &ContextsModel::classRequested);
        auto *combo = dialog.findChild<QComboBox *>(u"class"_s);
        QCOMPARE(combo->currentText(), u"by its name: PRODUCTION"_s);
        combo->setCurrentIndex(combo->findText(u"STAGING"_s));
        Q_EMIT combo->activated(combo->currentIndex());
        QCOMPARE(asked.takeFirst()[1].value<std::optional<ContextClass>>(), ContextClass::Staging);
        combo->setCurrentIndex(0);
        Q_EMIT combo->activated(0);
        QVERIFY(!asked.takeFirst()[1].value<std::optional<ContextClass>>());
        const QSignalSpy readOnly(&contexts, &ContextsModel::readOnlyRequested);
        dialog.findChild<QCheckBox *>()->click();
        QCOMPARE(readOnly[0][0].value<ContextKey>(), ContextKey{u"prod-eu"_s});
        QVERIFY(readOnly[0][1].toBool());
        dialog.findChild<QTableView *>()->selectRow(2);
        QVERIFY(!combo->isEnabled());
    }

    void aDroppedFileIsAddedAndSelectedAndNothingElse()
    {
        ContextsModel contexts;
        contexts.setEntries(entries);
        connect(&contexts, &ContextsModel::filesRequested, &contexts, [&](const QStringList &files) {
            QList<ContextEntry> more = entries;
            more.append({.name = u"dropped"_s, .file = files.first(), .scope = files.first()});
            contexts.setEntries(more);
        });
        MainWindow window(contexts);
        const QSignalSpy asked(&window, &MainWindow::connectRequested);
        window.show();
        drop(window, {QUrl(u"https://host/file"_s)});
        QVERIFY(!window.findChild<ConnectDialog *>());
        drop(window, {QUrl::fromLocalFile(u"/f/dropped"_s)});
        auto *dialog = window.findChild<ConnectDialog *>();
        QVERIFY(dialog);
        QCOMPARE(dialog->chosen(), (ContextKey{u"dropped"_s, u"/f/dropped"_s}));
        dialog->findChild<QTableView *>()->selectRow(0);
        drop(*dialog, {QUrl::fromLocalFile(u"/f/dropped"_s)});
        QCOMPARE(dialog->chosen(), (ContextKey{u"dropped"_s, u"/f/dropped"_s}));
        QCOMPARE(asked.size(), 0);
    }

    void everyControlHasAName()
    {
        ContextsModel contexts;
        contexts.setEntries(entries);
        ConnectDialog dialog(contexts);
        auto *readOnly = dialog.findChild<QCheckBox *>();
        QVERIFY(!readOnly->text().isEmpty());
        for (const QWidget *widget : std::initializer_list<QWidget *>{
                 dialog.findChild<QLineEdit *>(), dialog.findChild<QTableView *>(), dialog.findChild<QComboBox *>()})
            QVERIFY2(!widget->accessibleName().isEmpty(), widget->metaObject()->className());
    }

    void itIsDrawnInLightAndDark()
    {
        // Pictures for people to look at, where somebody asks for them.
        const QString folder = qEnvironmentVariable("PATRONUS_PICTURES");
        for (const auto &[scheme, name] :
            {std::pair(theme::Scheme::Dark, u"dark"_s), std::pair(theme::Scheme::Light, u"light"_s)}) {
            theme::apply(scheme);
            ContextsModel contexts;
            contexts.setEntries(entries);
            ConnectDialog dialog(contexts);
            dialog.show();
            QVERIFY(QTest::qWaitForWindowExposed(&dialog));
            QVERIFY(folder.isEmpty() || dialog.grab().save(u"%1/connect-%2.png"_s.arg(folder, name)));
        }
    }
};

QTEST_MAIN(TestConnectDialog)
#include "tst_connectdialog.moc"
