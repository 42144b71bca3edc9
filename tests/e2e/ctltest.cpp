// SPDX-License-Identifier: GPL-3.0-or-later
#include "ctltest.h"

#include "operations/sanitized.h"

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

QString nameOf(const QString &kind, int i)
{
    return u"%1-%2"_s.arg(kind).arg(i, 4, 10, QChar(u'0'));
}

QJsonObject metadata(const QString &name, const QString &nameSpace, int i)
{
    return {{u"name"_s, name}, {u"namespace"_s, nameSpace},
        {u"labels"_s, QJsonObject{{u"region"_s, u"eu-%1"_s.arg(i % 7)}, {u"on"_s, u"yes"_s}}},
        {u"annotations"_s,
            QJsonObject{{u"example.com/note"_s, u"line 1\nnumber: %1 \"quoted\" #é"_s.arg(i)},
                {u"sdwan.patronus.dev/paused"_s, u"false"_s}}}};
}

QJsonObject siteJson(int i, const QString &nameSpace)
{
    const QJsonObject wireguard{{u"publicKey"_s, QString::fromLatin1(QByteArray(32, char(i)).toBase64())},
        {u"listenPort"_s, 20000 + i},
        {u"endpoints"_s, QJsonArray{u"site-%1.example.com:51820"_s.arg(i), u"[2001:db8::%1]:1"_s.arg(i % 999)}}};
    return {{u"metadata"_s, metadata(nameOf(u"site"_s, i), nameSpace, i)},
        {u"spec"_s,
            QJsonObject{{u"location"_s, u"City %1"_s.arg(i)}, {u"wireguard"_s, wireguard},
                {u"mesh"_s,
                    QJsonObject{{u"enabled"_s, i % 2 == 0},
                        {u"peerWith"_s, QJsonArray{nameOf(u"site"_s, i == 0 ? 1 : i / 2)}}}}}}};
}

QJsonObject policyJson(int i, const QString &nameSpace)
{
    const QJsonObject path{{u"siteRef"_s, nameOf(u"site"_s, i)}, {u"pathId"_s, u"wan"_s}};
    return {{u"metadata"_s, metadata(nameOf(u"policy"_s, i), nameSpace, i)},
        {u"spec"_s,
            QJsonObject{{u"priority"_s, i % 1000},
                {u"match"_s, QJsonObject{{u"protocol"_s, u"udp"_s}, {u"dstPortRange"_s, u"5060-5061"_s}}},
                {u"action"_s, QJsonObject{{u"type"_s, u"route"_s}, {u"primaryPath"_s, path}}}}}};
}

} // namespace

void CtlTest::init()
{
    TestCase::init();
    m_home = std::make_unique<QTemporaryDir>();
}

bool CtlTest::startWorld(bool withControllers)
{
    auto world = OperatorWorld::start(
        {.plane = {.controllerManager = withControllers, .crds = {}}}); // the chart brings the CRDs
    if (!world) {
        qInfo("%s", qPrintable(world.error().message));
        return false;
    }
    m_world = *std::move(world);
    kubectl({u"delete"_s, u"clusterrole,clusterrolebinding"_s, u"patronus-operator"_s}); // and its ClusterRole
    const auto installed
        = m_world->plane().helm({u"install"_s, u"patronus-operator"_s, sourcePath(u"helm/patronus-operator"), u"-n"_s,
            u"patronus-system"_s, u"--set"_s, u"replicaCount=3"_s, u"--set"_s,
            u"patronus.apiUrl=http://patronus-api:8081"_s, u"--set-string"_s, u"podAnnotations.apiToken=hush-hush"_s});
    if (installed.exitCode != 0) {
        qInfo("%s", installed.err.constData());
        return false;
    }
    kubectl({u"wait"_s, u"--for=condition=Established"_s, u"crd"_s, u"--all"_s, u"--timeout=60s"_s});
    kubectl({u"create"_s, u"clusterrolebinding"_s, u"pods"_s, u"--clusterrole=patronus-operator"_s,
        u"--group=patronus-operators"_s});
    kubectl({u"create"_s, u"rolebinding"_s, u"pods"_s, u"--role=patronus-operator-leases"_s,
        u"--group=patronus-operators"_s, u"-n"_s, u"patronus-system"_s});
    kubectl({u"create"_s, u"namespace"_s, u"north"_s});
    return true;
}

