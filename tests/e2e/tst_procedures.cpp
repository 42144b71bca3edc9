// SPDX-License-Identifier: GPL-3.0-or-later
#include "objects.h"
#include "sdwan/kind.h"
#include "sdwan/names.h"
#include "support/operatorworld.h"
#include "support/sourcetree.h"
#include "support/testcase.h"

using namespace Qt::StringLiterals;
using namespace patronus;

namespace {

constexpr int siteCount = 150, policyCount = 50;
const QStringList namespaces{u"default"_s, u"north"_s, u"south"_s};

/// The commands below @p heading of a page: its indented lines, up to the next heading.
QStringList commandsOf(QStringView page, const QString &heading)
{
    QStringList commands;
    bool isThere = false;
    for (const QString &line : QString::fromUtf8(sourceText(page)).split(u'\n')) {
        if (line.startsWith(u'#'))
            isThere = line.endsWith(u' ' + heading);
        else if (isThere && line.startsWith("    "_L1))
            commands.append(line.trimmed());
    }
    return commands;
}

QString nameOf(int i)
{
    return u"site-%1"_s.arg(i, 3, 10, QChar(u'0'));
}

QByteArray oldSite(int i)
{
    return u"---\napiVersion: sdwan.patronus.dev/v1alpha1\nkind: Site\n"
           "metadata: {name: %1, namespace: %2, labels: {tier: gold_one}, annotations: {owner_team: net_%3}}\n"
           "spec:\n  location: City_%3\n"
           "  wireguard: {public_key: '%4', listen_port: %5, endpoints: ['%1.example.com:51820']}\n"
           "  resources: {cpu: 500m, memory: 512Mi}\n"
           "  mesh: {enabled: true, peer_with: [%6]}\n"_s.arg(nameOf(i), namespaces[i % namespaces.size()])
               .arg(i)
               .arg(QString::fromLatin1(QByteArray(32, char(i)).toBase64()))
               .arg(50000 + i)
               .arg(nameOf((i + 1) % siteCount))
               .toUtf8();
}

QByteArray oldPolicy(int i)
{
    return u"---\napiVersion: sdwan.patronus.dev/v1alpha1\nkind: Policy\n"
           "metadata: {name: policy-%1, namespace: default}\n"
           "spec:\n  priority: %1\n  match: {protocol: udp, dst_port_range: '5060-5061', dscp: 46}\n"
           "  action: {type: route, primary_path: {site_ref: %2, path_id: wan_1}, "
           "backup_path: {site_ref: %3, path_id: wan_2}, qos: {class: realtime, bandwidth: 10Mbps}}\n"
           "  failover: {threshold: 5, cooldown: 30s}\n"_s.arg(i)
               .arg(nameOf(i), nameOf(i + 1))
               .toUtf8();
}

} // namespace

