// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

namespace patronus {

/// A desktop's bus of this process alone, and on request a real keychain (gnome-keyring) on it. Made before anything
/// asks for the bus.
class OwnKeychain
{
public:
    OwnKeychain()
    {
        // Without folders of services: the bus starts no keychain by itself.
        QFile config(m_home.filePath(QStringLiteral("bus.conf")));
        if (!config.open(QIODevice::WriteOnly))
            qFatal("cannot write %s", qPrintable(config.fileName()));
        config.write("<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen><auth>EXTERNAL</auth>"
                     "<policy context='default'><allow send_destination='*'/><allow receive_sender='*'/><allow "
                     "own='*'/></policy></busconfig>");
        config.close();
        for (const char *variable : {"HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR"})
            qputenv(variable, m_home.path().toLocal8Bit());
        m_bus.start(QStringLiteral("dbus-daemon"),
            {QStringLiteral("--nofork"), QStringLiteral("--print-address"), QStringLiteral("--config-file"),
                config.fileName()});
        if (!m_bus.waitForReadyRead())
            qFatal("no dbus-daemon: install dbus");
        qputenv("DBUS_SESSION_BUS_ADDRESS", m_bus.readLine().trimmed());
    }
    ~OwnKeychain()
    {
        for (QProcess *process : {&m_daemon, &m_bus}) {
            process->terminate();
            process->waitForFinished();
        }
    }
    Q_DISABLE_COPY_MOVE(OwnKeychain)

    /// The keychain comes, with what it has kept.
    void start()
    {
        m_daemon.setProcessChannelMode(QProcess::MergedChannels);
        m_daemon.start(QStringLiteral("gnome-keyring-daemon"),
            {QStringLiteral("--foreground"), QStringLiteral("--unlock"), QStringLiteral("--components=secrets")});
        QVERIFY2(m_daemon.waitForStarted(), "no gnome-keyring-daemon: install gnome-keyring");
        m_daemon.write("the password of the person's session");
        m_daemon.closeWriteChannel();
        QTRY_VERIFY(
            QProcess::execute(QStringLiteral("dbus-send"),
                {QStringLiteral("--session"), QStringLiteral("--print-reply=literal"),
                    QStringLiteral("--dest=org.freedesktop.secrets"), QStringLiteral("/org/freedesktop/secrets"),
                    QStringLiteral("org.freedesktop.DBus.Peer.Ping")})
            == 0);
    }
    void stop() ///< it ends
    {
        m_daemon.terminate();
        QVERIFY(m_daemon.waitForFinished());
    }
    [[nodiscard]] QString folder() const { return m_home.path(); } ///< where it keeps its files

private:
    QTemporaryDir m_home;
    QProcess m_bus, m_daemon;
};

} // namespace patronus
