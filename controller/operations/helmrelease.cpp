// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/helmrelease.h"

#include "core/json.h"
#include "operations/gzip.h"

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

/// Most of a release is what nobody here reads: the chart's files and what was made of them.
bool isNotRead(std::span<const std::string_view> path)
{
    if (path.size() == 1)
        return path[0] == "manifest" || path[0] == "hooks";
    return path.size() == 2 && path[0] == "chart" && path[1] != "metadata";
}

/// The same where what was made of them is wanted.
bool isSource(std::span<const std::string_view> path)
{
    if (path.size() == 2 && path[0] == "chart")
        return path[1] == "templates" || path[1] == "schema" || path[1] == "lock";
    return path.size() == 2 && path[0] == "hooks" && path[1] == "manifest";
}

Expected<QByteArray> decoded(const QByteArray &base64)
{
    const auto result = QByteArray::fromBase64Encoding(base64, QByteArray::AbortOnBase64DecodingErrors);
    if (!result)
        return std::unexpected(Error{.kind = Error::Kind::Malformed, .message = u"no base64"_s});
    return result.decoded;
}

Expected<HelmRelease> releaseFrom(const QJsonObject &json)
{
    HelmRelease release;
    const auto text = [&json](QStringView path, QString &into) {
        return required<QString>(json, path).transform([&into](const QString &value) { into = value; });
    };
    const auto number = required<int>(json, u"version");
    const auto config = optional<QJsonObject>(json, u"config");
    for (const Expected<void> &read : {text(u"name", release.name), text(u"info.status", release.status),
             text(u"chart.metadata.name", release.chart), text(u"chart.metadata.version", release.chartVersion),
             number.transform([](int) { }), config.transform([](const auto &) { })})
        if (!read)
            return std::unexpected(read.error());
    release.revision = *number;
    release.config = config->value_or(QJsonObject());
    return release;
}

QStringList hooksOf(const QJsonArray &hooks)
{
    QStringList all;
    for (const QJsonValue &hook : hooks) {
        QStringList events;
        for (const QJsonValue &event : hook["events"_L1].toArray())
            events.append(event.toString());
        all.append(events.join(u','));
    }
    return all;
}

QMap<QString, QByteArray> crdsOf(const QJsonArray &files)
{
    QMap<QString, QByteArray> crds;
    for (const QJsonValue &file : files)
        if (const QString name = file["name"_L1].toString(); name.startsWith("crds/"_L1))
            crds.insert(name.sliced(5), QByteArray::fromBase64(file["data"_L1].toString().toLatin1()));
    return crds;
}

Expected<HelmRelease> revisionFrom(const QJsonObject &json)
{
    return releaseFrom(json).transform([&json](HelmRelease release) {
        const QJsonValue info = json["info"_L1], chart = json["chart"_L1];
        release.nameSpace = json["namespace"_L1].toString();
        release.appVersion = chart["metadata"_L1]["appVersion"_L1].toString();
        release.description = info["description"_L1].toString();
        release.updated = QDateTime::fromString(info["last_deployed"_L1].toString(), Qt::ISODateWithMs).toUTC();
        release.defaults = chart["values"_L1].toObject();
        release.manifest = json["manifest"_L1].toString();
        release.hooks = hooksOf(json["hooks"_L1].toArray());
        release.crds = crdsOf(chart["files"_L1].toArray());
        return release;
    });
}

Expected<QJsonObject> unpacked(const Object &secret, const JsonDrop &drop)
{
    return required<QString>(secret.json(), u"data.release")
        .and_then([](const QString &data) { return decoded(data.toLatin1()); })
        .and_then(decoded)
        .and_then([](const QByteArray &packed) { return gunzip(packed); })
        .and_then([&drop](const QByteArray &text) { return parseJsonObject(text, drop); });
}

Error noRelease(const Object &secret, Error error)
{
    error.message = u"Secret %1 holds no release of Helm 3: %2"_s.arg(secret.key().text(), error.message);
    return error;
}

/// As Helm coalesces values: objects are merged, everything else replaces, and null takes away.
QJsonObject coalesced(QJsonObject under, const QJsonObject &over)
{
    for (auto value = over.begin(); value != over.end(); ++value) {
        if (value->isNull())
            under.remove(value.key());
        else if (value->isObject() && under[value.key()].isObject())
            under.insert(value.key(), coalesced(under[value.key()].toObject(), value->toObject()));
        else
            under.insert(value.key(), *value);
    }
    return under;
}

} // namespace

QJsonObject HelmRelease::values() const
{
    return coalesced(defaults, config);
}

Expected<HelmRelease> helmReleaseFrom(const Object &secret)
{
    return unpacked(secret, isNotRead).and_then(releaseFrom).transform_error([&secret](const Error &error) {
        return noRelease(secret, error);
    });
}

Expected<HelmRelease> helmRevisionFrom(const Object &secret)
{
    return unpacked(secret, isSource).and_then(revisionFrom).transform_error([&secret](const Error &error) {
        return noRelease(secret, error);
    });
}

} // namespace patronus
