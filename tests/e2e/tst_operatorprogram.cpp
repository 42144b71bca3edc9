// SPDX-License-Identifier: GPL-3.0-or-later
#include "e2e/objects.h"
#include "support/operatorworld.h"
#include "support/testcase.h"

#include <QFile>
#include <QJsonDocument>
#include <QTcpServer>

#include <csignal>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace patronus;

// The program as a person and a Deployment meet it: settings, check, signals, exit codes.
class TestOperatorProgram : public TestCase
{
    Q_OBJECT

private:
    std::unique_ptr<OperatorWorld> m_world;

    [[nodiscard]] QString write(const QString &name, const QByteArray &content) const
    {
        QFile file(m_world->plane().directory() + u'/' + name);
        if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
            qFatal("cannot write %s", qPrintable(file.fileName()));
        return file.fileName();
    }
    [[nodiscard]] static QByteArray contents(const QString &path)
    {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    /// Rows of the table that do not begin with "ok".
    [[nodiscard]] static QByteArrayList badRows(const QByteArray &table)
    {
        QByteArrayList rows = table.trimmed().split('\n');
        rows.removeIf([](const QByteArray &row) { return row.startsWith("ok "); });
        return rows;
    }

private Q_SLOTS:
    void initTestCase()
    {
        auto started = OperatorWorld::start();
        QVERIFY2(started, started ? "" : qPrintable(started.error().message));
        m_world = std::move(*started);
    }
    void cleanup() { m_world->clear(); }
    void cleanupTestCase() { m_world.reset(); }

    void theCheckOfAGoodWorldSaysSoAndChangesNothing()
    {
        const qsizetype before = m_world->changes().size();
        OperatorProcess::Options options = m_world->operatorOptions();
        options.arguments = {u"check"_s};
        OperatorProcess check(options);
        QCOMPARE(check.awaitEnd(), 0);
        const QByteArray table = check.output();
        QCOMPARE(badRows(table), QByteArrayList());
        for (const char *const row : {"settings", "API server", "may list sites", "may patch policies/status",
                 "may create events", "may update leases", "CRD sites.sdwan.patronus.dev",
                 "CRD policies.sdwan.patronus.dev", "Patronus API http://127.0.0.1:", "Patronus API credentials"})
            QVERIFY2(table.contains(row), row);
        const QStringList changes = m_world->changes(before);
        for (const QString &change : changes)
            QVERIFY2(change.contains("selfsubjectaccessreviews"_L1), qPrintable(change)); // questions, which are POSTs
        QCOMPARE(m_world->remoteChanges(), 0);
    }

    void theCheckNamesWhatIsWrong_data()
    {
        QTest::addColumn<QString>("wrong");
        QTest::addColumn<QByteArrayList>("told");
        QTest::newRow("no permissions") << u"stranger"_s
                                        << QByteArrayList{
                                               "may list sites", "may create events", "not allowed: bind the"};
        QTest::newRow("a Patronus API that is away") << u"away"_s << QByteArrayList{"Patronus API http://127.0.0.1:"};
        QTest::newRow("an API server that is away") << u"no server"_s << QByteArrayList{"API server", "refused"};
        QTest::newRow("no such context") << u"context"_s << QByteArrayList{"settings", "nowhere"};
    }
    void theCheckNamesWhatIsWrong()
    {
        QFETCH(const QString, wrong);
        QFETCH(const QByteArrayList, told);
        OperatorProcess::Options options = m_world->operatorOptions();
        options.arguments = {u"check"_s};
        const QByteArray kubeconfig = contents(options.kubeconfig);
        if (wrong == "stranger"_L1) {
            options.kubeconfig
                = write(u"stranger.kubeconfig"_s, QByteArray(kubeconfig).replace("patronus-operators", "strangers"));
        } else if (wrong == "away"_L1) {
            m_world->simulator().setFaults({.down = simulator::Faults::Down::Close});
        } else if (wrong == "no server"_L1) {
            QTcpServer port;
            QVERIFY(port.listen(QHostAddress::LocalHost));
            const QByteArray free = QByteArray::number(port.serverPort());
            options.kubeconfig = write(u"away.kubeconfig"_s,
                QByteArray(kubeconfig).replace(QByteArray::number(m_world->plane().url().port()), free));
        } else {
            options.arguments.append(u"--context=nowhere"_s);
        }
        OperatorProcess check(options);
        QCOMPARE(check.awaitEnd(), 1);
        const QByteArray bad = badRows(check.output()).join('\n');
        for (const QByteArray &text : told)
            QVERIFY2(bad.contains(text), check.output().constData());
    }

    void theCheckKnowsOlderAndForeignCrds()
    {
        OperatorProcess::Options options = m_world->operatorOptions();
        options.arguments = {u"check"_s};
        const auto checked = [&](const QString &crds) {
            [[maybe_unused]] const auto applied = m_world->plane().applyCrds(sourcePath(crds));
            // What is served follows a moment later.
            std::unique_ptr<OperatorProcess> check;
            const QByteArray wanted = crds.endsWith("today"_L1) ? "older than this operator"
                : crds == "crds"_L1                             ? " served\n"
                                                                : "snake_case CRD of the replaced operator";
            const bool isSeen = eventually([&] {
                check = std::make_unique<OperatorProcess>(options);
                return check->awaitEnd() && check->output().count(wanted) == 2;
            });
            return isSeen ? check->awaitEnd().value_or(-2) : -3;
        };
        QCOMPARE(checked(u"tests/data/crds/today"_s), 0); // it can be worked with
        QCOMPARE(checked(u"tests/data/crds/snake_case"_s), 1);
        QCOMPARE(checked(u"crds"_s), 0);
    }

    void allWrongSettingsAreToldAtOnce()
    {
        OperatorProcess wrong({.kubeconfig = {},
            .apiUrl = QUrl(u"ftp://somewhere"_s),
            .arguments = {u"--reconcile-concurrency=0"_s, u"--nope"_s},
            .environment = {{u"LOG_FORMAT"_s, u"xml"_s}, {u"METRICS_PORT"_s, u"70000"_s}}});
        QCOMPARE(wrong.awaitEnd(), 2);
        for (const char *const name :
            {"PATRONUS_API_URL", "RECONCILE_CONCURRENCY", "--nope", "LOG_FORMAT", "METRICS_PORT"})
            QVERIFY2(wrong.log().contains(name), wrong.log().constData());
        QCOMPARE(wrong.log().count("patronus-operator: "), 5);
    }

    void aPortThatIsTakenIsAWrongSetting()
    {
        QTcpServer taken;
        QVERIFY(taken.listen());
        OperatorProcess::Options options = m_world->operatorOptions();
        options.environment.insert(u"HEALTH_PORT"_s, QString::number(taken.serverPort()));
        OperatorProcess process(options);
        QCOMPARE(process.awaitEnd(), 2);
        QVERIFY2(process.log().contains("HEALTH_PORT"), process.log().constData());
    }

    void sigtermDrainsAndGivesTheLeaseBack()
    {
        const auto process = m_world->startOperator({u"--leader-election-enabled=true"_s, u"--log-format=json"_s});
        const auto holder = [&] {
            const auto lease = m_world->find(resources::leases(), u"patronus-operator"_s, u"patronus-system"_s);
            return lease ? lease->spec()["holderIdentity"_L1].toString() : QString();
        };
        QVERIFY2(eventually([&] { return process->isReady() && holder().startsWith("operator_"_L1); }),
            process->log().constData());
        QVERIFY(eventually([&] { return m_world->simulator().requests().count("GET", "/api/v1/policies") >= 1; }));
        QCOMPARE(process->metric(R"(leader_election_master_status{name="patronus-operator"})"), 1);

        m_world->simulator().setFaults({.latency = 3s, .method = u"PUT"_s});
        QVERIFY(m_world->plane().apply(SiteManifest{.name = u"hq"_s}.yaml()));
        const auto isSending = [&] {
            const auto hq = m_world->find(resources::sites(), u"hq"_s);
            return hq && !hq->finalizers().isEmpty(); // the PUT is next
        };
        QVERIFY(eventually(isSending));
        letPass(300ms);
        process->signal(SIGTERM);
        QVERIFY(eventually([&] { return process->probe(u"/readyz"_s) != 200; }));
        QCOMPARE(process->awaitEnd(), 0);
        QCOMPARE(m_world->inventory(), QStringList{u"sites/hq"_s});
        QCOMPARE(m_world->reasonOf(resources::sites(), u"hq"_s), u"Synced"_s); // it ended what it had begun
        QCOMPARE(holder(), QString());

        for (const QByteArray &line : process->log().trimmed().split('\n')) {
            const QJsonObject entry = QJsonDocument::fromJson(line).object();
            QVERIFY2(!entry["message"_L1].toString().isEmpty() && entry["level"_L1] != "ERROR"_L1, line.constData());
        }
    }

    void sigtermEndsAnOperatorThatCannotReachAnything_data()
    {
        QTest::addColumn<int>("signal");
        QTest::newRow("SIGTERM") << SIGTERM;
        QTest::newRow("SIGINT") << SIGINT;
    }
    void sigtermEndsAnOperatorThatCannotReachAnything()
    {
        QFETCH(const int, signal);
        m_world->simulator().setFaults({.hangRate = 1});
        OperatorProcess::Options options = m_world->operatorOptions();
        OperatorProcess process(options);
        QVERIFY2(eventually([&] { return process.isReady() && m_world->simulator().requests().count() >= 1; }),
            process.log().constData());
        process.signal(signal);
        QCOMPARE(process.awaitEnd(15s), 0);
    }
};

QTEST_GUILESS_MAIN(TestOperatorProgram)
#include "tst_operatorprogram.moc"
