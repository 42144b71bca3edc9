// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"

#include <QDBusConnection>
#include <QProcess>
#include <QStringList>

#include <memory>

namespace patronus {

/// A widget of a running program, as a screen reader has it (AT-SPI 2,
/// https://gnome.pages.gitlab.gnome.org/at-spi2-core/devel-docs/): named by its program's place on the bus and a path.
struct Accessible {
    QString service, path;
    friend bool operator==(const Accessible &, const Accessible &) = default;
};

/// A desktop session of its own with assistive technology: a session bus, and the bus on which programs show their
/// widgets. All of it ends with the object.
class AccessibilityBus
{
public:
    /// Says which package to install where a program is missing.
    [[nodiscard]] static Expected<std::unique_ptr<AccessibilityBus>> start();
    ~AccessibilityBus();
    Q_DISABLE_COPY_MOVE(AccessibilityBus)

    /// What a program needs in its environment to be seen here.
    [[nodiscard]] QProcessEnvironment environment() const;
    [[nodiscard]] QDBusConnection session() const { return m_session; } ///< for other services of a desktop

    /// The program that calls itself @p name; nullopt: not yet, or not any more.
    [[nodiscard]] std::optional<Accessible> program(const QString &name) const;
    [[nodiscard]] QList<Accessible> children(const Accessible &of) const;
    [[nodiscard]] QString name(const Accessible &of) const;
    [[nodiscard]] QString description(const Accessible &of) const;
    [[nodiscard]] QString role(const Accessible &of) const; ///< "push button", "table", …
    [[nodiscard]] bool isShowing(const Accessible &of) const;
    [[nodiscard]] bool isFocusable(const Accessible &of) const;
    /// The first below @p root, nearest first, that shows itself with this role and a name that begins so.
    [[nodiscard]] std::optional<Accessible> find(
        const Accessible &root, const QString &role, const QString &name = {}) const;
    /// All that show themselves below @p root. Of a table or list not its cells, which may be thousands.
    [[nodiscard]] QList<Accessible> showing(const Accessible &root) const;

    /// The same as text, for who wonders why a widget was not found.
    [[nodiscard]] QString described(const Accessible &root) const;

    [[nodiscard]] bool press(const Accessible &button) const; ///< its first action
    [[nodiscard]] bool type(const Accessible &field, const QString &text) const; ///< in place of what is there
    [[nodiscard]] int rows(const Accessible &table) const;
    [[nodiscard]] QStringList row(const Accessible &table, int row) const; ///< the names of its cells

private:
    AccessibilityBus(const QString &sessionAddress, const QString &address, std::unique_ptr<QProcess> daemon);
    [[nodiscard]] QDBusMessage call(const Accessible &of, const QString &interface, const QString &method,
        const QVariantList &arguments = {}) const;
    [[nodiscard]] QVariant property(const Accessible &of, const QString &interface, const QString &name) const;
    [[nodiscard]] bool hasState(const Accessible &of, int state) const;

    const QString m_sessionAddress;
    std::unique_ptr<QProcess> m_daemon;
    QDBusConnection m_session, m_bus;
};

} // namespace patronus
