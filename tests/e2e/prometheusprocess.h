// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "support/freeport.h"
#include "support/operatorprocess.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QProcess>
#include <QTemporaryDir>

namespace patronus {

/// A real Prometheus that scrapes operators on this machine each second, as one job. It is killed when the object goes.
class PrometheusProcess
{
public:
    struct Options {
        QList<quint16> metricsPorts; ///< of the operators
        QString rules = {}; ///< the text of a rule file; empty: none
        QString listenOn = QStringLiteral("127.0.0.1");
        QString labels = {}; ///< of the target: "namespace: patronus-system"
        QString web = {}; ///< the text of a web configuration: TLS, and who is let in; empty: none
    };

    explicit PrometheusProcess(const Options &options) : m_address(options.listenOn)
    {
        QStringList targets;
        for (const quint16 port : options.metricsPorts)
            targets.append(QStringLiteral("'127.0.0.1:%1'").arg(port));
        write(QStringLiteral("rules.yaml"), options.rules.isEmpty() ? QStringLiteral("groups: []") : options.rules);
        write(QStringLiteral("prometheus.yml"),
            QStringLiteral(R"(global: {scrape_interval: 1s, evaluation_interval: 1s}
rule_files: [rules.yaml]
scrape_configs: [{job_name: patronus-operator, static_configs: [{targets: [%1], labels: {%2}}]}]
)")
                .arg(targets.join(u','), options.labels));
        m_process.setWorkingDirectory(m_folder.path());
        m_process.setStandardErrorFile(m_folder.filePath(QStringLiteral("log")));
        QStringList arguments{QStringLiteral("--config.file=prometheus.yml"),
            QStringLiteral("--storage.tsdb.path=data"),
            QStringLiteral("--web.listen-address=%1:%2").arg(m_address).arg(m_port)};
        if (!options.web.isEmpty()) {
            write(QStringLiteral("web.yml"), options.web);
            arguments.append(QStringLiteral("--web.config.file=web.yml"));
        }
        m_process.start(QStringLiteral("prometheus"), arguments);
    }
    ~PrometheusProcess() { kill(); }
    Q_DISABLE_COPY_MOVE(PrometheusProcess)

    void kill()
    {
        m_process.kill();
        m_process.waitForFinished();
    }
    /// The series that @p query gives now; nullopt: it is refused, or nobody answers.
    [[nodiscard]] std::optional<QJsonArray> query(const QString &query) const
    {
        QProcess promtool;
        promtool.start(QStringLiteral("promtool"),
            {QStringLiteral("query"), QStringLiteral("instant"), QStringLiteral("--format=json"),
                QStringLiteral("http://%1:%2").arg(m_address).arg(m_port), query});
        if (!eventually([&] { return promtool.state() == QProcess::NotRunning; }) || promtool.exitCode() != 0)
            return std::nullopt;
        return QJsonDocument::fromJson(promtool.readAllStandardOutput()).array();
    }
    [[nodiscard]] bool hasData(const QString &what) const { return !query(what).value_or(QJsonArray()).isEmpty(); }
    [[nodiscard]] quint16 port() const { return m_port; }
    [[nodiscard]] QByteArray log() const
    {
        QFile file(m_folder.filePath(QStringLiteral("log")));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

private:
    void write(const QString &name, const QString &text) const
    {
        QFile file(m_folder.filePath(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(text.toUtf8()) < 0)
            qFatal("cannot write %s", qPrintable(file.fileName()));
    }

    QTemporaryDir m_folder;
    QProcess m_process;
    const QString m_address;
    const quint16 m_port = freePort();
};

} // namespace patronus
