// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/json.h"
#include "operations/changepreview.h"
#include "sdwan/names.h"
#include "support/operatorworld.h"
#include "support/testcase.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QRandomGenerator>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using namespace patronus;

namespace {

const QString sentinel = u"sentinel"_s; // changed after each change, to know that the operator has heard of it

/// @p value without the moments at which conditions changed.
QJsonValue timeless(const QJsonValue &value)
{
    if (value.isArray()) {
        QJsonArray items;
        for (const QJsonValue &item : value.toArray())
            items.append(timeless(item));
        return items;
    }
    if (!value.isObject())
        return value;
    QJsonObject object = value.toObject();
    object.remove("lastTransitionTime"_L1);
    for (auto it = object.begin(); it != object.end(); ++it)
        *it = timeless(*it);
    return object;
}

/// The status of each object, and whether it has our finalizer: "site default/hq".
using Snapshot = QMap<QString, QJsonObject>;

/// As it is compared: without the numbers of telemetry where these are not @p steady.
QMap<QString, QByteArray> compared(const Snapshot &snapshot, bool steady)
{
    QMap<QString, QByteArray> texts;
    for (auto it = snapshot.begin(); it != snapshot.end(); ++it) {
        QJsonObject status = it->value("status"_L1).toObject();
        for (const auto number : {"peers"_L1, "activePaths"_L1, "healthScore"_L1, "matchedFlows"_L1, "bytesRouted"_L1})
            if (!steady)
                status.remove(number);
        texts.insert(it.key(), toJson({{u"status"_s, status}, {u"held"_s, it->value("held"_L1)}}));
    }
    return texts;
}

/// One change that somebody makes.
struct Wish {
    QString what;
    const Kind *kind = &siteKind();
    ObjectKey key = {};
    QJsonObject manifest = {}; ///< empty: delete
};

/// Thinks of changes; the same ones for the same seed.
class Fancy
{
public:
    explicit Fancy(quint32 seed) : m_random(seed) { }

    [[nodiscard]] int upTo(int end) { return int(m_random.bounded(end)); }

    [[nodiscard]] Wish next(const OperatorWorld &world)
    {
        const int dice = upTo(100);
        if (dice < 15)
            if (const auto gone = remove(world))
                return *gone;
        return dice < 60 ? site() : policy();
    }

private:
    [[nodiscard]] QString siteName() { return u"site-%1"_s.arg(upTo(8)); }
    [[nodiscard]] QString space() { return upTo(5) == 0 ? u"north"_s : u"default"_s; }
    [[nodiscard]] bool rarely() { return upTo(8) == 0; }

    [[nodiscard]] QJsonObject metadata(Wish &wish)
    {
        QJsonObject annotations;
        if (rarely())
            annotations.insert(names::paused, u"true"_s), wish.what += u", paused"_s;
        if (rarely())
            annotations.insert(names::adopt, u"true"_s), wish.what += u", adopting"_s;
        if (rarely())
            annotations.insert(names::deletionPolicy, u"Orphan"_s), wish.what += u", orphaning"_s;
        return {{u"name"_s, wish.key.name}, {u"namespace"_s, wish.key.nameSpace}, {u"annotations"_s, annotations}};
    }

    [[nodiscard]] Wish site()
    {
        Wish wish{.what = u"site"_s, .key = {space(), siteName()}};
        QJsonArray endpoints{u"%1.example.com:%2"_s.arg(wish.key.name).arg(1 + upTo(3))}, peers;
        if (upTo(2) == 0)
            endpoints.append(u"[2001:db8::%1]:51820"_s.arg(upTo(9)));
        for (int i = upTo(3); i > 0; --i)
            if (const QString peer = siteName(); !peers.contains(peer))
                peers.append(peer);
        QString key = QString::fromLatin1(QByteArray(32, char(upTo(4))).toBase64());
        if (rarely())
            key = u"A"_s.repeated(44), wish.what += u", bad key"_s;
        int port = 51820 + upTo(3);
        if (rarely())
            port = 70000, wish.what += u", bad port"_s;
        QJsonObject spec{
            {u"wireguard"_s, QJsonObject{{u"publicKey"_s, key}, {u"listenPort"_s, port}, {u"endpoints"_s, endpoints}}}};
        if (upTo(3) > 0)
            spec.insert("location"_L1, u"City %1"_s.arg(upTo(5)));
        if (upTo(3) > 0)
            spec.insert("mesh"_L1, QJsonObject{{u"enabled"_s, upTo(2) == 0}, {u"peerWith"_s, peers}});
        if (upTo(3) == 0)
            spec.insert(
                "resources"_L1, QJsonObject{{u"cpu"_s, u"%1m"_s.arg(100 * (1 + upTo(9)))}, {u"memory"_s, u"1Gi"_s}});
        return finished(wish, spec);
    }

