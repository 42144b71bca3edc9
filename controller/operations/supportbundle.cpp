// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/supportbundle.h"

#include "core/log.h"
#include "kube/yaml.h"
#include "monitoring/metricssource.h"
#include "operations/bundlefolder.h"
#include "operations/diagnosis/diagnosis.h"
#include "operations/diagnosis/gather.h"
#include "operations/operatorpods.h"
#include "operations/withoutsecrets.h"

#include <QJsonArray>
#include <QJsonDocument>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

constexpr int logLines = 5000; // of each container and instance

/// Takes files in, and keeps account of what had to be left out.
class Packer
{
public:
    explicit Packer(SupportBundle &bundle) : m_bundle(bundle) { }

    void json(const QString &name, const QJsonObject &value)
    {
        m_bundle.files.insert(name, QJsonDocument(harmless(name, value)).toJson());
    }
    void yaml(const QString &name, const Expected<Object> &object)
    {
        if (!object)
            missing(name, object.error());
        else if (!object->isNull())
            m_bundle.files.insert(name, toYaml(harmless(name, plain(*object))));
    }
    void yaml(const QString &name, const Expected<QList<Object>> &objects)
    {
        if (!objects) {
            missing(name, objects.error());
            return;
        }
        QJsonArray items;
        for (const Object &object : *objects)
            items.append(plain(object));
        const QJsonObject list{{u"apiVersion"_s, u"v1"_s}, {u"kind"_s, u"List"_s}, {u"items"_s, items}};
        m_bundle.files.insert(name, toYaml(harmless(name, list)));
    }
    void text(const QString &name, const Expected<QByteArray> &text)
    {
        if (!text) {
            missing(name, text.error());
            return;
        }
        QByteArray kept;
        int number = 0;
        for (const QByteArray &line : text->split('\n')) {
            const QString before = QString::fromUtf8(line), after = redact(before);
            ++number;
            if (after != before)
                m_bundle.redacted.append(u"%1: line %2"_s.arg(name).arg(number));
            kept += after.toUtf8() + '\n';
        }
        if (text->endsWith('\n'))
            kept.chop(1);
        m_bundle.files.insert(name, kept);
    }

private:
    void missing(const QString &name, const Error &error) { m_bundle.missing.append(name + u": "_s + error.message); }
    QJsonObject harmless(const QString &name, const QJsonObject &value)
    {
        const WithoutSecrets without = withoutSecrets(value);
        for (const QString &path : without.leftOut)
            m_bundle.redacted.append(name + u": "_s + path);
        return without.json;
    }
    static QJsonObject plain(const Object &object)
    {
        QJsonObject json = object.json();
        QJsonObject metadata = json["metadata"_L1].toObject();
        metadata.remove("managedFields"_L1);
        json.insert("metadata"_L1, metadata);
        return json;
    }

    SupportBundle &m_bundle;
};

QJsonObject diagnosisOf(const DiagnosisFacts &facts)
{
    QJsonArray checks;
    for (const Check &check : diagnose(facts))
        checks.append(check.toJson());
    return {{u"checks"_s, checks}};
}

QJsonObject accessOf(const DiagnosisFacts &facts)
{
    QJsonObject json{{u"account"_s, facts.accountKey.text()}};
    if (facts.missingRights)
        json.insert("mayNot"_L1, QJsonArray::fromStringList(*facts.missingRights));
    else
        json.insert("notAsked"_L1, facts.missingRights.error().message);
    return json;
}

QJsonObject versionsOf(const Target &target, const DiagnosisFacts &facts, const QString &program)
{
    return {{u"time"_s, facts.now.toString(Qt::ISODate)}, {u"program"_s, program},
        {u"kubernetes"_s, target.serverVersion}, {u"operator"_s, operatorVersion(facts.deployment.value_or(Object()))},
        {u"context"_s, target.context}, {u"user"_s, target.user}, {u"cluster"_s, target.cluster.toJson()}};
}

// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): gatherSupportBundle() has it and waits
Task<BundledTexts> readTexts(KubeClient &client, DiagnosisFacts facts, Progress progress, std::stop_token stop)
{
    BundledTexts texts;
    const int port = metricsPort(facts.deployment.value_or(Object()));
    for (const Object &pod : facts.pods.value_or(QList<Object>())) {
        const QString name = pod.key().name;
        progress(u"reading logs of "_s + name, 0, 0);
        for (const auto list : {"initContainerStatuses"_L1, "containerStatuses"_L1})
            for (const QJsonValue &status : pod.status()[list].toArray())
                for (const bool previous : {false, true}) {
                    const QString container = status["name"_L1].toString();
                    if (previous && status["restartCount"_L1].toInt() == 0)
                        continue;
                    const HttpRequest request
                        = requests::log(pod.key(), {.container = container, .previous = previous, .timestamps = true});
                    const QByteArray target = request.target + "&tailLines=" + QByteArray::number(logLines);
                    const QString file
                        = u"logs/%1-%2%3.log"_s.arg(name, container, previous ? u".previous"_s : QString());
                    texts.byName.insert(file, co_await client.getText(target, stop));
                }
        if (pod.status()["phase"_L1] == "Running"_L1)
            texts.byName.insert(
                u"metrics/%1.txt"_s.arg(name), co_await MetricsSource::pod(client, pod.key(), port).read(stop));
    }
    co_return texts;
}

} // namespace

SupportBundle makeSupportBundle(
    const Target &target, const DiagnosisFacts &facts, const BundledTexts &texts, const QString &program)
{
    SupportBundle bundle{.name = folderName(u"patronus-bundle"_s, target.context, facts.now)};
    Packer packer(bundle);
    packer.json(u"versions.json"_s, versionsOf(target, facts, program));
    packer.json(u"diagnosis.json"_s, diagnosisOf(facts));
    packer.json(u"access.json"_s, accessOf(facts));
    packer.yaml(u"deployment.yaml"_s, facts.deployment);
    packer.yaml(u"pods.yaml"_s, facts.pods);
    packer.yaml(u"events.yaml"_s, facts.events);
    packer.yaml(u"lease.yaml"_s, facts.lease);
    packer.yaml(u"networkpolicies.yaml"_s, facts.networkPolicies);
    packer.yaml(u"autoscalers.yaml"_s, facts.autoscalers);
    for (const DiagnosisFacts::Resource &resource : facts.resources) {
        packer.yaml(resource.type.plural + u".yaml"_s, resource.objects);
        packer.yaml(u"crds/%1.yaml"_s.arg(resource.type.groupResource()), resource.crd);
    }
    for (auto it = texts.byName.begin(); it != texts.byName.end(); ++it)
        packer.text(it.key(), *it);
    const auto lines = [](const QString &heading, const QStringList &items) {
        return (heading + u'\n' + items.join(u'\n') + (items.isEmpty() ? u"nothing\n"_s : u"\n"_s)).toUtf8();
    };
    bundle.files.insert(
        u"redacted.txt"_s, lines(u"Left out because it looks like a secret (no Secret was read):"_s, bundle.redacted));
    bundle.files.insert(u"missing.txt"_s, lines(u"Could not be read:"_s, bundle.missing));
    return bundle;
}

// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): who asks owns them
Task<SupportBundle> gatherSupportBundle(KubeClient &client, Clock &clock, SupportScope scope, std::stop_token stop)
{
    const auto reads = client.readOnly();
    const Progress progress = callable(scope.progress);
    progress(u"diagnosing"_s, 0, 0);
    const auto facts = co_await gatherFacts(client, clock, scope.diagnosis, stop);
    if (!facts)
        co_return std::unexpected(facts.error());
    const auto texts = co_await readTexts(*reads, *facts, progress, stop);
    if (!texts)
        co_return std::unexpected(texts.error());
    co_return makeSupportBundle(scope.target, *facts, *texts, scope.program);
}

} // namespace patronus
