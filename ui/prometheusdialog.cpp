// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/prometheusdialog.h"

#include "core/weburl.h"
#include "ui/contextchip.h"
#include "ui/message.h"

#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

/// Without a query: what stands there may be a secret, and the URL is kept in a file.
Expected<QUrl> serverUrl(const QString &text)
{
    const auto url = webUrl(text, PrometheusDialog::tr("The URL"));
    if (url && (url->hasQuery() || url->hasFragment()))
        return std::unexpected(Error{.kind = Error::Kind::Invalid,
            .message = PrometheusDialog::tr("The URL ends with a path: leave out ? or #, and what stands after it")});
    return url;
}

QString keepingText(const ClusterModel &cluster)
{
    if (const QString &option = cluster.prometheusChoice()->fixedBy; !option.isEmpty())
        return PrometheusDialog::tr("The console was started with %1, which wins: what is said here is used when it is "
                                    "started without.")
            .arg(option);
    if (cluster.context().identity.isEmpty())
        return PrometheusDialog::tr("It is not kept: the file of this context's certificate authority cannot be read.");
    return PrometheusDialog::tr("It is kept for this context.");
}

} // namespace

PrometheusDialog::PrometheusDialog(ClusterModel &cluster, QWidget *parent)
    : QDialog(parent), m_cluster(cluster), m_server(new QLineEdit), m_problem(makePlainText())
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Where the charts' numbers come from — %1 · %2")
            .arg(cluster.context().label(), classText(cluster.context())));
    m_server->setObjectName(u"server"_s);
    m_server->setAccessibleName(tr("Prometheus server"));
    m_server->setPlaceholderText(tr("empty: one is looked for in the cluster"));
    m_server->setClearButtonEnabled(true);
    m_server->setText(cluster.prometheusChoice()->chosen.toString());
    m_problem->setObjectName(u"problem"_s);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
    m_accept = buttons->addButton(QString(), QDialogButtonBox::AcceptRole);
    m_accept->setObjectName(u"accept"_s);
    m_accept->setDefault(true);
    auto *form = new QFormLayout;
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form->addRow(makePlainText(
        tr("A Prometheus server that scrapes the operator, as this machine reaches it. If it has no numbers, they are "
           "scraped from the operator's pods.")));
    form->addRow(tr("&Prometheus server"), m_server);
    QLabel *keeping = makePlainText(keepingText(cluster));
    keeping->setObjectName(u"keeping"_s);
    form->addRow(QString(), keeping);
    auto *layout = new QVBoxLayout(this);
    layout->addLayout(form);
    layout->addWidget(m_problem);
    layout->addStretch();
    layout->addWidget(buttons);
    resize(620, 220);

    connect(m_server, &QLineEdit::textChanged, this, &PrometheusDialog::check);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(buttons, &QDialogButtonBox::accepted, this, [this] {
        const QString text = m_server->text().trimmed();
        m_cluster.requestPrometheus(text.isEmpty() ? QUrl() : serverUrl(text).value_or(QUrl()));
        accept();
    });
    check();
    m_server->setFocus();
}

void PrometheusDialog::check()
{
    const QString text = m_server->text().trimmed();
    const auto url = text.isEmpty() ? Expected<QUrl>(QUrl()) : serverUrl(text);
    m_problem->setText(url ? QString() : url.error().message);
    m_accept->setEnabled(url.has_value());
    m_accept->setText(text.isEmpty() ? tr("Look for one") : tr("Ask this server"));
}

} // namespace patronus
