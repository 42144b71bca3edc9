// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/owners.h"

using namespace Qt::StringLiterals;

namespace patronus {

QStringList ownersOf(const Object &object)
{
    QStringList owners;
    const QString what = object.key().text();
    const auto add = [&](const QString &owner, const QString &remedy) {
        owners.append(u"%1 keeps %2 and may undo this: %3"_s.arg(owner, what, remedy));
    };
    if (const QString app = object.annotation("argocd.argoproj.io/tracking-id"_L1).section(u':', 0, 0); !app.isEmpty())
        add(u"the Argo CD application "_s + app, u"suspend its sync, or change it in its repository"_s);
    if (const QString flux = object.label("kustomize.toolkit.fluxcd.io/name"_L1); !flux.isEmpty())
        add(u"the Flux Kustomization "_s + flux,
            u"flux suspend kustomization %1, or change it in its repository"_s.arg(flux));
    if (const QString flux = object.label("helm.toolkit.fluxcd.io/name"_L1); !flux.isEmpty())
        add(u"the Flux HelmRelease "_s + flux,
            u"flux suspend helmrelease %1, or change it in its repository"_s.arg(flux));
    return owners;
}

} // namespace patronus
