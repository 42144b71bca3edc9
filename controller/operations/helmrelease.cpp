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

} // namespace

Expected<HelmRelease> helmReleaseFrom(const Object &secret)
{
    return required<QString>(secret.json(), u"data.release")
        .and_then([](const QString &data) { return decoded(data.toLatin1()); })
        .and_then(decoded)
        .and_then([](const QByteArray &packed) { return gunzip(packed); })
        .and_then([](const QByteArray &text) { return parseJsonObject(text, isNotRead); })
        .and_then(releaseFrom)
        .transform_error([&secret](Error error) {
            error.message = u"Secret %1 holds no release of Helm 3: %2"_s.arg(secret.key().text(), error.message);
            return error;
        });
}

} // namespace patronus
