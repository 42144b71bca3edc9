// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/contextreader.h"

#include "kube/fieldreader.h"

#include <QDir>
#include <QFileInfo>
#include <QRegularExpression>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

// Files stand relative to the kubeconfig that names them.
QString resolved(const QString &file, const QString &name)
{
    return name.isEmpty() ? QString() : QDir::cleanPath(QFileInfo(file).dir().absoluteFilePath(name));
}

QUrl readServer(FieldReader &fields)
{
    const QString name = u"server"_s;
    const QString text = fields.text(name);
    QUrl url(text, QUrl::StrictMode);
    if (text.isEmpty())
        fields.fail(name, u"is not set"_s);
    else if (!url.isValid() || url.host().isEmpty() || (url.scheme() != "https"_L1 && url.scheme() != "http"_L1))
        fields.fail(name, u"is no URL of the form https://HOST[:PORT][/PATH]"_s);
    else if (!url.userInfo().isEmpty())
        fields.fail(name, u"has credentials in the URL: put them into the user's \"username\" and \"password\""_s);
    url.setQuery(QString());
    url.setFragment(QString());
    return url;
}

QUrl readProxy(FieldReader &fields)
{
    const QString name = u"proxy-url"_s;
    const QString text = fields.text(name);
    const QUrl url(text, QUrl::StrictMode);
    if (text.isEmpty())
        return {};
    if (!url.isValid() || url.host().isEmpty())
        fields.fail(name, u"is no URL of the form http://HOST:PORT or socks5://HOST:PORT"_s);
    else if (url.scheme() == "https"_L1)
        fields.fail(
            name, u"asks for TLS to the proxy, which is not supported: use the proxy's http:// or socks5:// port"_s);
    else if (url.scheme() != "http"_L1 && url.scheme() != "socks5"_L1)
        fields.fail(name, u"has the scheme \"%1\": http and socks5 are supported"_s.arg(url.scheme()));
    return url;
}

QByteArray readPem(FieldReader &fields, const QString &name)
{
    const QByteArray pem = fields.base64(name);
    if (!pem.isEmpty() && !pem.contains("-----BEGIN "))
        fields.fail(name, u"holds no PEM (\"-----BEGIN …\")"_s);
    return pem;
}

std::optional<ExecConfig::InteractiveMode> interactiveModeOf(const QString &text)
{
    using enum ExecConfig::InteractiveMode;
    if (text == "Never"_L1)
        return Never;
    if (text == "IfAvailable"_L1)
        return IfAvailable;
    if (text == "Always"_L1)
        return Always;
    return std::nullopt;
}

Expected<ExecConfig> readExec(const QString &file, const QString &path, const QJsonObject &json)
{
    FieldReader fields(file, path, json);
    ExecConfig exec{
        .apiVersion = fields.text(u"apiVersion"_s),
        .command = fields.text(u"command"_s),
        .arguments = fields.texts(u"args"_s),
        .installHint = fields.text(u"installHint"_s),
        .provideClusterInfo = fields.flag(u"provideClusterInfo"_s),
        .file = file,
    };
    if (exec.command.isEmpty())
        fields.fail(u"command"_s, u"is not set"_s);
    else if (exec.command.contains(u'/'))
        exec.command = resolved(file, exec.command);

    const bool isV1 = exec.apiVersion == "client.authentication.k8s.io/v1"_L1;
    if (!isV1 && exec.apiVersion != "client.authentication.k8s.io/v1beta1"_L1)
        fields.fail(u"apiVersion"_s,
            u"has to be client.authentication.k8s.io/v1 or client.authentication.k8s.io/v1beta1; "
            "a plugin of an older version has to be updated"_s);

    const QString mode = fields.text(u"interactiveMode"_s);
    if (const auto known = interactiveModeOf(mode))
        exec.interactiveMode = *known;
    else if (!mode.isEmpty() || isV1) // v1 has no default
        fields.fail(u"interactiveMode"_s, u"has to be Never, IfAvailable or Always"_s);

    const QJsonArray environment = fields.list(u"env"_s);
    Expected<void> read = {};
    for (qsizetype i = 0; i < environment.size() && read; ++i) {
        FieldReader variable(file, u"%1.env[%2]"_s.arg(path).arg(i), environment[i].toObject());
        const QString name = variable.text(u"name"_s);
        exec.environment.append({name, variable.text(u"value"_s)});
        if (name.isEmpty() || name.contains(u'='))
            variable.fail(u"name"_s, u"is no name of a variable"_s);
        read = variable.finish();
    }
    return read.and_then([&] { return fields.finish(); }).transform([&] { return exec; });
}

// What the user is to put in place of a built-in provider, all of which Kubernetes has removed or replaced.
QString authProviderRemedy(const QString &name)
{
    if (name == "gcp"_L1)
        return u"install gke-gcloud-auth-plugin and run `gcloud container clusters get-credentials`"_s;
    if (name == "azure"_L1)
        return u"run `kubelogin convert-kubeconfig`"_s;
    if (name == "oidc"_L1)
        return u"use the exec plugin kubelogin (`kubectl oidc-login setup`)"_s;
    return u"use an exec plugin"_s;
}

