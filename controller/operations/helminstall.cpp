// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/helminstall.h"

#include "core/readfile.h"
#include "kube/yaml.h"
#include "operations/manifests.h"
#include "operations/seal.h"
#include "sdwan/names.h"

#include <QFileInfo>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

/// Why helm cannot install where @p history is.
QString obstacleOf(const HelmRelease &last)
{
    return u"the release %1 is there, at revision %2 (%3): kubectl patronus rollback goes back to one that worked; or "
           u"helm "
           "uninstall %1 -n %4, then plan again"_s.arg(last.name)
               .arg(last.revision)
               .arg(last.status, last.nameSpace);
}

} // namespace

HelmInstall::HelmInstall(ActionWorld world, KubeConnection &connection, HelmChoice choice, HelmInstallWish wish)
    : HelmAction(std::move(world), connection, std::move(choice)), m_wish(std::move(wish))
{
}

QString HelmInstall::release() const
{
    return choice().release.isEmpty() ? QString(names::operatorName) : choice().release;
}

QStringList HelmInstall::arguments() const
{
    QStringList all{
        u"install"_s, release(), m_wish.chart, u"--namespace"_s, world().operatorNamespace, u"--create-namespace"_s};
    if (!m_wish.sealed.key.isEmpty())
        all << u"--values"_s << QString(HelmProgram::secretFile);
    for (const QString &file : m_wish.valuesFiles) // the later wins
        all << u"--values"_s << file;
    return all;
}

/// As YAML; empty where there is no key.
Expected<QByteArray> HelmInstall::openSealed() const
{
    const SealedValues &sealed = m_wish.sealed;
    if (sealed.key.isEmpty())
        return QByteArray();
    const auto pem = readWholeFile(sealed.key);
    if (!pem)
        return pem;
    if (!QFileInfo::exists(sealed.file))
        return std::unexpected(Error{.kind = Error::Kind::Invalid,
            .message = u"%1 is not there: it is in backups whose values were encrypted (--encrypt-values). Leave the "
                       "key out, and give what the backup left out in a file of values"_s.arg(sealed.file)});
    const auto failed = [&](const QString &why) {
        return std::unexpected(Error{
            .kind = Error::Kind::Invalid, .message = u"%1, with the key %2: %3"_s.arg(sealed.file, sealed.key, why)});
    };
    const auto opened = readWholeFile(sealed.file).and_then([&](const QByteArray &encrypted) {
        return seal::decrypt(encrypted, *pem, sealed.passphrase);
    });
    if (!opened)
        return failed(opened.error().message);
    // OpenSSL answers a wrong key with garbage, so as to tell nothing.
    if (const auto values = parseYaml(*opened); !values || values->size() != 1 || !values->first().isObject())
        return failed(u"it was not encrypted for this key"_s);
    return opened;
}

Task<ActionPlan> HelmInstall::plan(std::stop_token stop)
{
    m_rendered = {};
    ActionPlan plan{.title = u"Install the operator"_s, .button = u"Install the operator"_s, .object = release()};
    const auto history = co_await readHelmHistory(world().client, world().operatorNamespace, choice().release, stop);
    if (!history && history.error().kind != Error::Kind::NotFound)
        co_return std::unexpected(history.error());
    if (history && history->last().status == "deployed"_L1)
        co_return plan;
    if (history) {
        plan.obstacles.append(obstacleOf(history->last()));
        co_return plan;
    }
    const auto facts = co_await readSurroundings(stop);
    if (!facts)
        co_return std::unexpected(facts.error());
    plan.obstacles = facts->problems;
    for (const QString &file : m_wish.valuesFiles)
        if (!QFileInfo::exists(file))
            plan.obstacles.append(
                u"%1 is not there: a backup has it where Helm had installed the operator. Without it install the "
                "operator yourself, then kubectl patronus restore"_s.arg(file));
    const auto sealed = openSealed();
    if (!sealed)
        plan.obstacles.append(sealed.error().message);
    if (!plan.obstacles.isEmpty()) // nobody can render it
        co_return plan;
    setSecretValues(*sealed);
    const auto rendered = co_await render(arguments(), stop);
    if (!rendered)
        co_return std::unexpected(rendered.error());
    const auto manifest = readManifests(rendered->manifest.toUtf8());
    if (!manifest)
        co_return std::unexpected(manifest.error());
    m_rendered = *rendered;
    if (rendered->chart != names::operatorName)
        plan.obstacles.append(
            u"%1 is the chart %2, and not %3"_s.arg(m_wish.chart, rendered->chart, names::operatorName));
    plan.obstacles += facts->crdObstacles(*rendered);
    plan.warnings = facts->crdWarnings(*rendered);
    plan.consequences.append(
        u"The operator is installed from %1, in the namespace %2; the chart's CRDs are made where they are not there."_s
            .arg(rendered->chartText(), world().operatorNamespace));
    plan.command = u"helm "_s + arguments().join(u' ');
    plan.steps.append({.text = plan.command});
    co_return co_await withObjects(
        plan, manifestDifferences({}, *manifest, world().operatorNamespace), facts->types, stop);
}

QCoro::Task<ActionOutcome> HelmInstall::carryOut(std::stop_token stop)
{
    if (const auto same = co_await checkRendersTheSame(arguments(), m_rendered, stop); !same)
        co_return ActionOutcome{.notDone = {u"helm "_s + arguments().join(u' ')}, .failure = same.error()};
    HelmRelease none;
    none.name = release();
    none.nameSpace = world().operatorNamespace;
    co_return co_await haveHelmAndWait(arguments() << u"--hide-notes"_s, u"helm install"_s, none, m_rendered, stop);
}

} // namespace patronus
