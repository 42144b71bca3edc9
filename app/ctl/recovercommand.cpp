// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/act.h"
#include "app/ctl/passphrase.h"
#include "operations/bundle.h"
#include "operations/recovery.h"
#include "operations/seal.h"

#include <QDir>

using namespace Qt::StringLiterals;

namespace patronus {

/// Those that were encrypted for the key that is given; empty where none is.
static Expected<QByteArray> readSecretValues(const CtlOptions &options)
{
    if (options.decryptKey.isEmpty())
        return QByteArray();
    const QString path = QDir(options.files[0]).filePath(bundleSecretValuesFile);
    const auto passphrase = readPassphrase(options);
    const auto key = seal::readFile(options.decryptKey);
    const auto encrypted = seal::readFile(path);
    if (!passphrase || !key)
        return passphrase ? key : passphrase;
    if (!encrypted)
        return std::unexpected(Error{.kind = Error::Kind::Invalid,
            .message = u"%1: it is in backups that were made with --encrypt-values"_s.arg(encrypted.error().message)});
    return seal::decrypt(*encrypted, *key, *passphrase).transform_error([&path](const Error &error) {
        return Error{.kind = error.kind, .message = u"%1: %2"_s.arg(path, error.message)};
    });
}

// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): main() has it and waits
QCoro::Task<int> runRecover(Session &session, CtlOptions options, std::stop_token stop)
{
    const auto refuse = [&session](const Error &error, int exitCode) {
        session.terminal().say(u"error: nothing was changed: "_s + error.message);
        return exitCode;
    };
    if (options.files.size() < 2)
        co_return refuse(Error{Error::Kind::Invalid, u"CHART is missing: a folder or a .tgz"_s}, 2);
    const auto secretValues = readSecretValues(options);
    if (!secretValues)
        co_return refuse(secretValues.error(), 1);
    const auto desk = co_await ActionDesk::open(session, options, stop);
    if (!desk)
        co_return refuse(desk.error(), 1);
    const auto recovery = makeRecovery((*desk)->world(), session.connection(),
        {.bundle = options.files[0],
            .digest = options.digest,
            .verifyKey = options.verifyKey,
            .chart = options.files[1],
            .valuesFiles = options.valuesFiles,
            .helm = {.program = options.helm,
                .release = options.release,
                .limit = options.timeout,
                .secretValues = *secretValues},
            .limit = options.timeout});
    co_return co_await act(session, options, *recovery, stop);
}

} // namespace patronus
