// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "support/httpdouble.h"

#include <QElapsedTimer>
#include <QTimer>

#include <vector>

namespace patronus {

/// A server of Sites and Policies, as an API server tells them, for what a real one cannot do on a small machine: more
/// objects than its etcd takes in a reasonable time, and more changes a second than it can make beside what reads them.
/// Everything else that it is asked for is not there. Runs in a process of its own: serveLargeCluster().
class LargeCluster : public QObject
{
    Q_OBJECT

public:
    LargeCluster(int sites, int policies);

    [[nodiscard]] QUrl url() const { return m_server.url(); }
    /// Tells @p perSecond changed statuses of Sites a second, one Site after another, for @p seconds.
    void update(int perSecond, int seconds);

Q_SIGNALS:
    void updated(qint64 changes); ///< update() has ended

private:
    struct Collection {
        bool isSites;
        int size;
        std::vector<int> rounds = {}; // how often each has changed
        QList<QPointer<HttpDouble::Peer>> watchers = {};
    };
    void answer(const HttpDouble::Request &request, HttpDouble::Peer &peer);
    [[nodiscard]] QByteArray page(const Collection &collection, int from, int limit) const;
    [[nodiscard]] QByteArray text(const Collection &collection, int index, qint64 version) const;
    void sendDue();

    HttpDouble m_server;
    Collection m_sites, m_policies;
    qint64 m_version;
    QTimer m_pace;
    QElapsedTimer m_passed;
    int m_perSecond = 0, m_seconds = 0;
    qint64 m_sent = 0;
};

/// Serves until its standard input ends: says the URL in a line, then takes lines "PER_SECOND SECONDS" and says in a
/// line how many changes it told. For main().
int serveLargeCluster(int sites, int policies);

} // namespace patronus
