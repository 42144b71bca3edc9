// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/incluster.h"

#include "kube/contextreader.h"
#include "kube/fieldreader.h"
#include "kube/kubeconfig.h"

#include <QDir>
#include <QFile>

using namespace Qt::StringLiterals;

namespace patronus {

bool isInCluster(const QProcessEnvironment &environment)
{
    return !environment.value(u"KUBERNETES_SERVICE_HOST"_s).isEmpty()
        && !environment.value(u"KUBERNETES_SERVICE_PORT"_s).isEmpty();
}

Expected<KubeContext> inClusterContext(const QProcessEnvironment &environment, const QString &folder)
{
    FieldReader problems({}, {}, {});
    const QDir account(folder);
    KubeContext context{
        .name = u"in-cluster"_s,
        .clusterName = u"in-cluster"_s,
        .userName = u"service account"_s,
        .file = account.absolutePath(),
        .caFile = account.absoluteFilePath(u"ca.crt"_s),
        .tokenFile = account.absoluteFilePath(u"token"_s),
    };

    bool isNumber = false;
    const int port = environment.value(u"KUBERNETES_SERVICE_PORT"_s).toInt(&isNumber);
    context.server.setScheme(u"https"_s);
    context.server.setHost(environment.value(u"KUBERNETES_SERVICE_HOST"_s)); // brackets an IPv6 address by itself
    context.server.setPort(isNumber && port > 0 && port < 65536 ? port : -1);
    if (!isInCluster(environment))
        problems.fail(u"KUBERNETES_SERVICE_HOST"_s, u"and KUBERNETES_SERVICE_PORT are not set: this is no pod"_s);
    else if (context.server.host().isEmpty())
        problems.fail(u"KUBERNETES_SERVICE_HOST"_s, u"is no host"_s);
    else if (context.server.port() < 0)
        problems.fail(u"KUBERNETES_SERVICE_PORT"_s, u"is no port"_s);
    for (const QString &file : {context.tokenFile, context.caFile})
        if (!QFile::exists(file))
            problems.fail(file, u"does not exist: does the pod have automountServiceAccountToken: false?"_s);

    context.nameSpace = environment.value(u"POD_NAMESPACE"_s);
    QFile nameSpace(account.absoluteFilePath(u"namespace"_s));
    if (context.nameSpace.isEmpty() && nameSpace.open(QIODevice::ReadOnly))
        context.nameSpace = QString::fromUtf8(nameSpace.read(1024)).trimmed();
    checkNameSpace(problems, u"POD_NAMESPACE"_s, context.nameSpace);
    return problems.finishLeniently().transform([&] { return context; });
}

Expected<KubeContext> startContext(
    const QProcessEnvironment &environment, const QString &kubeconfig, const QString &context)
{
    const bool isChosen = !kubeconfig.isEmpty() || !context.isEmpty() || !environment.value(u"KUBECONFIG"_s).isEmpty();
    if (!isChosen && isInCluster(environment))
        return inClusterContext(environment);
    return Kubeconfig::fromEnvironment(environment, kubeconfig).and_then([&](const Kubeconfig &config) {
        return config.context(context);
    });
}

} // namespace patronus
