// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/kubeconfigfiles.h"

#include "app/console/memory.h"

#include <QFileInfo>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

constexpr std::chrono::milliseconds settlingTime(200);
constexpr int mostLinks = 16;

ContextEntry entryOf(const Kubeconfig::Summary &summary)
{
    return {.name = summary.name,
        .server = QUrl(summary.server).toString(QUrl::RemoveUserInfo),
        .user = summary.userName,
        .nameSpace = summary.nameSpace,
        .credentials = summary.credentialKind,
        .file = summary.file,
        .problem = summary.problem,
        .isCurrent = summary.isCurrent};
}

ContextEntry missing(const QString &file, const QString &remedy)
{
    return {.name = {}, .file = file, .problem = u"%1 is not there: %2"_s.arg(file, remedy)};
}

} // namespace

KubeconfigFiles::KubeconfigFiles(ContextsModel &contexts, QString explicitPath)
    : m_contexts(contexts), m_explicitPath(std::move(explicitPath)), m_wereOpen(memory::openContexts())
{
    connect(&contexts, &ContextsModel::filesRequested, this, &KubeconfigFiles::add);
    connect(&contexts, &ContextsModel::removalRequested, this, &KubeconfigFiles::remove);
    connect(&contexts, &ContextsModel::classRequested, this, &KubeconfigFiles::setClass);
    connect(&contexts, &ContextsModel::readOnlyRequested, this, &KubeconfigFiles::setReadOnly);
    m_settling.setSingleShot(true);
    m_settling.setInterval(settlingTime);
    connect(&m_settling, &QTimer::timeout, this, &KubeconfigFiles::read);
    connect(&m_watcher, &QFileSystemWatcher::fileChanged, &m_settling, qOverload<>(&QTimer::start));
    connect(&m_watcher, &QFileSystemWatcher::directoryChanged, &m_settling, qOverload<>(&QTimer::start));
}

void KubeconfigFiles::read()
{
    m_scopes.clear();
    m_scopes.insert(
        {}, Kubeconfig::loadWhatIsGood(Kubeconfig::filesOf(QProcessEnvironment::systemEnvironment(), m_explicitPath)));
    QList<ContextEntry> entries = entriesOf({});
    if (!m_explicitPath.isEmpty() && !QFileInfo::exists(m_explicitPath))
        entries.append(missing(m_explicitPath, tr("--kubeconfig names a file that has to be there")));
    for (const QString &file : memory::addedFiles()) {
        m_scopes.insert(file, Kubeconfig::loadWhatIsGood({file}));
        entries.append(entriesOf(file));
        if (!QFileInfo::exists(file)) {
            entries.append(missing(file, tr("put it back, or remove it from the list")));
            entries.last().scope = file;
        }
    }
    m_contexts.setEntries(entries);
    watch();
    Q_EMIT filesRead();
}

// A file and the folder of its name, which tells of one that comes or takes its place; and the same of each link on the
// way to it.
void KubeconfigFiles::watch()
{
    QSet<QString> wanted;
    for (const Kubeconfig &scope : std::as_const(m_scopes))
        for (QString file : scope.files())
            for (int link = 0; link < mostLinks && !file.isEmpty(); ++link) {
                const QFileInfo info(file);
                wanted += {file, info.path(), QFileInfo(info.canonicalFilePath()).path()};
                file = info.isSymLink() ? info.symLinkTarget() : QString();
            }
    wanted.removeIf([](const QString &path) { return path.isEmpty() || !QFileInfo::exists(path); });
    const QStringList now = m_watcher.files() + m_watcher.directories();
    const QSet<QString> watched(now.begin(), now.end());
    if (const QSet<QString> old = watched - wanted; !old.isEmpty())
        m_watcher.removePaths(old.values());
    if (const QSet<QString> fresh = wanted - watched; !fresh.isEmpty())
        m_watcher.addPaths(fresh.values()); // one that is gone again meanwhile is told by its folder
}

QList<ContextEntry> KubeconfigFiles::entriesOf(const QString &scope) const
{
    const Kubeconfig kubeconfig = m_scopes.value(scope);
    QList<ContextEntry> entries;
    for (const Kubeconfig::Summary &summary : kubeconfig.contexts()) {
        ContextEntry entry = entryOf(summary);
        if (const auto context = kubeconfig.context(summary.name); context && entry.problem.isEmpty())
            entry.identity = memory::identityOf(*context);
        entry.ownClass = memory::contextClass(entry.identity);
        entry.isReadOnly = memory::isReadOnly(entry.identity);
        entry.wasOpen = !entry.identity.isEmpty() && m_wereOpen.contains(entry.identity);
        entries.append(entry);
    }
    for (const Kubeconfig::Problem &problem : kubeconfig.problems())
        entries.append({.name = {}, .file = problem.file, .problem = problem.error.message});
    for (ContextEntry &entry : entries)
        entry.scope = scope;
    return entries;
}

Expected<KubeContext> KubeconfigFiles::context(const ContextKey &key) const
{
    const auto scope = m_scopes.constFind(key.scope);
    if (scope == m_scopes.cend())
        return std::unexpected(
            Error{.kind = Error::Kind::Invalid, .message = tr("%1 is no longer in the list of files").arg(key.scope)});
    return scope->context(key.name).transform_error([&](Error error) {
        for (const Kubeconfig::Problem &problem : scope->problems())
            error.message += u'\n' + problem.error.message;
        return error;
    });
}

Expected<ContextKey> KubeconfigFiles::find(const QString &name) const
{
    QStringList added;
    for (auto scope = m_scopes.begin(); scope != m_scopes.end(); ++scope)
        if (scope->has(name)) {
            if (scope.key().isEmpty())
                return ContextKey{.name = name};
            added.append(scope.key());
        }
    if (added.size() > 1)
        return std::unexpected(Error{.kind = Error::Kind::Invalid,
            .message
            = tr("%1 stands in several added files (%2): choose it in the window").arg(name, added.join(u", "_s))});
    return ContextKey{.name = name, .scope = added.value(0)};
}

void KubeconfigFiles::add(const QStringList &files)
{
    QStringList added = memory::addedFiles();
    for (const QString &file : files)
        if (const QString path = QFileInfo(file).absoluteFilePath();
            !added.contains(path) && !m_scopes.value({}).files().contains(path))
            added.append(path);
    memory::setAddedFiles(added);
    read();
}

void KubeconfigFiles::remove(const QString &scope)
{
    QStringList added = memory::addedFiles();
    added.removeAll(scope);
    memory::setAddedFiles(added);
    read();
}

void KubeconfigFiles::setClass(const ContextKey &key, std::optional<ContextClass> contextClass)
{
    if (const auto entry = m_contexts.find(key)) {
        memory::setContextClass(entry->identity, contextClass);
        read();
    }
}

void KubeconfigFiles::setReadOnly(const ContextKey &key, bool on)
{
    if (const auto entry = m_contexts.find(key)) {
        memory::setReadOnly(entry->identity, on);
        read();
    }
}

} // namespace patronus
