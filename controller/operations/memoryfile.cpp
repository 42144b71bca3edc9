// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/memoryfile.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace patronus {

Expected<std::unique_ptr<MemoryFile>> MemoryFile::hold(const QByteArray &contents)
{
    const auto failed = [] {
        return std::unexpected(Error{.kind = Error::Kind::Unreachable,
            .message = u"no file in memory: "_s + QString::fromLocal8Bit(std::strerror(errno))});
    };
    const int fd = ::memfd_create("patronus", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd < 0)
        return failed();
    std::unique_ptr<MemoryFile> file(new MemoryFile(fd));
    if (::write(fd, contents.constData(), size_t(contents.size())) != contents.size()
        || ::fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) != 0)
        return failed();
    return file;
}

MemoryFile::~MemoryFile()
{
    ::close(m_fd);
}

} // namespace patronus
