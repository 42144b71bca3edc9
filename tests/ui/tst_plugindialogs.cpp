// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/plugindialogs.h"

#include "support/testcase.h"
#include "ui/theme.h"

#include <QApplication>
#include <QCheckBox>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>

using namespace Qt::StringLiterals;
using namespace patronus;

namespace {

const PluginQuestion question{.context = u"prod-eu"_s,
    .server = u"https://prod.example:6443"_s,
    .file = u"/home/me/Downloads/prod.yaml"_s,
    .program = u"/usr/local/bin/kubelogin"_s,
    .commandLine = {u"/usr/local/bin/kubelogin"_s, u"get-token"_s, u"--oidc-issuer-url=https://id.example/realm"_s,
        u"--reason=on call; $(rm -rf ~)"_s},
    .environment = {u"KUBELOGIN_CACHE"_s, u"HTTPS_PROXY"_s}};

bool says(const QWidget &widget, const QString &text)
{
    const auto labels = widget.findChildren<QLabel *>();
    const auto edits = widget.findChildren<QPlainTextEdit *>();
    return std::ranges::any_of(labels, [&](const QLabel *label) { return label->text().contains(text); })
        || std::ranges::any_of(edits, [&](const QPlainTextEdit *edit) { return edit->toPlainText().contains(text); });
}

void picture(QWidget &widget, const QString &name)
{
    const QString folder = qEnvironmentVariable("PATRONUS_PICTURES");
    QVERIFY(folder.isEmpty() || widget.grab().save(u"%1/%2.png"_s.arg(folder, name)));
}

} // namespace

class TestPluginDialogs : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { theme::apply(theme::Scheme::Light); }

    void theWholeCommandLineIsShown()
    {
        const PluginLeaveDialog dialog(question);
        for (const QString &text : {u"prod-eu"_s, question.server, question.file, question.program,
                 u"'--reason=on call; $(rm -rf ~)'"_s, u"KUBELOGIN_CACHE HTTPS_PROXY"_s})
            QVERIFY2(says(dialog, text), qPrintable(text));
    }

    void enterAndEscapeSayNo_data()
    {
        QTest::addColumn<int>("key");
        QTest::newRow("Enter") << int(Qt::Key_Return);
        QTest::newRow("Escape") << int(Qt::Key_Escape);
    }
    void enterAndEscapeSayNo()
    {
        QFETCH(const int, key);
        PluginLeaveDialog dialog(question);
        dialog.show();
        QVERIFY(QTest::qWaitForWindowActive(&dialog));
        QTest::keyClick(dialog.focusWidget(), Qt::Key(key));
        QVERIFY(!dialog.isVisible());
        QCOMPARE(dialog.result(), int(QDialog::Rejected));
    }

    void theKeyboardCanSayYesOnPurpose()
    {
        PluginLeaveDialog dialog(question);
        dialog.show();
        QVERIFY(QTest::qWaitForWindowActive(&dialog));
        QTest::keyClick(&dialog, Qt::Key_R, Qt::AltModifier);
        QTRY_COMPARE(dialog.result(), int(QDialog::Accepted));
    }

    void aPluginThatAsksGetsALine()
    {
        PluginRunDialog dialog(question, true);
        const QSignalSpy given(&dialog, &PluginRunDialog::lineGiven);
        QVERIFY(dialog.isVisible());
        dialog.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&dialog));
        dialog.say(u"Password: "_s);
        QVERIFY(says(dialog, u"Password: "_s));
        auto *line = dialog.findChild<QLineEdit *>();
        QCOMPARE(line->echoMode(), QLineEdit::Password);
        QVERIFY(!line->accessibleName().isEmpty());
        QTest::keyClicks(dialog.focusWidget(), u"sesame"_s);
        QTest::keyClick(dialog.focusWidget(), Qt::Key_Return);
        QCOMPARE(given.size(), 1);
        QCOMPARE(given[0][0].toString(), u"sesame"_s);
        QVERIFY(line->text().isEmpty());
        dialog.findChild<QCheckBox *>()->click();
        QCOMPARE(line->echoMode(), QLineEdit::Normal);
        const QSignalSpy stopped(&dialog, &PluginRunDialog::stopped);
        QTest::keyClick(&dialog, Qt::Key_Escape);
        QCOMPARE(stopped.size(), 1);
    }

    void aPluginThatNeedsNobodyShowsNothing()
    {
        PluginRunDialog dialog(question, false);
        dialog.say(u"a warning"_s);
        QVERIFY(!dialog.isVisible());
        QVERIFY(!dialog.findChild<QLineEdit *>());
        QTRY_VERIFY(dialog.isVisible()); // it runs on, and has said something
    }

    void theyAreDrawnInLightAndDark()
    {
        for (const auto &[scheme, name] :
            {std::pair(theme::Scheme::Dark, u"dark"_s), std::pair(theme::Scheme::Light, u"light"_s)}) {
            theme::apply(scheme);
            PluginLeaveDialog leave(question);
            leave.show();
            PluginRunDialog run(question, true);
            run.say(u"Please visit https://id.example/device and enter the code BDWP-HQPK\nPassword: "_s);
            QVERIFY(QTest::qWaitForWindowExposed(&leave) && QTest::qWaitForWindowExposed(&run));
            picture(leave, u"plugin-leave-"_s + name);
            picture(run, u"plugin-run-"_s + name);
        }
    }
};

QTEST_MAIN(TestPluginDialogs)
#include "tst_plugindialogs.moc"