    [[nodiscard]] Wish policy()
    {
        Wish wish{.what = u"policy"_s, .kind = &policyKind(), .key = {space(), u"policy-%1"_s.arg(upTo(5))}};
        const auto path
            = [this] { return QJsonObject{{u"siteRef"_s, siteName()}, {u"pathId"_s, u"wan%1"_s.arg(upTo(3))}}; };
        QString ports = u"%1-5061"_s.arg(5000 + upTo(3));
        if (rarely())
            ports = u"443-80"_s, wish.what += u", bad ports"_s;
        QJsonObject action{{u"type"_s, u"route"_s}};
        if (upTo(5) > 0)
            action.insert("primaryPath"_L1, path());
        if (upTo(3) == 0)
            action.insert("backupPath"_L1, path());
        if (upTo(2) == 0)
            action.insert("qos"_L1, QJsonObject{{u"class"_s, u"realtime"_s}, {u"bandwidth"_s, u"10Mbps"_s}});
        QJsonObject spec{{u"priority"_s, upTo(1000)},
            {u"match"_s, QJsonObject{{u"protocol"_s, u"udp"_s}, {u"dstPortRange"_s, ports}}}, {u"action"_s, action}};
        if (upTo(2) == 0)
            spec.insert("failover"_L1, QJsonObject{{u"threshold"_s, upTo(100)}, {u"cooldown"_s, u"30s"_s}});
        if (rarely())
            spec.insert("priority"_L1, 5000), wish.what += u", bad priority"_s;
        return finished(wish, spec);
    }

    [[nodiscard]] Wish finished(Wish wish, const QJsonObject &spec)
    {
        const QJsonObject meta = metadata(wish); // before what is said of it is taken over
        wish.manifest = {{u"apiVersion"_s, wish.kind->resource().apiVersion()}, {u"kind"_s, wish.kind->resource().kind},
            {u"metadata"_s, meta}, {u"spec"_s, spec}};
        return wish;
    }

    [[nodiscard]] std::optional<Wish> remove(const OperatorWorld &world)
    {
        const Kind &kind = upTo(3) > 0 ? siteKind() : policyKind();
        QList<Object> all = world.objects(kind.resource());
        all.removeIf([](const Object &object) { return object.key().name == sentinel; });
        if (all.isEmpty())
            return std::nullopt;
        std::ranges::sort(all, {}, &Object::key);
        return Wish{.what = u"delete"_s, .kind = &kind, .key = all[upTo(int(all.size()))].key()};
    }

    QRandomGenerator m_random;
};

} // namespace

/// What is previewed is what the operator then does: the same requests to the Patronus API, the same status, byte for
/// byte but for times. PATRONUS_PREVIEW_CHANGES says how many changes are made (300 want
/// QTEST_FUNCTION_TIMEOUT=3000000), PATRONUS_PREVIEW_SEED which ones.
class TestPreviewTruth : public TestCase
{
    Q_OBJECT

private:
    std::unique_ptr<OperatorWorld> m_world;
    std::unique_ptr<OperatorProcess> m_operator;
    qint64 m_ownSweeps = 0; // of previews

    [[nodiscard]] static int fromEnvironment(const char *name, int usual)
    {
        bool isNumber = false;
        const int number = qEnvironmentVariableIntValue(name, &isNumber);
        return isNumber ? number : usual;
    }

    [[nodiscard]] ChangesPreview preview(const Wish &wish)
    {
        PreviewRequest request{.isDelete = wish.manifest.isEmpty()};
        if (request.isDelete)
            request.objects.append({wish.kind, wish.key});
        else
            request.manifests.append(wish.manifest);
        const auto preview = QCoro::waitFor(previewChanges(
            {.client = m_world->client(), .patronus = &m_world->otherClient(), .clock = m_world->clock()}, request,
            {}));
        if (!preview)
            qFatal("%s", qPrintable(preview.error().message));
        ++m_ownSweeps;
        return *preview;
    }

