// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/console/console.h"
#include "support/operatorprocess.h"
#include "support/testcase.h"
#include "ui/actiondialog.h"
#include "ui/objectview.h"
#include "ui/theme.h"

#include <KMessageWidget>

#include <QAction>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTableView>

namespace patronus {

using namespace Qt::StringLiterals;

/// Both looks of @p widget, where somebody wants to see them.
inline void takePictures(QWidget &widget, const QString &name)
{
    const QString folder = qEnvironmentVariable("PATRONUS_PICTURES");
    if (folder.isEmpty())
        return;
    for (const auto &[scheme, look] :
        {std::pair(theme::Scheme::Dark, u"dark"_s), std::pair(theme::Scheme::Light, u"light"_s)}) {
        theme::apply(scheme);
        QTest::qWait(200);
        QVERIFY(widget.grab().save(u"%1/%2-%3.png"_s.arg(folder, name, look)));
    }
}

/// The console in this process, connected, with a person's hands on it.
class Hands
{
public:
    Hands(const QString &kubeconfig, const QString &context, Clock &clock, bool readOnly = false)
        : Hands({.kubeconfig = kubeconfig, .context = context, .readOnly = readOnly}, clock)
    {
    }
    Hands(const ConsoleOptions &options, Clock &clock) : m_console(options, clock)
    {
        m_console.start();
        window().activateWindow();
        if (!eventually([&] { return m_console.session() && model().store(ClusterModel::Resource::Sites).isSynced(); }))
            qFatal("it does not connect");
    }

    Console &console() { return m_console; }
    MainWindow &window() { return m_console.window(); }
    ClusterPage &page() { return *window().page(); }
    ClusterModel &model() { return m_console.session()->model(); }

    void choose(const QStringList &names)
    {
        QVERIFY(eventually(
            [&] { return page().objects(ClusterModel::Resource::Sites).rows().rowCount() >= names.size(); }));
        QTest::keyClick(&window(), Qt::Key_2, Qt::ControlModifier); // the Sites
        auto *table = page().objects(ClusterModel::Resource::Sites).findChild<QTableView *>();
        Qt::KeyboardModifiers modifiers;
        for (const QString &name : names)
            for (int row = 0; row < table->model()->rowCount(); ++row)
                if (const QModelIndex index = table->model()->index(row, 1); index.data().toString() == name) {
                    table->scrollTo(index);
                    QTest::mouseClick(table->viewport(), Qt::LeftButton, modifiers, table->visualRect(index).center());
                    modifiers = Qt::ControlModifier;
                }
        QCOMPARE(page().objects(ClusterModel::Resource::Sites).allSelected().size(), names.size());
    }
    void press(const QString &button)
    {
        auto *found = window().findChild<QPushButton *>(button);
        QVERIFY(found && found->isVisible());
        QTest::mouseClick(found, Qt::LeftButton);
    }
    /// Presses the button that says so, wherever in the window it is, as soon as it is there.
    void pressSaying(const QString &text)
    {
        QPushButton *button = nullptr;
        const bool isThere = eventually([&] {
            for (QPushButton *found : window().findChildren<QPushButton *>())
                button = found->isVisible() && found->text() == text ? found : button;
            return button != nullptr;
        });
        QVERIFY2(isThere, qPrintable(text));
        QTest::mouseClick(button, Qt::LeftButton);
    }
    /// The table of the view that is shown.
    QTableView *table()
    {
        for (QTableView *found : window().findChildren<QTableView *>())
            if (found->isVisible())
                return found;
        return nullptr;
    }
    /// Clicks the row with @p text in @p column of that table.
    void chooseRow(const QString &text, int column)
    {
        for (int row = 0; row < table()->model()->rowCount(); ++row)
            if (const QModelIndex index = table()->model()->index(row, column); index.data().toString() == text) {
                table()->scrollTo(index);
                QTest::mouseClick(table()->viewport(), Qt::LeftButton, {}, table()->visualRect(index).center());
            }
        QCOMPARE(table()->currentIndex().siblingAtColumn(column).data().toString(), text);
    }
    /// As from the palette.
    void trigger(const QString &text)
    {
        for (QAction *action : window().actions())
            if (action->text() == text)
                action->trigger();
    }
    ActionDialog *dialog() { return window().findChild<ActionDialog *>(); }
    bool isIn(ActionModel::Phase phase)
    {
        return eventually([&] { return dialog() && dialog()->action().phase() == phase; });
    }
    /// What stands in the dialog in red, or in green.
    QString says(KMessageWidget::MessageType type)
    {
        for (const KMessageWidget *message : dialog()->findChildren<KMessageWidget *>())
            if (message->isVisible() && message->messageType() == type)
                return message->text();
        return {};
    }
    void type(const QString &text) { QTest::keyClicks(dialog()->findChild<QLineEdit *>(u"typed"_s), text); }
    QPushButton *primary() { return dialog()->findChild<QPushButton *>(u"primary"_s); }
    void confirm()
    {
        QVERIFY(eventually([&] { return primary()->isEnabled(); }));
        QTest::mouseClick(primary(), Qt::LeftButton);
    }
    void closeDialog()
    {
        QTest::keyClick(dialog(), Qt::Key_Escape);
        QVERIFY(eventually([&] { return !dialog(); }));
        window().activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&window()));
    }

private:
    Console m_console;
};

} // namespace patronus
