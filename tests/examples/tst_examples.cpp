// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/object.h"
#include "kube/yaml.h"
#include "sdwan/kind.h"
#include "support/controlplane.h"
#include "support/sourcetree.h"
#include "support/testcase.h"

#include <QDirIterator>
#include <QFile>
#include <QRegularExpression>

using namespace Qt::StringLiterals;
using namespace patronus;

/// resources/examples is what users copy: each file has to be right, or wrong in the one way that its first lines say.
class TestExamples : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void anExampleIsRightOrWrongAsItSays_data()
    {
        QTest::addColumn<QString>("file");
        QDirIterator files(examples(), {u"*.yaml"_s}, QDir::Files, QDirIterator::Subdirectories);
        while (files.hasNext()) {
            const QString file = files.next();
            QTest::newRow(qPrintable(file.sliced(examples().size() + 1))) << file;
        }
    }
    void anExampleIsRightOrWrongAsItSays()
    {
        QFETCH(const QString, file);
        QFile in(file);
        QVERIFY(in.open(QIODevice::ReadOnly));
        const QByteArray text = in.readAll();
        static const QRegularExpression path(
            u"^# .*InvalidSpec, (spec\\.\\S+)\\."_s, QRegularExpression::MultilineOption);
        const QString wrong = path.match(QString::fromUtf8(text)).captured(1); // empty: nothing is

        const auto documents = parseYaml(text);
        QVERIFY2(documents, documents ? "" : qPrintable(documents.error().message));
        QVERIFY(!documents->isEmpty());
        for (const QJsonValue &document : *documents) {
            const QString kind = document["kind"_L1].toString();
            if (kind == "Namespace"_L1)
                continue;
            const Object object(document.toObject());
            QStringList paths;
            for (const Problem &problem : (kind == "Site"_L1 ? siteKind() : policyKind()).validate(object))
                paths << problem.path;
            QCOMPARE(paths, wrong.isEmpty() ? QStringList() : QStringList{wrong});
        }
    }

    void theSchemaOfUsersAndOursTakeEveryExample()
    {
        const auto plane = ControlPlane::start({.crds = sourcePath(u"tests/data/crds/today")});
        QVERIFY2(plane, plane ? "" : qPrintable(plane.error().message));
        const auto today = (*plane)->kubectl({u"apply"_s, u"-R"_s, u"-f"_s, examples()});
        QVERIFY2(today.exitCode == 0, today.err.constData());

        const auto upgraded = (*plane)->applyCrds(sourcePath(u"crds"));
        QVERIFY2(upgraded, upgraded ? "" : qPrintable(upgraded.error().message));
        const auto ours = (*plane)->kubectl({u"replace"_s, u"-R"_s, u"--dry-run=server"_s, u"-f"_s, examples()});
        QVERIFY2(ours.exitCode == 0, ours.err.constData());
    }

private:
    static QString examples() { return sourcePath(u"resources/examples"); }
};

QTEST_GUILESS_MAIN(TestExamples)
#include "tst_examples.moc"
