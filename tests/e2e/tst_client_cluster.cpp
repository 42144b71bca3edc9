// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/clock.h"
#include "kube/connection.h"
#include "kube/discovery.h"
#include "kube/kubeconfig.h"
#include "runtime/reflector.h"
#include "support/controlplane.h"
#include "support/sourcetree.h"
#include "support/testcase.h"

#include <QRegularExpression>
#include <QSignalSpy>

using namespace patronus;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

const ResourceType configMaps{{}, u"v1"_s, u"configmaps"_s, u"ConfigMap"_s};
const QString space = u"default"_s;

QJsonObject configMap(const QString &name, const QString &value = u"1"_s)
{
    return {{u"metadata"_s, QJsonObject{{u"name"_s, name}, {u"namespace"_s, space}}},
        {u"data"_s, QJsonObject{{u"value"_s, value}}}};
}

QJsonObject site(const QString &name)
{
    const QJsonObject wireguard{{u"publicKey"_s, u"MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="_s},
        {u"listenPort"_s, 51820}, {u"endpoints"_s, QJsonArray{u"hq.example.com:51820"_s}}};
    return {{u"metadata"_s, QJsonObject{{u"name"_s, name}, {u"namespace"_s, space}}},
        {u"spec"_s, QJsonObject{{u"wireguard"_s, wireguard}}}};
}

template <typename T> Expected<T> resultOf(Task<T> task)
{
    return QCoro::waitFor(std::move(task));
}

QString why(const auto &result)
{
    return result ? QString() : result.error().message;
}

} // namespace

