// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/diagnosis/checks.h"

#include "core/json.h"
#include "kube/discovery.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

void noteSchema(Finding &finding, const ServedSchema &schema)
{
    if (schema.snakeCaseField())
        finding.problem(u"it is the snake_case one of the replaced operator (%1): nothing is touched by it"_s.arg(
                            *schema.snakeCaseField()),
            u"kubectl patronus migrate; docs/migration.md says how"_s);
    else if (!schema.missingFields().isEmpty())
        finding.warning(
            u"it is older than this program and does not keep %1"_s.arg(schema.missingFields().join(u", "_s)),
            u"kubectl patronus upgrade-crds"_s);
    else
        finding.ok(u"served, with all that the operator writes"_s);
}

void noteConditions(Finding &finding, const Object &crd)
{
    const QString look = u"kubectl describe crd "_s + crd.key().name;
    const QJsonValue conditions = crd.status()["conditions"_L1];
    for (const auto &[type, wanted] :
        {std::pair("Established"_L1, "True"_L1), std::pair("NamesAccepted"_L1, "True"_L1)})
        if (const QJsonObject condition = conditionOfType(conditions, type); condition["status"_L1] != wanted)
            finding.problem(u"%1 is not True: %2"_s.arg(type, condition["message"_L1].toString()), look);
    if (const QJsonObject bad = conditionOfType(conditions, "NonStructuralSchema"_L1); bad["status"_L1] == "True"_L1)
        finding.problem(u"its schema is not structural: %1"_s.arg(bad["message"_L1].toString()), look);
    if (crd.isDeleting())
        finding.problem(u"it is being deleted, and all of its objects with it"_s, look);
}

void noteVersions(Finding &finding, const Object &crd, const ResourceType &type)
{
    QStringList served;
    for (const QJsonValue &version : crd.spec()["versions"_L1].toArray())
        if (version["served"_L1].toBool())
            served.append(version["name"_L1].toString());
    for (const QJsonValue &stored : crd.status()["storedVersions"_L1].toArray()) {
        const QString version = stored.toString();
        if (!served.contains(version))
            finding.problem(u"objects may be stored as %1, which is not served: they cannot be read"_s.arg(version),
                u"serve %1 again in the CRD"_s.arg(version));
        else if (version != type.version)
            finding.warning(u"objects may still be stored as %1"_s.arg(version),
                u"write each object once (kubectl get %1 -A -o yaml | kubectl replace -f -), then take it from status.storedVersions"_s
                    .arg(type.plural));
    }
}

/// Columns of kubectl get that stay empty, since nothing is ever kept at their path.
void noteColumns(Finding &finding, const Object &crd)
{
    for (const QJsonValue &version : crd.spec()["versions"_L1].toArray()) {
        const QJsonObject schema = valueAt(version.toObject(), u"schema.openAPIV3Schema").toObject();
        for (const QJsonValue &column : version["additionalPrinterColumns"_L1].toArray()) {
            const QString path = column["jsonPath"_L1].toString().sliced(1);
            if (!schema.isEmpty() && !path.contains(u'[') && !path.startsWith("metadata."_L1)
                && !declares(schema, path))
                finding.warning(
                    u"its column %1 stays empty: the schema has no %2"_s.arg(column["name"_L1].toString(), path),
                    u"kubectl patronus upgrade-crds"_s);
        }
    }
}

Check crdCheck(const DiagnosisFacts::Resource &resource)
{
    const QString name = resource.type.groupResource();
    const QString id = u"crd-"_s + resource.type.plural;
    Finding finding(QLatin1StringView(id.toLatin1()), u"The CRD %1 is as it should be"_s.arg(name));
    if (!resource.schema && resource.schema.error().kind == Error::Kind::NotFound)
        finding.problem(u"it is not installed, or not served"_s, u"kubectl apply -f crds/"_s);
    else if (finding.knows(resource.schema))
        noteSchema(finding, *resource.schema);
    if (resource.crd) {
        noteConditions(finding, *resource.crd);
        noteVersions(finding, *resource.crd, resource.type);
        noteColumns(finding, *resource.crd);
    } else if (resource.crd.error().kind != Error::Kind::NotFound) {
        finding.unknown(u"its definition: "_s + resource.crd.error().message);
    }
    return finding.take({});
}

Check admissionCheck(const DiagnosisFacts &facts)
{
    Finding finding("admission"_L1, u"Admission lets Sites and Policies pass"_s);
    for (const DiagnosisFacts::Resource &resource : facts.resources) {
        if (!resource.admission)
            continue;
        if (*resource.admission)
            finding.ok(u"a change of a %1 was tried out (dryRun=All)"_s.arg(resource.type.kind));
        else if (resource.admission->error().kind == Error::Kind::Forbidden)
            finding.unknown(resource.admission->error().message);
        else
            finding.problem(
                u"a change of a %1 is refused: %2"_s.arg(resource.type.kind, resource.admission->error().message),
                u"kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations,validatingadmissionpolicies"_s);
    }
    return finding.take(u"there is no object to try it out with"_s);
}

} // namespace

QList<Check> crdChecks(const DiagnosisFacts &facts)
{
    QList<Check> checks;
    for (const DiagnosisFacts::Resource &resource : facts.resources)
        checks.append(crdCheck(resource));
    checks.append(admissionCheck(facts));
    return checks;
}

} // namespace patronus
