// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/execrequest.h"

#include <QCryptographicHash>
#include <QFile>
#include <QFileInfo>

#include <sys/stat.h>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

/// Parts of which no two lists give the same.
class Parts
{
public:
    void add(const QByteArray &part)
    {
        m_hash.addData(QByteArray::number(part.size()) + ':');
        m_hash.addData(part);
    }
    void add(const QString &part) { add(part.toUtf8()); }
    void add(qint64 number) { add(QByteArray::number(number)); }
    [[nodiscard]] QByteArray hash() const { return m_hash.result().toHex(); }

private:
    QCryptographicHash m_hash{QCryptographicHash::Sha256};
};

} // namespace

QByteArray ExecRequest::fingerprint() const
{
    Parts parts;
    parts.add(exec.file);
    parts.add(server.toString());
    parts.add(exec.apiVersion);
    parts.add(exec.command);
    parts.add(exec.arguments.size());
    for (const QString &argument : exec.arguments)
        parts.add(argument);
    parts.add(exec.environment.size());
    for (const auto &[name, value] : exec.environment) {
        parts.add(name);
        parts.add(value);
    }
    parts.add(qint64(exec.provideClusterInfo));
    parts.add(qint64(exec.interactiveMode));
    parts.add(program);
    parts.add(QFileInfo(program).canonicalFilePath());
    // The time of the last change of the inode, too: that of the content can be set back by whoever changed it.
    if (struct stat status = {}; ::stat(QFile::encodeName(program).constData(), &status) == 0)
        for (const qint64 number : {qint64(status.st_size), qint64(status.st_mtim.tv_sec),
                 qint64(status.st_mtim.tv_nsec), qint64(status.st_ctim.tv_sec), qint64(status.st_ctim.tv_nsec)})
            parts.add(number);
    return parts.hash();
}

} // namespace patronus
