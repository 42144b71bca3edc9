// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/kubeconfig.h"

#include "kube/contextreader.h"
#include "kube/fieldreader.h"
#include "kube/yaml.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

constexpr qint64 fileSizeLimit = 16 * 1024 * 1024;

Error invalid(const QString &message)
{
    return {Error::Kind::Invalid, message};
}

Expected<QByteArray> readFile(const QString &file)
{
    if (QFileInfo(file).isDir())
        return std::unexpected(invalid(u"kubeconfig %1 is a folder, not a file"_s.arg(file)));
    QFile device(file);
    if (!device.open(QIODevice::ReadOnly))
        return std::unexpected(invalid(u"cannot read kubeconfig %1: %2"_s.arg(file, device.errorString())));
    const QByteArray text = device.read(fileSizeLimit + 1);
    if (text.size() > fileSizeLimit)
        return std::unexpected(invalid(u"kubeconfig %1 is larger than 16 MiB"_s.arg(file)));
    return text;
}

} // namespace

Expected<Kubeconfig> Kubeconfig::load(const QStringList &files)
{
    Kubeconfig config = loadWhatIsGood(files);
    if (!config.m_problems.isEmpty())
        return std::unexpected(config.m_problems.first().error);
    return config;
}

Kubeconfig Kubeconfig::loadWhatIsGood(const QStringList &files)
{
    Kubeconfig config;
    for (const QString &name : files) {
        if (name.isEmpty())
            continue;
        const QString file = QFileInfo(name).absoluteFilePath();
        if (config.m_files.contains(file))
            continue;
        config.m_files.append(file);
        if (!QFileInfo::exists(file))
            continue;
        Kubeconfig with = config; // so that half a file leaves nothing behind
        const auto added = readFile(file).and_then([&](const QByteArray &text) { return with.addFile(file, text); });
        if (added)
            config = std::move(with);
        else
            config.m_problems.append({file, added.error()});
    }
    return config;
}

Expected<Kubeconfig> Kubeconfig::fromEnvironment(const QProcessEnvironment &environment, const QString &explicitPath)
{
    if (!explicitPath.isEmpty() && !QFileInfo::exists(explicitPath))
        return std::unexpected(invalid(u"kubeconfig %1 does not exist"_s.arg(explicitPath)));
    return load(filesOf(environment, explicitPath));
}

QStringList Kubeconfig::filesOf(const QProcessEnvironment &environment, const QString &explicitPath)
{
    if (!explicitPath.isEmpty())
        return {explicitPath};
    if (const QString list = environment.value(u"KUBECONFIG"_s); !list.isEmpty())
        return list.split(QDir::listSeparator());
    return {environment.value(u"HOME"_s, QDir::homePath()) + u"/.kube/config"_s};
}

Expected<void> Kubeconfig::addFile(const QString &file, QByteArrayView text)
{
    const auto documents = parseYaml(text);
    if (!documents)
        return std::unexpected(Error{documents.error().kind, u"%1: %2"_s.arg(file, documents.error().message)});
    if (documents->isEmpty()) // an empty file says nothing, as to kubectl
        return {};
    if (documents->size() > 1)
        return std::unexpected(
            invalid(u"%1 has %2 YAML documents, of which kubectl reads only the first: put each into a file "
                    "of its own and list them in KUBECONFIG"_s.arg(file)
                        .arg(documents->size())));
    if (!documents->first().isObject())
        return std::unexpected(invalid(u"%1 is no kubeconfig: its top is not a map"_s.arg(file)));

    const QJsonObject config = documents->first().toObject();
    FieldReader fields(file, {}, config);
    const QString apiVersion = fields.text(u"apiVersion"_s);
    const QString kind = fields.text(u"kind"_s);
    const QString current = fields.text(u"current-context"_s);
    if ((!apiVersion.isEmpty() && apiVersion != "v1"_L1) || (!kind.isEmpty() && kind != "Config"_L1))
        fields.fail(u"kind"_s, u"is %1 of %2: a kubeconfig is Config of v1"_s.arg(kind, apiVersion));
    if (m_currentContext.isEmpty())
        m_currentContext = current;

    return fields.finishLeniently()
        .and_then([&] { return addEntries(m_clusters, file, config, u"clusters"_s); })
        .and_then([&] { return addEntries(m_users, file, config, u"users"_s); })
        .and_then([&] { return addEntries(m_contexts, file, config, u"contexts"_s); });
}

