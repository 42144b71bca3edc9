// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/execcredential.h"

#include "core/json.h"
#include "kube/fieldreader.h"
#include "kube/headervalue.h"
#include "kube/tlsfiles.h"
#include "kube/yaml.h"

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

Error malformed(const QString &message)
{
    return {Error::Kind::Malformed, message};
}

Expected<QJsonObject> parseObject(QByteArrayView text)
{
    if (text.trimmed().startsWith('{'))
        return parseJsonObject(text);
    return parseYaml(text).and_then([](const QList<QJsonValue> &documents) -> Expected<QJsonObject> {
        if (documents.size() != 1 || !documents.first().isObject())
            return std::unexpected(malformed(u"it printed no ExecCredential"_s));
        return documents.first().toObject();
    });
}

} // namespace

QByteArray execInfo(const KubeContext &context, const QByteArray &caPem, bool isInteractive)
{
    QJsonObject spec{{u"interactive"_s, isInteractive}};
    if (context.exec->provideClusterInfo) {
        QJsonObject cluster{{u"server"_s, context.server.toString()}};
        if (!context.tlsServerName.isEmpty())
            cluster.insert(u"tls-server-name"_s, context.tlsServerName);
        if (context.insecureSkipTlsVerify)
            cluster.insert(u"insecure-skip-tls-verify"_s, true);
        if (!caPem.isEmpty())
            cluster.insert(u"certificate-authority-data"_s, QString::fromLatin1(caPem.toBase64()));
        if (!context.proxy.isEmpty())
            cluster.insert(u"proxy-url"_s, context.proxy.toString());
        if (context.disableCompression)
            cluster.insert(u"disable-compression"_s, true);
        cluster.insert(u"config"_s, context.execClusterConfig);
        spec.insert(u"cluster"_s, cluster);
    }
    return toJson({{u"apiVersion"_s, context.exec->apiVersion}, {u"kind"_s, u"ExecCredential"_s}, {u"spec"_s, spec}});
}

Expected<ExecCredential> parseExecCredential(QByteArrayView text, const QString &apiVersion)
{
    const auto object = parseObject(text);
    if (!object)
        return std::unexpected(object.error());
    FieldReader top({}, {}, *object);
    const QString version = top.text(u"apiVersion"_s);
    if (top.text(u"kind"_s) != "ExecCredential"_L1)
        top.fail(u"kind"_s, u"is not ExecCredential"_s);
    else if (version != apiVersion)
        top.fail(u"apiVersion"_s, u"is \"%1\", and the kubeconfig says %2"_s.arg(version, apiVersion));
    else if (!top.has(u"status"_s))
        top.fail(u"status"_s, u"is missing"_s);

    FieldReader status({}, u"status"_s, top.object(u"status"_s));
    ExecCredential credential{
        .token = status.text(u"token"_s),
        .certificatePem = status.text(u"clientCertificateData"_s).toUtf8(),
        .keyPem = status.text(u"clientKeyData"_s).toUtf8(),
    };
    const QString expires = status.text(u"expirationTimestamp"_s);
    credential.expires = QDateTime::fromString(expires, Qt::ISODateWithMs);
    if (!expires.isEmpty() && !credential.expires.isValid())
        status.fail(u"expirationTimestamp"_s, u"is no RFC 3339 time"_s);
    if (credential.certificatePem.isEmpty() != credential.keyPem.isEmpty())
        status.fail({}, u"has only one of clientCertificateData and clientKeyData"_s);
    else if (credential.token.isEmpty() && credential.keyPem.isEmpty())
        status.fail({}, u"has neither a token nor a client certificate"_s);
    if (!credential.token.isEmpty() && !isHeaderValue(credential.token))
        status.fail(u"token"_s, u"has control characters"_s);

    if (const auto read = top.finishLeniently().and_then([&] { return status.finishLeniently(); }); !read)
        return std::unexpected(malformed(read.error().message));
    return checkTls({.certificatePem = credential.certificatePem, .keyPem = credential.keyPem}).transform([&] {
        return credential;
    });
}

} // namespace patronus
