// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/accessibility.h"

#include <QDBusArgument>
#include <QDBusMessage>
#include <QDBusMetaType>
#include <QDBusReply>
#include <QQueue>
#include <QUuid>

#include <sys/prctl.h>

#include <csignal>

using namespace Qt::StringLiterals;

namespace patronus {

QDBusArgument &operator<<(QDBusArgument &to, const Accessible &widget)
{
    to.beginStructure();
    to << widget.service << QDBusObjectPath(widget.path);
    to.endStructure();
    return to;
}

const QDBusArgument &operator>>(const QDBusArgument &from, Accessible &widget)
{
    QDBusObjectPath path;
    from.beginStructure();
    from >> widget.service >> path;
    from.endStructure();
    widget.path = path.path();
    return from;
}

namespace {

const QString accessibleInterface = u"org.a11y.atspi.Accessible"_s;
const QString rootPath = u"/org/a11y/atspi/accessible/root"_s;

// AtspiStateType
constexpr int stateFocusable = 11, stateShowing = 25;

QVariant first(const QDBusMessage &answer)
{
    return answer.type() == QDBusMessage::ReplyMessage ? answer.arguments().value(0) : QVariant();
}

} // namespace

Expected<std::unique_ptr<AccessibilityBus>> AccessibilityBus::start()
{
    auto daemon = std::make_unique<QProcess>();
    daemon->setProcessChannelMode(QProcess::ForwardedErrorChannel);
    daemon->setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGKILL); });
    daemon->start(u"dbus-daemon"_s, {u"--session"_s, u"--nofork"_s, u"--print-address"_s});
    if (!daemon->waitForReadyRead())
        return std::unexpected(Error{Error::Kind::NotFound, u"no dbus-daemon: install dbus"_s});
    const QString sessionAddress = QString::fromUtf8(daemon->readLine()).trimmed();

    const QString name = QUuid::createUuid().toString();
    QDBusConnection session = QDBusConnection::connectToBus(sessionAddress, name);
    const QVariant address = first(session.call(
        QDBusMessage::createMethodCall(u"org.a11y.Bus"_s, u"/org/a11y/bus"_s, u"org.a11y.Bus"_s, u"GetAddress"_s)));
    QDBusConnection::disconnectFromBus(name);
    if (address.toString().isEmpty())
        return std::unexpected(Error{Error::Kind::NotFound, u"no accessibility bus: install at-spi2-core"_s});
    qDBusRegisterMetaType<Accessible>();
    qDBusRegisterMetaType<QList<Accessible>>();
    return std::unique_ptr<AccessibilityBus>(
        new AccessibilityBus(sessionAddress, address.toString(), std::move(daemon)));
}

AccessibilityBus::AccessibilityBus(
    const QString &sessionAddress, const QString &address, std::unique_ptr<QProcess> daemon)
    : m_sessionAddress(sessionAddress),
      m_daemon(std::move(daemon)),
      m_session(QDBusConnection::connectToBus(sessionAddress, QUuid::createUuid().toString())),
      m_bus(QDBusConnection::connectToBus(address, QUuid::createUuid().toString()))
{
}

AccessibilityBus::~AccessibilityBus()
{
    QDBusConnection::disconnectFromBus(m_bus.name());
    QDBusConnection::disconnectFromBus(m_session.name());
    m_daemon->kill();
    m_daemon->waitForFinished();
}

QProcessEnvironment AccessibilityBus::environment() const
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(u"DBUS_SESSION_BUS_ADDRESS"_s, m_sessionAddress);
    environment.insert(u"QT_LINUX_ACCESSIBILITY_ALWAYS_ON"_s, u"1"_s);
    return environment;
}