Expected<void> Kubeconfig::addEntries(
    Entries &entries, const QString &file, const QJsonObject &config, const QString &list)
{
    FieldReader fields(file, {}, config);
    const QJsonArray items = fields.list(list);
    QSet<QString> names; // of this file: what an earlier file has is no duplicate
    for (qsizetype i = 0; i < items.size(); ++i) {
        const QString path = u"%1[%2]"_s.arg(list).arg(i);
        if (!items[i].isObject()) {
            fields.fail(path, u"is not a map"_s);
            break;
        }
        FieldReader entry(file, path, items[i].toObject());
        const QString name = entry.text(u"name"_s);
        if (const auto read = entry.finishLeniently(); !read)
            return read;
        if (names.contains(name))
            fields.fail(path + u".name"_s, u"stands twice in this file: \"%1\""_s.arg(name));
        names.insert(name);
        if (const auto earlier = entries.constFind(name); earlier == entries.cend())
            entries.insert(name, Entry{file, path, items[i].toObject()});
        else if (&entries == &m_contexts)
            m_hidden.append({.name = name,
                .clusterName = {},
                .server = {},
                .userName = {},
                .nameSpace = {},
                .credentialKind = {},
                .file = file,
                .problem = u"%1 has a context of this name too, and goes before %2"_s.arg(earlier->file, file)});
    }
    return fields.finishLeniently();
}

QList<Kubeconfig::Summary> Kubeconfig::contexts() const
{
    QList<Summary> all;
    for (auto it = m_contexts.begin(); it != m_contexts.end(); ++it) {
        const QJsonObject json = it->json.value("context"_L1).toObject();
        Summary summary{.name = it.key(),
            .clusterName = json.value("cluster"_L1).toString(),
            .server = {},
            .userName = json.value("user"_L1).toString(),
            .nameSpace = json.value("namespace"_L1).toString(),
            .credentialKind = {},
            .file = it->file,
            .isCurrent = it.key() == m_currentContext};
        if (const auto read
            = it.key().isEmpty() ? std::unexpected(invalid(u"the context has no name"_s)) : context(it.key())) {
            summary.server = read->server.toString();
            summary.credentialKind = credentialKindText(read->credentialKind());
            if (read->credentialKind() == KubeContext::CredentialKind::Exec)
                summary.credentialKind += u' ' + QFileInfo(read->exec->command).fileName();
            if (!read->impersonation.user.isEmpty())
                summary.credentialKind += u", as "_s + read->impersonation.user;
        } else {
            summary.problem = read.error().message;
        }
        all.append(summary);
    }
    return all + m_hidden;
}

Expected<KubeContext> Kubeconfig::context(const QString &name) const
{
    const QString wanted = name.isEmpty() ? m_currentContext : name;
    const QString files = m_files.join(u", "_s);
    if (m_contexts.isEmpty())
        return std::unexpected(
            invalid(u"no Kubernetes context: looked in %1. Set KUBECONFIG or give --kubeconfig"_s.arg(files)));
    const QString choice = u"there are: "_s + m_contexts.keys().join(u", "_s);
    if (wanted.isEmpty())
        return std::unexpected(
            invalid(u"no current-context in %1: choose one with --context; %2"_s.arg(files, choice)));
    const auto entry = m_contexts.constFind(wanted);
    if (entry == m_contexts.cend())
        return std::unexpected(invalid(u"no context \"%1\" in %2; %3"_s.arg(wanted, files, choice)));

    FieldReader outer(entry->file, entry->path, entry->json);
    FieldReader fields(entry->file, entry->path + u".context"_s, outer.object(u"context"_s));
    KubeContext context{.name = wanted, .file = entry->file};
    context.clusterName = fields.text(u"cluster"_s);
    context.userName = fields.text(u"user"_s);
    context.nameSpace = fields.text(u"namespace"_s);
    checkNameSpace(fields, u"namespace"_s, context.nameSpace);

    const auto find = [&fields](const Entries &entries, const QString &kind, const QString &of) {
        const auto found = entries.constFind(of);
        if (of.isEmpty())
            fields.fail(kind, u"is not set"_s);
        else if (found == entries.cend())
            fields.fail(kind, u"names \"%1\", which is not among the %2s"_s.arg(of, kind));
        return found;
    };
    const auto cluster = find(m_clusters, u"cluster"_s, context.clusterName);
    const auto user = find(m_users, u"user"_s, context.userName);
    return outer.finishLeniently()
        .and_then([&] { return fields.finishLeniently(); })
        .and_then([&] { return readCluster(context, cluster->file, cluster->path, cluster->json); })
        .and_then([&] { return readUser(context, user->file, user->path, user->json); })
        .transform([&] { return context; });
}

} // namespace patronus