    /// Makes the change, as a person does; whether the server takes it.
    [[nodiscard]] bool make(const Wish &wish) const
    {
        const auto done = wish.manifest.isEmpty()
            ? m_world->plane().kubectl({u"delete"_s, QString::fromLatin1(wish.kind->label), wish.key.name, u"-n"_s,
                  wish.key.nameSpace, u"--wait=false"_s})
            : m_world->plane().kubectl({u"apply"_s, u"-f"_s, u"-"_s}, toJson(wish.manifest));
        return done.exitCode == 0;
    }

    /// Of two new objects of one name the older owns it; where they are of the same second, the one with the lesser
    /// UID, which nobody knows before it is made. So the other one comes a second later.
    void awaitAnotherSecond(const Wish &wish) const
    {
        const auto isNew = [&wish](const Object &object) {
            return object.key().name == wish.key.name
                && object.creationTime().addSecs(1) > QDateTime::currentDateTimeUtc();
        };
        while (std::ranges::any_of(m_world->objects(wish.kind->resource()), isNew))
            letPass(20ms);
    }

    /// Waits until the operator has heard of all that was done before.
    void awaitOperator(int round) const
    {
        for (const Kind *kind : {&siteKind(), &policyKind()}) {
            const QJsonObject spec = kind == &siteKind()
                ? QJsonObject{{u"wireguard"_s,
                      QJsonObject{{u"publicKey"_s, QString::fromLatin1(QByteArray(32, 's').toBase64())},
                          {u"listenPort"_s, 1000 + round}, {u"endpoints"_s, QJsonArray{u"s.example.com:1"_s}}}}}
                : QJsonObject{{u"priority"_s, round % 1000}, {u"match"_s, QJsonObject{{u"protocol"_s, u"any"_s}}},
                      {u"action"_s, QJsonObject{{u"type"_s, u"drop"_s}}}};
            const auto applied = QCoro::waitFor(m_world->client().apply(kind->resource(), {u"default"_s, sentinel}, {},
                {{u"spec"_s, spec}}, {.fieldManager = u"test"_s, .force = true}, {}));
            QVERIFY2(applied, applied ? "" : qPrintable(applied.error().message));
        }
        const QDeadlineTimer deadline(10s);
        while (m_world->reasonOf(resources::sites(), sentinel) != "Synced"_L1
            || m_world->reasonOf(resources::policies(), sentinel) != "Synced"_L1) {
            QVERIFY(!deadline.hasExpired());
            letPass(5ms);
        }
    }

    /// Whether the operator has counted paths again since its start, as it does every minute: from then on the numbers
    /// that it writes are of a count that nobody else knows.
    [[nodiscard]] bool isSweeping() const
    {
        return m_world->simulator().requests().count("GET", "/api/v1/traffic/stats") - m_ownSweeps > 1;
    }

    /// The requests that the Patronus API got since @p first, but for the sentinel's.
    [[nodiscard]] QStringList sent(size_t first) const
    {
        QStringList texts;
        const auto &changes = m_world->simulator().requests().changes();
        for (size_t i = first; i < changes.size(); ++i)
            if (!changes[i].path.endsWith(sentinel))
                texts.append(u"%1 %2 %3"_s.arg(
                    QString::fromLatin1(changes[i].method), changes[i].path, QString::fromUtf8(changes[i].body)));
        texts.sort();
        return texts;
    }

    [[nodiscard]] static QStringList planned(const ChangesPreview &preview)
    {
        QStringList texts;
        for (const PreviewedObject &object : preview.objects)
            for (const PreviewEffects::Entry &entry : object.answer.steps)
                if (const StepRequest request = requestOf(entry.step); request.isRemote)
                    texts.append(u"%1 %2 %3"_s.arg(QLatin1StringView(request.method), request.path,
                        request.body.isEmpty() ? QString() : QString::fromUtf8(toJson(request.body))));
        texts.sort();
        return texts;
    }

    [[nodiscard]] Snapshot snapshot() const
    {
        Snapshot all;
        for (const Kind *kind : {&siteKind(), &policyKind()})
            for (const Object &object : m_world->objects(kind->resource()))
                if (object.key().name != sentinel)
                    all.insert(QLatin1StringView(kind->label) + u' ' + object.key().text(),
                        {{u"status"_s, timeless(object.status())}, {u"held"_s, object.hasFinalizer(names::finalizer)}});
        return all;
    }

