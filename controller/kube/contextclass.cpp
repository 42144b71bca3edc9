// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/contextclass.h"

#include <QCoreApplication>
#include <QRegularExpression>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace patronus {

QString contextClassName(ContextClass contextClass)
{
    switch (contextClass) {
    case ContextClass::Production:
        return QCoreApplication::translate("ContextClass", "PRODUCTION");
    case ContextClass::Staging:
        return QCoreApplication::translate("ContextClass", "STAGING");
    case ContextClass::Development:
        return QCoreApplication::translate("ContextClass", "DEVELOPMENT");
    case ContextClass::Unknown:
        break;
    }
    return QCoreApplication::translate("ContextClass", "UNKNOWN – AS PRODUCTION");
}

ContextClass classify(const QString &contextName)
{
    static const QRegularExpression separators(u"[^a-z]+"_s);
    const QStringList words = contextName.toLower().split(separators, Qt::SkipEmptyParts);
    const auto anyStartsWith = [&](const QStringList &beginnings) {
        return std::ranges::any_of(words, [&](const QString &word) {
            return std::ranges::any_of(beginnings, [&](const QString &b) { return word.startsWith(b); });
        });
    };
    const auto anyIs = [&](const QStringList &names) {
        return std::ranges::any_of(words, [&](const QString &word) { return names.contains(word); });
    };
    // Production first: of two words in one name the dangerous one counts.
    if (anyStartsWith({u"prod"_s}) || anyIs({u"prd"_s, u"live"_s}))
        return ContextClass::Production;
    if (anyStartsWith({u"stag"_s, u"preprod"_s}) || anyIs({u"stg"_s, u"uat"_s, u"qa"_s, u"test"_s}))
        return ContextClass::Staging;
    if (anyStartsWith({u"dev"_s, u"minikube"_s}) || anyIs({u"local"_s, u"kind"_s, u"demo"_s, u"sandbox"_s, u"lab"_s}))
        return ContextClass::Development;
    return ContextClass::Unknown;
}

} // namespace patronus
