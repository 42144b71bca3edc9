// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/controlplane.h"
#include "support/sourcetree.h"
#include "support/testcase.h"

#include <QDir>
#include <QFile>
#include <QProcess>

#include <csignal>

using namespace Qt::StringLiterals;
using namespace patronus;

namespace {

constexpr auto site = R"(
apiVersion: sdwan.patronus.dev/v1alpha1
kind: Site
metadata: {name: hq, namespace: default}
spec: {location: "", wireguard: {publicKey: "", listenPort: 51820, endpoints: ["hq.example.com:51820"]}}
)";

QByteArray contents(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// Our Site CRD with one more rule, which the Site above breaks.
QByteArray stricterCrd()
{
    return contents(sourcePath(u"crds/sites.sdwan.patronus.dev.yaml"))
        .replace("location: {type: string,", "location: {type: string, minLength: 1,");
}

} // namespace

class TestControlPlane : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        auto started = ControlPlane::start({.audit = true});
        QVERIFY2(started, started ? "" : qPrintable(started.error().message));
        m_plane = std::move(*started);
    }

    void servesOurResourcesAndKeepsAnAudit()
    {
        QCOMPARE(m_plane->url().host(), u"127.0.0.1"_s);
        QVERIFY(m_plane->apply(site));
        const auto got = m_plane->kubectl({u"get"_s, u"patronus"_s, u"-o"_s, u"name"_s});
        QCOMPARE(got.exitCode, 0);
        QCOMPARE(got.out, "site.sdwan.patronus.dev/hq\n"_ba);

        const auto events = m_plane->auditEvents();
        const auto creation = std::ranges::find_if(events, [](const QJsonObject &event) {
            return event["verb"_L1] == "create"_L1 && event["objectRef"_L1]["resource"_L1] == "sites"_L1;
        });
        QVERIFY(creation != events.end());
        QCOMPARE((*creation)["requestObject"_L1]["spec"_L1]["wireguard"_L1]["listenPort"_L1].toInt(), 51820);
    }

    void keepsItsDataOverARestartAndForgetsWhatWasCompacted()
    {
        QVERIFY(m_plane->apply(site));
        QVERIFY(m_plane->compactEtcd());
        QVERIFY(m_plane->restartApiServer());
        QCOMPARE(m_plane->kubectl({u"get"_s, u"site"_s, u"hq"_s}).exitCode, 0);
        const auto old = m_plane->kubectl(
            {u"get"_s, u"--raw"_s, u"/apis/sdwan.patronus.dev/v1alpha1/sites?watch=1&resourceVersion=1"_s});
        QVERIFY2(old.out.contains("\"code\":410") || old.err.contains("too old"), (old.out + old.err).constData());
    }

    void aStricterSchemaStopsChangesOfMetadataOnlyWithoutRatcheting()
    {
        int number = 0;
        const auto label = [&](const ControlPlane &plane) { // another value each time: an equal object is not looked at
            return plane.kubectl({u"label"_s, u"site"_s, u"hq"_s, u"--overwrite"_s, u"number=%1"_s.arg(++number)});
        };
        const auto older = ControlPlane::start({.ratcheting = false});
        QVERIFY2(older, older ? "" : qPrintable(older.error().message));
        QVERIFY((*older)->apply(site));
        QVERIFY((*older)->apply(stricterCrd()));
        QTRY_VERIFY_WITH_TIMEOUT(label(**older).err.contains("spec.location"), 20'000); // in force a moment later

        QVERIFY(m_plane->apply(site));
        QVERIFY(m_plane->apply(stricterCrd()));
        const auto stricterIsInForce = [&] { // what is new is refused, ratcheting or not
            const QByteArray other = QByteArray(site).replace("name: hq", "name: other");
            return m_plane->kubectl({u"create"_s, u"-f"_s, u"-"_s}, other).err.contains("spec.location");
        };
        QTRY_VERIFY_WITH_TIMEOUT(stricterIsInForce(), 20'000);
        QCOMPARE(label(*m_plane).exitCode, 0);
    }

    void servesTheOlderCrds_data()
    {
        QTest::addColumn<QString>("folder");
        QTest::newRow("today") << u"today"_s;
        QTest::newRow("snake_case") << u"snake_case"_s;
    }
    void servesTheOlderCrds()
    {
        QFETCH(const QString, folder);
        const auto applied = m_plane->applyCrds(sourcePath(u"tests/data/crds/"_s + folder));
        QVERIFY2(applied, applied ? "" : qPrintable(applied.error().message));
        QCOMPARE(m_plane->kubectl({u"get"_s, u"pol"_s}).exitCode, 0);
    }

    void leavesNothingBehindWhenTheTestIsKilled()
    {
        QProcess test; // this very executable, which starts a control plane and is killed
        test.start(QCoreApplication::applicationFilePath(), {u"servesUntilKilled"_s}, QIODevice::ReadOnly);
        QByteArray said;
        QTRY_VERIFY_WITH_TIMEOUT((said += test.readAllStandardOutput()).contains("folder="), 60'000);
        QTRY_VERIFY((said += test.readAllStandardOutput()).sliced(said.indexOf("folder=")).contains('\n'));
        const QString folder = QString::fromUtf8(said).section(u"folder="_s, 1).section(u'\n', 0, 0);
        QVERIFY(QFile::exists(folder + u"/apiserver.pid"_s));
        ::kill(static_cast<pid_t>(test.processId()), SIGKILL);
        test.waitForFinished();
        QTRY_VERIFY_WITH_TIMEOUT(!QFile::exists(folder), 20'000);
        QDir(QFileInfo(folder).path()).removeRecursively();
    }

    void servesUntilKilled()
    {
        if (!QCoreApplication::arguments().contains(u"servesUntilKilled"_s))
            return; // not a test of its own: the process that the test above kills
        fprintf(stdout, "folder=%s/cluster\n", qPrintable(m_plane->directory()));
        fflush(stdout);
        QTest::qWait(120'000);
    }

private:
    std::unique_ptr<ControlPlane> m_plane;
};

QTEST_GUILESS_MAIN(TestControlPlane)
#include "tst_controlplane.moc"
