// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/execrequest.h"

#include "core/digest.h"

#include <QFile>
#include <QFileInfo>

#include <sys/stat.h>

using namespace Qt::StringLiterals;

namespace patronus {

QByteArray ExecRequest::fingerprint() const
{
    QByteArrayList parts{
        exec.file.toUtf8(), server.toString().toUtf8(), exec.apiVersion.toUtf8(), exec.command.toUtf8()};
    const auto addNumber = [&parts](qint64 number) { parts.append(QByteArray::number(number)); };
    addNumber(exec.arguments.size());
    for (const QString &argument : exec.arguments)
        parts.append(argument.toUtf8());
    addNumber(exec.environment.size());
    for (const auto &[name, value] : exec.environment)
        parts << name.toUtf8() << value.toUtf8();
    addNumber(qint64(exec.provideClusterInfo));
    addNumber(qint64(exec.interactiveMode));
    parts << program.toUtf8() << QFileInfo(program).canonicalFilePath().toUtf8();
    // The time of the last change of the inode, too: that of the content can be set back by whoever changed it.
    if (struct stat status = {}; ::stat(QFile::encodeName(program).constData(), &status) == 0)
        for (const qint64 number : {qint64(status.st_size), qint64(status.st_mtim.tv_sec),
                 qint64(status.st_mtim.tv_nsec), qint64(status.st_ctim.tv_sec), qint64(status.st_ctim.tv_nsec)})
            addNumber(number);
    return digestOf(parts);
}

} // namespace patronus
