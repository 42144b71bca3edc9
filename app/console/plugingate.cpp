// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/plugingate.h"

#include "app/console/memory.h"
#include "core/log.h"
#include "kube/moment.h"
#include "kube/processtalk.h"
#include "ui/plugindialogs.h"

#include <QCoreApplication>
#include <QPointer>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

constexpr std::chrono::minutes timeLimit(5); // a person signs in meanwhile

PluginQuestion questionOf(const ExecRequest &request)
{
    PluginQuestion question{.context = request.context,
        .server = request.server.toString(),
        .file = request.exec.file,
        .program = request.program,
        .commandLine = request.commandLine()};
    for (const auto &[name, value] : request.exec.environment)
        question.environment.append(name);
    return question;
}

QCoro::Task<bool> ask(QPointer<QWidget> window, ExecRequest request, std::stop_token stop)
{
    while (true) {
        const QByteArray fingerprint = request.fingerprint();
        if (memory::isPluginAllowed(fingerprint))
            co_return true;
        if (!window || stop.stop_requested())
            co_return false;
        const QPointer<PluginLeaveDialog> dialog = new PluginLeaveDialog(questionOf(request), window);
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        const Moment answered;
        bool isAllowed = false;
        QObject::connect(dialog.data(), &QDialog::finished, dialog.data(), [&isAllowed, answered](int result) {
            isAllowed = result == QDialog::Accepted;
            answered.come();
        });
        QObject::connect(
            dialog.data(), &QObject::destroyed, QCoreApplication::instance(), [answered] { answered.come(); });
        const std::stop_callback onStop(stop, [dialog] {
            if (dialog)
                dialog->reject();
        });
        dialog->open();
        co_await answered;
        if (!isAllowed)
            co_return false;
        // What was shown is what is allowed; if it is another by now, that is another question.
        memory::allowPlugin(fingerprint);
    }
}

std::shared_ptr<ProcessTalk> attend(QWidget *window, const ExecRequest &request, bool takesLines)
{
    if (!window)
        return nullptr;
    auto talk = std::make_shared<ProcessTalk>();
    auto *dialog = new PluginRunDialog(questionOf(request), takesLines, window);
    QObject::connect(dialog, &PluginRunDialog::lineGiven, talk.get(), &ProcessTalk::giveLine);
    QObject::connect(dialog, &PluginRunDialog::stopped, talk.get(), &ProcessTalk::stop);
    QObject::connect(talk.get(), &ProcessTalk::said, dialog,
        [dialog](const QByteArray &said) { dialog->say(redact(QString::fromUtf8(said))); });
    QObject::connect(talk.get(), &ProcessTalk::ended, dialog, &QObject::deleteLater);
    return talk;
}

} // namespace

ExecOptions pluginsWithLeave(QWidget &window)
{
    const QPointer<QWidget> pointer(&window);
    return {.policy = [pointer](ExecRequest request,
                          std::stop_token stop) { return ask(pointer, std::move(request), std::move(stop)); },
        .attendant
        = [pointer](const ExecRequest &request, bool takesLines) { return attend(pointer, request, takesLines); },
        .timeLimit = timeLimit};
}

} // namespace patronus
