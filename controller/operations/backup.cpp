// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/backup.h"

#include "core/readfile.h"
#include "kube/yaml.h"
#include "operations/bundlefolder.h"
#include "operations/counted.h"
#include "operations/listing.h"
#include "operations/permissions.h"
#include "operations/sanitized.h"
#include "operations/seal.h"
#include "operations/several.h"
#include "sdwan/names.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

/// Whether a backup goes on without what could not be read; else it would look whole and not be.
bool isNoted(const Error &error)
{
    return error.kind == Error::Kind::Forbidden || error.kind == Error::Kind::NotFound;
}

Error inFile(const QString &path, const Error &error)
{
    return {.kind = error.kind, .message = u"%1: %2"_s.arg(path, error.message)};
}

/// @p values for the holders of the keys that were chosen.
Expected<QByteArray> encrypted(const Backup::Options &options, const QByteArray &values)
{
    return readWholeFile(options.encryptFor).and_then([&](const QByteArray &certificates) {
        return seal::encrypt(values, certificates).transform_error([&](const Error &error) {
            return inFile(options.encryptFor, error);
        });
    });
}

/// The signature of @p text by the key that was chosen.
Expected<QByteArray> signatureOf(const Backup::Options &options, const QByteArray &text)
{
    return readWholeFile(options.signKey).and_then([&](const QByteArray &key) {
        return seal::sign(text, key, options.passphrase).transform_error([&](const Error &error) {
            return inFile(options.signKey, error);
        });
    });
}

/// The newest release of our chart among @p secrets, or why there is none.
Expected<HelmRelease> newestRelease(const QList<Object> &secrets)
{
    Expected<HelmRelease> newest = std::unexpected(
        Error{.kind = Error::Kind::NotFound, .message = u"no deployed release of the chart "_s + names::operatorName});
    for (const Object &secret : secrets) {
        const auto release = helmReleaseFrom(secret);
        // One that cannot be read may be ours: it is told, unless another one is.
        const bool isBetter = release
            ? release->chart == names::operatorName && (!newest || newest->revision < release->revision)
            : !newest;
        if (isBetter)
            newest = release;
    }
    return newest;
}

} // namespace

Backup::Backup(KubeClient &client, Clock &clock, Options options, Progress progress)
    : m_client(client.readOnly()),
      m_dryRun(client.dryRun()),
      m_clock(clock),
      m_options(std::move(options)),
      m_progress(callable(std::move(progress)))
{
}

Expected<void> Backup::checkKeys(const Options &options)
{
    Expected<QByteArray> tried;
    if (!options.encryptFor.isEmpty())
        tried = encrypted(options, {});
    if (tried && !options.signKey.isEmpty())
        tried = signatureOf(options, {});
    return tried.transform([](const QByteArray &) { });
}

// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): who asks owns the client
Task<void> Backup::checkAllowed(KubeClient &client, QString nameSpace, std::stop_token stop)
{
    const QList<AccessQuestion> needed{{.verb = u"list"_s, .type = resources::sites(), .nameSpace = nameSpace},
        {.verb = u"list"_s, .type = resources::policies(), .nameSpace = nameSpace}};
    return checkPermissions(client, needed, std::move(stop));
}

Task<Backup::Result> Backup::run(KubeContext context, std::stop_token stop)
{
    if (const auto usable = checkKeys(m_options); !usable)
        co_return std::unexpected(usable.error());
    auto collected = co_await collect(std::move(context), stop);
    if (!collected)
        co_return std::unexpected(collected.error());
    const auto facts = std::make_shared<BackupFacts>(*std::move(collected));
    const auto refused = co_await tryOut(facts, stop);
    if (!refused)
        co_return std::unexpected(refused.error());

    const auto bundle = sealed(*facts);
    if (!bundle)
        co_return std::unexpected(bundle.error());
    Result result{.path = {}, .bundle = *bundle, .refused = *refused};
    m_progress(u"writing and reading back"_s, 0, 0);
    const auto folder = BundleFolder::write(result.bundle, m_options.folder);
    if (!folder)
        co_return std::unexpected(folder.error());
    const auto whole = readBundle((*folder)->path()).and_then([&](const Bundle &read) -> Expected<void> {
        if (read.digest() != result.bundle.digest())
            return std::unexpected(
                Error{.kind = Error::Kind::Invalid, .message = u"bundle.json is not what was written"_s});
        return checkBundle(read, false).transform([](const QStringList &) { });
    });
    if (!whole)
        co_return std::unexpected(Error{.kind = Error::Kind::Invalid,
            .message
            = u"the backup was written and reads back wrong, so it is not kept: %1"_s.arg(whole.error().message)});
    const auto path = (*folder)->keep();
    if (!path)
        co_return std::unexpected(path.error());
    result.path = *path;
    co_return result;
}

/// As the person has chosen: signed, and with what is secret for a few.
Expected<Bundle> Backup::sealed(const BackupFacts &facts) const
{
    BackupFacts whole = facts;
    if (!m_options.encryptFor.isEmpty() && facts.release) {
        const auto values = encrypted(m_options, toYaml(facts.release->config));
        if (!values)
            return std::unexpected(values.error());
        whole.secretValues = *values;
    }
    Bundle bundle = makeBundle(whole);
    if (m_options.signKey.isEmpty())
        return bundle;
    const auto signature = signatureOf(m_options, bundle.manifestText());
    if (!signature)
        return std::unexpected(signature.error());
    bundle.signature = *signature;
    return bundle;
}

