// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/json.h"
#include "operations/changepreview.h"
#include "support/testcase.h"

#include <QJsonDocument>

using namespace Qt::StringLiterals;
using namespace patronus;

/// What a preview sends to try a change out; that it tells the truth is tests/e2e/tst_previewtruth.
class TestChangePreview : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void aPatchIsWhatKubectlApplyWouldSend_data()
    {
        QTest::addColumn<QByteArray>("before"); // what was applied last
        QTest::addColumn<QByteArray>("manifest");
        QTest::addColumn<QByteArray>("patch");
        const auto row = [](const char *name, const QByteArray &before, const QByteArray &manifest,
                             const QByteArray &patch) { QTest::newRow(name) << before << manifest << patch; };
        row("never applied", "", R"({"spec":{"a":1}})", R"({"spec":{"a":1}})");
        row("a member that went", R"({"spec":{"a":1,"b":2}})", R"({"spec":{"a":3}})", R"({"spec":{"a":3,"b":null}})");
        row("below another", R"({"spec":{"mesh":{"enabled":true,"peerWith":["x"]}}})",
            R"({"spec":{"mesh":{"enabled":true}}})", R"({"spec":{"mesh":{"enabled":true,"peerWith":null}}})");
        row("an object that went", R"({"spec":{"mesh":{"enabled":true}}})", R"({"spec":{}})",
            R"({"spec":{"mesh":null}})");
        row("a list is one value", R"({"spec":{"a":[1,2]}})", R"({"spec":{"a":[2]}})", R"({"spec":{"a":[2]}})");
        row("an annotation that went", R"({"metadata":{"annotations":{"x":"1"}}})",
            R"({"metadata":{"annotations":{}}})", R"({"metadata":{"annotations":{"x":null}}})");
        row("status is another's", "", R"({"spec":{"a":1},"status":{"phase":"x"}})", R"({"spec":{"a":1}})");
    }
    void aPatchIsWhatKubectlApplyWouldSend()
    {
        QFETCH(const QByteArray, before);
        QFETCH(const QByteArray, manifest);
        QFETCH(const QByteArray, patch);
        const Object live({{u"metadata"_s,
            QJsonObject{{u"annotations"_s,
                QJsonObject{{u"kubectl.kubernetes.io/last-applied-configuration"_s, QString::fromUtf8(before)}}}}}});
        QCOMPARE(toJson(applyPatch(QJsonDocument::fromJson(manifest).object(), live)), patch);
    }
};

QTEST_GUILESS_MAIN(TestChangePreview)
#include "tst_changepreview.moc"
