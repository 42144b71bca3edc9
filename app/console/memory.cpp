// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/memory.h"

#include "core/digest.h"
#include "core/weburl.h"

#include <QDateTime>
#include <QFile>
#include <QSettings>

#include <array>

using namespace Qt::StringLiterals;

namespace patronus::memory {

namespace {

constexpr qint64 caSizeLimit = 16 * 1024 * 1024;
const QString filesKey = u"kubeconfig/added"_s;
const QString openKey = u"windows/open"_s;

struct ClassWord {
    ContextClass contextClass = ContextClass::Unknown;
    QLatin1StringView word;
};
struct SignInWord {
    PrometheusServer::SignIn signIn = PrometheusServer::SignIn::Nothing;
    QLatin1StringView word;
};
constexpr std::array signInWords{SignInWord{PrometheusServer::SignIn::Token, "token"_L1},
    SignInWord{PrometheusServer::SignIn::Password, "password"_L1}};
constexpr std::array classWords{ClassWord{ContextClass::Production, "production"_L1},
    ClassWord{ContextClass::Staging, "staging"_L1}, ClassWord{ContextClass::Development, "development"_L1}};

QString classKey(const QString &identity)
{
    return u"contexts/%1/class"_s.arg(identity);
}

QString readOnlyKey(const QString &identity)
{
    return u"contexts/%1/readOnly"_s.arg(identity);
}

/// @p part of a choice: empty for the URL, "Ca", "SignIn", "User".
QString prometheusKey(const QString &identity, QLatin1StringView part = {})
{
    return u"contexts/%1/prometheus"_s.arg(identity) + part;
}

QString pluginKey(const QByteArray &fingerprint)
{
    return u"plugins/"_s + QString::fromLatin1(fingerprint);
}

} // namespace

QString identityOf(const KubeContext &context)
{
    QByteArray ca = context.caData;
    if (!context.caFile.isEmpty()) {
        QFile file(context.caFile);
        if (!file.open(QIODevice::ReadOnly))
            return {};
        ca = file.read(caSizeLimit);
    }
    return QString::fromLatin1(digestOf({context.server.toString().toUtf8(), ca, context.name.toUtf8()}));
}

QStringList addedFiles()
{
    return QSettings().value(filesKey).toStringList();
}

void setAddedFiles(const QStringList &files)
{
    QSettings().setValue(filesKey, files);
}

std::optional<ContextClass> contextClass(const QString &identity)
{
    if (identity.isEmpty())
        return std::nullopt;
    const QString word = QSettings().value(classKey(identity)).toString();
    for (const ClassWord &known : classWords)
        if (known.word == word)
            return known.contextClass;
    return std::nullopt;
}

void setContextClass(const QString &identity, std::optional<ContextClass> contextClass)
{
    if (identity.isEmpty())
        return;
    QSettings settings;
    settings.remove(classKey(identity));
    for (const ClassWord &known : classWords)
        if (known.contextClass == contextClass)
            settings.setValue(classKey(identity), known.word.toString());
}

bool isReadOnly(const QString &identity)
{
    return !identity.isEmpty() && QSettings().value(readOnlyKey(identity)).toBool();
}

void setReadOnly(const QString &identity, bool on)
{
    if (!identity.isEmpty())
        QSettings().setValue(readOnlyKey(identity), on);
}

PrometheusServer prometheusServer(const QString &identity)
{
    if (identity.isEmpty())
        return {};
    const auto said
        = [&identity](QLatin1StringView part) { return QSettings().value(prometheusKey(identity, part)).toString(); };
    // Somebody may have written in the file: what the window would not take is none.
    const auto url = webUrl(said({}), {});
    if (!url)
        return {};
    PrometheusServer server{.url = *url, .caFile = said("Ca"_L1), .username = said("User"_L1)};
    for (const SignInWord &known : signInWords)
        if (known.word == said("SignIn"_L1))
            server.signIn = known.signIn;
    return server;
}

void setPrometheusServer(const QString &identity, const PrometheusServer &server)
{
    if (identity.isEmpty())
        return;
    QSettings settings;
    const auto say = [&](QLatin1StringView part, const QString &text) {
        if (text.isEmpty())
            settings.remove(prometheusKey(identity, part));
        else
            settings.setValue(prometheusKey(identity, part), text);
    };
    say({}, server.url.toString());
    say("Ca"_L1, server.caFile);
    say("User"_L1, server.username);
    say("SignIn"_L1, {});
    for (const SignInWord &known : signInWords)
        if (known.signIn == server.signIn)
            say("SignIn"_L1, known.word);
}

QStringList openContexts()
{
    return QSettings().value(openKey).toStringList();
}

void setOpenContexts(const QStringList &identities)
{
    QSettings().setValue(openKey, identities);
}

bool isPluginAllowed(const QByteArray &fingerprint)
{
    return QSettings().contains(pluginKey(fingerprint));
}

void allowPlugin(const QByteArray &fingerprint)
{
    QSettings().setValue(pluginKey(fingerprint), QDateTime::currentDateTimeUtc());
}

} // namespace patronus::memory