/// The procedures of docs/, by the pages' own commands.
class TestProcedures : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        auto world = OperatorWorld::start({.plane = {.crds = {}}});
        QVERIFY2(world, world ? "" : qPrintable(world.error().message));
        m_world = *std::move(world);
        QVERIFY(
            run({u"kubectl delete clusterrole,clusterrolebinding patronus-operator"_s})); // the chart brings its own
        const auto installed = m_world->plane().helm({u"install"_s, u"patronus-operator"_s,
            sourcePath(u"tests/data/charts/replaced-operator"), u"--namespace"_s, u"patronus-system"_s,
            u"--create-namespace"_s, u"--set"_s, u"patronus.apiUrl=http://patronus-api.example:8081"_s});
        QVERIFY2(installed.exitCode == 0, installed.err.constData());
        QVERIFY(run({u"kubectl wait --for=condition=Established crd --all --timeout=60s"_s,
            u"kubectl create namespace north"_s, u"kubectl create namespace south"_s}));
        QByteArray objects;
        for (int i = 0; i < siteCount; ++i)
            objects += oldSite(i);
        for (int i = 0; i < policyCount; ++i)
            objects += oldPolicy(i);
        const auto applied = m_world->plane().apply(objects);
        QVERIFY2(applied, applied ? "" : qPrintable(applied.error().message));
    }

    void theObjectsOfTheReplacedOperatorAreMigrated()
    {
        const QList<Object> before = all();
        QCOMPARE(before.size(), siteCount + policyCount);
        for (const auto &heading : {u"1. Stop the old operator"_s, u"2. Save everything"_s, u"3. Convert, and look"_s,
                 u"4. Replace the CRDs, then the objects"_s})
            QVERIFY(run(commandsOf(u"docs/migration.md", heading)));

        // There and back again, before anything but objects has changed.
        QStringList back = commandsOf(u"docs/migration.md", u"The way back"_s);
        QVERIFY(back.removeIf([](const QString &line) { return line.startsWith("helm rollback"_L1); }) == 1);
        QVERIFY(run(back));
        QList<Object> restored = all();
        QCOMPARE(restored.size(), before.size());
        for (const Object &object : before)
            QVERIFY(restored.removeIf([&](const Object &other) {
                return other.key() == object.key() && other.uid() == object.uid() && other.spec() == object.spec();
            }) == 1);
        QVERIFY(run(commandsOf(u"docs/migration.md", u"4. Replace the CRDs, then the objects"_s)));

        QHash<ObjectKey, QString> uids;
        for (const Object &object : before)
            uids.insert(object.key(), object.uid());
        for (const Object &object : all()) {
            QCOMPARE(object.uid(), uids.take(object.key()));
            const Kind &kind = object.json()["kind"_L1] == "Site"_L1 ? siteKind() : policyKind();
            QVERIFY(kind.validate(object).isEmpty());
            // What the old operator has sent.
            QVERIFY(QCoro::waitFor(
                m_world->otherClient().put(kind.remote, object.key().name, kind.remoteBody(object), {})));
        }
        QVERIFY(uids.isEmpty());
        const Object site = m_world->find(resources::sites(), nameOf(149), u"south"_s).value_or(Object());
        QCOMPARE(site.label(u"tier"_s), u"gold_one"_s); // values and names of people stay as they are
        QCOMPARE(site.annotation(u"owner_team"_s), u"net_149"_s);
        const QJsonObject wireguard{{u"publicKey"_s, QString::fromLatin1(QByteArray(32, char(149)).toBase64())},
            {u"listenPort"_s, 50149}, {u"endpoints"_s, QJsonArray{u"site-149.example.com:51820"_s}}};
        QCOMPARE(site.spec(),
            (QJsonObject{{u"location"_s, u"City_149"_s}, {u"wireguard"_s, wireguard},
                {u"resources"_s, QJsonObject{{u"cpu"_s, u"500m"_s}, {u"memory"_s, u"512Mi"_s}}},
                {u"mesh"_s, QJsonObject{{u"enabled"_s, true}, {u"peerWith"_s, QJsonArray{nameOf(0)}}}}}));
        const Object policy = m_world->find(resources::policies(), u"policy-7"_s).value_or(Object());
        QCOMPARE(policy.spec()["action"_L1]["backupPath"_L1].toObject(),
            (QJsonObject{{u"siteRef"_s, nameOf(8)}, {u"pathId"_s, u"wan_2"_s}}));
        QCOMPARE(policy.spec()["match"_L1]["dstPortRange"_L1].toString(), u"5060-5061"_s);

        // There is no node: the operator's process stands for the Deployment's pod, with the chart's rights.
        QStringList commands = commandsOf(u"docs/migration.md", u"5. Start this operator"_s);
        QVERIFY(
            commands.removeIf([](const QString &line) { return line.startsWith("kubectl rollout status"_L1); }) == 1);
        QVERIFY(run({commands.takeFirst(),
            u"kubectl create clusterrolebinding pods --clusterrole=patronus-operator --group=patronus-operators"_s,
            u"kubectl create rolebinding pods --role=patronus-operator-leases --group=patronus-operators -n patronus-system"_s}));
        m_world->simulator().reset(false); // the log of requests alone
        m_operator = m_world->startOperator({u"--leader-election-enabled=true"_s});
        QVERIFY(run(commands));
        QCOMPARE(m_world->remoteChanges(), 0);
        const QByteArray image = m_world->plane()
                                     .shell(u"kubectl get deployment patronus-operator -n patronus-system "
                                            "-o jsonpath='{.spec.replicas} {..image}'"_s)
                                     .out;
        QCOMPARE(image, "1 patronus/operator:0.1.0");
    }

    void theApiMayKeepWhatIsUninstalled()
    {
        const QStringList remote = m_world->inventory();
        QCOMPARE(remote.size(), siteCount + policyCount);
        QVERIFY(run(commandsOf(u"docs/operations.md", u"Uninstall and leave the Patronus API as it is"_s)));
        QVERIFY(run({u"kubectl delete site %1 -n default"_s.arg(nameOf(0))}));
        QCOMPARE(m_world->inventory(), remote);
        QVERIFY(run({u"kubectl annotate sites,policies --all -A sdwan.patronus.dev/deletion-policy-"_s}));
    }

    void whatIsLeftAfterTheOperatorHasGoneCanBeFreed()
    {
        QVERIFY(m_operator);
        QCOMPARE(m_operator->stop(), 0);
        const QStringList remote = m_world->inventory();
        QVERIFY(run({u"kubectl delete sites --all -n north --wait=false"_s}));
        QVERIFY(m_world->find(resources::sites(), nameOf(1), u"north"_s)); // it waits for ever
        QVERIFY(run(commandsOf(u"docs/operations.md", u"Uninstall after the operator has gone"_s)));
        QVERIFY(!m_world->find(resources::sites(), nameOf(1), u"north"_s));
        for (const Object &object : all())
            QVERIFY(!object.hasFinalizer(names::finalizer));
        QCOMPARE(m_world->inventory(), remote);
    }

    void theUninstallTakesAllWithIt()
    {
        m_operator = m_world->startOperator({u"--leader-election-enabled=true"_s});
        const auto isMarked = [&] {
            return std::ranges::all_of(
                all(), [](const Object &object) { return object.hasFinalizer(names::finalizer); });
        };
        QVERIFY(eventually(isMarked));
        QStringList left = m_world->inventory();
        for (const Object &object : all())
            left.removeOne((object.json()["kind"_L1] == "Site"_L1 ? u"sites/"_s : u"policies/"_s) + object.key().name);
        QVERIFY(run(commandsOf(u"docs/operations.md", u"Uninstall"_s)));
        QCOMPARE(m_world->inventory(), left); // what was left there on purpose, above
        QVERIFY(m_world->plane().shell(u"kubectl get crd -o name | grep patronus"_s).out.isEmpty());
        QVERIFY(m_world->plane().shell(u"kubectl get deployments -A -o name"_s).out.isEmpty());
        QCOMPARE(m_operator->stop(), 0);
    }

private:
    [[nodiscard]] bool run(const QStringList &commands) const
    {
        for (const QString &command : commands) {
            const auto output = m_world->plane().shell(command);
            if (output.exitCode != 0) {
                qInfo("%s\n%s%s", qPrintable(command), output.out.constData(), output.err.constData());
                return false;
            }
        }
        return !commands.isEmpty();
    }
    [[nodiscard]] QList<Object> all() const
    {
        return m_world->objects(resources::sites()) + m_world->objects(resources::policies());
    }

    std::unique_ptr<OperatorWorld> m_world;
    std::unique_ptr<OperatorProcess> m_operator;
};

QTEST_GUILESS_MAIN(TestProcedures)
#include "tst_procedures.moc"
