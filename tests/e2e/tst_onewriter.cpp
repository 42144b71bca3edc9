// SPDX-License-Identifier: GPL-3.0-or-later
#include "objects.h"
#include "support/operatorworld.h"
#include "support/testcase.h"

#include <QTimer>

#include <algorithm>
#include <array>
#include <csignal>

using namespace Qt::StringLiterals;
using namespace patronus;
using namespace std::chrono_literals;

namespace {

constexpr auto leaseDuration = 6s;
const std::array operators{u"operator-a"_s, u"operator-b"_s, u"operator-c"_s};
const std::array newOperators{u"operator-d"_s, u"operator-e"_s, u"operator-f"_s}; // of the next version

/// A change that an operator asked for, at the API server or at the Patronus API.
struct Write {
    QDateTime time; ///< when the server had it
    QString who;
    QString what;
};

/// From the moment on when a write made somebody the lease's holder to the one that ended it.
struct Term {
    QString who;
    QDateTime began;
    QDateTime ended = {}; ///< invalid: it still goes on
};

/// Sites that come in and change, one each tenth of a second.
class Load
{
public:
    Load(KubeClient &client, QString prefix) : m_client(client), m_prefix(std::move(prefix))
    {
        QObject::connect(&m_timer, &QTimer::timeout, &m_timer, [this] { createOne(); });
        m_timer.start(100ms);
    }
    void stop() { m_timer.stop(); }

private:
    void createOne()
    {
        const QJsonObject wireguard{{u"publicKey"_s, u"MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="_s},
            {u"listenPort"_s, 51820}, {u"endpoints"_s, QJsonArray{u"hq.example.com:51820"_s}}};
        const QString name = u"%1-%2"_s.arg(m_prefix).arg(m_made++);
        const QJsonObject site{{u"metadata"_s, QJsonObject{{u"name"_s, name}, {u"namespace"_s, u"default"_s}}},
            {u"spec"_s, QJsonObject{{u"wireguard"_s, wireguard}}}};
        std::ignore = m_client.create(resources::sites(), site, {}, {}); // that it came is seen at the end
    }

    KubeClient &m_client;
    const QString m_prefix;
    QTimer m_timer;
    int m_made = 0;
};

/// Changes 20 of the Sites a second, each time to a location that no Site had.
class Changes
{
public:
    Changes(KubeClient &client, QStringList sites) : m_client(client), m_sites(std::move(sites))
    {
        QObject::connect(&m_timer, &QTimer::timeout, &m_timer, [this] { changeOne(); });
        m_timer.start(50ms);
    }
    void stop() { m_timer.stop(); }
    [[nodiscard]] int made() const { return m_made; }
    [[nodiscard]] int refused() const { return m_refused; }
    [[nodiscard]] bool areAnswered() const { return m_answered == m_made; }
    /// What the Sites that were changed should have.
    [[nodiscard]] const QHash<QString, QString> &locations() const { return m_locations; }

private:
    QCoro::Task<> changeOne()
    {
        const QString site = m_sites[m_made % m_sites.size()];
        const QString location = u"Location %1"_s.arg(m_made++);
        m_locations.insert(site, location);
        const QJsonObject change{{u"spec"_s, QJsonObject{{u"location"_s, location}}}};
        const auto answer
            = co_await m_client.patch(resources::sites(), {u"default"_s, site}, {}, PatchType::Merge, change, {}, {});
        ++m_answered;
        m_refused += answer ? 0 : 1;
    }

    KubeClient &m_client;
    const QStringList m_sites;
    QTimer m_timer;
    int m_made = 0, m_answered = 0, m_refused = 0;
    QHash<QString, QString> m_locations;
};

} // namespace

/// Three operators, one lease: whoever holds it is the only one that changes anything, at either API.
///
/// The API server's audit log tells the operators apart by their users, the simulator by the loopback address at which
/// each asks for it.
class TestOneWriter : public TestCase
{
    Q_OBJECT

private:
    std::unique_ptr<OperatorWorld> m_world;
    std::map<QString, std::unique_ptr<OperatorProcess>> m_operators;
    QDateTime m_began;

