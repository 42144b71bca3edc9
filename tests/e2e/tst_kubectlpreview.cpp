// SPDX-License-Identifier: GPL-3.0-or-later
#include "ctltest.h"
#include "objects.h"

using namespace Qt::StringLiterals;
using namespace patronus;

/// What the operator would do, as a person asks for it. That it is true is tst_previewtruth.
class TestKubectlPreview : public CtlTest
{
    Q_OBJECT

private:
    [[nodiscard]] CtlProcess::Result preview(const QStringList &more, const QString &kubeconfig = {}) const
    {
        return run(QStringList{u"preview"_s, u"--patronus-api-url"_s, m_world->simulator().url().toString()} + more,
            kubeconfig);
    }
    [[nodiscard]] QString file(const QByteArray &manifest) const
    {
        QFile file(m_home->filePath(u"manifest.yaml"_s));
        if (!file.open(QIODevice::WriteOnly) || file.write(manifest) != manifest.size())
            qFatal("cannot write %s", qPrintable(file.fileName()));
        return file.fileName();
    }
    [[nodiscard]] static QJsonArray objectsOf(const CtlProcess::Result &run)
    {
        return QJsonDocument::fromJson(run.out)["objects"_L1].toArray();
    }

private Q_SLOTS:
    void initTestCase() { QVERIFY(startWorld()); }
    void cleanup() { m_world->clear(); }

    void aFileOfNewObjectsIsPreviewed()
    {
        const QString manifests
            = file(SiteManifest{.name = u"hq"_s}.yaml() + PolicyManifest{.name = u"voice"_s, .site = u"hq"_s}.yaml()
                + SiteManifest{.name = u"broken"_s, .key = "short"}.yaml()
                + "---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: other}}\n");
        const auto text = preview({u"-f"_s, manifests});
        QCOMPARE(text.exitCode, 1); // the broken one
        QVERIFY2(text.out.startsWith("Site default/hq: create\n  Set finalizer sdwan.patronus.dev/cleanup"),
            text.out.constData());
        QVERIFY2(text.out.contains("  PUT /api/v1/sites/hq (creates it)\n"), text.out.constData());
        QVERIFY2(text.out.contains("  PUT /api/v1/policies/voice (creates it)\n"),
            text.out.constData()); // its Site comes along
        QVERIFY2(text.out.contains("  ends with an error: spec.wireguard.publicKey: "), text.out.constData());
        QVERIFY2(text.err.contains("note: ConfigMap other is none of the operator's"), text.err.constData());
        const auto wide = preview({u"-f"_s, manifests, u"-o"_s, u"wide"_s});
        QVERIFY2(wide.out.contains("\"listen_port\": 51820"), wide.out.constData());
        QVERIFY2(preview({u"-f"_s, manifests, u"-o"_s, u"yaml"_s}).out.contains("path: /api/v1/sites/hq"), "yaml");
    }

