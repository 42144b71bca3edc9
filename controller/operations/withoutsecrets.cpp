// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/withoutsecrets.h"

#include "core/log.h"

#include <QJsonArray>
#include <QRegularExpression>

#include <optional>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

bool namesSecret(const QString &name)
{
    static const QRegularExpression secret(
        u"(?:token|passw(?:or)?d|passphrase|secret|credential|client-?key|private-?key|pre-?shared-?key|psk|api-?key|"
        "access-?key|secret-?key|authorization|cookie)s?(?:-?(?:data|value|text|base64|b64|hash))?$"_s,
        QRegularExpression::CaseInsensitiveOption);
    static const QRegularExpression reference(
        u"(?:existing-?secret|pull-?secret)s?$"_s, QRegularExpression::CaseInsensitiveOption);
    QString plain = name;
    plain.replace(u'_', u'-');
    return plain.contains(secret) && !plain.contains(reference);
}

class Filter
{
public:
    QStringList leftOut;

    QJsonObject filtered(const QJsonObject &object, const QString &path)
    {
        const bool isSecretPair = namesSecret(object["name"_L1].toString());
        QJsonObject kept;
        for (auto it = object.begin(); it != object.end(); ++it) {
            const bool isSecret = namesSecret(it.key()) || (isSecretPair && it.key() == "value"_L1);
            if (const auto value = filtered(*it, path.isEmpty() ? it.key() : path + u'.' + it.key(), isSecret))
                kept.insert(it.key(), *value);
        }
        return kept;
    }

private:
    /// Nullopt: it is left out.
    std::optional<QJsonValue> filtered(const QJsonValue &value, const QString &path, bool isSecret)
    {
        if (value.isObject())
            return filtered(value.toObject(), path);
        if (value.isArray()) {
            QJsonArray kept;
            const QJsonArray items = value.toArray();
            for (qsizetype i = 0; i < items.size(); ++i)
                if (const auto item = filtered(items[i], u"%1[%2]"_s.arg(path).arg(i), isSecret))
                    kept.append(*item);
            return kept;
        }
        if (isHarmless(value, isSecret))
            return value;
        leftOut.append(path);
        return std::nullopt;
    }

    static bool isHarmless(const QJsonValue &value, bool isSecret)
    {
        const QString text = value.toString();
        if (isSecret)
            return value.isNull() || value.isBool() || (value.isString() && text.isEmpty());
        return redact(text) == text;
    }
};

} // namespace

WithoutSecrets withoutSecrets(const QJsonObject &json)
{
    Filter filter;
    QJsonObject kept = filter.filtered(json, {});
    return {std::move(kept), std::move(filter.leftOut)};
}

} // namespace patronus