    static QByteArray addressOf(const QString &who)
    {
        return "127.0.0." + QByteArray::number(who.back().unicode() - u'a' + 1);
    }
    /// The operator that asked for @p change: each knows the simulator by another address.
    static QString askedBy(const simulator::RequestLog::Change &change)
    {
        const auto host = std::ranges::find(change.headers, "host"_ba, [](const auto &header) { return header.first; });
        const QByteArray address = host == change.headers.end() ? QByteArray() : host->second;
        for (const auto &some : {operators, newOperators})
            for (const QString &who : some)
                if (address.startsWith(addressOf(who) + ':'))
                    return who;
        return u"somebody at "_s + QString::fromLatin1(address);
    }
    void startOperator(const QString &who)
    {
        auto options = m_world->operatorOptions(who);
        options.apiUrl.setHost(QString::fromLatin1(addressOf(who)));
        options.environment.insert({{u"LEADER_ELECTION_ENABLED"_s, u"true"_s},
            {u"LEADER_ELECTION_LEASE_DURATION"_s, u"6s"_s}, {u"LEADER_ELECTION_RENEW_DEADLINE"_s, u"4s"_s},
            {u"LEADER_ELECTION_RETRY_PERIOD"_s, u"1s"_s}, {u"POD_NAMESPACE"_s, u"patronus-system"_s}});
        m_operators[who] = std::make_unique<OperatorProcess>(options);
    }

    /// The operator that holds the lease; empty: none does.
    QString holder() const
    {
        const auto lease = m_world->find(resources::leases(), u"patronus-operator"_s, u"patronus-system"_s);
        return lease ? lease->spec().value("holderIdentity"_L1).toString().section(u'_', 0, 0) : QString();
    }
    /// What the lease's writes say about who held it and when. Times are those of the server's audit log, which are
    /// later than the holder's own.
    QList<Term> terms() const
    {
        QList<Term> all;
        for (const AuditedWrite &write : m_world->writes()) {
            if (write.resource != "leases"_L1 || write.status >= 300 || write.received < m_began)
                continue;
            const QString holder = write.body["spec"_L1]["holderIdentity"_L1].toString().section(u'_', 0, 0);
            const bool goesOn = !all.isEmpty() && !all.last().ended.isValid();
            if (goesOn && all.last().who == holder)
                continue;
            if (goesOn)
                all.last().ended = write.received;
            if (!holder.isEmpty())
                all.append({.who = holder, .began = write.received});
        }
        return all;
    }
    /// All changes of all operators but the lease's, in the order in which they came.
    QList<Write> writes() const
    {
        QList<Write> all;
        for (const AuditedWrite &write : m_world->writes())
            if (write.resource != "leases"_L1 && write.received >= m_began)
                all.append({write.received, write.user, write.text()});
        for (const auto &change : m_world->simulator().requests().changes())
            if (change.time >= m_began)
                all.append({change.time, askedBy(change), QString::fromLatin1(change.method) + u' ' + change.path});
        std::ranges::stable_sort(all, {}, &Write::time);
        return all;
    }
    qsizetype writesOf(const QString &who) const { return std::ranges::count(writes(), who, &Write::who); }
    /// Whether the logs know @p who as a writer at both APIs.
    bool hasWrittenToBoth(const QString &who) const
    {
        const QList<Write> all = writes();
        const auto has = [&](QLatin1StringView beginning) {
            return std::ranges::any_of(
                all, [&](const Write &write) { return write.who == who && write.what.startsWith(beginning); });
        };
        return has("PUT /api"_L1) && has("patch sites/status"_L1);
    }

    /// The writes that were made by somebody who did not hold the lease, as texts.
    QStringList strayWrites() const
    {
        const QList<Term> held = terms();
        QStringList stray;
        for (const Write &write : writes()) {
            const bool isHolders = std::ranges::any_of(held, [&](const Term &term) {
                return term.who == write.who && write.time >= term.began
                    && (!term.ended.isValid() || write.time <= term.ended);
            });
            if (!isHolders)
                stray += u"%1 %2: %3"_s.arg(write.time.toString(Qt::ISODateWithMs), write.who, write.what);
        }
        return stray;
    }
    QStringList holders() const
    {
        QStringList all;
        for (const Term &term : terms())
            all += term.who;
        return all;
    }

