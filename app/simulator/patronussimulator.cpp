// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/simulator/patronussimulator.h"
#include "app/simulator/api.h"
#include "app/simulator/control.h"
#include "app/simulator/listener.h"
#include "app/simulator/requestlimit.h"

#include "core/log.h"

using namespace Qt::StringLiterals;

namespace patronus {

using namespace simulator;

static constexpr std::chrono::milliseconds saveDelay(100); // so that a burst of changes is one write of the file
static constexpr std::chrono::seconds saveRetry(5);

struct PatronusSimulator::Private {
    Private(PatronusSimulator &self, Settings itsSettings, Clock &itsClock)
        : settings(std::move(itsSettings)),
          clock(itsClock),
          frozen(settings.isFrozen),
          faults(settings.faults),
          faultRandom(settings.seed),
          database(settings.dataFile),
          dynamics(database, settings.seed),
          signIn(settings.signIn, clock),
          api(database, dynamics, signIn, clock, settings.version),
          control(self, faults),
          perAddress(settings.requestsPerMinute, std::chrono::minutes(1), clock),
          perUser(settings.requestsPerHour, std::chrono::hours(1), clock),
          stepTimer(clock.makeTimer([this] { stepAndGoOn(); })),
          saveTimer(clock.makeTimer([this] { save(); })),
          listener([this](const Request &request) { return handle(request); })
    {
    }

    void stepAndGoOn()
    {
        dynamics.step(settings.interval, clock.wallTime());
        stepTimer->start(settings.interval);
    }

    void save()
    {
        const auto saved = database.save();
        if (saved)
            return;
        qCWarning(logApp).noquote() << "the data is not saved, which is tried again:" << saved.error().message;
        saveTimer->start(saveRetry);
    }

    Delivery handle(const Request &request);
    Delivery handleApi(const Request &request, const Api::Route *route);
    std::optional<Answer> refuse(const Request &request, const Api::Route &route, Headers *limits);
    [[nodiscard]] QJsonObject state();

