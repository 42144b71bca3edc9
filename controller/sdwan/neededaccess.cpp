// SPDX-License-Identifier: GPL-3.0-or-later
#include "sdwan/neededaccess.h"

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

struct Permission {
    const char *verb;
    const ResourceType &(*type)();
    const char *subresource;
    bool inOwnNamespace;
};
constexpr Permission permissions[] = {
    {"list", resources::sites, "", false},
    {"watch", resources::sites, "", false},
    {"patch", resources::sites, "", false},
    {"patch", resources::sites, "status", false},
    {"list", resources::policies, "", false},
    {"watch", resources::policies, "", false},
    {"patch", resources::policies, "", false},
    {"patch", resources::policies, "status", false},
    {"create", resources::events, "", false},
    {"patch", resources::events, "", false},
    {"get", resources::leases, "", true},
    {"create", resources::leases, "", true},
    {"update", resources::leases, "", true},
};

} // namespace

QList<AccessQuestion> neededAccess(const QString &ownNamespace, const QString &watched)
{
    QList<AccessQuestion> needed;
    for (const Permission &permission : permissions)
        needed.append({.verb = QString::fromLatin1(permission.verb),
            .type = permission.type(),
            .nameSpace = permission.inOwnNamespace ? ownNamespace : watched,
            .subresource = QString::fromLatin1(permission.subresource)});
    return needed;
}

} // namespace patronus
