// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/chosenprometheus.h"

#include "app/console/keychain.h"
#include "app/console/memory.h"
#include "core/json.h"

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

using Secret = PrometheusChoice::Secret;

/// With whom it is for, so that nobody else is ever sent it.
QString toText(const PrometheusServer &server, const QString &secret)
{
    return QString::fromUtf8(toJson({{u"for"_s, server.audience()}, {u"secret"_s, secret}}));
}

/// nullopt: it is for another server, or another user.
std::optional<QString> fromText(const PrometheusServer &server, const QString &text)
{
    const auto json = parseJsonObject(text.toUtf8());
    if (!json || server.audience().isEmpty() || json->value("for"_L1).toString() != server.audience())
        return std::nullopt;
    return json->value("secret"_L1).toString();
}

QString where(const PrometheusServer &server)
{
    return server.url.toString(QUrl::StripTrailingSlash);
}

} // namespace

ChosenPrometheus::ChosenPrometheus(ClusterModel &model, Start start) : m_model(model), m_start(std::move(start))
{
    const PrometheusServer kept = memory::prometheusServer(m_model.context().identity);
    m_model.setPrometheusChoice({.chosen = kept,
        .fixedBy = m_start.winner,
        .secret = kept.signIn == PrometheusServer::SignIn::Nothing ? Secret::None : Secret::Unknown});
}

OperatorMetrics::Given ChosenPrometheus::given()
{
    const bool isChosen = m_start.winner.isEmpty() && !m_model.prometheusChoice()->chosen.url.isEmpty();
    if (m_start.prometheusUrl.isEmpty() && !isChosen)
        return {};
    return {.open = [this] { return open(); },
        .how = isChosen ? tr("given by the user for this context") : tr("given by the user: %1").arg(m_start.winner)};
}

Task<Prometheus> ChosenPrometheus::open()
{
    const auto guard = m_inFlight.enter();
    if (!m_start.prometheusUrl.isEmpty()) {
        const QString instead
            = tr("choose the server under “Another source…”, where that can be said, and start without %1")
                  .arg(m_start.winner);
        co_return reachPrometheus({.url = m_start.prometheusUrl}, {},
            {.signIn = instead, .tls = {.authority = instead, .name = tr("name it as its certificate does")}},
            m_start.userAgent);
    }
    const PrometheusServer server = m_model.prometheusChoice()->chosen;
    const auto failed = [&server](Error error) {
        error.message = where(server) + u": "_s + error.message;
        return std::unexpected(error);
    };
    QString known;
    if (server.signIn != PrometheusServer::SignIn::Nothing) {
        const auto found = co_await secret();
        if (!found)
            co_return failed(found.error());
        known = *found;
    }
    const PrometheusRemedies remedies{.signIn = tr("sign in to it under “Another source…”"),
        .tls = {.authority = tr("name the file of the server's authority under “Another source…”"),
            .name = tr("name it as its certificate does, under “Another source…”")}};
    auto reached = reachPrometheus(server, known, remedies, m_start.userAgent);
    if (!reached)
        co_return failed(reached.error());
    co_return reached;
}

Task<QString> ChosenPrometheus::secret()
{
    if (m_secret)
        co_return QString(*m_secret); // a copy: QCoro moves what is returned
    if (m_problem)
        co_return std::unexpected(*m_problem);
    const int turn = m_turn;
    const PrometheusServer server = m_model.prometheusChoice()->chosen;
    Expected<QString> kept = std::unexpected(Error{.kind = Error::Kind::NotFound, .message = {}});
    if (!keychainKey().isEmpty())
        kept = co_await keychain::read(keychainKey());
    if (turn != m_turn)
        co_return std::unexpected(
            Error{.kind = Error::Kind::Cancelled, .message = tr("another server has been chosen meanwhile")});
    m_secret = kept ? fromText(server, *kept) : std::nullopt;
    const bool isUnreachable = !kept && kept.error().kind != Error::Kind::NotFound;
    tell(m_secret ? Secret::Kept : Secret::None, isUnreachable ? kept.error().message : QString());
    if (m_secret)
        co_return QString(*m_secret); // a copy: QCoro moves what is returned
    m_problem = Error{.kind = Error::Kind::Unauthorized,
        .message = isUnreachable
            ? tr("what to sign in with could not be looked up: %1. Give it under “Another source…”")
                  .arg(kept.error().message)
            : tr("what to sign in with is not in the keychain: give it under “Another source…”")};
    co_return std::unexpected(*m_problem);
}

QString ChosenPrometheus::keychainKey() const
{
    const QString &identity = m_model.context().identity;
    return identity.isEmpty() ? QString() : identity + u" prometheus"_s;
}

void ChosenPrometheus::choose(const PrometheusServer &server, const std::optional<QString> &secret)
{
    PrometheusChoice choice = m_model.prometheusChoice().value_or(PrometheusChoice());
    const QString before = std::exchange(choice.chosen, server).audience();
    memory::setPrometheusServer(m_model.context().identity, server);
    m_model.setPrometheusChoice(choice);
    if (secret && !server.audience().isEmpty())
        takeSecret(secret);
    else if (before != server.audience()) // what is there is for another
        takeSecret(std::nullopt);
    if (m_start.winner.isEmpty())
        Q_EMIT changed();
}

void ChosenPrometheus::forget()
{
    takeSecret(std::nullopt);
    if (m_start.winner.isEmpty())
        Q_EMIT changed();
}

void ChosenPrometheus::takeSecret(const std::optional<QString> &secret)
{
    ++m_turn;
    m_secret = secret;
    m_problem.reset();
    tell(secret ? Secret::Held : Secret::None, m_model.prometheusChoice()->keychainProblem);
    if (keychainKey().isEmpty())
        return;
    if (secret)
        keep(*secret);
    else
        drop();
}

QCoro::Task<> ChosenPrometheus::keep(QString secret)
{
    const auto guard = m_inFlight.enter();
    const int turn = m_turn;
    const auto written = co_await keychain::write(keychainKey(), toText(m_model.prometheusChoice()->chosen, secret));
    if (turn == m_turn)
        tell(written ? Secret::Kept : Secret::Held, written ? QString() : written.error().message);
}

QCoro::Task<> ChosenPrometheus::drop()
{
    const auto guard = m_inFlight.enter();
    const int turn = m_turn;
    const auto removed = co_await keychain::remove(keychainKey());
    if (turn == m_turn)
        tell(Secret::None,
            removed ? QString() : tr("what may be kept there is not removed: %1").arg(removed.error().message));
}

QCoro::Task<> ChosenPrometheus::lookUp()
{
    const auto guard = m_inFlight.enter();
    m_problem.reset();
    (void)co_await secret(); // which tells what comes of it
}

void ChosenPrometheus::retry()
{
    m_problem.reset();
}

void ChosenPrometheus::tell(Secret where, const QString &problem)
{
    PrometheusChoice choice = *m_model.prometheusChoice();
    choice.secret = where;
    choice.keychainProblem = problem;
    m_model.setPrometheusChoice(choice);
}

QCoro::Task<> ChosenPrometheus::close()
{
    return m_inFlight.ended();
}

} // namespace patronus
