// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/operatorpods.h"

#include "core/json.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace patronus {

QJsonObject operatorContainer(const Object &deployment)
{
    const QJsonArray containers = valueAt(deployment.json(), u"spec.template.spec.containers").toArray();
    for (const QJsonValue &container : containers)
        if (container["name"_L1] == "operator"_L1)
            return container.toObject();
    return containers.first().toObject();
}

QString podSelector(const Object &deployment)
{
    const QJsonObject labels = valueAt(deployment.json(), u"spec.selector.matchLabels").toObject();
    QStringList terms;
    for (auto it = labels.begin(); it != labels.end(); ++it)
        terms.append(it.key() + u'=' + it.value().toString());
    return terms.isEmpty() ? u"app.kubernetes.io/name=%1"_s.arg(names::operatorName) : terms.join(u',');
}

int metricsPort(const Object &deployment)
{
    for (const QJsonValue &port : operatorContainer(deployment)["ports"_L1].toArray())
        if (port["name"_L1] == "metrics"_L1)
            return port["containerPort"_L1].toInt();
    return 8080; // the operator's own default
}

QString operatorSetting(const Object &deployment, QLatin1StringView name)
{
    for (const QJsonValue &variable : operatorContainer(deployment)["env"_L1].toArray())
        if (variable["name"_L1] == name)
            return variable["value"_L1].toString();
    return {};
}

QStringList watchedNamespaces(const Object &deployment)
{
    return operatorSetting(deployment, "WATCH_NAMESPACES"_L1).split(u',', Qt::SkipEmptyParts);
}

QString operatorVersion(const Object &deployment)
{
    const QString image = operatorContainer(deployment)["image"_L1].toString().section(u'@', 0, 0);
    const QString name = image.section(u'/', -1);
    return name.contains(u':') ? name.section(u':', -1) : deployment.label("app.kubernetes.io/version"_L1);
}

} // namespace patronus
