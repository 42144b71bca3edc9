// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDateTime>
#include <QJsonObject>
#include <QSharedDataPointer>
#include <QStringList>

namespace patronus {

/// Namespace and name: what tells objects of one resource apart.
struct ObjectKey {
    QString nameSpace; ///< empty for a cluster-wide resource
    QString name;

    /// "namespace/name", or the name alone.
    [[nodiscard]] QString text() const { return nameSpace.isEmpty() ? name : nameSpace + QLatin1Char('/') + name; }
    friend bool operator==(const ObjectKey &, const ObjectKey &) = default;
    friend auto operator<=>(const ObjectKey &a, const ObjectKey &b)
    {
        const int c = QString::compare(a.nameSpace, b.nameSpace);
        return (c != 0 ? c : QString::compare(a.name, b.name)) <=> 0;
    }
    friend size_t qHash(const ObjectKey &k, size_t seed = 0) { return qHashMulti(seed, k.nameSpace, k.name); }
};

/// Which object, and which version of it.
struct ObjectVersion {
    ObjectKey key;
    QString uid;
    QString resourceVersion;
};

/// A Kubernetes object: its JSON, with the metadata that everybody reads parsed once. Implicitly shared; cheap to copy.
/// Whatever JSON it is made of, it can be read: a member of a wrong type reads as absent.
class Object
{
public:
    Object();
    explicit Object(QJsonObject json);
    Object(const Object &);
    Object(Object &&) noexcept;
    Object &operator=(const Object &);
    Object &operator=(Object &&) noexcept;
    ~Object();

    [[nodiscard]] const QJsonObject &json() const;
    [[nodiscard]] QJsonObject spec() const;
    [[nodiscard]] QJsonObject status() const;

    [[nodiscard]] const ObjectKey &key() const;
    [[nodiscard]] const QString &uid() const;
    [[nodiscard]] const QString &resourceVersion() const;
    [[nodiscard]] qint64 generation() const; ///< 0 where there is none
    [[nodiscard]] bool isDeleting() const; ///< has a deletionTimestamp
    [[nodiscard]] QDateTime creationTime() const; ///< UTC, whole seconds; invalid where there is none
    [[nodiscard]] QStringList finalizers() const;
    [[nodiscard]] bool hasFinalizer(QStringView finalizer) const;
    [[nodiscard]] QString annotation(QStringView name) const; ///< empty where there is none
    [[nodiscard]] QString label(QStringView name) const; ///< empty where there is none
    [[nodiscard]] bool hasFinalizer(QLatin1StringView finalizer) const { return hasFinalizer(QString(finalizer)); }
    [[nodiscard]] QString annotation(QLatin1StringView name) const { return annotation(QString(name)); }
    [[nodiscard]] QString label(QLatin1StringView name) const { return label(QString(name)); }
    [[nodiscard]] bool isNull() const; ///< default-constructed

private:
    struct Data;
    [[nodiscard]] const Data &data() const;

    QExplicitlySharedDataPointer<const Data> d; // never changed once made; null: isNull()
};

} // namespace patronus

Q_DECLARE_METATYPE(patronus::ObjectKey)
Q_DECLARE_METATYPE(patronus::Object)