Task<BackupFacts> Backup::collect(KubeContext context, std::stop_token stop)
{
    const QString space = m_options.nameSpace;
    const auto target = co_await readTarget(*m_client, std::move(context), space, stop);
    if (!target)
        co_return std::unexpected(target.error());
    if (const auto allowed = co_await checkAllowed(*m_client, space, stop); !allowed)
        co_return std::unexpected(allowed.error());

    const auto facts = std::make_shared<BackupFacts>(
        BackupFacts{.time = m_clock.wallTime(), .program = m_options.program, .target = *target});
    for (const bool isSites : {true, false}) {
        const ResourceType type = isSites ? resources::sites() : resources::policies();
        m_progress(u"reading "_s + type.plural, 0, 0);
        const auto objects = co_await listAll(*m_client, type, {.nameSpace = space}, stop);
        if (!objects && objects.error().kind == Error::Kind::NotFound)
            co_return std::unexpected(Error{.kind = Error::Kind::NotFound,
                .message
                = u"this cluster does not know %1.%2: the CRDs are not installed, so there is nothing to save"_s.arg(
                    type.plural, type.group)});
        if (!objects)
            co_return std::unexpected(objects.error());
        (isSites ? facts->sites : facts->policies) = *objects;
        const ObjectKey crd{{}, type.groupResource()};
        const auto definition = co_await m_client->get(resources::customResourceDefinitions(), crd, stop);
        if (definition)
            facts->crds.append(*definition);
        else if (isNoted(definition.error()))
            facts->notes.append(u"without the CRD %1: %2"_s.arg(crd.name, definition.error().message));
        else
            co_return std::unexpected(definition.error());
    }
    const auto notes = co_await collectOperator(facts, stop);
    if (!notes)
        co_return std::unexpected(notes.error());
    facts->notes += *notes;
    co_return std::move(*facts);
}

/// Gives the notes.
Task<QStringList> Backup::collectOperator(std::shared_ptr<BackupFacts> facts, std::stop_token stop)
{
    m_progress(u"reading the operator"_s, 0, 0);
    const QString space = m_options.operatorNamespace;
    QStringList notes;
    const auto deployment = co_await m_client->get(resources::deployments(), {space, names::operatorName}, stop);
    if (deployment)
        facts->deployment = *deployment;
    else if (isNoted(deployment.error()))
        notes.append(u"without the operator's Deployment: "_s + deployment.error().message);
    else
        co_return std::unexpected(deployment.error());

    const auto secrets = co_await listAll(
        *m_client, resources::secrets(), {.nameSpace = space, .labelSelector = u"owner=helm,status=deployed"_s}, stop);
    if (!secrets && !isNoted(secrets.error()))
        co_return std::unexpected(secrets.error());
    const auto release = secrets.and_then(newestRelease);
    if (release)
        facts->release = *release;
    else
        notes.append(u"without the Helm values (%1): %2"_s.arg(bundleValuesFile, release.error().message));
    co_return notes;
}

/// Gives what was refused; what could not be asked is a note.
Task<QStringList> Backup::tryOut(std::shared_ptr<BackupFacts> facts, std::stop_token stop)
{
    for (const ResourceType &type : {resources::sites(), resources::policies()}) {
        const QList<AccessQuestion> needed{{.verb = u"create"_s, .type = type, .nameSpace = m_options.nameSpace}};
        const auto allowed = co_await checkPermissions(*m_client, needed, stop);
        if (!allowed && allowed.error().kind != Error::Kind::Forbidden)
            co_return std::unexpected(allowed.error());
        if (!allowed) {
            facts->notes.append(u"not tried out on the server: "_s + allowed.error().message);
            co_return QStringList();
        }
    }
    const auto trial = std::make_shared<Trial>(Trial{.objects = facts->sites + facts->policies});
    const auto one = [this, trial, stop](qsizetype i) { return tryOutOne(trial, i, stop); };
    const auto tried = co_await severalAtOnce(trial->objects.size(), one);
    if (!tried)
        co_return std::unexpected(tried.error());
    QStringList refused = trial->refused;
    refused.sort();
    if (!refused.isEmpty())
        facts->notes.append(u"the server would not take back %1, the first is %2"_s.arg(
            counted(refused.size(), u"object"_s), refused.first()));
    co_return refused;
}

Task<void> Backup::tryOutOne(std::shared_ptr<Trial> trial, qsizetype index, std::stop_token stop)
{
    m_progress(u"trying objects out"_s, index, trial->objects.size());
    const QJsonObject object = sanitized(trial->objects[index].json());
    const auto tried = co_await m_dryRun->create(typeOf(object), object, {.strict = true, .metadataOnly = true}, stop);
    // The name is taken, by the object itself: that is asked last, after schema and admission.
    if (tried || tried.error().kind == Error::Kind::Conflict)
        co_return Expected<void>();
    if (tried.error().kind != Error::Kind::Invalid && tried.error().kind != Error::Kind::Forbidden)
        co_return std::unexpected(tried.error());
    trial->refused.append(
        u"%1 %2: %3"_s.arg(typeOf(object).kind, trial->objects[index].key().text(), tried.error().message));
    co_return Expected<void>();
}

} // namespace patronus
