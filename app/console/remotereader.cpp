// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/remotereader.h"

#include "app/console/keychain.h"
#include "core/json.h"
#include "sdwan/difference.h"

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

constexpr std::chrono::minutes idleLimit(2);

QString toText(const PatronusSignIn &signIn)
{
    return QString::fromUtf8(
        toJson({{u"token"_s, signIn.token}, {u"username"_s, signIn.username}, {u"password"_s, signIn.password}}));
}

std::optional<PatronusSignIn> fromText(const QString &text)
{
    const auto json = parseJsonObject(text.toUtf8());
    if (!json)
        return std::nullopt;
    return PatronusSignIn{.token = json->value("token"_L1).toString(),
        .username = json->value("username"_L1).toString(),
        .password = json->value("password"_L1).toString()};
}

PatronusCredentials credentialsOf(const PatronusSignIn &signIn)
{
    return {.token = signIn.token, .username = signIn.username, .password = signIn.password};
}

} // namespace

/// A way that was made: the port-forward, and the client that goes through it.
struct RemoteReader::Way {
    std::unique_ptr<PortForward> forward;
    std::unique_ptr<HttpPatronusClient> client;
    QString text; // for a person
};

RemoteReader::RemoteReader(World world, RemoteModel &model, Clock &clock)
    : m_world(std::move(world)), m_model(model), m_clock(clock), m_idle(clock.makeTimer([this] { leave(); }))
{
}

RemoteReader::~RemoteReader() = default;

QCoro::Task<> RemoteReader::close()
{
    m_closing.request_stop();
    m_idle->stop();
    leave();
    return m_inFlight.ended();
}

/// Ends the port-forward beside whatever comes next.
void RemoteReader::leave()
{
    const auto end = [](std::shared_ptr<Way> way, [[maybe_unused]] InFlight::Guard guard) -> QCoro::Task<> {
        way->client.reset();
        co_await way->forward->close();
        way.reset(); // before the guard
    };
    if (auto way = std::exchange(m_way, nullptr))
        end(std::move(way), m_inFlight.enter());
}

void RemoteReader::read(const Kind &kind, const ObjectKey &key)
{
    m_kind = &kind;
    m_key = key;
    m_model.begin(key);
    answer(kind, key, ++m_question);
}

void RemoteReader::signIn(const PatronusSignIn &signIn, bool keep)
{
    m_signIn = signIn;
    m_keychainProblem.clear();
    leave();
    if (keep)
        this->keep(signIn);
    if (m_kind)
        read(*m_kind, m_key);
}

QString RemoteReader::keychainKey() const
{
    return m_world.identity + u' ' + m_url;
}

QCoro::Task<> RemoteReader::keep(PatronusSignIn signIn)
{
    const auto guard = m_inFlight.enter();
    if (m_world.identity.isEmpty())
        co_return;
    const auto written = co_await keychain::write(keychainKey(), toText(signIn));
    m_keychainProblem
        = written ? QString() : tr("The credentials are kept for this session alone: %1.").arg(written.error().message);
}

// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): there are two kinds, and they are static
QCoro::Task<> RemoteReader::answer(const Kind &kind, ObjectKey key, int question)
{
    // The session awaits close() before it lets this object or the model go.
    const auto guard = m_inFlight.enter();
    m_signInReason.clear();
    const auto client = co_await reach();
    Expected<std::optional<QJsonObject>> remote = std::nullopt;
    if (client && !m_closing.stop_requested())
        remote = co_await (*client)->find(kind.remote, key.name, m_closing.get_token());
    if (question != m_question || m_closing.stop_requested())
        co_return;
    if (!client || !remote) {
        const Error error = asTold(client ? remote.error() : client.error());
        const bool isUnknown = error.kind == Error::Kind::Unauthorized;
        if (isUnknown || error.kind == Error::Kind::Unreachable)
            leave(); // the pod may be gone, or somebody else signs in
        m_model.fail(isUnknown && !m_world.given ? RemoteModel::Phase::SignInNeeded : RemoteModel::Phase::OutOfReach,
            error.message);
        co_return;
    }
    RemoteModel::Answer answer{.remote = *remote,
        .way = tr("%1. Read at %2.")
            .arg(m_way ? m_way->text : tr("Read from --patronus-api-url"),
                m_clock.wallTime().toLocalTime().toString(u"HH:mm:ss"_s))};
    if (!m_keychainProblem.isEmpty())
        answer.way += u' ' + m_keychainProblem;
    const Store &store = kind.remote == RemoteKind::Site ? m_world.sites : m_world.policies;
    if (const auto object = store.find(key); object && kind.validate(*object).isEmpty())
        answer.wanted = kind.remoteBody(*object);
    if (answer.remote && !answer.wanted.isEmpty())
        answer.differences = differences(answer.wanted, *answer.remote);
    m_model.finish(answer);
}