QDBusMessage AccessibilityBus::call(
    const Accessible &of, const QString &interface, const QString &method, const QVariantList &arguments) const
{
    QDBusMessage message = QDBusMessage::createMethodCall(of.service, of.path, interface, method);
    message.setArguments(arguments);
    return m_bus.call(message, QDBus::Block, 10'000);
}

QVariant AccessibilityBus::property(const Accessible &of, const QString &interface, const QString &name) const
{
    return first(call(of, u"org.freedesktop.DBus.Properties"_s, u"Get"_s, {interface, name}))
        .value<QDBusVariant>()
        .variant();
}

std::optional<Accessible> AccessibilityBus::program(const QString &name) const
{
    for (const Accessible &program : children({u"org.a11y.atspi.Registry"_s, rootPath}))
        if (this->name(program) == name)
            return program;
    return std::nullopt;
}

QList<Accessible> AccessibilityBus::children(const Accessible &of) const
{
    return qdbus_cast<QList<Accessible>>(first(call(of, accessibleInterface, u"GetChildren"_s)));
}

QString AccessibilityBus::name(const Accessible &of) const
{
    return property(of, accessibleInterface, u"Name"_s).toString();
}

QString AccessibilityBus::description(const Accessible &of) const
{
    return property(of, accessibleInterface, u"Description"_s).toString();
}

QString AccessibilityBus::role(const Accessible &of) const
{
    return first(call(of, accessibleInterface, u"GetRoleName"_s)).toString();
}

bool AccessibilityBus::hasState(const Accessible &of, int state) const
{
    const auto words = qdbus_cast<QList<quint32>>(first(call(of, accessibleInterface, u"GetState"_s)));
    return (words.value(state / 32) >> (state % 32) & 1) != 0;
}

bool AccessibilityBus::isShowing(const Accessible &of) const
{
    return hasState(of, stateShowing);
}

bool AccessibilityBus::isFocusable(const Accessible &of) const
{
    return hasState(of, stateFocusable);
}

QList<Accessible> AccessibilityBus::showing(const Accessible &root) const
{
    QList<Accessible> found;
    QQueue<Accessible> waiting;
    waiting.enqueue(root);
    while (!waiting.isEmpty()) {
        const Accessible next = waiting.dequeue();
        if (next != root && !isShowing(next))
            continue;
        found.append(next);
        const QString role = this->role(next);
        if (role != "table"_L1 && role != "list"_L1 && role != "tree"_L1)
            waiting.append(children(next));
    }
    return found;
}

std::optional<Accessible> AccessibilityBus::find(const Accessible &root, const QString &role, const QString &name) const
{
    for (const Accessible &candidate : showing(root))
        if (this->role(candidate) == role && this->name(candidate).startsWith(name))
            return candidate;
    return std::nullopt;
}

QString AccessibilityBus::described(const Accessible &root) const
{
    QStringList lines;
    for (const Accessible &widget : showing(root))
        lines.append(u"%1 “%2”"_s.arg(role(widget), name(widget)));
    return lines.join(u", "_s);
}

bool AccessibilityBus::press(const Accessible &button) const
{
    return first(call(button, u"org.a11y.atspi.Action"_s, u"DoAction"_s, {0})).toBool();
}

bool AccessibilityBus::type(const Accessible &field, const QString &text) const
{
    return first(call(field, u"org.a11y.atspi.EditableText"_s, u"SetTextContents"_s, {text})).toBool();
}

int AccessibilityBus::rows(const Accessible &table) const
{
    return property(table, u"org.a11y.atspi.Table"_s, u"NRows"_s).toInt();
}

QStringList AccessibilityBus::row(const Accessible &table, int row) const
{
    const int columns = property(table, u"org.a11y.atspi.Table"_s, u"NColumns"_s).toInt();
    QStringList texts;
    for (int column = 0; column < columns; ++column)
        texts.append(name(qdbus_cast<Accessible>(
            first(call(table, u"org.a11y.atspi.Table"_s, u"GetAccessibleAt"_s, {row, column})))));
    return texts;
}

} // namespace patronus
