// SPDX-License-Identifier: GPL-3.0-or-later
#include "runtime/lease.h"

#include <limits>

using namespace Qt::StringLiterals;

namespace patronus {

QJsonObject asNewLease(const ObjectKey &key, const QJsonObject &lease)
{
    return {{u"apiVersion"_s, u"coordination.k8s.io/v1"_s}, {u"kind"_s, u"Lease"_s},
        {u"metadata"_s, QJsonObject{{u"name"_s, key.name}, {u"namespace"_s, key.nameSpace}}},
        {u"spec"_s, lease.value("spec"_L1)}};
}

QString microTime(const QDateTime &time)
{
    return time.toUTC().toString(u"yyyy-MM-dd'T'HH:mm:ss.zzz'000Z'"_s);
}

QString Lease::holder() const
{
    return m_object.spec().value("holderIdentity"_L1).toString();
}

std::chrono::seconds Lease::duration(std::chrono::seconds otherwise) const
{
    // int32 in the API: a longer one is no lease that a server gave us.
    const qint64 seconds = m_object.spec().value("leaseDurationSeconds"_L1).toInteger();
    return seconds > 0 && seconds <= std::numeric_limits<qint32>::max() ? std::chrono::seconds(seconds) : otherwise;
}

qint64 Lease::transitions() const
{
    return m_object.spec().value("leaseTransitions"_L1).toInteger();
}

QJsonObject Lease::with(const QJsonObject &changes) const
{
    QJsonObject spec = m_object.spec();
    for (auto it = changes.begin(); it != changes.end(); ++it)
        spec.insert(it.key(), it.value());
    QJsonObject json = m_object.json();
    json.insert("spec"_L1, spec);
    return json;
}

QJsonObject Lease::taken(const QString &holder, std::chrono::seconds duration, const QDateTime &now) const
{
    return with({{u"holderIdentity"_s, holder}, {u"leaseDurationSeconds"_s, qint64(duration.count())},
        {u"acquireTime"_s, microTime(now)}, {u"renewTime"_s, microTime(now)},
        {u"leaseTransitions"_s, exists() ? transitions() + 1 : 0}});
}

QJsonObject Lease::renewed(std::chrono::seconds duration, const QDateTime &now) const
{
    return with({{u"leaseDurationSeconds"_s, qint64(duration.count())}, {u"renewTime"_s, microTime(now)}});
}

QJsonObject Lease::released(const QDateTime &now) const
{
    return with({{u"holderIdentity"_s, u""_s}, {u"leaseDurationSeconds"_s, 1}, {u"renewTime"_s, microTime(now)}});
}

} // namespace patronus
