// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/object.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

/// A list comes sorted by namespace, so one remembered string is shared by nearly all objects of a namespace.
QString shared(const QString &nameSpace)
{
    static thread_local QString last;
    if (nameSpace != last)
        last = nameSpace;
    return last;
}

QString stringIn(const QJsonObject &json, QLatin1StringView member, QStringView name)
{
    return json.value(member).toObject().value(name).toString();
}

} // namespace

struct Object::Data : QSharedData {
    Data() = default;
    explicit Data(QJsonObject whole) : json(std::move(whole))
    {
        // A wrong type reads as absent: toString() and alike give their default for it.
        const QJsonObject metadata = json.value("metadata"_L1).toObject();
        key = {shared(metadata.value("namespace"_L1).toString()), metadata.value("name"_L1).toString()};
        uid = metadata.value("uid"_L1).toString();
        resourceVersion = metadata.value("resourceVersion"_L1).toString();
        generation = metadata.value("generation"_L1).toInteger();
        deleting = !metadata.value("deletionTimestamp"_L1).toString().isEmpty();
    }

    [[nodiscard]] QJsonObject metadata() const { return json.value("metadata"_L1).toObject(); }

    /// What all null objects show.
    static const Data &none()
    {
        static const Data data;
        return data;
    }

    QJsonObject json;
    ObjectKey key;
    QString uid;
    QString resourceVersion;
    qint64 generation = 0;
    bool deleting = false;
};

Object::Object() = default;
Object::Object(QJsonObject json) : d(new Data(std::move(json)))
{
}
Object::Object(const Object &) = default;
Object::Object(Object &&) noexcept = default;
Object &Object::operator=(const Object &) = default;
Object &Object::operator=(Object &&) noexcept = default;
Object::~Object() = default;

const Object::Data &Object::data() const
{
    return d ? *d : Data::none();
}

const QJsonObject &Object::json() const
{
    return data().json;
}

QJsonObject Object::spec() const
{
    return data().json.value("spec"_L1).toObject();
}

QJsonObject Object::status() const
{
    return data().json.value("status"_L1).toObject();
}

const ObjectKey &Object::key() const
{
    return data().key;
}

const QString &Object::uid() const
{
    return data().uid;
}

const QString &Object::resourceVersion() const
{
    return data().resourceVersion;
}

qint64 Object::generation() const
{
    return data().generation;
}

bool Object::isDeleting() const
{
    return data().deleting;
}

QDateTime Object::creationTime() const
{
    return QDateTime::fromString(data().metadata().value("creationTimestamp"_L1).toString(), Qt::ISODate).toUTC();
}

QStringList Object::finalizers() const
{
    QStringList names;
    for (const QJsonValue &name : data().metadata().value("finalizers"_L1).toArray())
        if (name.isString())
            names += name.toString();
    return names;
}

bool Object::hasFinalizer(QStringView finalizer) const
{
    return finalizers().contains(finalizer);
}

QString Object::annotation(QStringView name) const
{
    return stringIn(data().metadata(), "annotations"_L1, name);
}

QString Object::label(QStringView name) const
{
    return stringIn(data().metadata(), "labels"_L1, name);
}

bool Object::isNull() const
{
    return !d;
}

} // namespace patronus