static QString changedCopy(
    const QString &kubeconfig, const QString &copy, const QList<std::pair<QByteArray, QByteArray>> &changes)
{
    QFile admin(kubeconfig);
    QFile file(copy);
    if (!admin.open(QIODevice::ReadOnly) || !file.open(QIODevice::WriteOnly))
        qFatal("cannot write %s", qPrintable(copy));
    QByteArray text = admin.readAll();
    for (const auto &[from, to] : changes) {
        if (!text.contains(from))
            qFatal("the control plane's kubeconfig is not written as it was");
        text.replace(from, to);
    }
    file.write(text);
    return copy;
}

QString CtlTest::kubeconfigOf(const QString &user) const
{
    return changedCopy(
        kubeconfig(), m_home->filePath(user + u".kubeconfig"_s), {{"user: {", "user: {as: " + user.toUtf8() + ", "}});
}

QString CtlTest::kubeconfigWithContext(const QString &context) const
{
    return changedCopy(kubeconfig(), m_home->filePath(context + u".kubeconfig"_s),
        {{"contexts: [{name: local", "contexts: [{name: " + context.toUtf8()},
            {"current-context: local", "current-context: " + context.toUtf8()}});
}

CtlProcess::Result CtlTest::run(const QStringList &arguments, const QString &kubeconfig) const
{
    CtlProcess process(kubeconfig.isEmpty() ? this->kubeconfig() : kubeconfig, m_home->path(), arguments);
    return process.result();
}

CtlProcess::Result CtlTest::runAtTerminal(
    const QStringList &arguments, const QByteArray &typed, const QString &kubeconfig) const
{
    CtlProcess process(kubeconfig.isEmpty() ? this->kubeconfig() : kubeconfig, m_home->path(), arguments, typed);
    return process.result();
}

CtlProcess::Result CtlTest::runWithPods(const QStringList &arguments, const QString &kubeconfig) const
{
    CtlProcess process(kubeconfig.isEmpty() ? this->kubeconfig() : kubeconfig, m_home->path(), arguments);
    (void)eventually([&] {
        m_world->readyPods();
        return !process.isRunning();
    });
    return process.result();
}

QByteArray CtlTest::kubectl(const QStringList &arguments) const
{
    const auto output = m_world->plane().kubectl(arguments);
    if (output.exitCode != 0)
        qFatal("kubectl %s: %s", qPrintable(arguments.join(u' ')), output.err.constData());
    return output.out;
}

QString CtlTest::backup() const
{
    const auto made = run({u"backup"_s, u"-o"_s, m_home->path()});
    if (made.exitCode != 0)
        qInfo("%s", made.err.constData());
    return made.exitCode == 0 ? QString::fromUtf8(made.out).trimmed() : QString();
}

QJsonArray CtlTest::journal() const
{
    return QJsonDocument::fromJson(run({u"journal"_s, u"-o"_s, u"json"_s}).out).array();
}

void CtlTest::createObjects(int sites, int policies) const
{
    const auto create = [this](const ResourceType &type, const QJsonObject &object) {
        const auto created = QCoro::waitFor(m_world->client().create(type, object, {}, {}));
        if (!created)
            qFatal("%s", qPrintable(created.error().message));
    };
    for (int i = 0; i < sites; ++i)
        create(resources::sites(), siteJson(i, i % 2 == 0 ? u"default"_s : u"north"_s));
    for (int i = 0; i < policies; ++i)
        create(resources::policies(), policyJson(i, i % 2 == 0 ? u"default"_s : u"north"_s));
}

QHash<QString, QJsonObject> CtlTest::all() const
{
    QHash<QString, QJsonObject> found;
    for (const ResourceType &type : {resources::sites(), resources::policies()})
        for (const Object &object : m_world->objects(type))
            found.insert(type.kind + u' ' + object.key().text(), sanitized(object.json()));
    return found;
}

} // namespace patronus