void readCertificate(FieldReader &fields, KubeContext &context, const QString &file)
{
    context.clientCertificateFile = resolved(file, fields.text(u"client-certificate"_s));
    context.clientCertificateData = readPem(fields, u"client-certificate-data"_s);
    context.clientKeyFile = resolved(file, fields.text(u"client-key"_s));
    context.clientKeyData = readPem(fields, u"client-key-data"_s);

    const bool hasKey = !context.clientKeyFile.isEmpty() || !context.clientKeyData.isEmpty();
    if (!context.clientCertificateFile.isEmpty() && !context.clientCertificateData.isEmpty())
        fields.fail(u"client-certificate"_s, u"and client-certificate-data are both set: keep one"_s);
    else if (!context.clientKeyFile.isEmpty() && !context.clientKeyData.isEmpty())
        fields.fail(u"client-key"_s, u"and client-key-data are both set: keep one"_s);
    else if (context.hasClientCertificate() && !hasKey)
        fields.fail(u"client-key"_s, u"is not set, and the client certificate needs it"_s);
    else if (!context.hasClientCertificate() && hasKey)
        fields.fail(u"client-certificate"_s, u"is not set, and the client key belongs to one"_s);
}

void readImpersonation(FieldReader &fields, Impersonation &as)
{
    as.user = fields.text(u"as"_s);
    as.uid = fields.text(u"as-uid"_s);
    as.groups = fields.texts(u"as-groups"_s);
    as.extra = fields.textLists(u"as-user-extra"_s);
    if (as.user.isEmpty() && !(as.uid.isEmpty() && as.groups.isEmpty() && as.extra.isEmpty()))
        fields.fail(u"as"_s, u"is not set, and as-uid, as-groups and as-user-extra need it"_s);
}

} // namespace

Expected<void> readCluster(KubeContext &context, const QString &file, const QString &path, const QJsonObject &entry)
{
    FieldReader outer(file, path, entry);
    outer.ignore(u"name"_s);
    FieldReader fields(file, path + u".cluster"_s, outer.object(u"cluster"_s));
    context.server = readServer(fields);
    context.tlsServerName = fields.text(u"tls-server-name"_s);
    context.insecureSkipTlsVerify = fields.flag(u"insecure-skip-tls-verify"_s);
    context.caFile = resolved(file, fields.text(u"certificate-authority"_s));
    context.caData = readPem(fields, u"certificate-authority-data"_s);
    context.proxy = readProxy(fields);
    context.disableCompression = fields.flag(u"disable-compression"_s);
    const QJsonArray extensions = fields.list(u"extensions"_s);

    if (!context.caFile.isEmpty() && !context.caData.isEmpty())
        fields.fail(u"certificate-authority"_s, u"and certificate-authority-data are both set: keep one"_s);
    else if (context.insecureSkipTlsVerify && (!context.caFile.isEmpty() || !context.caData.isEmpty()))
        fields.fail(u"insecure-skip-tls-verify"_s, u"is set next to a certificate authority: remove one of them"_s);

    for (const QJsonValue &extension : extensions)
        if (extension["name"_L1].toString() == "client.authentication.k8s.io/exec"_L1)
            context.execClusterConfig = extension["extension"_L1];
    return fields.finish().and_then([&] { return outer.finish(); });
}

Expected<void> readUser(KubeContext &context, const QString &file, const QString &path, const QJsonObject &entry)
{
    FieldReader outer(file, path, entry);
    outer.ignore(u"name"_s);
    const QString userPath = path + u".user"_s;
    FieldReader fields(file, userPath, outer.object(u"user"_s));
    fields.ignore(u"extensions"_s);
    readCertificate(fields, context, file);
    context.token = fields.text(u"token"_s);
    context.tokenFile = resolved(file, fields.text(u"tokenFile"_s));
    context.username = fields.text(u"username"_s);
    context.password = fields.text(u"password"_s);
    readImpersonation(fields, context.impersonation);

    const bool hasBasic = !context.username.isEmpty() || !context.password.isEmpty();
    if (hasBasic && (!context.token.isEmpty() || !context.tokenFile.isEmpty()))
        fields.fail(u"username"_s, u"and a token are both set: keep one way to authenticate"_s);
    if (fields.has(u"auth-provider"_s)) {
        const QString provider = fields.object(u"auth-provider"_s).value("name"_L1).toString();
        fields.fail(u"auth-provider"_s, u"\"%1\" is not supported: %2"_s.arg(provider, authProviderRemedy(provider)));
    }
    const bool hasExec = fields.has(u"exec"_s);
    const QJsonObject exec = fields.object(u"exec"_s);
    if (const auto read = fields.finish().and_then([&] { return outer.finish(); }); !read || !hasExec)
        return read;
    return readExec(file, userPath + u".exec"_s, exec).transform([&](const ExecConfig &config) {
        context.exec = config;
    });
}

void checkNameSpace(FieldReader &fields, const QString &field, const QString &nameSpace)
{
    static const QRegularExpression dnsLabel(u"\\A[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\\z"_s);
    if (!nameSpace.isEmpty() && !dnsLabel.match(nameSpace).hasMatch())
        fields.fail(field, u"is no name of a namespace: lower-case letters, digits and '-', at most 63"_s);
}

} // namespace patronus