    /// @p before as it would be after what is previewed.
    [[nodiscard]] static Snapshot expected(Snapshot before, const ChangesPreview &preview)
    {
        for (const PreviewedObject &object : preview.objects) {
            if (!object.refusal.isEmpty())
                continue;
            const QString name = QLatin1StringView(object.kind->label) + u' ' + object.key.text();
            QJsonObject now = before.value(name, {{u"status"_s, QJsonObject()}, {u"held"_s, false}});
            bool isGone = object.change == PreviewedObject::Change::Delete && !now["held"_L1].toBool();
            for (const PreviewEffects::Entry &entry : object.answer.steps) {
                if (const auto *told = std::get_if<PatchStatus>(&entry.step))
                    now.insert("status"_L1, timeless(told->status));
                now.insert("held"_L1, now["held"_L1].toBool() || std::holds_alternative<SetFinalizer>(entry.step));
                isGone = isGone || std::holds_alternative<RemoveFinalizer>(entry.step);
            }
            if (isGone)
                before.remove(name);
            else
                before.insert(name, now);
        }
        return before;
    }

private Q_SLOTS:
    void initTestCase()
    {
        auto world = OperatorWorld::start();
        QVERIFY2(world, qPrintable(world ? QString() : world.error().message));
        m_world = *std::move(world);
        QVERIFY(m_world->plane().apply("{apiVersion: v1, kind: Namespace, metadata: {name: north}}"));
        m_operator = m_world->startOperator();
        QVERIFY(eventually([&] { return m_operator->isReady(); }));
    }

    void theOperatorDoesWhatIsPreviewed()
    {
        const int rounds = fromEnvironment("PATRONUS_PREVIEW_CHANGES", 60),
                  seed = fromEnvironment("PATRONUS_PREVIEW_SEED", 1);
        Fancy fancy{quint32(seed)};
        awaitOperator(0);
        int puts = 0, written = 0, refusals = 0, followers = 0;
        for (int round = 1; round <= rounds; ++round) {
            const Wish wish = fancy.next(*m_world);
            awaitAnotherSecond(wish);
            const QByteArray what
                = u"seed %1, change %2: %3 %4"_s.arg(seed).arg(round).arg(wish.what, wish.key.text()).toUtf8();
            const auto first = m_world->simulator().requests().changes().size();
            // A first status takes what the API counts now; the operator's own count may be a minute old.
            bool steady = m_world->find(wish.kind->resource(), wish.key.name, wish.key.nameSpace).has_value();
            const auto isAs = [&](const Snapshot &wanted) {
                const Snapshot is = snapshot();
                steady = steady && !isSweeping();
                return compared(is, steady) == compared(wanted, steady);
            };
            const Snapshot before = snapshot();
            const ChangesPreview plan = preview(wish);
            QVERIFY2(sent(first).isEmpty() && isAs(before), what.constData()); // it only looked
            const PreviewedObject &asked = plan.objects.first();
            QVERIFY2(make(wish) == asked.refusal.isEmpty(), (what + " " + asked.refusal.toUtf8()).constData());
            awaitOperator(round);
            const Snapshot after = expected(before, plan);
            (void)eventually([&] { return sent(first) == planned(plan) && isAs(after); }, 5s);
            letPass(30ms); // for what would be too much
            QVERIFY2(sent(first) == planned(plan),
                (what + "\nsent:    " + sent(first).join(u'\n').toUtf8()
                    + "\npreview: " + planned(plan).join(u'\n').toUtf8())
                    .constData());
            const Snapshot now = snapshot();
            steady = steady && !isSweeping();
            const QMap<QString, QByteArray> is = compared(now, steady), wanted = compared(after, steady);
            QVERIFY2(is.keys() == wanted.keys(),
                (what + "\nis:      " + QStringList(is.keys()).join(u' ').toUtf8()
                    + "\npreview: " + QStringList(wanted.keys()).join(u' ').toUtf8())
                    .constData());
            for (auto it = is.begin(); it != is.end(); ++it)
                QVERIFY2(it.value() == wanted[it.key()],
                    (what + '\n' + it.key().toUtf8() + "\nis:      " + it.value() + "\npreview: " + wanted[it.key()])
                        .constData());
            puts += int(planned(plan).size()), refusals += asked.refusal.isEmpty() ? 0 : 1,
                followers += int(plan.objects.size()) - 1;
            for (auto it = after.begin(); it != after.end(); ++it)
                written += before.value(it.key()) != it.value() ? 1 : 0;
        }
        qInfo("%d changes: %d requests to the Patronus API, %d statuses, %d refusals, %d objects that followed", rounds,
            puts, written, refusals, followers);
        QVERIFY(puts > rounds / 5 && written > rounds / 4); // there was something to be true about
    }
};

QTEST_GUILESS_MAIN(TestPreviewTruth)
#include "tst_previewtruth.moc"
