// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/sanitized.h"
#include "operations/withoutsecrets.h"
#include "support/testcase.h"

#include <QJsonDocument>

using namespace Qt::StringLiterals;
using namespace patronus;

/// What of an object goes into a file.
class TestSanitized : public TestCase
{
    Q_OBJECT

private:
    /// @p json with ' for ".
    static QJsonObject object(QByteArray json)
    {
        const QJsonDocument document = QJsonDocument::fromJson(json.replace('\'', '"'));
        if (!document.isObject())
            qFatal("no JSON: %s", json.constData());
        return document.object();
    }

private Q_SLOTS:
    void anObjectIsAsAPersonWouldWriteIt()
    {
        const QJsonObject live
            = object("{'apiVersion':'sdwan.patronus.dev/v1alpha1','kind':'Site','metadata':{"
                     "'name':'hq','namespace':'office','uid':'u','resourceVersion':'7','generation':3,'selfLink':'/x',"
                     "'creationTimestamp':'2026-01-01T00:00:00Z','deletionTimestamp':'2026-01-02T00:00:00Z',"
                     "'deletionGracePeriodSeconds':0,'managedFields':[{}],'ownerReferences':[{'uid':'gone'}],"
                     "'labels':{'region':'eu'},'finalizers':['sdwan.patronus.dev/cleanup','example.com/other'],"
                     "'annotations':{'kubectl.kubernetes.io/last-applied-configuration':'{}','sdwan.patronus.dev/"
                     "remote-name':'hq'}},"
                     "'spec':{'location':'Berlin'},'status':{'phase':'Active'}}");
        QCOMPARE(sanitized(live),
            object("{'apiVersion':'sdwan.patronus.dev/v1alpha1','kind':'Site','metadata':{'name':'hq',"
                   "'namespace':'office','labels':{'region':'eu'},'finalizers':['example.com/other'],"
                   "'annotations':{'sdwan.patronus.dev/remote-name':'hq'}},'spec':{'location':'Berlin'}}"));
        QCOMPARE(sanitized(sanitized(live)), sanitized(live));
    }

    void nothingIsLeftOfWhatHasNothingInIt()
    {
        const QJsonObject live
            = object("{'kind':'Site','metadata':{'name':'hq','labels':{},"
                     "'finalizers':['sdwan.patronus.dev/cleanup'],"
                     "'annotations':{'kubectl.kubernetes.io/last-applied-configuration':'{}'}},'spec':{'mesh':{}}}");
        QCOMPARE(sanitized(live), object("{'kind':'Site','metadata':{'name':'hq'},'spec':{'mesh':{}}}"));
    }

    void differencesAreNamedByPath()
    {
        const QJsonObject a = object("{'spec':{'location':'Berlin','mesh':{'peerWith':['a','b']},'same':1}}");
        const QJsonObject b = object("{'spec':{'mesh':{'peerWith':['a'],'enabled':true},'same':1},'extra':null}");
        QCOMPARE(differingPaths(a, b),
            (QStringList{u"extra"_s, u"spec.location"_s, u"spec.mesh.enabled"_s, u"spec.mesh.peerWith"_s}));
        QCOMPARE(differingPaths(a, a), QStringList());
    }

    void secretsAreLeftOut_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QByteArray>("kept");
        QTest::addColumn<QStringList>("leftOut");
        const auto row = [](const char *name, const char *json, const char *kept, const QStringList &leftOut) {
            QTest::newRow(name) << QByteArray(json) << QByteArray(kept) << leftOut;
        };
        row("by name", "{'patronus':{'apiUrl':'http://a','token':'x','apiKey':5}}",
            "{'patronus':{'apiUrl':'http://a'}}", {u"patronus.apiKey"_s, u"patronus.token"_s});
        row("camel and snake", "{'adminPassword':'x','db_password':'y','AWS_SECRET_ACCESS_KEY':'z'}", "{}",
            {u"AWS_SECRET_ACCESS_KEY"_s, u"adminPassword"_s, u"db_password"_s});
        row("a pair", "{'env':[{'name':'LEVEL','value':'info'},{'name':'API_TOKEN','value':'x'}]}",
            "{'env':[{'name':'LEVEL','value':'info'},{'name':'API_TOKEN'}]}", {u"env[1].value"_s});
        row("a list", "{'tokens':['x','y']}", "{'tokens':[]}", {u"tokens[0]"_s, u"tokens[1]"_s});
        row("by look", "{'note':'Bearer abcdef','url':'https://user:pw@host/'}", "{}", {u"note"_s, u"url"_s});
        row("PEM", "{'tls':{'crt':'-----BEGIN PRIVATE KEY-----\\nabc\\n-----END PRIVATE KEY-----'}}", "{'tls':{}}",
            {u"tls.crt"_s});
        const auto same = [&](const char *name, const char *json) { row(name, json, json, {}); };
        same("references", "{'credentials':{'existingSecret':'patronus-api','kind':'token'}}");
        same("pull secrets", "{'imagePullSecrets':['regcred']}");
        same("a volume", "{'volumes':[{'name':'credentials','secret':{'secretName':'patronus-api'}}]}");
        same("a file", "{'env':[{'name':'PATRONUS_API_TOKEN_FILE','value':'/credentials/token'}]}");
        same("empty", "{'password':'','token':null,'secret':false}");
        same("a public key", "{'wireguard':{'publicKey':'a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s='}}");
    }
    void secretsAreLeftOut()
    {
        QFETCH(const QByteArray, json);
        QFETCH(const QByteArray, kept);
        QFETCH(const QStringList, leftOut);
        const WithoutSecrets result = withoutSecrets(object(json));
        QCOMPARE(result.json, object(kept));
        QCOMPARE(result.leftOut, leftOut);
    }
};

QTEST_GUILESS_MAIN(TestSanitized)
#include "tst_sanitized.moc"