    bool isAllConverged() const
    {
        const QList<Object> sites = m_world->objects(resources::sites());
        const bool areActive = std::ranges::all_of(
            sites, [](const Object &site) { return site.status().value("phase"_L1) == "Active"_L1; });
        return areActive && !sites.isEmpty() && m_world->inventory().size() == sites.size();
    }
    QByteArray log(const QString &who) const { return m_operators.at(who)->log(); }

private Q_SLOTS:
    void initTestCase()
    {
        auto started = OperatorWorld::start({.simulatorAddress = QHostAddress::AnyIPv4});
        QVERIFY2(started, started ? "" : qPrintable(started.error().message));
        m_world = *std::move(started);
    }

    /// All three run, one of them leads.
    void init() override
    {
        TestCase::init();
        m_began = QDateTime::currentDateTimeUtc();
        for (const QString &who : operators)
            startOperator(who);
        QVERIFY(eventually([this] {
            return !holder().isEmpty()
                && std::ranges::all_of(m_operators, [](const auto &entry) { return entry.second->isReady(); });
        }));
    }

    void cleanup()
    {
        for (const auto &[who, process] : m_operators) {
            if (QTest::currentTestFailed())
                qInfo("%s:\n%s", qPrintable(who), process->log().constData());
            process->signal(SIGTERM);
        }
        for (const auto &[who, process] : m_operators)
            if (!process->awaitEnd())
                process->signal(SIGKILL);
        m_operators.clear();
        m_world->clear();
    }

    void cleanupTestCase() { m_world.reset(); }

    void aKilledLeaderIsFollowedWhenItsLeaseHasRunOut()
    {
        Load load(m_world->client(), u"killed"_s);
        const QString first = holder();
        QVERIFY2(eventually([&] { return writesOf(first) >= 30; }), log(first).constData());
        m_operators.at(first)->signal(SIGKILL);

        QVERIFY(eventually([&] { return !QStringList{QString(), first}.contains(holder()); }));
        const QString second = holder();
        QVERIFY2(eventually([&] { return writesOf(second) >= 30; }), log(second).constData());
        load.stop();
        QVERIFY2(eventually([this] { return isAllConverged(); }), log(second).constData());

        QCOMPARE(strayWrites(), QStringList());
        QCOMPARE(holders(), (QStringList{first, second}));
        QVERIFY(hasWrittenToBoth(first) && hasWrittenToBoth(second));
        QDateTime renewed;
        for (const AuditedWrite &write : m_world->writes())
            if (write.resource == "leases"_L1 && write.user == first && write.status < 300)
                renewed = write.received;
        const auto waited = std::chrono::milliseconds(renewed.msecsTo(terms().last().began));
        QVERIFY2(waited >= leaseDuration - 500ms, qPrintable(QString::number(waited.count())));
    }

    void aFrozenLeaderWritesNothingMoreWhenItIsThawed()
    {
        Load load(m_world->client(), u"frozen"_s);
        const QString first = holder();
        QVERIFY2(eventually([&] { return writesOf(first) >= 30; }), log(first).constData());
        m_operators.at(first)->signal(SIGSTOP);

        QVERIFY(eventually([&] { return !QStringList{QString(), first}.contains(holder()); }));
        const QString second = holder();
        QVERIFY2(eventually([&] { return writesOf(second) >= 30; }), log(second).constData());
        const QDateTime thawed = QDateTime::currentDateTimeUtc();
        m_operators.at(first)->signal(SIGCONT);
        QCOMPARE(m_operators.at(first)->awaitEnd(), std::optional(3));
        QCOMPARE(m_operators.at(first)->countInLog("the lease is lost"), 1);

        const qsizetype before = writesOf(second);
        QVERIFY2(eventually([&] { return writesOf(second) >= before + 10; }), log(second).constData()); // undisturbed
        load.stop();
        QVERIFY2(eventually([this] { return isAllConverged(); }), log(second).constData());
        QCOMPARE(strayWrites(), QStringList());
        QCOMPARE(holders(), (QStringList{first, second}));
        QVERIFY(hasWrittenToBoth(first) && hasWrittenToBoth(second));
        const QList<Write> all = writes();
        QVERIFY(
            std::ranges::none_of(all, [&](const Write &write) { return write.who == first && write.time >= thawed; }));
    }

