// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/yaml.h"
#include "operations/bundlefolder.h"
#include "operations/manifests.h"
#include "operations/sanitized.h"
#include "support/testcase.h"

#include <QDir>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTemporaryDir>

using namespace Qt::StringLiterals;
using namespace patronus;

class TestBundle : public TestCase
{
    Q_OBJECT

private:
    static Object site(const QString &name, const QString &nameSpace = u"default"_s)
    {
        return Object(QJsonObject{{u"apiVersion"_s, u"sdwan.patronus.dev/v1alpha1"_s}, {u"kind"_s, u"Site"_s},
            {u"metadata"_s,
                QJsonObject{{u"name"_s, name}, {u"namespace"_s, nameSpace}, {u"uid"_s, u"u-"_s + name},
                    {u"resourceVersion"_s, u"7"_s}, {u"labels"_s, QJsonObject{{u"on"_s, u"yes"_s}}}}},
            {u"spec"_s, QJsonObject{{u"location"_s, u"0644"_s}}}, {u"status"_s, QJsonObject{{u"peers"_s, 3}}}});
    }
    static Object crd()
    {
        return Object(
            QJsonObject{{u"apiVersion"_s, u"apiextensions.k8s.io/v1"_s}, {u"kind"_s, u"CustomResourceDefinition"_s},
                {u"metadata"_s, QJsonObject{{u"name"_s, u"sites.sdwan.patronus.dev"_s}}},
                {u"spec"_s, QJsonObject{{u"group"_s, u"sdwan.patronus.dev"_s}}}});
    }
    static BackupFacts facts()
    {
        return {.time = QDateTime::fromString(u"2026-11-26T12:00:00Z"_s, Qt::ISODate),
            .program = u"kubectl-patronus 0.1.0"_s,
            .target = {.context = u"admin@prod/eu"_s,
                .cluster = {.server = u"https://one"_s, .caSha256 = u"ca"_s, .kubeSystemUid = u"ks"_s},
                .nameSpace = {},
                .user = u"alice"_s,
                .serverVersion = u"v1.34.4"_s},
            .sites = {site(u"b"_s), site(u"a"_s), site(u"c"_s, u"north"_s)},
            .crds = {crd()},
            .release = HelmRelease{.name = u"patronus-operator"_s,
                .revision = 2,
                .status = u"deployed"_s,
                .chart = u"patronus-operator"_s,
                .chartVersion = u"0.1.0"_s,
                .config = {{u"replicaCount"_s, 3}, {u"patronus"_s, QJsonObject{{u"token"_s, u"hush"_s}}}}},
            .notes = {u"without the operator's Deployment"_s}};
    }
    static Bundle changed(const QString &file, const QByteArray &from, const QByteArray &to)
    {
        Bundle bundle = makeBundle(facts());
        if (!bundle.files[file].contains(from))
            qFatal("%s has no %s", qPrintable(file), from.constData());
        bundle.files[file].replace(from, to);
        return bundle;
    }
    static QString problem(const Bundle &bundle, bool acceptEdited = false)
    {
        const auto checked = checkBundle(bundle, acceptEdited);
        return checked ? QString() : checked.error().message;
    }

private Q_SLOTS:
    void aBundleHoldsTheObjectsInOrder()
    {
        const Bundle bundle = makeBundle(facts());
        QCOMPARE(problem(bundle), QString());
        const auto objects = bundle.objects();
        QVERIFY(objects);
        QStringList names;
        for (const QJsonObject &object : *objects) {
            names.append(Object(object).key().text());
            QVERIFY(!object.contains("status"_L1));
            QVERIFY(Object(object).uid().isEmpty());
        }
        QCOMPARE(names, (QStringList{u"default/a"_s, u"default/b"_s, u"north/c"_s}));
        QCOMPARE(objects->first(), sanitized(site(u"a"_s).json()));
        QCOMPARE(bundle.crds()->size(), 1);
        QCOMPARE(bundle.manifest["sites"_L1].toInt(), 3);
        QCOMPARE(bundle.manifest["policies"_L1].toInt(), 0);
        QCOMPARE(bundle.manifest["cluster"_L1]["kubeSystemUid"_L1].toString(), u"ks"_s);
        QCOMPARE(makeBundle(facts()).digest(), bundle.digest()); // of the same facts the same bytes
    }

    void valuesAreUsableAndHoldNoSecret()
    {
        const Bundle bundle = makeBundle(facts());
        const QByteArray values = bundle.files[bundleValuesFile];
        QVERIFY2(!values.contains("hush"), values.constData());
        QVERIFY2(values.contains("patronus.token"), values.constData());
        const auto read = parseYaml(values);
        QVERIFY(read);
        QCOMPARE(read->first()["replicaCount"_L1].toInt(), 3);
        QVERIFY(bundle.manifest["notes"_L1][1].toString().contains(u"patronus.token"_s));
    }