Error RemoteReader::asTold(Error error) const
{
    if (m_way && !m_way->forward->problem().isEmpty())
        error.message = tr("the port-forward failed: %1").arg(m_way->forward->problem());
    if (!m_signInReason.isEmpty())
        error.message += u"\n"_s + m_signInReason;
    if (!m_keychainProblem.isEmpty())
        error.message += u"\n"_s + m_keychainProblem;
    return error;
}

Task<HttpPatronusClient *> RemoteReader::reach()
{
    if (m_world.given)
        co_return m_world.given;
    m_idle->start(idleLimit);
    if (m_way)
        co_return m_way->client.get();
    std::optional<Object> deployment;
    m_world.deployments.forEach([&](const Object &object) { deployment = object; });
    if (!deployment)
        co_return std::unexpected(Error{.kind = Error::Kind::NotFound,
            .message = tr("Where it is, the operator's Deployment says, and none can be read in namespace %1. "
                          "--patronus-api-url leads to an API that this machine reaches.")
                .arg(m_world.operatorNamespace)});
    const auto access = patronusAccessOf(*deployment);
    if (!access)
        co_return std::unexpected(access.error());
    m_url = access->url;
    const auto way = co_await makeWay(*access);
    if (!way)
        co_return std::unexpected(way.error());
    leave(); // another question may have made one meanwhile
    m_way = *way;
    co_return m_way->client.get();
}

Task<void> RemoteReader::checkAllowed(QString nameSpace)
{
    const std::stop_token stop = m_closing.get_token();
    const auto mayGet = co_await m_world.reads.mayI(u"get"_s, resources::pods(), nameSpace, u"portforward"_s, stop);
    if (!mayGet || *mayGet) // who may not ask is told by the server itself
        co_return {};
    co_return std::unexpected(Error{.kind = Error::Kind::Forbidden,
        .message
        = tr("You may not get (since Kubernetes 1.35: create) pods/portforward in namespace %1.").arg(nameSpace)});
}

Task<std::shared_ptr<RemoteReader::Way>> RemoteReader::makeWay(PatronusAccess access)
{
    const std::stop_token stop = m_closing.get_token();
    const QUrl url(access.url);
    const auto target = co_await podBehind(m_world.reads, url, m_world.operatorNamespace, stop);
    if (!target)
        co_return std::unexpected(target.error());
    if (const auto allowed = co_await checkAllowed(target->pod.nameSpace); !allowed)
        co_return std::unexpected(allowed.error());
    const auto authority = co_await readSetting(m_world.reads, m_world.operatorNamespace, access.ca, stop);
    if (!authority)
        co_return std::unexpected(authority.error());
    const auto credentials = co_await credentialsFor(access);
    if (!credentials)
        co_return std::unexpected(credentials.error());

    auto way = std::make_shared<Way>();
    way->forward = std::make_unique<PortForward>(m_world.connection, target->pod, target->port);
    const auto port = way->forward->listen();
    if (!port)
        co_return std::unexpected(port.error());
    Endpoint endpoint{.server = url, .tls = {.caPem = authority->toUtf8(), .serverName = url.host()}};
    endpoint.server.setHost(u"127.0.0.1"_s);
    endpoint.server.setPort(*port);
    auto transport = makeTransport(endpoint, [] { return false; });
    if (!transport)
        co_return std::unexpected(transport.error());
    way->client = std::make_unique<HttpPatronusClient>(
        std::shared_ptr<Transport>(*std::move(transport)), *credentials, m_clock);
    way->text = tr("Through a port-forward to pod %1, port %2, for %3")
                    .arg(target->pod.text())
                    .arg(target->port)
                    .arg(access.url);
    co_return way;
}

Task<PatronusCredentials> RemoteReader::credentialsFor(PatronusAccess access)
{
    if (m_signIn)
        co_return credentialsOf(*m_signIn);
    if (!access.hasCredentials())
        co_return PatronusCredentials();
    PatronusSignIn own;
    QString refusal;
    for (const auto &[setting, value] : {std::pair(access.token, &own.token), std::pair(access.username, &own.username),
             std::pair(access.password, &own.password)}) {
        const auto text
            = co_await readSetting(m_world.reads, m_world.operatorNamespace, setting, m_closing.get_token());
        if (text)
            *value = *text;
        else
            refusal = text.error().message;
    }
    if (refusal.isEmpty())
        co_return credentialsOf(own);
    m_signInReason = tr("The operator's credentials cannot be used here: %1.").arg(refusal);
    if (!m_world.identity.isEmpty()) {
        const auto kept = co_await keychain::read(keychainKey());
        if (const auto signIn = kept ? fromText(*kept) : std::nullopt)
            co_return credentialsOf(*signIn);
        if (!kept && kept.error().kind != Error::Kind::NotFound)
            m_keychainProblem = tr("Nothing could be looked up in the keychain: %1.").arg(kept.error().message);
    }
    co_return std::unexpected(
        Error{.kind = Error::Kind::Unauthorized, .message = tr("Sign in to %1 to see it.").arg(access.url)});
}

} // namespace patronus
