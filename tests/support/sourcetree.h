// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace patronus {

/// The path of a file or folder of this source tree, @p path from its root ("crds").
/// One compiled file knows where the tree is, so that the compiler cache serves every checkout with the same tests.
[[nodiscard]] QString sourcePath(QStringView path);
/// What is in that file; empty when it cannot be read.
[[nodiscard]] QByteArray sourceText(QStringView path);

/// The path of a program of this build; tests and programs are in one folder.
[[nodiscard]] QString programPath(QStringView name);

} // namespace patronus