    void aDamagedOrEditedBundleIsRefusedAndSaysWhichFile()
    {
        const Bundle edited = changed(bundleSitesFile, "\"0644\"", "Bonn");
        QVERIFY2(
            problem(edited).startsWith(u"sites-backup.yaml was damaged or changed"_s), qPrintable(problem(edited)));
        QVERIFY(problem(edited).contains(u"--accept-edited"_s));
        const auto accepted = checkBundle(edited, true);
        QVERIFY(accepted);
        QCOMPARE(accepted->size(), 4); // the file and its three objects
        QVERIFY(accepted->contains(u"Site default/a was changed"_s));

        Bundle missing = makeBundle(facts());
        missing.files.remove(bundlePoliciesFile);
        QVERIFY(problem(missing, true).startsWith(u"policies-backup.yaml is missing"_s));

        Bundle manifest = makeBundle(facts());
        manifest.manifest.insert(u"context"_s, u"another"_s);
        QVERIFY(problem(manifest, true).startsWith(u"bundle.json was damaged or changed"_s));

        QVERIFY(problem(changed(bundleSitesFile, "items:", "items: ]"), true).startsWith(u"sites-backup.yaml: YAML"_s));
    }

    void aBundleOfANewerProgramNamesIt()
    {
        Bundle bundle = makeBundle(facts());
        bundle.manifest.insert(u"format"_s, 2);
        bundle.manifest.insert(u"program"_s, u"kubectl-patronus 7.0.0"_s);
        bundle.manifest.insert(u"digest"_s, bundle.digest());
        QVERIFY2(problem(bundle).contains(u"kubectl-patronus 7.0.0"_s), qPrintable(problem(bundle)));
    }

    void whoMayNotBeRevivedByTheWayIsNoted()
    {
        BackupFacts all = facts();
        QJsonObject json = site(u"gone"_s).json();
        QJsonObject metadata = json["metadata"_L1].toObject();
        metadata.insert(u"deletionTimestamp"_s, u"2026-01-01T00:00:00Z"_s);
        metadata.insert(u"ownerReferences"_s, QJsonArray{QJsonObject{{u"uid"_s, u"x"_s}}});
        json.insert(u"metadata"_s, metadata);
        all.sites.append(Object(json));
        const QString notes = QString::fromUtf8(QJsonDocument(makeBundle(all).manifest["notes"_L1].toArray()).toJson());
        QVERIFY2(notes.contains(u"was being deleted when it was saved: Site default/gone"_s), qPrintable(notes));
        QVERIFY2(notes.contains(u"has an owner"_s), qPrintable(notes));
    }

    void aBundleIsThereAsAWholeOrNotAtAll()
    {
        const QTemporaryDir home;
        const Bundle bundle = makeBundle(facts());
        const QString parent = home.filePath(u"new"_s);
        const auto names = [&parent] { return QDir(parent).entryList(QDir::AllEntries | QDir::NoDotAndDotDot); };
        {
            const auto dropped = BundleFolder::write(bundle, parent);
            QVERIFY2(dropped, dropped ? "" : qPrintable(dropped.error().message));
            QVERIFY(names().first().contains(u".partial-"_s));
        }
        QCOMPARE(names(), QStringList());
        const auto written = BundleFolder::write(bundle, parent);
        QVERIFY(written);
        const auto path = (*written)->keep();
        QVERIFY2(path, path ? "" : qPrintable(path.error().message));
        QCOMPARE(names(), QStringList{u"patronus-backup-admin-prod-eu-20261126T120000Z"_s});
        QCOMPARE(QFile(*path).permissions() & QFile::Permissions(0x0077), QFile::Permissions());
        const auto read = readBundle(*path);
        QVERIFY2(read, read ? "" : qPrintable(read.error().message));
        QCOMPARE(read->digest(), bundle.digest());
        QCOMPARE(read->files, bundle.files);

        const auto again = BundleFolder::write(bundle, parent);
        QVERIFY(again);
        const auto taken = (*again)->keep();
        QVERIFY(!taken);
        QVERIFY2(taken.error().message.contains(*path), qPrintable(taken.error().message));
    }

    void aFolderOutsideOfTheBundleIsNotRead()
    {
        const QTemporaryDir home;
        QFile file(home.filePath(bundleManifestFile));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(R"({"files":[{"name":"../../etc/passwd"}]})");
        file.close();
        const auto read = readBundle(home.path());
        QVERIFY(!read);
        QVERIFY(read.error().message.contains(u"outside"_s));
        QVERIFY(!readBundle(home.filePath(u"nowhere"_s)));
    }

    void dumpsOfKubectlAreReadAsTheyAre()
    {
        const auto objects
            = readManifests("kind: List\napiVersion: v1\nitems:\n- {kind: Site, metadata: {name: a}}\n- {kind: Site, "
                            "metadata: {name: b}}\n"
                            "---\nkind: Policy\nmetadata: {name: c}\n---\n"
                            "{\"kind\":\"SiteList\",\"items\":[{\"kind\":\"Site\",\"metadata\":{\"name\":\"d\"}}]}\n");
        QVERIFY2(objects, objects ? "" : qPrintable(objects.error().message));
        QCOMPARE(objects->size(), 4);
        const auto broken = readManifests("kind: List\nitems: [{kind: Site}]\n");
        QVERIFY(!broken);
        QVERIFY2(broken.error().message.startsWith(u"document 1 item 1"_s), qPrintable(broken.error().message));
    }
};

QTEST_GUILESS_MAIN(TestBundle)
#include "tst_bundle.moc"
