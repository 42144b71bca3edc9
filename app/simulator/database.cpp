// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/simulator/database.h"
#include "app/simulator/exchange.h"

#include "core/json.h"

#include <QFile>
#include <QJsonArray>
#include <QSaveFile>
#include <QUuid>

using namespace Qt::StringLiterals;

namespace patronus::simulator {

Database::Database(QString fileName) : m_fileName(std::move(fileName))
{
}

static Expected<std::pair<QString, Database::Record>> readRecord(const QJsonObject &json)
{
    const auto body = required<QJsonObject>(json, u"body");
    if (!body)
        return std::unexpected(body.error());
    const auto name = required<QString>(*body, u"name");
    if (!name)
        return std::unexpected(name.error());
    const auto id = required<QString>(json, u"id");
    if (!id)
        return std::unexpected(id.error());
    const auto time
        = [&](QLatin1StringView member) { return QDateTime::fromString(json[member].toString(), Qt::ISODateWithMs); };
    const Database::Record record{*body, *id, time("created_at"_L1), time("updated_at"_L1)};
    if (!record.createdAt.isValid() || !record.updatedAt.isValid())
        return std::unexpected(
            Error{Error::Kind::Malformed, u"created_at and updated_at of \"%1\" are no times"_s.arg(*name)});
    return std::pair(*name, record);
}

Expected<void> Database::load()
{
    QFile file(m_fileName);
    if (m_fileName.isEmpty() || !file.exists())
        return {};
    if (!file.open(QIODevice::ReadOnly))
        return std::unexpected(Error{Error::Kind::Unreachable, u"%1: %2"_s.arg(m_fileName, file.errorString())});

    const auto problem
        = [&](const Error &error) { return std::unexpected(Error{error.kind, m_fileName + ": "_L1 + error.message}); };
    const auto json = parseJsonObject(file.readAll());
    if (!json)
        return problem(json.error());
    Records sites, policies;
    for (const auto &[member, records] : {std::pair(u"sites", &sites), std::pair(u"policies", &policies)}) {
        const auto array = required<QJsonArray>(*json, member);
        if (!array)
            return problem(array.error());
        for (const QJsonValue &value : *array) {
            auto record = readRecord(value.toObject());
            if (!record)
                return problem(record.error());
            records->insert(std::move(*record));
        }
    }
    m_sites = std::move(sites);
    m_policies = std::move(policies);
    return {};
}

Expected<void> Database::save()
{
    if (!m_dirty || m_fileName.isEmpty())
        return {};
    const auto array = [](const Records &records) {
        QJsonArray json;
        for (const auto &[name, record] : records)
            json.append(QJsonObject{{u"body"_s, record.body}, {u"id"_s, record.id},
                {u"created_at"_s, timestamp(record.createdAt)}, {u"updated_at"_s, timestamp(record.updatedAt)}});
        return json;
    };
    QSaveFile file(m_fileName);
    const bool written = file.open(QIODevice::WriteOnly)
        && file.write(toJson({{u"sites"_s, array(m_sites)}, {u"policies"_s, array(m_policies)}})) >= 0 && file.commit();
    if (!written)
        return std::unexpected(Error{Error::Kind::Unreachable, u"%1: %2"_s.arg(m_fileName, file.errorString())});
    m_dirty = false;
    return {};
}

const Database::Record *Database::find(RemoteKind kind, const QString &name) const
{
    const auto found = records(kind).find(name);
    return found == records(kind).end() ? nullptr : &found->second;
}

bool Database::put(RemoteKind kind, const QString &name, const QJsonObject &body, const QDateTime &now)
{
    m_dirty = true;
    auto [found, isNew] = mutableRecords(kind).try_emplace(name);
    Record &record = found->second;
    if (isNew) {
        record.id = QUuid::createUuid().toString(QUuid::WithoutBraces);
        record.createdAt = now;
    }
    record.updatedAt = now;
    record.body = body;
    return isNew;
}

bool Database::remove(RemoteKind kind, const QString &name)
{
    if (mutableRecords(kind).erase(name) == 0)
        return false;
    m_dirty = true;
    return true;
}

void Database::clear()
{
    m_sites.clear();
    m_policies.clear();
    m_dirty = true;
}

} // namespace patronus::simulator
