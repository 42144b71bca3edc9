// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/prometheusdialog.h"

#include "core/weburl.h"
#include "ui/contextchip.h"
#include "ui/message.h"
#include "ui/pathfield.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QFileInfo>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

using SignIn = PrometheusServer::SignIn;
using Secret = PrometheusChoice::Secret;

std::unexpected<Error> invalid(const QString &what)
{
    return std::unexpected(Error{.kind = Error::Kind::Invalid, .message = what});
}

/// Without a query: what stands there may be a secret, and the URL is kept in a file.
Expected<QUrl> serverUrl(const QString &text)
{
    const auto url = webUrl(text, PrometheusDialog::tr("The URL"), PrometheusDialog::tr("say below how one signs in"));
    if (url && (url->hasQuery() || url->hasFragment()))
        return invalid(PrometheusDialog::tr("The URL ends with a path: leave out ? or #, and what stands after it"));
    return url;
}

QString keepingText(const ClusterModel &cluster)
{
    if (const QString &option = cluster.prometheusChoice()->fixedBy; !option.isEmpty())
        return PrometheusDialog::tr("The console was started with %1, which wins: what is said here is used when it is "
                                    "started without.")
            .arg(option);
    if (cluster.context().identity.isEmpty())
        return PrometheusDialog::tr(
            "This choice is not kept: the file of this context's certificate authority cannot be read.");
    return PrometheusDialog::tr("This choice is kept for this context.");
}

/// Where what is typed will be.
QString fateOfSecret(const ClusterModel &cluster)
{
    if (cluster.context().identity.isEmpty())
        return PrometheusDialog::tr("It is held for this session only, as all that is said here.");
    if (const QString &problem = cluster.prometheusChoice()->keychainProblem; !problem.isEmpty())
        return PrometheusDialog::tr("It is held for this session only: %1.").arg(problem);
    return PrometheusDialog::tr("It is kept in this desktop's keychain, and in no file.");
}

QString whereSecretIs(const PrometheusChoice &choice)
{
    if (choice.secret == Secret::Unknown)
        return PrometheusDialog::tr("Looking for it in this desktop's keychain…");
    const QString where = choice.secret == Secret::Kept
        ? PrometheusDialog::tr("One is kept in this desktop's keychain.")
        : choice.keychainProblem.isEmpty()
        ? PrometheusDialog::tr("One is held for this session only.")
        : PrometheusDialog::tr("One is held for this session only: %1.").arg(choice.keychainProblem);
    return where + u' ' + PrometheusDialog::tr("It is not shown; what is typed here replaces it.");
}

} // namespace

PrometheusDialog::PrometheusDialog(ClusterModel &cluster, QWidget *parent)
    : QDialog(parent),
      m_cluster(cluster),
      m_form(new QFormLayout),
      m_server(new QLineEdit),
      m_caFile(new PathField(PathField::Of::File, u"caFile"_s, tr("Certificate authority of the server"))),
      m_signIn(new QComboBox),
      m_username(new QLineEdit),
      m_secret(new QLineEdit),
      m_forget(new QPushButton(tr("&Forget it"))),
      m_secretRow(makeSecretRow()),
      m_secretState(makePlainText()),
      m_warning(makeMessage(KMessageWidget::Warning, false)),
      m_problem(makePlainText())
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Where the charts' numbers come from — %1 · %2")
            .arg(cluster.context().label(), classText(cluster.context())));
    m_server->setObjectName(u"server"_s);
    m_server->setAccessibleName(tr("Prometheus server"));
    m_server->setPlaceholderText(tr("empty: one is looked for in the cluster"));
    m_server->setClearButtonEnabled(true);
    m_caFile->line().setPlaceholderText(tr("empty: the authorities that this system trusts"));
    m_signIn->setObjectName(u"signIn"_s);
    m_signIn->setAccessibleName(tr("Sign in to the server"));
    m_signIn->addItems( // in the order of SignIn
        {tr("Not needed"), tr("With a bearer token"), tr("With a user name and a password")});
    m_username->setObjectName(u"username"_s);
    m_username->setAccessibleName(tr("User name"));
    m_secretState->setObjectName(u"secretState"_s);
    m_warning->setObjectName(u"warning"_s);
    m_problem->setObjectName(u"problem"_s);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
    m_accept = buttons->addButton(QString(), QDialogButtonBox::AcceptRole);
    m_accept->setObjectName(u"accept"_s);
    m_accept->setDefault(true);
    layOut(buttons);

    const PrometheusServer &chosen = cluster.prometheusChoice()->chosen;
    m_server->setText(chosen.url.toString());
    m_caFile->line().setText(chosen.caFile);
    m_signIn->setCurrentIndex(int(chosen.signIn));
    m_username->setText(chosen.username);
    for (const QLineEdit *line : {m_server, m_username, m_secret})
        connect(line, &QLineEdit::textChanged, this, &PrometheusDialog::check);
    connect(m_caFile, &PathField::changed, this, &PrometheusDialog::check);
    connect(m_signIn, &QComboBox::currentIndexChanged, this, &PrometheusDialog::check);
    connect(&cluster, &ClusterModel::descriptionsChanged, this, &PrometheusDialog::check);
    connect(m_forget, &QPushButton::clicked, &cluster, &ClusterModel::requestPrometheusForgotten);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(buttons, &QDialogButtonBox::accepted, this, &PrometheusDialog::submit);
    check();
    m_server->setFocus();
}

