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

RemoteReader::RemoteReader(World world, RemoteModel &model, Clock &clock)
    : m_world(std::move(world)), m_model(model), m_clock(clock), m_idle(clock.makeTimer([this] {
          if (m_way.use_count() > 1) // somebody is still asking by it
              m_idle->start(idleLimit);
          else
              leave();
      }))
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
    const auto end = [](std::shared_ptr<PatronusWay> way, [[maybe_unused]] InFlight::Guard guard) -> QCoro::Task<> {
        co_await way->close();
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
            .arg(m_way ? m_way->text() : tr("Read from --patronus-api-url"),
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
    if (m_way)
        error = m_way->asSeen(error);
    if (!m_signInReason.isEmpty())
        error.message += u"\n"_s + m_signInReason;
    if (!m_keychainProblem.isEmpty())
        error.message += u"\n"_s + m_keychainProblem;
    return error;
}

PatronusWay::World RemoteReader::here() const
{
    return {.connection = m_world.connection,
        .reads = m_world.reads,
        .nameSpace = m_world.operatorNamespace,
        .clock = m_clock};
}

Task<std::shared_ptr<HttpPatronusClient>> RemoteReader::reach()
{
    if (m_world.given)
        co_return std::shared_ptr<HttpPatronusClient>(m_world.given, [](HttpPatronusClient *) { }); // not ours
    m_idle->start(idleLimit);
    if (m_way)
        co_return std::shared_ptr<HttpPatronusClient>(m_way, &m_way->client());
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
    const auto way = co_await PatronusWay::open(
        here(), *access, [this, access] { return credentialsFor(*access); }, m_closing.get_token());
    if (!way)
        co_return std::unexpected(way.error());
    leave(); // another question may have made one meanwhile
    m_way = *way;
    co_return std::shared_ptr<HttpPatronusClient>(m_way, &m_way->client());
}

Task<PatronusCredentials> RemoteReader::credentialsFor(PatronusAccess access)
{
    if (m_signIn)
        co_return credentialsOf(*m_signIn);
    const auto own = co_await PatronusWay::operatorCredentials(here(), access, m_closing.get_token());
    if (own)
        co_return own;
    m_signInReason = own.error().message;
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