    /// One after the other is replaced, as a Deployment does it: the next comes, is ready, and an old one gets SIGTERM.
    void aRollingUpgradeUnderLoadLosesNothing()
    {
        QStringList sites;
        QByteArray manifests;
        for (int i = 0; i < 500; ++i) {
            sites.append(u"branch-%1"_s.arg(i));
            manifests += SiteManifest{.name = sites.last()}.yaml();
        }
        QVERIFY(m_world->plane().apply(manifests));
        QVERIFY(eventually([this] { return isAllConverged(); }, 120s));

        m_world->simulator().reset(false); // the log of requests alone
        const QDateTime began = QDateTime::currentDateTimeUtc();
        Changes changes(m_world->client(), sites);
        letPass(2s);
        for (size_t i = 0; i < operators.size(); ++i) {
            startOperator(newOperators[i]);
            QVERIFY(eventually([&] { return m_operators.at(newOperators[i])->isReady(); }));
            m_operators.at(operators[i])->signal(SIGTERM);
            QCOMPARE(m_operators.at(operators[i])->awaitEnd(), std::optional(0));
            letPass(3s);
        }
        changes.stop();
        const QDateTime ended = QDateTime::currentDateTimeUtc();
        const auto isEveryChangeThere = [&] {
            const auto &records = m_world->simulator().objects().records(RemoteKind::Site);
            return changes.areAnswered() && std::ranges::all_of(sites, [&](const QString &site) {
                const QString location = changes.locations().value(site, u"Berlin"_s);
                const auto record = records.find(site);
                return record != records.end() && record->second.body["location"_L1] == location;
            });
        };
        QVERIFY2(eventually(isEveryChangeThere), log(holder()).constData());
        QVERIFY(eventually([this] { return isAllConverged(); }));
        QCOMPARE(changes.refused(), 0);
        QVERIFY(changes.made() > 150);
        QCOMPARE(strayWrites(), QStringList());

        // With a change each 50 ms, a time without a PUT is one in which nobody reconciled.
        std::chrono::milliseconds gap{};
        QDateTime last = began;
        for (const auto &change : m_world->simulator().requests().changes()) {
            if (change.time > ended)
                break;
            gap = std::max(gap, std::chrono::milliseconds(last.msecsTo(change.time)));
            last = change.time;
        }
        qInfo("%d changes, %lld terms, longest time without a PUT: %lld ms", changes.made(),
            static_cast<long long>(terms().size()), static_cast<long long>(gap.count()));
        QVERIFY2(gap < 5s, qPrintable(QString::number(gap.count())));
    }

    void aStoppedLeaderHandsOverAtOnce()
    {
        Load load(m_world->client(), u"stopped"_s);
        const QString first = holder();
        QVERIFY2(eventually([&] { return writesOf(first) >= 30; }), log(first).constData());
        const QDateTime told = QDateTime::currentDateTimeUtc();
        m_operators.at(first)->signal(SIGTERM);
        QCOMPARE(m_operators.at(first)->awaitEnd(), std::optional(0));

        QVERIFY(eventually([this] { return !holder().isEmpty(); }));
        const QString second = holder();
        QVERIFY2(eventually([&] { return writesOf(second) >= 30; }), log(second).constData());
        load.stop();
        QVERIFY2(eventually([this] { return isAllConverged(); }), log(second).constData());

        QCOMPARE(strayWrites(), QStringList());
        QCOMPARE(holders(), (QStringList{first, second}));
        QVERIFY(hasWrittenToBoth(first) && hasWrittenToBoth(second));
        const auto gap = std::chrono::milliseconds(told.msecsTo(terms().last().began));
        QVERIFY2(gap < 3s, qPrintable(QString::number(gap.count())));
    }
};

QTEST_GUILESS_MAIN(TestOneWriter)
#include "tst_onewriter.moc"
