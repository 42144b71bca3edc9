// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/patronusaccess.h"
#include "support/scriptedtransport.h"
#include "support/testcase.h"

#include <QJsonDocument>
#include <QUrl>

using namespace Qt::StringLiterals;
using namespace patronus;

namespace {

Object object(const QByteArray &json)
{
    return Object(QJsonDocument::fromJson(json).object());
}

Object deployment(const QByteArray &environment, const QByteArray &volumes = "[]", const QByteArray &mounts = "[]")
{
    QByteArray json = R"({"metadata":{"name":"patronus-operator"},"spec":{"template":{"spec":{"containers":[
        {"name":"sidecar"},{"name":"operator","env":ENVIRONMENT,"volumeMounts":MOUNTS}],"volumes":VOLUMES}}}})";
    json.replace("ENVIRONMENT", environment).replace("MOUNTS", mounts).replace("VOLUMES", volumes);
    return object(json);
}

const QByteArray mounted
    = R"([{"name":"ca","mountPath":"/etc/patronus/ca"},{"name":"creds","mountPath":"/etc/patronus/credentials"}])";

/// A question whose API server the test plays, answer by answer.
struct Asked {
    std::shared_ptr<ScriptedTransport> server = std::make_shared<ScriptedTransport>();
    KubeClient client{server, nullptr};

    Expected<PodPort> pod(const QString &url)
    {
        return QCoro::waitFor(podBehind(client, QUrl(url), u"patronus-system"_s, {}));
    }
    void answer(const QByteArray &json) { server->queue(200, json); }
};

const QByteArray service = R"({"metadata":{"name":"api","namespace":"net","resourceVersion":"1"},
    "spec":{"selector":{"app":"api"},"ports":[{"port":80,"targetPort":"http"}]}})";

QByteArray pods(const QByteArray &items)
{
    return QByteArray(R"({"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"1"},"items":[ITEMS]})")
        .replace("ITEMS", items);
}

QByteArray pod(const QByteArray &name, const QByteArray &ready)
{
    return QByteArray(R"({"metadata":{"name":"NAME","namespace":"net","resourceVersion":"1"},
        "spec":{"containers":[{"ports":[{"name":"http","containerPort":8081}]}]},
        "status":{"conditions":[{"type":"Ready","status":"READY"}]}})")
        .replace("NAME", name)
        .replace("READY", ready);
}

} // namespace

class TestPatronusAccess : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void withoutVariablesItIsTheOperatorsDefault()
    {
        const auto access = patronusAccessOf(deployment("[]"));
        QVERIFY(access);
        QCOMPARE(access->url, u"http://patronus-api:8081"_s);
        QVERIFY(!access->hasCredentials());
    }

    void filesAreLedBackToWhatIsMounted()
    {
        const auto access = patronusAccessOf(deployment(
            R"([{"name":"PATRONUS_API_URL","value":"api"},{"name":"PATRONUS_API_CA_FILE","value":"/etc/patronus/ca/ca.crt"},
                {"name":"PATRONUS_API_USERNAME_FILE","value":"/etc/patronus/credentials/username"},
                {"name":"PATRONUS_API_PASSWORD_FILE","value":"/etc/patronus/credentials/password"}])",
            R"([{"name":"ca","configMap":{"name":"trust"}},
                {"name":"creds","secret":{"secretName":"login","items":[{"key":"user","path":"username"}]}}])",
            mounted));
        QVERIFY2(access, access ? "" : qPrintable(access.error().message));
        QCOMPARE(access->url, u"api"_s);
        QCOMPARE(access->ca, (SettingSource{.name = u"trust"_s, .key = u"ca.crt"_s}));
        QCOMPARE(access->username, (SettingSource{.isSecret = true, .name = u"login"_s, .key = u"user"_s}));
        QCOMPARE(access->password, (SettingSource{.isSecret = true, .name = u"login"_s, .key = u"password"_s}));
        QVERIFY(access->hasCredentials());
    }

    void aVariableMayReferToASecretItself()
    {
        const auto access = patronusAccessOf(
            deployment(R"([{"name":"PATRONUS_API_TOKEN","valueFrom":{"secretKeyRef":{"name":"s","key":"k"}}}])"));
        QVERIFY(access);
        QCOMPARE(access->token, (SettingSource{.isSecret = true, .name = u"s"_s, .key = u"k"_s}));
    }

    void aFileOfAnotherVolumeIsToldByName()
    {
        const auto access = patronusAccessOf(
            deployment(R"([{"name":"PATRONUS_API_TOKEN_FILE","value":"/etc/patronus/credentials/token"}])",
                R"([{"name":"creds","csi":{"driver":"vault"}}])", mounted));
        QVERIFY(!access);
        QVERIFY2(access.error().message.contains(u"PATRONUS_API_TOKEN_FILE is /etc/patronus/credentials/token"_s),
            qPrintable(access.error().message));
    }

    void aSecretsValueIsDecodedAndAMissingKeyIsTold()
    {
        Asked asked;
        const SettingSource setting{.isSecret = true, .name = u"s"_s, .key = u"token"_s};
        const auto read = [&] { return QCoro::waitFor(readSetting(asked.client, u"ns"_s, setting, {})); };
        asked.answer(R"({"metadata":{"name":"s","resourceVersion":"1"},"data":{"token":"b3Blbgo="}})");
        QCOMPARE(read().value(), u"open"_s);
        QCOMPARE(asked.server->last()->request.target, "/api/v1/namespaces/ns/secrets/s");
        asked.answer(R"({"metadata":{"name":"s","resourceVersion":"1"},"data":{}})");
        QCOMPARE(read().error().message, u"the Secret ns/s has no key token"_s);
    }

    void aReadyPodOfTheServiceIsChosen()
    {
        Asked asked;
        asked.answer(R"({"metadata":{"name":"patronus-api","namespace":"patronus-system","resourceVersion":"1"},
            "spec":{"type":"ExternalName","externalName":"api.net.svc.cluster.local"}})");
        asked.answer(service);
        asked.answer(pods(pod("old", "False") + ',' + pod("new", "True")));
        const auto found = asked.pod(u"http://patronus-api"_s);
        QVERIFY2(found, found ? "" : qPrintable(found.error().message));
        QCOMPARE(found->pod, (ObjectKey{u"net"_s, u"new"_s}));
        QCOMPARE(found->port, 8081);
        QCOMPARE(asked.server->calls[0]->request.target, "/api/v1/namespaces/patronus-system/services/patronus-api");
        QCOMPARE(asked.server->calls[1]->request.target, "/api/v1/namespaces/net/services/api");
        QVERIFY(asked.server->calls[2]->request.target.contains("labelSelector=app%3Dapi"));
    }

    void whatIsMissingIsTold()
    {
        Asked asked;
        QVERIFY(asked.pod(u"https://api.example.com"_s)
                .error()
                .message.contains(u"api.example.com is no Service of this cluster"_s));
        QVERIFY(asked.server->calls.isEmpty());
        asked.answer(service);
        QCOMPARE(asked.pod(u"http://api.net:8081"_s).error().message, u"the Service net/api has no port 8081"_s);
        asked.answer(service);
        asked.answer(pods(pod("old", "False")));
        QCOMPARE(asked.pod(u"http://api.net"_s).error().message, u"no pod of the Service net/api is ready"_s);
    }
};

QTEST_GUILESS_MAIN(TestPatronusAccess)
#include "tst_patronusaccess.moc"
