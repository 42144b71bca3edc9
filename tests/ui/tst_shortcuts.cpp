// SPDX-License-Identifier: GPL-3.0-or-later
// A person gives an action another shortcut, in the dialog that the menu opens.
#include "support/testsettings.h"
#include "ui/theme.h"
#include "ui/windowdesk.h"

#include <KKeySequenceWidget>
#include <KSharedConfig>
#include <KShortcutsDialog>

#include <QAction>
#include <QApplication>
#include <QDialogButtonBox>
#include <QLabel>
#include <QPushButton>
#include <QStandardPaths>
#include <QTimer>
#include <QTreeWidget>
#include <QTreeWidgetItemIterator>

using namespace Qt::StringLiterals;
using namespace patronus;

namespace {

struct Desk : WindowDesk {
    Desk()
    {
        testing::fill(sites, {{.name = u"hq"_s, .ready = u"True"_s}});
        show();
    }

    [[nodiscard]] ClusterPage::View viewAfter(const QKeySequence &key)
    {
        window.page()->showView(ClusterPage::View::Overview);
        QTest::keySequence(&window, key);
        return window.page()->view();
    }
    /// Opens the dialog as the menu does and lets @p hands work in it; it has to be closed by them.
    void configure(const std::function<void(KShortcutsDialog &)> &hands)
    {
        QTimer::singleShot(0, &window, [&] {
            auto *dialog = window.findChild<KShortcutsDialog *>();
            QVERIFY(dialog && dialog->isVisible());
            hands(*dialog);
        });
        const QList<QAction *> actions = window.actions();
        (*std::ranges::find(actions, u"Shortcuts…"_s, &QAction::text))->trigger();
    }
};

/// Records @p key as the shortcut of the action @p name.
void record(KShortcutsDialog &dialog, const QString &name, const QKeySequence &key)
{
    auto *tree = dialog.findChild<QTreeWidget *>();
    QTreeWidgetItem *row = nullptr;
    for (QTreeWidgetItemIterator item(tree); *item; ++item)
        if ((*item)->text(0) == name)
            row = *item;
    QVERIFY2(row, qPrintable(name));
    tree->setFocus();
    tree->setCurrentItem(row, 1);
    QTest::keyClick(tree, Qt::Key_Space);
    auto *line = tree->findChild<KKeySequenceWidget *>();
    QVERIFY(line);
    auto *button = line->findChild<QPushButton *>();
    QTRY_VERIFY(button->isVisible());
    button->click();
    const auto listens = [button] { return button->text().contains(u'…'); };
    QVERIFY(listens());
    QTest::keySequence(dialog.windowHandle(), key);
    QTRY_VERIFY(!listens()); // it waits whether more keys come
}

void press(KShortcutsDialog &dialog, QDialogButtonBox::StandardButton button)
{
    dialog.findChild<QDialogButtonBox *>()->button(button)->click();
}

/// Presses the button @p says of the question that comes up, and gives its text.
void answer(QString &question, const QString &says)
{
    auto *timer = new QTimer(qApp);
    QObject::connect(timer, &QTimer::timeout, timer, [timer, &question, says] {
        QWidget *box = QApplication::activeModalWidget();
        if (!box || qobject_cast<KShortcutsDialog *>(box))
            return;
        timer->deleteLater();
        for (const QLabel *label : box->findChildren<QLabel *>())
            question += label->text();
        for (QPushButton *button : box->findChildren<QPushButton *>())
            if (button->text().remove(u'&') == says)
                return button->click();
        qFatal("no button says %s", qPrintable(says));
    });
    timer->start(20);
}

} // namespace

class TestShortcuts : public TestCase
{
    Q_OBJECT

private:
    TestSettings m_settings;

private Q_SLOTS:
    void initTestCase()
    {
        qputenv("XDG_CONFIG_HOME", m_settings.folder().toUtf8()); // where the shortcuts are kept
        theme::apply(theme::Scheme::Light);
    }

    void anotherKeyIsGivenAndStays()
    {
        const QKeySequence old(Qt::CTRL | Qt::Key_2), other(Qt::CTRL | Qt::ALT | Qt::Key_S);
        {
            Desk desk, beside;
            showActive(desk.window);
            QCOMPARE(desk.viewAfter(old), ClusterPage::View::Sites);
            QCOMPARE(desk.viewAfter(other), ClusterPage::View::Overview);
            desk.configure([&](KShortcutsDialog &dialog) {
                record(dialog, u"Sites"_s, other);
                press(dialog, QDialogButtonBox::Ok);
            });
            showActive(desk.window);
            QCOMPARE(desk.viewAfter(other), ClusterPage::View::Sites);
            QCOMPARE(desk.viewAfter(old), ClusterPage::View::Overview);
            showActive(beside.window); // no window has to be opened anew
            QCOMPARE(beside.viewAfter(other), ClusterPage::View::Sites);
            QCOMPARE(beside.viewAfter(old), ClusterPage::View::Overview);
        }
        KSharedConfig::openConfig()->reparseConfiguration(); // as it is in the file
        Desk later;
        QCOMPARE(later.viewAfter(other), ClusterPage::View::Sites);
        QCOMPARE(later.viewAfter(old), ClusterPage::View::Overview);
        later.configure([&](KShortcutsDialog &dialog) {
            press(dialog, QDialogButtonBox::RestoreDefaults);
            press(dialog, QDialogButtonBox::Ok);
        });
        showActive(later.window);
        QCOMPARE(later.viewAfter(old), ClusterPage::View::Sites);
    }

    void whoCancelsChangesNothing()
    {
        const QKeySequence old(Qt::CTRL | Qt::Key_2), other(Qt::CTRL | Qt::ALT | Qt::Key_S);
        Desk desk;
        desk.configure([&](KShortcutsDialog &dialog) {
            record(dialog, u"Sites"_s, other);
            press(dialog, QDialogButtonBox::Cancel);
        });
        showActive(desk.window);
        QCOMPARE(desk.viewAfter(other), ClusterPage::View::Overview);
        QCOMPARE(desk.viewAfter(old), ClusterPage::View::Sites);
    }

    void aKeyThatIsTakenIsSaidToBe_data()
    {
        QTest::addColumn<QString>("says");
        QTest::addColumn<ClusterPage::View>("opens"); // by the key of the Policies
        QTest::newRow("left") << u"Cancel"_s << ClusterPage::View::Policies;
        QTest::newRow("taken over") << u"Reassign"_s << ClusterPage::View::Sites;
    }
    void aKeyThatIsTakenIsSaidToBe()
    {
        QFETCH(const QString, says);
        QFETCH(const ClusterPage::View, opens);
        const QKeySequence taken(Qt::CTRL | Qt::Key_3);
        QString question;
        Desk desk;
        desk.configure([&](KShortcutsDialog &dialog) {
            answer(question, says);
            record(dialog, u"Sites"_s, taken);
            press(dialog, QDialogButtonBox::Ok);
        });
        QVERIFY2(question.contains(u"\"Ctrl+3\" shortcut is ambiguous"_s), qPrintable(question));
        QVERIFY2(question.contains(u"for action 'Policies'"_s), qPrintable(question));
        showActive(desk.window);
        QCOMPARE(desk.viewAfter(taken), opens);
    }
};

QTEST_MAIN(TestShortcuts)
#include "tst_shortcuts.moc"
