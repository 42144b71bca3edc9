// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/requests.h"
#include "support/testcase.h"

#include <QJsonDocument>
#include <QTimeZone>

using namespace patronus;
using namespace Qt::StringLiterals;

namespace {

const ObjectKey hq{u"office"_s, u"hq"_s};
const ObjectKey pod{u"office"_s, u"p"_s};
constexpr auto site = "/apis/sdwan.patronus.dev/v1alpha1/namespaces/office/sites/hq"_L1;

QJsonObject object(const char *json)
{
    return QJsonDocument::fromJson(json).object();
}

/// The request as it would be shown: what a golden row is compared with.
QByteArray text(const HttpRequest &request)
{
    QByteArray text = verbName(request.verb) + " "_ba + request.target + '\n';
    for (const auto &[name, value] : request.headers)
        text += name + ": " + value + '\n';
    return text + request.body;
}

} // namespace

class tst_Requests : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void bookkeepingIsWhatNobodyHereReads_data()
    {
        QTest::addColumn<std::vector<std::string_view>>("path");
        QTest::addColumn<bool>("isBookkeeping");
        QTest::newRow("managedFields") << std::vector<std::string_view>{"metadata", "managedFields"} << true;
        QTest::newRow("kubectl's copy") << std::vector<std::string_view>{"metadata", "annotations",
            "kubectl.kubernetes.io/last-applied-configuration"}
                                        << true;
        QTest::newRow("our annotations") << std::vector<std::string_view>{"metadata", "annotations",
            "sdwan.patronus.dev/paused"} << false;
        QTest::newRow("all annotations") << std::vector<std::string_view>{"metadata", "annotations"} << false;
        QTest::newRow("elsewhere") << std::vector<std::string_view>{"spec", "managedFields"} << false;
        QTest::newRow("the metadata") << std::vector<std::string_view>{"metadata"} << false;
    }
    void bookkeepingIsWhatNobodyHereReads()
    {
        QFETCH(const std::vector<std::string_view>, path);
        QTEST(isBookkeeping(path), "isBookkeeping");
    }

    void golden_data()
    {
        QTest::addColumn<HttpRequest>("request");
        QTest::addColumn<QByteArray>("expected");
        const auto row = [](const char *name, const HttpRequest &request, const QByteArray &expected) {
            QTest::newRow(name) << request << expected;
        };
        const ResourceType &sites = resources::sites();
        const WriteOptions plain;
        const QByteArray path(site.data(), site.size());
        const QByteArray type = R"("apiVersion":"sdwan.patronus.dev/v1alpha1","kind":"Site")";

        row("get", requests::get(sites, hq), "GET " + path + "\naccept: application/json\n");
        row("list all", requests::list(sites, {}),
            "GET /apis/sdwan.patronus.dev/v1alpha1/sites?limit=500\naccept: application/json\n");
        row("list without pages", requests::list(sites, {.nameSpace = u"office"_s, .limit = 0}),
            "GET /apis/sdwan.patronus.dev/v1alpha1/namespaces/office/sites\naccept: application/json\n");
        row("list selected, a later page",
            requests::list(sites,
                {.labelSelector = u"tier in (a,b)"_s, .fieldSelector = u"metadata.name!=x&y"_s, .limit = 2},
                u"eyJ2Ijo+/="_s),
            "GET /apis/sdwan.patronus.dev/v1alpha1/sites?labelSelector=tier%20in%20%28a%2Cb%29"
            "&fieldSelector=metadata.name%21%3Dx%26y&limit=2&continue=eyJ2Ijo%2B%2F%3D\naccept: application/json\n");
        row("watch", requests::watch(sites, {.nameSpace = u"office"_s}, u"42"_s, std::chrono::seconds(400)),
            "GET /apis/sdwan.patronus.dev/v1alpha1/namespaces/office/sites?watch=true&allowWatchBookmarks=true"
            "&resourceVersion=42&timeoutSeconds=400\naccept: application/json\n");
        row("create", requests::create(sites, object(R"({"metadata":{"namespace":"office","name":"hq"}})"), plain),
            "POST /apis/sdwan.patronus.dev/v1alpha1/namespaces/office/sites\n"
            "accept: application/json\ncontent-type: application/json\n{"
                + type + R"(,"metadata":{"name":"hq","namespace":"office"}})");
        row("replace, strictly, as a dry run",
            requests::replace(sites, object(R"({"metadata":{"namespace":"office","name":"hq","resourceVersion":"7"}})"),
                {.fieldManager = u"patronus-console"_s, .strict = true, .dryRun = true}),
            "PUT " + path
                + "?fieldManager=patronus-console&fieldValidation=Strict&dryRun=All\n"
                  "accept: application/json\ncontent-type: application/json\n{"
                + type + R"(,"metadata":{"name":"hq","namespace":"office","resourceVersion":"7"}})");
        row("apply the status, with force, for metadata",
            requests::apply(sites, hq, u"status"_s, object(R"({"status":{"phase":"Active"}})"),
                {.fieldManager = u"patronus-operator"_s, .force = true, .metadataOnly = true}),
            "PATCH " + path
                + "/status?fieldManager=patronus-operator&force=true\n"
                  "accept: application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json\n"
                  "content-type: application/apply-patch+yaml\n{"
                + type + R"(,"metadata":{"name":"hq","namespace":"office"},"status":{"phase":"Active"}})");
        row("apply keeps the metadata that is given",
            requests::apply(
                sites, hq, {}, object(R"({"metadata":{"finalizers":["a/b"],"resourceVersion":"7"}})"), plain),
            "PATCH " + path + "\naccept: application/json\ncontent-type: application/apply-patch+yaml\n{" + type
                + R"(,"metadata":{"finalizers":["a/b"],"name":"hq","namespace":"office","resourceVersion":"7"}})");
        row("JSON patch",
            requests::patch(sites, hq, {}, PatchType::Json,
                QJsonArray{object(R"({"op":"test","path":"/metadata/finalizers/0","value":"a/b"})")}, plain),
            "PATCH " + path
                + "\naccept: application/json\ncontent-type: application/json-patch+json\n"
                  R"([{"op":"test","path":"/metadata/finalizers/0","value":"a/b"}])");
        row("merge patch",
            requests::patch(sites, hq, {}, PatchType::Merge, object(R"({"spec":{"location":null}})"), plain),
            "PATCH " + path
                + "\naccept: application/json\ncontent-type: application/merge-patch+json\n"
                  R"({"spec":{"location":null}})");
        row("scale, if it is the version seen",
            requests::scale(resources::deployments(), hq, 0, {.resourceVersion = u"7"_s}, plain),
            "PATCH /apis/apps/v1/namespaces/office/deployments/hq/scale\n"
            "accept: application/json\ncontent-type: application/merge-patch+json\n"
            R"({"metadata":{"resourceVersion":"7"},"spec":{"replicas":0}})");
        row("remove", requests::remove(sites, hq, {}, plain),
            "DELETE " + path
                + "\naccept: application/json\ncontent-type: application/json\n"
                  R"({"apiVersion":"v1","kind":"DeleteOptions"})");
        row("remove this very one, as a dry run",
            requests::remove(sites, hq, {.uid = u"u-1"_s, .resourceVersion = u"7"_s}, {.dryRun = true}),
            "DELETE " + path
                + "?dryRun=All\naccept: application/json\ncontent-type: application/json\n"
                  R"({"apiVersion":"v1","dryRun":["All"],"kind":"DeleteOptions","preconditions":{"resourceVersion":"7","uid":"u-1"}})");
        row("log", requests::log(pod, {}), "GET /api/v1/namespaces/office/pods/p/log\naccept: */*\n");
        row("log followed",
            requests::log(pod,
                {.container = u"operator"_s,
                    .follow = true,
                    .timestamps = true,
                    .since = QDateTime(QDate(2026, 11, 23), QTime(12, 0), QTimeZone(7200))}),
            "GET /api/v1/namespaces/office/pods/p/log?container=operator&follow=true&timestamps=true"
            "&sinceTime=2026-11-23T10%3A00%3A00Z\naccept: */*\n");
        row("log of the last minutes", requests::log(pod, {.last = std::chrono::minutes(5)}),
            "GET /api/v1/namespaces/office/pods/p/log?sinceSeconds=300\naccept: */*\n");
        row("log of the instance before", requests::log(pod, {.previous = true}),
            "GET /api/v1/namespaces/office/pods/p/log?previous=true\naccept: */*\n");
    }
    void golden()
    {
        QFETCH(const HttpRequest, request);
        QFETCH(const QByteArray, expected);
        QCOMPARE(text(request), expected);
        QCOMPARE(request.changesSomething, request.verb != HttpRequest::Verb::Get);
    }

    void aWatchMayBeQuietUntilTheServerEndsIt()
    {
        const HttpRequest watch = requests::watch(resources::sites(), {}, u"1"_s, std::chrono::seconds(300));
        QVERIFY(watch.idleLimit > std::chrono::seconds(300));
        QVERIFY(watch.idleLimit <= std::chrono::seconds(360));
    }
};

QTEST_GUILESS_MAIN(tst_Requests)
#include "tst_requests.moc"
