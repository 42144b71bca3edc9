// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/object.h"

#include <QJsonArray>
#include <QJsonDocument>

#include <simdjson.h>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace patronus {

namespace ondemand = simdjson::ondemand;

namespace {

constexpr qsizetype longestText = 65'536; // bytes: the parser keeps its tables for the longest text it has seen

/// A list comes sorted by namespace, so one remembered string is shared by nearly all objects of a namespace.
QString shared(const QString &nameSpace)
{
    static thread_local QString last;
    if (nameSpace != last)
        last = nameSpace;
    return last;
}

QString fromUtf8(std::string_view text)
{
    return QString::fromUtf8(text.data(), qsizetype(text.size()));
}

/// The document of a text that checkedJsonObject() gave. A parser serves one document at a time.
ondemand::document documentOf(const QByteArray &text)
{
    static thread_local ondemand::parser parser;
    ondemand::document document;
    const simdjson::padded_string_view view(text.constData(), size_t(text.size()), size_t(text.capacity()));
    std::ignore = parser.iterate(view).get(document); // checked before
    return document;
}

QJsonObject valuesOf(QByteArrayView text)
{
    return QJsonDocument::fromJson(QByteArray::fromRawData(text.data(), text.size())).object();
}

/// nullopt: it takes Qt's parser to say what that is.
std::optional<QJsonValue> valueOf(ondemand::value value)
{
    ondemand::json_type type{};
    if (value.type().get(type))
        return std::nullopt;
    std::string_view text;
    switch (type) {
    case ondemand::json_type::string: // Qt would drop a byte order mark, which is a character of the string
        return value.get_string().get(text) || text.starts_with("\xef\xbb\xbf")
            ? std::nullopt
            : std::optional<QJsonValue>(fromUtf8(text));
    case ondemand::json_type::object:
        return value.raw_json().get(text) ? std::nullopt
                                          : std::optional<QJsonValue>(valuesOf({text.data(), qsizetype(text.size())}));
    case ondemand::json_type::array:
        return value.raw_json().get(text)
            ? std::nullopt
            : std::optional<QJsonValue>(
                  QJsonDocument::fromJson(QByteArray::fromRawData(text.data(), qsizetype(text.size()))).array());
    case ondemand::json_type::number: {
        int64_t integer = 0;
        double real = 0;
        if (!value.get_int64().get(integer))
            return QJsonValue(qint64(integer));
        return value.get_double().get(real) ? std::nullopt : std::optional<QJsonValue>(real);
    }
    case ondemand::json_type::boolean: {
        bool boolean = false;
        return value.get_bool().get(boolean) ? std::nullopt : std::optional<QJsonValue>(boolean);
    }
    case ondemand::json_type::null:
        return QJsonValue(QJsonValue::Null);
    default:
        return std::nullopt;
    }
}

} // namespace

struct Object::Data : QSharedData {
    Data() = default;
    explicit Data(QJsonObject whole) : values(std::move(whole))
    {
        // A wrong type reads as absent: toString() and alike give their default for it.
        const QJsonObject metadata = values.value("metadata"_L1).toObject();
        key = {shared(metadata.value("namespace"_L1).toString()), metadata.value("name"_L1).toString()};
        uid = metadata.value("uid"_L1).toString();
        resourceVersion = metadata.value("resourceVersion"_L1).toString();
        generation = metadata.value("generation"_L1).toInteger();
        deleting = !metadata.value("deletionTimestamp"_L1).toString().isEmpty();
    }
    /// @p checked is of checkedJsonObject().
    explicit Data(QByteArray checked) : text(std::move(checked))
    {
        ondemand::document document = documentOf(text);
        ondemand::object top, metadata;
        if (document.get_object().get(top))
            return;
        std::string_view name;
        for (auto member : top)
            if (!member.unescaped_key().get(name) && name == "metadata" && !member.value().get_object().get(metadata))
                readMetadata(metadata);
    }

    void readMetadata(ondemand::object metadata)
    {
        QString nameSpace, name;
        std::string_view is, string;
        for (auto member : metadata) {
            if (member.unescaped_key().get(is))
                return;
            if (int64_t number = 0; is == "generation" && !member.value().get_int64().get(number))
                generation = number;
            QString *const known = is == "namespace" ? &nameSpace
                : is == "name"                       ? &name
                : is == "uid"                        ? &uid
                : is == "resourceVersion"            ? &resourceVersion
                                                     : nullptr;
            if (known && !member.value().get_string().get(string))
                *known = fromUtf8(string);
            else if (is == "deletionTimestamp" && !member.value().get_string().get(string))
                deleting = !string.empty();
        }
        key = {shared(nameSpace), name};
    }

