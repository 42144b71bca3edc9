// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/notifier.h"

#include <QCoreApplication>
#include <QDBusConnection>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QWidget>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

const QString service = u"org.freedesktop.Notifications"_s;
const QString path = u"/org/freedesktop/Notifications"_s;
constexpr qsizetype mostLines = 5;

QString lineOf(const StateChange &change)
{
    const QString kind = change.kind == "Site"_L1 ? Notifier::tr("Site") : Notifier::tr("Policy");
    const QString line = Notifier::tr("%1 %2: %3, was %4")
                             .arg(kind, change.key.text(), stateName(change.after), stateName(change.before));
    return change.reason.isEmpty() ? line : u"%1 (%2)"_s.arg(line, change.reason);
}

} // namespace

Notifier::Notifier(QWidget &window) : m_window(window)
{
    QDBusConnection::sessionBus().connect(
        service, path, service, u"ActionInvoked"_s, this, SLOT(onActionInvoked(quint32, QString)));
}

void Notifier::tell(const ContextEntry &context, const QList<StateChange> &changes)
{
    QStringList lines;
    for (const StateChange &change : changes.first(std::min(changes.size(), mostLines)))
        lines.append(lineOf(change));
    if (changes.size() > mostLines)
        lines.append(tr("and %1 more").arg(changes.size() - mostLines));
    send(context, lines);
}

void Notifier::tellOverdue(
    const ContextEntry &context, const std::optional<OperatorInfo::Held> &held, const QDateTime &now)
{
    if (!held || !held->until.isValid() || held->until > now || m_toldOf == held->since)
        return;
    m_toldOf = held->since;
    send(context, {tr("The operator is still held, by %1, and was to be back by now.").arg(held->actor), held->reason});
}

void Notifier::send(const ContextEntry &context, const QStringList &lines)
{
    QDBusMessage message = QDBusMessage::createMethodCall(service, path, service, u"Notify"_s);
    message.setArguments({QCoreApplication::applicationName(), m_id, u"patronus-console"_s,
        u"%1 · %2"_s.arg(context.label(), contextClassName(context.contextClass())),
        lines.join(u'\n').toHtmlEscaped(), // the body may have markup
        QStringList{u"default"_s, tr("Show")},
        QVariantMap{{u"desktop-entry"_s, u"dev.patronus.console"_s}, {u"category"_s, u"network"_s}}, -1});
    auto *watcher = new QDBusPendingCallWatcher(QDBusConnection::sessionBus().asyncCall(message), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this](QDBusPendingCallWatcher *finished) {
        const QDBusPendingReply<quint32> reply = *finished;
        m_id = reply.isValid() ? reply.value() : 0;
        finished->deleteLater();
    });
}

void Notifier::onActionInvoked(quint32 id, const QString &action)
{
    if (id != m_id || m_id == 0 || action != "default"_L1)
        return;
    m_window.setWindowState(m_window.windowState() & ~Qt::WindowMinimized);
    m_window.raise();
    m_window.activateWindow();
}

} // namespace patronus
