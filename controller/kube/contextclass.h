// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QMetaType>
#include <QString>

namespace patronus {

/// What a mistake in a context would cost. Unknown is treated, and shown, as production.
enum class ContextClass { Production, Staging, Development, Unknown };

[[nodiscard]] QString contextClassName(ContextClass contextClass); ///< "PRODUCTION", …
/// By the words of the context's name: prod, live; stag, uat, test; dev, local, minikube, kind, demo …
[[nodiscard]] ContextClass classify(const QString &contextName);

} // namespace patronus

Q_DECLARE_METATYPE(patronus::ContextClass)
