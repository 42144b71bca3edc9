// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/object.h"

#include <chrono>

namespace patronus {

/// What leader election reads and writes of a coordination.k8s.io/v1 Lease
/// (https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/lease-v1/). Pure.
class Lease
{
public:
    Lease() = default; ///< of which nothing is known
    explicit Lease(Object object) : m_object(std::move(object)) { }

    [[nodiscard]] bool exists() const { return !m_object.isNull(); }
    [[nodiscard]] const Object &object() const { return m_object; }
    [[nodiscard]] QString holder() const; ///< empty: free
    /// How long it is valid unchanged; @p otherwise where it does not say.
    [[nodiscard]] std::chrono::seconds duration(std::chrono::seconds otherwise) const;
    [[nodiscard]] qint64 transitions() const;

    /// The lease as @p holder takes it at @p now: one transition more.
    [[nodiscard]] QJsonObject taken(const QString &holder, std::chrono::seconds duration, const QDateTime &now) const;
    /// The lease as its holder renews it.
    [[nodiscard]] QJsonObject renewed(std::chrono::seconds duration, const QDateTime &now) const;
    /// The lease as its holder gives it back: free.
    [[nodiscard]] QJsonObject released(const QDateTime &now) const;

private:
    [[nodiscard]] QJsonObject with(const QJsonObject &changes) const;

    Object m_object;
};

/// @p lease as a new object, where there is none or none any more.
[[nodiscard]] QJsonObject asNewLease(const ObjectKey &key, const QJsonObject &lease);

/// A metav1.MicroTime: RFC 3339 in UTC with exactly six digits of the second.
[[nodiscard]] QString microTime(const QDateTime &time);

} // namespace patronus
