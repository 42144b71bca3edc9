// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/operator/setting.h"

#include "core/wrap.h"

namespace patronus {

using namespace Qt::StringLiterals;

namespace {

QString describe(const Setting &setting)
{
    const QString text = u"  %1=%2\n"_s.arg(setting.flag, setting.placeholder) + wrapped(QString(setting.help), 6);
    QStringList facts;
    if (!setting.variable.isEmpty())
        facts.append(u"variable: "_s + setting.variable);
    if (!setting.defaultText.isEmpty())
        facts.append(u"default: "_s + setting.defaultText);
    return facts.isEmpty() ? text : text + u"      [%1]\n"_s.arg(facts.join("; "_L1));
}

} // namespace

QString helpText()
{
    QString text = u"patronus-operator - keep a Patronus SD-WAN as Kubernetes says\n"
                   "\n"
                   "Usage: patronus-operator [FLAGS]          run until SIGTERM or SIGINT\n"
                   "       patronus-operator check [FLAGS]    look at everything once and tell\n"
                   "\n"_s;
    text += wrapped(u"It watches the Sites and Policies (sdwan.patronus.dev) of a cluster and makes the Patronus API "
                    u"equal to them. Every "
                    "setting is an environment variable and a flag of the same name; the flag wins. Wrong settings are "
                    "all told at once.",
        0);
    text += u'\n'
        + wrapped(u"check looks at the settings, the API server, the permissions, the custom resource definitions and "
                  u"the Patronus API, changes "
                  "nothing, prints a table, and ends with 0 when all is well.",
            0);
    QLatin1StringView group;
    for (const Setting &setting : settings()) {
        if (setting.group != group)
            text += u"\n%1:\n"_s.arg(setting.group);
        group = setting.group;
        text += describe(setting);
    }
    text += u"\nOther:\n"
            "  -h, --help\n      Prints this.\n"
            "  --version\n      Prints the version.\n\n"_s;
    text += wrapped(u"A DURATION is a number and a unit, or several: 300ms, 15s, 1m30s, 1.5h. HTTPS_PROXY, HTTP_PROXY "
                    u"and NO_PROXY are heeded.",
        0);
    text += u"\nExit status:\n"
            "  0  stopped cleanly, or the check found nothing wrong\n"
            "  1  failed while running, or the check found something wrong\n"
            "  2  wrong settings\n"
            "  3  lost the lease\n"
            "\n"
            "Examples:\n"
            "  patronus-operator --kubeconfig=$HOME/.kube/config --context=lab \\\n"
            "      --patronus-api-url=http://localhost:8081 --health-port=8082\n"
            "  RUST_LOG=info,watch=debug LOG_FORMAT=json patronus-operator\n"
            "  patronus-operator check --patronus-api-token-file=token\n"_s;
    return text;
}

} // namespace patronus