    void changesAndWhatFollowsFromThem()
    {
        auto process = m_world->startOperator();
        QVERIFY(m_world->plane().apply(
            SiteManifest{.name = u"hq"_s}.yaml() + PolicyManifest{.name = u"voice"_s, .site = u"hq"_s}.yaml()));
        QVERIFY(eventually([&] { return m_world->reasonOf(resources::policies(), u"voice"_s) == "Synced"_L1; }));
        QCOMPARE(process->stop(), 0);

        const auto asIs = preview({u"site/hq"_s, u"-n"_s, u"default"_s});
        QCOMPARE(asIs.exitCode, 0);
        QCOMPARE(asIs.out, "Site default/hq: none\n  the operator would do nothing\n");
        const auto edit
            = preview({u"-f"_s, file(SiteManifest{.name = u"hq"_s, .location = u"Bonn"_s}.yaml()), u"-o"_s, u"json"_s});
        QCOMPARE(edit.exitCode, 0);
        const QJsonArray steps = objectsOf(edit)[0]["steps"_L1].toArray();
        QCOMPARE(steps[0]["text"_L1].toString(), u"PUT /api/v1/sites/hq (changes location)"_s);
        QCOMPARE(steps[0]["to"_L1].toString(), u"patronus"_s);
        QCOMPARE(steps[0]["body"_L1]["location"_L1].toString(), u"Bonn"_s);
        QCOMPARE(
            steps[1]["path"_L1].toString(), u"/apis/sdwan.patronus.dev/v1alpha1/namespaces/default/sites/hq/status"_s);
        const auto gone = preview({u"--delete"_s, u"site/hq"_s, u"-o"_s, u"json"_s});
        QCOMPARE(objectsOf(gone)[0]["steps"_L1][0]["method"_L1].toString(), u"DELETE"_s);
        QCOMPARE(objectsOf(gone)[1]["name"_L1].toString(), u"voice"_s); // which loses its way
        QCOMPARE(objectsOf(gone)[1]["change"_L1].toString(), u"follows"_s);
        QVERIFY(objectsOf(gone)[1]["outcome"_L1]["message"_L1].toString().contains(u"no such Site: hq"_s));
        QCOMPARE(preview({u"site/nowhere"_s}).exitCode, 1);
    }

    void whatTheServerWouldRefuseIsNamed()
    {
        const auto typo = preview({u"-f"_s, file(SiteManifest{.name = u"hq"_s}.yaml() + "  lokation: Bonn\n")});
        QCOMPARE(typo.exitCode, 1);
        QVERIFY2(typo.out.contains("unknown field \"spec.lokation\""), typo.out.constData());
        const auto forbidden
            = preview({u"-f"_s, file(SiteManifest{.name = u"hq"_s}.yaml())}, kubeconfigOf(u"nobody"_s));
        QCOMPARE(forbidden.exitCode, 1);
        QVERIFY2(forbidden.err.contains("cannot list resource \"sites\""), forbidden.err.constData());
        QCOMPARE(preview({}).exitCode, 2);
        QCOMPARE(preview({u"deployment/x"_s}).exitCode, 2);
        QCOMPARE(preview({u"-f"_s, u"nothing.yaml"_s}).exitCode, 2);
    }

    void anotherVersionAndAnApiOutOfReachAreSaid()
    {
        kubectl({u"set"_s, u"image"_s, u"deployment/patronus-operator"_s, u"-n"_s, u"patronus-system"_s,
            u"operator=patronus/operator:0.0.9"_s});
        const auto looked = run({u"preview"_s, u"-f"_s, file(SiteManifest{.name = u"hq"_s}.yaml())});
        QCOMPARE(looked.exitCode, 0);
        QVERIFY2(looked.err.contains("and the cluster runs 0.0.9."), looked.err.constData());
        QVERIFY2(looked.err.contains("The Patronus API cannot be reached from here: "), looked.err.constData());
        QVERIFY2(looked.err.contains("it is taken to hold what the operator last reported"), looked.err.constData());
        QVERIFY2(looked.out.contains("PUT /api/v1/sites/hq"), looked.out.constData());
    }

    /// After all the tests above: the audit log has dry runs alone, and the API has got what the operator sent.
    void nothingWasWritten()
    {
        int tried = 0;
        for (const QJsonObject &event : m_world->plane().auditEvents()) {
            const QString verb = event["verb"_L1].toString(), uri = event["requestURI"_L1].toString();
            if (!event["userAgent"_L1].toString().startsWith("kubectl-patronus/"_L1) || verb == "get"_L1
                || verb == "list"_L1 || uri.contains("reviews"_L1))
                continue;
            ++tried;
            QVERIFY2(uri.contains("dryRun=All"_L1), qPrintable(verb + u' ' + uri));
        }
        QVERIFY(tried > 5);
        for (const auto &change : m_world->simulator().requests().changes())
            for (const auto &[name, value] : change.headers)
                QVERIFY(name != "user-agent" || !value.startsWith("kubectl-patronus/"));
    }
};

QTEST_GUILESS_MAIN(TestKubectlPreview)
#include "tst_kubectlpreview.moc"