QWidget *PrometheusDialog::makeSecretRow()
{
    m_secret->setObjectName(u"secret"_s);
    m_secret->setEchoMode(QLineEdit::Password);
    m_forget->setObjectName(u"forget"_s);
    m_forget->setAutoDefault(false);
    auto *row = new QWidget;
    row->setFocusProxy(m_secret);
    auto *layout = new QHBoxLayout(row);
    layout->setContentsMargins({});
    layout->addWidget(m_secret, 1);
    layout->addWidget(m_forget);
    return row;
}

void PrometheusDialog::layOut(QWidget *buttons)
{
    QLabel *keeping = makePlainText(keepingText(m_cluster));
    keeping->setObjectName(u"keeping"_s);
    m_form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    m_form->addRow(makePlainText(
        tr("A Prometheus server that scrapes the operator, or what answers as one (Thanos, Mimir), as this machine "
           "reaches it. If it has no numbers, they are scraped from the operator's pods.")));
    m_form->addRow(tr("&Prometheus server"), m_server);
    m_form->addRow(tr("Certificate &authority"), m_caFile);
    m_form->addRow(tr("&Sign in"), m_signIn);
    m_form->addRow(tr("&User name"), m_username);
    m_form->addRow(tr("&Token"), m_secretRow);
    m_form->addRow(QString(), m_secretState);
    m_form->addRow(QString(), keeping);
    auto *layout = new QVBoxLayout(this);
    layout->addLayout(m_form);
    layout->addWidget(m_warning);
    layout->addWidget(m_problem);
    layout->addStretch(1);
    layout->addWidget(buttons);
    resize(680, 460);
}

PrometheusServer PrometheusDialog::typed() const
{
    const QString text = m_server->text().trimmed();
    if (text.isEmpty())
        return {};
    const QString caFile = m_caFile->path();
    PrometheusServer server{.url = serverUrl(text).value_or(QUrl()),
        .caFile = caFile.isEmpty() ? QString() : QFileInfo(caFile).absoluteFilePath(),
        .signIn = SignIn(m_signIn->currentIndex())};
    if (server.signIn == SignIn::Password)
        server.username = m_username->text().trimmed();
    return server;
}

/// A token has no space at its ends, but who copies one often has.
QString PrometheusDialog::typedSecret() const
{
    return SignIn(m_signIn->currentIndex()) == SignIn::Token ? m_secret->text().trimmed() : m_secret->text();
}

bool PrometheusDialog::isSecretThere(const PrometheusServer &server) const
{
    const PrometheusChoice &choice = *m_cluster.prometheusChoice();
    return choice.secret != Secret::None && server.audience() == choice.chosen.audience();
}

Expected<void> PrometheusDialog::checked(const PrometheusServer &server) const
{
    if (const QString text = m_server->text().trimmed(); !text.isEmpty())
        if (const auto url = serverUrl(text); !url)
            return std::unexpected(url.error());
    if (!server.caFile.isEmpty())
        if (const auto authorities = checkAuthorities(server.caFile); !authorities)
            return authorities;
    if (server.signIn == SignIn::Nothing)
        return {};
    if (server.signIn == SignIn::Password && server.username.isEmpty())
        return invalid(tr("The user name is missing."));
    if (!typedSecret().isEmpty())
        return checkSignIn(server, typedSecret());
    if (isSecretThere(server))
        return {};
    return invalid(server.signIn == SignIn::Token ? tr("The token is missing.") : tr("The password is missing."));
}

void PrometheusDialog::check()
{
    const PrometheusServer server = typed();
    const auto fine = checked(server);
    const bool isNamed = !m_server->text().trimmed().isEmpty();
    m_problem->setText(fine ? QString() : fine.error().message);
    m_accept->setEnabled(fine.has_value());
    m_accept->setText(isNamed ? tr("Ask this server") : tr("Look for one"));
    m_caFile->setEnabled(isNamed);
    m_signIn->setEnabled(isNamed);
    showSignIn(server);
}

void PrometheusDialog::showSignIn(const PrometheusServer &server)
{
    const PrometheusChoice &choice = *m_cluster.prometheusChoice();
    const bool isSigningIn = server.signIn != SignIn::Nothing;
    const bool isToken = server.signIn == SignIn::Token;
    const bool isThere = isSecretThere(server);
    m_form->setRowVisible(m_username, server.signIn == SignIn::Password);
    m_form->setRowVisible(m_secretRow, isSigningIn);
    m_form->setRowVisible(m_secretState, isSigningIn);
    qobject_cast<QLabel *>(m_form->labelForField(m_secretRow))->setText(isToken ? tr("&Token") : tr("Pass&word"));
    m_secret->setAccessibleName(isToken ? tr("Token") : tr("Password"));
    m_secret->setPlaceholderText(isThere ? tr("empty: the one that is there") : QString());
    m_forget->setVisible(isThere && choice.secret != Secret::Unknown);
    m_secretState->setText(isThere && typedSecret().isEmpty() ? whereSecretIs(choice) : fateOfSecret(m_cluster));
    m_warning->setText(
        tr("Without TLS, whoever is on the way to %1 can read what you sign in with. Say https:// if the "
           "server has it.")
            .arg(server.url.host()));
    m_warning->setVisible(isSigningIn && server.isOverheard());
    if (isSigningIn && !std::exchange(m_hasLooked, true))
        m_cluster.requestPrometheusSecret();
}

void PrometheusDialog::submit()
{
    const QString secret = typedSecret();
    m_cluster.requestPrometheus(typed(), secret.isEmpty() ? std::nullopt : std::optional(secret));
    accept();
}

} // namespace patronus
