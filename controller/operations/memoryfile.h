// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"

#include <memory>

namespace patronus {

/// A file that is on no disk and has no name: what another program may read and nobody can change any more.
class MemoryFile
{
public:
    /// Unreachable where the kernel has none to give.
    [[nodiscard]] static Expected<std::unique_ptr<MemoryFile>> hold(const QByteArray &contents);
    ~MemoryFile();
    Q_DISABLE_COPY_MOVE(MemoryFile)

    [[nodiscard]] int descriptor() const { return m_fd; } ///< closed in programs that we start, unless given to them

private:
    explicit MemoryFile(int fd) : m_fd(fd) { }

    const int m_fd;
};

} // namespace patronus