    const Settings settings;
    Clock &clock;
    bool frozen;
    Faults faults;
    QRandomGenerator faultRandom;
    Database database;
    Dynamics dynamics;
    SignIn signIn;
    Api api;
    Control control;
    RequestLimit perAddress, perUser;
    RequestLog log;
    const std::unique_ptr<Timer> stepTimer, saveTimer;
    Listener listener; // the last: its connections end before what answers them
};

Delivery PatronusSimulator::Private::handle(const Request &request)
{
    if (settings.hasControl && Control::isMeant(request))
        return {.answer = control.answer(request, state())};

    const Api::Route *route = Api::find(request);
    const bool wasDirty = database.isDirty();
    Delivery delivery = handleApi(request, route);
    const bool isAnswered = delivery.how != Delivery::How::Hang && delivery.how != Delivery::How::Close;
    log.note(request, route ? route->pattern : "other"_ba, isAnswered ? delivery.answer.status : 0, clock.wallTime());
    if (database.isDirty() && !wasDirty)
        saveTimer->start(saveDelay);
    return delivery;
}

Delivery PatronusSimulator::Private::handleApi(const Request &request, const Api::Route *route)
{
    const Fault fault = drawFault(faults, request, faultRandom);
    const auto instead = [&](Answer answer) { return Delivery{.answer = std::move(answer), .delay = fault.delay}; };
    switch (fault.kind) {
    case Fault::Kind::Hang:
        return {.how = Delivery::How::Hang};
    case Fault::Kind::Close:
        return {.how = Delivery::How::Close, .delay = fault.delay};
    case Fault::Kind::Unavailable:
        return instead(errorAnswer(503, u"unavailable"_s, u"the API is down (simulated)"_s));
    case Fault::Kind::Error:
        return instead(errorAnswer(faults.errorStatus, u"simulated"_s, u"an error on demand"_s));
    case Fault::Kind::Throttle: {
        Answer answer = errorAnswer(429, u"rate_limited"_s, u"too many requests (simulated)"_s);
        answer.headers.append({"retry-after", QByteArray::number(faults.retryAfterSeconds)});
        return instead(std::move(answer));
    }
    case Fault::Kind::None:
    case Fault::Kind::Cut:
    case Fault::Kind::Garbage:
        break;
    }

    if (!route)
        return instead(Api::withoutRoute(request));
    Headers limits;
    std::optional<Answer> answer = refuse(request, *route, &limits);
    if (!answer)
        answer = api.answer(*route, request);
    answer->headers += limits;
    Delivery delivery = instead(*std::move(answer));
    if (fault.kind == Fault::Kind::Cut)
        delivery.how = Delivery::How::Cut;
    else if (fault.kind == Fault::Kind::Garbage)
        delivery.how = Delivery::How::Garbage;
    return delivery;
}

/// The 429 or 401 of a request that may not pass, or nullopt; @p limits get the headers for its answer in any case.
std::optional<Answer> PatronusSimulator::Private::refuse(
    const Request &request, const Api::Route &route, Headers *limits)
{
    const bool isSignIn = route.pattern.startsWith("/api/v1/auth");
    if (route.isOpen && !isSignIn)
        return {};

    auto left = perAddress.take(request.address);
    std::optional<Answer> refused;
    QString user = u"anonymous"_s;
    if (!route.isOpen && signIn.isRequired()) {
        if (const auto known = signIn.user(request.header("authorization")))
            user = *known;
        else
            refused = errorAnswer(401, u"unauthorized"_s, u"a valid bearer token is needed"_s);
    }
    if (!route.isOpen && !refused) {
        // The tighter of the two is shown, as only one fits into the headers.
        const auto leftOfUser = perUser.take(user);
        const auto share = [](const RequestLimit::Left &of) { return double(of.remaining) / of.limit; };
        if (leftOfUser && (!left || share(*leftOfUser) < share(*left)))
            left = leftOfUser;
    }
    if (left) {
        *limits = rateLimitHeaders(*left, clock.wallTime());
        if (left->remaining < 0) {
            refused = errorAnswer(429, u"rate_limited"_s, u"more than %1 requests"_s.arg(left->limit));
            refused->headers.append({"retry-after", QByteArray::number(qint64(left->untilReset.count()))});
        }
    }
    return refused;
}

QJsonObject PatronusSimulator::Private::state()
{
    return {
        {u"version"_s, settings.version},
        {u"seed"_s, qint64(settings.seed)},
        {u"frozen"_s, frozen},
        {u"interval_ms"_s, qint64(settings.interval.count())},
        {u"requests_per_minute"_s, settings.requestsPerMinute},
        {u"requests_per_hour"_s, settings.requestsPerHour},
        {u"credentials"_s, signIn.isRequired()},
        {u"faults"_s, faults.toJson()},
        {u"sites"_s, qint64(database.records(RemoteKind::Site).size())},
        {u"policies"_s, qint64(database.records(RemoteKind::Policy).size())},
        {u"paths"_s, qint64(dynamics.paths(clock.wallTime()).size())},
        {u"failover_events"_s, qint64(dynamics.failovers().size())},
    };
}

PatronusSimulator::PatronusSimulator(Settings settings, Clock &clock)
    : d(std::make_unique<Private>(*this, std::move(settings), clock))
{
}

PatronusSimulator::~PatronusSimulator()
{
    d->save();
}

Expected<void> PatronusSimulator::listen(const QHostAddress &address, quint16 port)
{
    if (const auto loaded = d->database.load(); !loaded)
        return loaded;
    d->dynamics.objectsChanged();
    if (!d->frozen)
        d->stepTimer->start(d->settings.interval);
    return d->listener.listen(address, port);
}

QUrl PatronusSimulator::url() const
{
    return d->listener.url();
}

void PatronusSimulator::setFaults(const Faults &faults)
{
    d->faults = faults;
}

void PatronusSimulator::freeze(bool frozen)
{
    if (d->frozen == frozen)
        return;
    d->frozen = frozen;
    if (frozen)
        d->stepTimer->stop();
    else
        d->stepTimer->start(d->settings.interval);
}

void PatronusSimulator::step()
{
    d->dynamics.step(d->settings.interval, d->clock.wallTime());
}

bool PatronusSimulator::pinPath(const QString &pathId, std::optional<RemotePath::Status> status)
{
    return d->dynamics.pin(pathId, status, d->clock.wallTime());
}

void PatronusSimulator::revokeTokens()
{
    d->signIn.revokeAll();
}

const RequestLog &PatronusSimulator::requests() const
{
    return d->log;
}

const Database &PatronusSimulator::objects() const
{
    return d->database;
}

void PatronusSimulator::reset(bool withData)
{
    d->faults = {};
    d->log.clear();
    d->perAddress.clear();
    d->perUser.clear();
    if (withData) {
        d->database.clear();
        d->dynamics.clear();
        d->saveTimer->start(saveDelay);
    }
}

} // namespace patronus
