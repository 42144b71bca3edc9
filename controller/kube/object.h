// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/json.h"

#include <QDateTime>
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
/// Whatever JSON it is made of, it can be read: a member of a wrong type reads as absent. What comes from a server is
/// kept as text, a quarter of what Qt's values take, and made values of when somebody looks; each thread remembers
/// those of the last few objects that it looked at (docs/decisions/0014).
class Object
{
public:
    Object();
    explicit Object(QJsonObject json);
    /// Of the text of a JSON object, without the members for which @p drop is true; errors are those of
    /// parseJsonObject().
    [[nodiscard]] static Expected<Object> fromText(QByteArrayView text, const JsonDrop &drop = {});
    Object(const Object &);
    Object(Object &&) noexcept;
    Object &operator=(const Object &);
    Object &operator=(Object &&) noexcept;
    ~Object();

    // NOLINTBEGIN(readability-const-return-type): operator[] of one that is not const would put in what it looks for
    [[nodiscard]] const QJsonObject json() const;
    [[nodiscard]] const QJsonObject spec() const;
    [[nodiscard]] const QJsonObject status() const;
    // NOLINTEND(readability-const-return-type)
    /// What valueAt() gives of json(), with nothing else made values of: for who passes over thousands of objects.
    [[nodiscard]] QJsonValue value(QStringView path) const;

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
    class Recent;
    [[nodiscard]] const Data &data() const;

    QExplicitlySharedDataPointer<const Data> d; // never changed once made; null: isNull()
};

} // namespace patronus

Q_DECLARE_METATYPE(patronus::ObjectKey)
Q_DECLARE_METATYPE(patronus::Object)
