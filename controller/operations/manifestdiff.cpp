// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/manifestdiff.h"

#include "operations/diff.h"

#include <QCryptographicHash>
#include <QMap>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

/// A hash in place of each value of a Secret: it tells them apart and nothing else.
QJsonObject hashed(const QJsonObject &values)
{
    QJsonObject result;
    for (auto value = values.begin(); value != values.end(); ++value)
        result.insert(value.key(),
            u"SHA-256 %1…"_s.arg(QString::fromLatin1(
                QCryptographicHash::hash(value->toString().toUtf8(), QCryptographicHash::Sha256).toHex().first(8))));
    return result;
}

QJsonObject shown(QJsonObject object)
{
    if (object["kind"_L1] == "Secret"_L1)
        for (const QString &member : {u"data"_s, u"stringData"_s})
            if (object.contains(member))
                object.insert(member, hashed(object[member].toObject()));
    return object;
}

QStringList shortened(QStringList lines)
{
    constexpr qsizetype most = 200;
    for (QString &line : lines) {
        const qsizetype size = line.size();
        line.replace(u'\n', u' ');
        if (size > most)
            line = u"%1… (%2 characters)"_s.arg(line.first(most)).arg(size);
    }
    return lines;
}

using Identity = std::tuple<QString, QString, QString, QString>; // group, kind, namespace, name

QMap<Identity, QJsonObject> byIdentity(const QList<QJsonObject> &objects, const QString &nameSpace)
{
    QMap<Identity, QJsonObject> all;
    for (const QJsonObject &object : objects) {
        const QString apiVersion = object["apiVersion"_L1].toString();
        const ObjectKey key = Object(object).key();
        all.insert({apiVersion.contains(u'/') ? apiVersion.section(u'/', 0, 0) : QString(),
                       object["kind"_L1].toString(), key.nameSpace.isEmpty() ? nameSpace : key.nameSpace, key.name},
            object);
    }
    return all;
}

ManifestDifference differenceOf(const Identity &identity, const QJsonObject &before, const QJsonObject &after)
{
    using enum ManifestDifference::What;
    const QJsonObject &either = after.isEmpty() ? before : after;
    const bool isKept = Object(before).annotation("helm.sh/resource-policy"_L1) == "keep"_L1;
    ManifestDifference difference{.what = before.isEmpty() ? Created
            : !after.isEmpty()                             ? Changed
            : isKept                                       ? Left
                                                           : Removed,
        .apiVersion = either["apiVersion"_L1].toString(),
        .kind = std::get<1>(identity),
        .key = {std::get<2>(identity), std::get<3>(identity)},
        .before = before,
        .after = after};
    if (difference.what == Changed)
        difference.diff = shortened(diffLines(shown(before), shown(after)));
    return difference;
}

} // namespace

QString ManifestDifference::text() const
{
    const auto verb = [this] {
        switch (what) {
        case What::Created:
            return u"create"_s;
        case What::Changed:
            return u"change"_s;
        case What::Removed:
            return u"delete"_s;
        case What::Left:
            break;
        }
        return u"leave"_s;
    };
    return u"%1 %2 %3"_s.arg(verb(), kind, key.text());
}

QList<ManifestDifference> manifestDifferences(
    const QList<QJsonObject> &before, const QList<QJsonObject> &after, const QString &nameSpace)
{
    const auto old = byIdentity(before, nameSpace), now = byIdentity(after, nameSpace);
    QList<ManifestDifference> differences;
    for (auto object = now.begin(); object != now.end(); ++object)
        if (const QJsonObject was = old.value(object.key()); was != *object)
            differences.append(differenceOf(object.key(), was, *object));
    for (auto object = old.begin(); object != old.end(); ++object)
        if (!now.contains(object.key()))
            differences.append(differenceOf(object.key(), *object, {}));
    std::ranges::stable_sort(differences, {}, &ManifestDifference::what);
    return differences;
}

} // namespace patronus