    /// What all null objects show.
    static const Data &none()
    {
        static const Data data;
        return data;
    }

    QByteArray text; // empty: the values are all there is
    QJsonObject values;
    ObjectKey key;
    QString uid;
    QString resourceVersion;
    qint64 generation = 0;
    bool deleting = false;
};

/// The values of the objects that this thread has looked at last. Each object is kept with them, so that no other can
/// come to lie where it was.
class Object::Recent
{
public:
    static Recent &here()
    {
        static thread_local Recent recent;
        return recent;
    }

    [[nodiscard]] const QJsonObject *find(const Data *data) const
    {
        const auto found = std::ranges::find(m_of, data, [](const auto &of) { return of.data(); });
        return found == m_of.end() ? nullptr : &m_values[size_t(found - m_of.begin())];
    }
    /// Whether whoever asks for single values of an object has done so a few times in a row: all of it is cheaper then.
    [[nodiscard]] bool isAskedOn(const Data *data)
    {
        if (std::exchange(m_asked, data) != data)
            m_times = 0;
        return ++m_times > 3;
    }
    const QJsonObject &keep(const QExplicitlySharedDataPointer<const Data> &data)
    {
        m_next = (m_next + 1) % m_of.size();
        m_of[m_next] = data;
        return m_values[m_next] = valuesOf(data->text);
    }

private:
    std::array<QExplicitlySharedDataPointer<const Data>, 32> m_of;
    std::array<QJsonObject, 32> m_values;
    size_t m_next = 0;
    const void *m_asked = nullptr; // to be compared, no more
    int m_times = 0;
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

Expected<Object> Object::fromText(QByteArrayView text, const JsonDrop &drop)
{
    return checkedJsonObject(text, drop).transform([](QByteArray checked) {
        if (checked.size() > longestText)
            return Object(valuesOf(checked));
        Object object;
        object.d = new Data(std::move(checked));
        return object;
    });
}

const Object::Data &Object::data() const
{
    return d ? *d : Data::none();
}

// NOLINTBEGIN(readability-const-return-type): see the header
const QJsonObject Object::json() const
{
    if (data().text.isEmpty())
        return data().values;
    const QJsonObject *const known = Recent::here().find(d.data());
    return known ? *known : Recent::here().keep(d);
}

const QJsonObject Object::spec() const
{
    return json().value("spec"_L1).toObject();
}

const QJsonObject Object::status() const
{
    return json().value("status"_L1).toObject();
}
// NOLINTEND(readability-const-return-type)

QJsonValue Object::value(QStringView path) const
{
    if (data().text.isEmpty())
        return valueAt(data().values, path);
    Recent &recent = Recent::here();
    if (const QJsonObject *const known = recent.find(d.data()))
        return valueAt(*known, path);
    if (recent.isAskedOn(d.data()))
        return valueAt(recent.keep(d), path);
    ondemand::document document = documentOf(data().text);
    ondemand::value value;
    bool isTop = true;
    for (const QStringView name : path.tokenize(u'.')) {
        const QByteArray utf8 = name.toUtf8();
        const std::string_view key(utf8.constData(), size_t(utf8.size()));
        const auto code
            = isTop ? document.find_field_unordered(key).get(value) : value.find_field_unordered(key).get(value);
        const bool isThere = code != simdjson::NO_SUCH_FIELD && code != simdjson::INCORRECT_TYPE;
        if (!isThere && !data().text.contains('\\')) // a name may be written with escapes
            return QJsonValue::Undefined;
        if (code)
            return valueAt(json(), path);
        isTop = false;
    }
    const auto read = valueOf(value);
    return read ? *read : valueAt(json(), path);
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
    return QDateTime::fromString(value(u"metadata.creationTimestamp").toString(), Qt::ISODate).toUTC();
}

QStringList Object::finalizers() const
{
    QStringList names;
    for (const QJsonValue &name : value(u"metadata.finalizers").toArray())
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
    return value(u"metadata.annotations").toObject().value(name).toString();
}

QString Object::label(QStringView name) const
{
    return value(u"metadata.labels").toObject().value(name).toString();
}

bool Object::isNull() const
{
    return !d;
}

} // namespace patronus
