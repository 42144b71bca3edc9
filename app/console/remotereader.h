// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "forward/patronusway.h"
#include "models/remotemodel.h"
#include "operations/patronusaccess.h"
#include "patronusapi/client.h"
#include "runtime/store.h"
#include "sdwan/kind.h"

namespace patronus {

/// Shows what an object is in the Patronus API: at the URL that was given, else through a port-forward to a pod of its
/// Service, with URL, authority and credentials from the operator's Deployment and what that refers to; credentials
/// that the user may not read are those of the keychain, or asked for. It reads, and nothing else.
class RemoteReader : public QObject
{
    Q_OBJECT

public:
    struct World {
        KubeConnection &connection;
        KubeClient &reads;
        const Store &sites, &policies, &deployments; ///< the latter has the operator's alone
        HttpPatronusClient *given; ///< null: none was
        QString operatorNamespace;
        QString identity; ///< of the context, for the keychain; empty: nothing is kept there
    };
    /// All of @p world, @p model and @p clock have to outlive close().
    RemoteReader(World world, RemoteModel &model, Clock &clock);
    ~RemoteReader() override;

    /// The newest question overtakes those before it.
    void read(const Kind &kind, const ObjectKey &key);
    /// Answers SignInNeeded, and asks the last question again. @p keep: in the keychain.
    void signIn(const PatronusSignIn &signIn, bool keep);
    /// The way to the API, for who has more to ask; it is not left before they let it go, but for close(). Errors are
    /// those of the way.
    [[nodiscard]] Task<std::shared_ptr<HttpPatronusClient>> reach();
    [[nodiscard]] QCoro::Task<> close();

private:
    QCoro::Task<> answer(const Kind &kind, ObjectKey key, int question);
    QCoro::Task<> keep(PatronusSignIn signIn);
    [[nodiscard]] PatronusWay::World here() const;
    [[nodiscard]] Task<PatronusCredentials> credentialsFor(PatronusAccess access);
    [[nodiscard]] QString keychainKey() const;
    [[nodiscard]] Error asTold(Error error) const;
    void leave();

    const World m_world;
    RemoteModel &m_model;
    Clock &m_clock;
    std::shared_ptr<PatronusWay> m_way; // null: not made yet, or given
    std::optional<PatronusSignIn> m_signIn; // of this session
    QString m_url; // of the API, as the operator knows it
    QString m_signInReason; // why somebody has to sign in
    QString m_keychainProblem;
    const Kind *m_kind = nullptr; // of the last question
    ObjectKey m_key;
    int m_question = 0; // counts them
    std::unique_ptr<Timer> m_idle; // after which the way is left
    std::stop_source m_closing;
    InFlight m_inFlight;
};

} // namespace patronus