/// The client and the reflector against a real API server.
class tst_ClientCluster : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        auto started = ControlPlane::start();
        QVERIFY2(started, qPrintable(why(started)));
        m_plane = *std::move(started);
        const auto config = Kubeconfig::load({m_plane->kubeconfig()});
        QVERIFY2(config, qPrintable(why(config)));
        const auto context = config->context();
        QVERIFY2(context, qPrintable(why(context)));
        auto connection = KubeConnection::open(*context, m_clock, {.userAgent = "tst_client_cluster"_ba});
        QVERIFY2(connection, qPrintable(why(connection)));
        m_connection = *std::move(connection);
        auto client = m_connection->makeClient();
        QVERIFY2(client, qPrintable(why(client)));
        m_client = *std::move(client);
        const auto crds = m_plane->applyCrds(sourcePath(u"crds"));
        QVERIFY2(crds, qPrintable(why(crds)));
    }

    void aSiteLivesThroughAllVerbs()
    {
        const ResourceType &sites = resources::sites();
        const ObjectKey key{space, u"hq"_s};
        const WriteOptions manager{.fieldManager = u"test"_s, .strict = true};

        const auto made = resultOf(m_client->create(sites, site(u"hq"_s), manager, {}));
        QVERIFY2(made, qPrintable(why(made)));
        QCOMPARE(resultOf(m_client->create(sites, site(u"hq"_s), manager, {})).error().kind, Error::Kind::Conflict);

        const QJsonObject status{{u"status"_s, QJsonObject{{u"phase"_s, u"Active"_s}}}};
        const auto applied = resultOf(m_client->apply(
            sites, key, u"status"_s, status, {.fieldManager = u"test"_s, .force = true, .metadataOnly = true}, {}));
        QVERIFY2(applied, qPrintable(why(applied)));
        QCOMPARE(applied->json().value("kind"_L1).toString(), u"PartialObjectMetadata"_s);
        const auto read = resultOf(m_client->get(sites, key, {}));
        QCOMPARE(read->status().value("phase"_L1).toString(), u"Active"_s);
        QCOMPARE(read->resourceVersion(), applied->resourceVersion());

        const QJsonObject finalizers{
            {u"metadata"_s, QJsonObject{{u"finalizers"_s, QJsonArray{u"test.patronus.dev/x"_s}}}}};
        QVERIFY(resultOf(m_client->patch(sites, key, {}, PatchType::Merge, finalizers, manager, {})));
        const auto stale = resultOf(m_client->replace(sites, read->json(), manager, {}));
        QCOMPARE(stale.error().kind, Error::Kind::Conflict);

        QCOMPARE(resultOf(m_client->remove(sites, key, {.uid = u"another"_s}, {})).error().kind, Error::Kind::Conflict);
        QVERIFY(resultOf(m_client->remove(sites, key, {.uid = read->uid()}, {})));
        QVERIFY(resultOf(m_client->get(sites, key, {}))->isDeleting());
        const QJsonArray removal{QJsonObject{{u"op"_s, u"test"_s}, {u"path"_s, u"/metadata/finalizers/0"_s},
                                     {u"value"_s, u"test.patronus.dev/x"_s}},
            QJsonObject{{u"op"_s, u"remove"_s}, {u"path"_s, u"/metadata/finalizers/0"_s}}};
        QVERIFY(resultOf(m_client->patch(sites, key, {}, PatchType::Json, removal, manager, {})));
        QCOMPARE(resultOf(m_client->get(sites, key, {})).error().kind, Error::Kind::NotFound);
    }

    void anInvalidObjectIsRefusedWithItsField()
    {
        QJsonObject bad = site(u"bad"_s);
        bad.insert(u"spec"_s, QJsonObject{{u"wireguard"_s, QJsonObject{{u"listenPort"_s, 99999}}}});
        const auto made = resultOf(m_client->create(resources::sites(), bad, {}, {}));
        QCOMPARE(made.error().kind, Error::Kind::Invalid);
        QVERIFY2(made.error().message.contains("spec.wireguard.listenPort"_L1), qPrintable(made.error().message));
    }

    void aDryRunLeavesNothing()
    {
        const auto dry = m_client->dryRun();
        const auto made = resultOf(dry->create(resources::sites(), site(u"tried"_s), {}, {}));
        QVERIFY2(made, qPrintable(why(made)));
        QVERIFY(!made->uid().isEmpty()); // the server answered as if
        QCOMPARE(
            resultOf(m_client->get(resources::sites(), {space, u"tried"_s}, {})).error().kind, Error::Kind::NotFound);

        QVERIFY(resultOf(m_client->create(resources::sites(), site(u"stays"_s), {}, {})));
        QVERIFY(resultOf(dry->remove(resources::sites(), {space, u"stays"_s}, {}, {})));
        QVERIFY(resultOf(m_client->get(resources::sites(), {space, u"stays"_s}, {})));
        QVERIFY(resultOf(m_client->remove(resources::sites(), {space, u"stays"_s}, {}, {})));
    }

    void aDeploymentIsScaledIfItIsTheVersionSeen()
    {
        const auto made
            = m_plane->kubectl({u"create"_s, u"deployment"_s, u"web"_s, u"--image=web"_s, u"--replicas=1"_s});
        QCOMPARE(made.exitCode, 0);
        const ObjectKey key{space, u"web"_s};
        const auto seen = resultOf(m_client->get(resources::deployments(), key, {}));
        const Preconditions asSeen{.resourceVersion = seen->resourceVersion()};
        const auto scaled = resultOf(m_client->scale(resources::deployments(), key, 3, asSeen, {}, {}));
        QVERIFY2(scaled, qPrintable(why(scaled)));
        QCOMPARE(scaled->spec().value("replicas"_L1).toInt(), 3);
        QCOMPARE(resultOf(m_client->scale(resources::deployments(), key, 5, asSeen, {}, {})).error().kind,
            Error::Kind::Conflict);
    }

    void theServedSchemaAndTypesAreFound()
    {
        Discovery discovery(*m_client);
        const auto types = resultOf(discovery.types({}));
        QVERIFY2(types, qPrintable(why(types)));
        QVERIFY(types->contains(resources::sites()));
        QVERIFY(types->contains(resources::pods()));
        QVERIFY(types->contains(resources::namespaces()));
        const auto schema = resultOf(discovery.servedSchema(u"sdwan.patronus.dev"_s, u"v1alpha1"_s, u"Site"_s, {}));
        QVERIFY2(schema && *schema, qPrintable(why(schema)));
        QVERIFY(declares(**schema, u"spec.wireguard.publicKey"));
        QVERIFY(declares(**schema, u"status.conditions.reason"));
        QVERIFY(!declares(**schema, u"status.nonsense"));
        QCOMPARE(snakeCaseField(**schema), std::nullopt);
    }

    void whatThisUserMayDoIsTold()
    {
        const auto allowed = resultOf(m_client->readOnly()->mayI(u"delete"_s, resources::sites(), space, {}, {}));
        QVERIFY2(allowed && *allowed, qPrintable(why(allowed)));
    }

    void manyObjectsAreListedInPagesAndFollowed()
    {
        std::vector<Task<Object>> creations;
        for (int i = 0; i < 1200; ++i)
            creations.push_back(m_client->create(configMaps, configMap(u"many-%1"_s.arg(i)), {}, {}));
        for (auto &creation : creations)
            QVERIFY(QCoro::waitFor(creation));

        QSet<QString> names;
        const ListOptions options{.nameSpace = space, .limit = 500};
        const auto version = resultOf(
            m_client->list(configMaps, options, [&](const Object &object) { names.insert(object.key().name); }, {}));
        QVERIFY2(version, qPrintable(why(version)));
        QVERIFY(names.size() >= 1200);

        Store store;
        Reflector reflector(*m_client, configMaps, options, store, m_clock);
        QSignalSpy removals(&store, &Store::removed);
        reflector.start();
        QTRY_COMPARE_WITH_TIMEOUT(store.size(), names.size(), 20000);
        QTRY_COMPARE(reflector.state(), Reflector::State::Watching);

        QVERIFY(resultOf(m_client->create(configMaps, configMap(u"new"_s), {}, {})));
        QTRY_VERIFY(store.find({space, u"new"_s}));
        const QJsonObject change{{u"data"_s, QJsonObject{{u"value"_s, u"2"_s}}}};
        const auto changed
            = resultOf(m_client->patch(configMaps, {space, u"new"_s}, {}, PatchType::Merge, change, {}, {}));
        store.noteWritten(*changed);
        QCOMPARE(store.find({space, u"new"_s})->resourceVersion(), changed->resourceVersion()); // at once
        QVERIFY(resultOf(m_client->remove(configMaps, {space, u"new"_s}, {}, {})));
        QTRY_COMPARE(removals.size(), 1);
        QVERIFY(resultOf(reflector.stop()));
    }

    /// The API server is restarted, so that its watch cache knows nothing from before, and what happened while it was
    /// compacted is only told by a list.
    void aCompactedHistoryLeadsToAList()
    {
        const ListOptions options{.nameSpace = space};
        QVERIFY(resultOf(m_client->create(configMaps, configMap(u"doomed"_s), {}, {})));
        const auto listed = resultOf(m_client->list(configMaps, options, [](const Object &) { }, {}));
        QVERIFY(listed);
        QVERIFY(resultOf(m_client->remove(configMaps, {space, u"doomed"_s}, {}, {})));
        QVERIFY(m_plane->compactEtcd());
        QVERIFY(m_plane->restartApiServer());

        const auto watched = resultOf(m_client->watch(configMaps, options, *listed, [](const WatchEvent &) { }, {}));
        QVERIFY(!watched);
        QVERIFY2(watched.error().kind == Error::Kind::Gone, qPrintable(watched.error().message));
    }

    void aReflectorSurvivesARestartOfTheServer()
    {
        // How often it is refused before the server is back is not ours to say.
        const auto ignoreWarnings = [](QtMsgType, const QMessageLogContext &, const QString &) { };
        Store store;
        Reflector reflector(*m_client, configMaps, {.nameSpace = space}, store, m_clock);
        reflector.start();
        QTRY_COMPARE_WITH_TIMEOUT(reflector.state(), Reflector::State::Watching, 20000);
        const qsizetype before = store.size();
        const auto handler = qInstallMessageHandler(ignoreWarnings);
        const auto restarted = m_plane->restartApiServer();
        const bool isBack = QTest::qWaitFor([&] { return reflector.state() == Reflector::State::Watching; }, 60000);
        const auto made = resultOf(m_client->create(configMaps, configMap(u"after"_s), {}, {}));
        const bool isTold = QTest::qWaitFor([&] { return store.find({space, u"after"_s}).has_value(); }, 60000);
        qInstallMessageHandler(handler);
        QVERIFY(restarted);
        QVERIFY(isBack);
        QVERIFY2(made, qPrintable(why(made)));
        QVERIFY(isTold);
        QCOMPARE(store.size(), before + 1);
        QVERIFY(resultOf(reflector.stop()));
    }

    void cleanupTestCase()
    {
        m_client.reset();
        m_connection.reset();
        m_plane.reset();
    }

private:
    SystemClock m_clock;
    std::unique_ptr<ControlPlane> m_plane;
    std::unique_ptr<KubeConnection> m_connection;
    std::unique_ptr<KubeClient> m_client;
};

QTEST_GUILESS_MAIN(tst_ClientCluster)
#include "tst_client_cluster.moc"
