// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "kube/client.h"
#include "monitoring/series.h"

#include <QObject>

#include <functional>
#include <memory>

namespace patronus {

/// Scrapes /metrics of the operator's instances at an interval and keeps what they said. It says where the numbers come
/// from and, when there are none, which step failed. Event-loop thread only.
class MetricsSource : public QObject
{
    Q_OBJECT

public:
    /// One instance: its name in the history, where that is for a person, and how to read it.
    struct Target {
        QString instance;
        QString where;
        std::function<Task<QByteArray>(std::stop_token)> read;
    };

    /// A URL that this machine reaches; no path is /metrics. @p transport goes to its server. Its query and its user
    /// are not shown: they may be secrets.
    [[nodiscard]] static Target url(std::shared_ptr<Transport> transport, const QUrl &url);
    /// A pod, through the API server (pods/NAME:PORT/proxy/metrics: needs the right to get pods/proxy).
    /// @p client has to outlive every read.
    [[nodiscard]] static Target pod(KubeClient &client, const ObjectKey &pod, int port);

    /// @p clock has to outlive it.
    explicit MetricsSource(
        Clock &clock, std::chrono::milliseconds interval = std::chrono::seconds(5), MetricHistory::Limits limits = {});
    ~MetricsSource() override; ///< stops what is under way, and does not wait for its end: close() before does

    /// The instances to scrape from now on; what is held of others stays until it is too old. The first scrape is at
    /// once.
    void setTargets(const QList<Target> &targets);

    /// Reads no more; ends when nothing is under way.
    [[nodiscard]] QCoro::Task<> close();

    [[nodiscard]] const MetricHistory &history() const;
    [[nodiscard]] std::chrono::milliseconds interval() const;
    [[nodiscard]] QString description() const; ///< "Scraped from http://… every 5 s"
    [[nodiscard]] bool isAnswering() const; ///< the last scrape of some instance went well
    /// Of the last scrape of any instance; nullopt when all went well.
    [[nodiscard]] std::optional<Error> problem() const;

Q_SIGNALS:
    void scraped(); ///< an instance answered, or failed to

private:
    struct Private;
    const std::shared_ptr<Private> d;
};

} // namespace patronus
