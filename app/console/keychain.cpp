// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/keychain.h"

#include <QCoroSignal>

#include <qt6keychain/keychain.h>

#include <memory>

using namespace Qt::StringLiterals;

namespace patronus::keychain {

namespace {

const QString service = u"patronus-console"_s;

Error errorOf(const QKeychain::Job &job)
{
    if (job.error() == QKeychain::EntryNotFound)
        return {.kind = Error::Kind::NotFound, .message = u"nothing is kept in the keychain"_s};
    return {.kind = Error::Kind::Unreachable,
        .message = u"no keychain of this desktop answers (KWallet or the Secret Service): %1"_s.arg(job.errorString())};
}

/// Ended by the event loop: a job that has finished still stands on the stack.
template <typename Job> using Owned = std::unique_ptr<Job, QScopedPointerDeleteLater>;

template <typename Job> Owned<Job> makeJob(const QString &key)
{
    Owned<Job> job(new Job(service));
    job->setAutoDelete(false);
    job->setKey(key);
    return job;
}

} // namespace

Task<QString> read(QString key)
{
    const auto job = makeJob<QKeychain::ReadPasswordJob>(key);
    job->start();
    co_await qCoro(job.get(), &QKeychain::Job::finished);
    if (job->error() != QKeychain::NoError)
        co_return std::unexpected(errorOf(*job));
    co_return job->textData();
}

Task<void> write(QString key, QString secret)
{
    const auto job = makeJob<QKeychain::WritePasswordJob>(key);
    job->setTextData(secret);
    job->start();
    co_await qCoro(job.get(), &QKeychain::Job::finished);
    if (job->error() != QKeychain::NoError)
        co_return std::unexpected(errorOf(*job));
    co_return {};
}

Task<void> remove(QString key)
{
    const auto job = makeJob<QKeychain::DeletePasswordJob>(key);
    job->start();
    co_await qCoro(job.get(), &QKeychain::Job::finished);
    if (job->error() != QKeychain::NoError && job->error() != QKeychain::EntryNotFound)
        co_return std::unexpected(errorOf(*job));
    co_return {};
}

} // namespace patronus::keychain
