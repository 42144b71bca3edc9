// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/pages/pages.h"

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

FlagProblem addCheck(const QString &value, CtlOptions &into)
{
    into.checks.append(value);
    return std::nullopt;
}

FlagProblem readApiUrl(const QString &value, CtlOptions &into)
{
    into.patronusApiUrl = QUrl(value, QUrl::StrictMode);
    const QString scheme = into.patronusApiUrl.scheme();
    if (into.patronusApiUrl.host().isEmpty() || (scheme != "http"_L1 && scheme != "https"_L1))
        return u"\"%1\" is none; allowed: http://HOST:PORT and https://HOST:PORT"_s.arg(value);
    return std::nullopt;
}

constexpr CtlFlag apiUrlFlag{"--patronus-api-url"_L1, {}, "URL"_L1,
    "The Patronus API, where this machine reaches it. Default: a port-forward to a pod of the Service that the "
    "operator "
    "uses, with the operator's credentials."_L1,
    readApiUrl};
constexpr CtlFlag apiTokenFlag{"--patronus-api-token-file"_L1, {}, "FILE"_L1, "A token for --patronus-api-url."_L1,
    readText<&CtlOptions::patronusApiTokenFile>};
constexpr CtlFlag apiCaFlag{"--patronus-api-ca-file"_L1, {}, "FILE"_L1,
    "The authorities (PEM) of --patronus-api-url. Default: the system's."_L1, readText<&CtlOptions::patronusApiCaFile>};
FlagProblem addObject(const QString &value, CtlOptions &into)
{
    const QString kind = value.section(u'/', 0, 0).toLower();
    const bool isKind
        = kind == "site"_L1 || kind == "sites"_L1 || kind == "policy"_L1 || kind == "policies"_L1 || kind == "pol"_L1;
    if (!isKind || value.count(u'/') != 1 || value.section(u'/', 1).isEmpty())
        return u"is no object; allowed: site/NAME, policy/NAME"_s;
    into.objects.append(value);
    return std::nullopt;
}

constexpr CtlFlag previewFlags[] = {
    {"--filename"_L1, "-f"_L1, "FILE"_L1,
        "Manifests as kubectl apply takes them; - is standard input. May be given several times."_L1, addFile},
    {"--delete"_L1, {}, {}, "What is named, by FILE or object, is deleted."_L1, readSwitch<&CtlOptions::isDelete>},
    apiUrlFlag,
    apiTokenFlag,
    apiCaFlag,
    {"--output"_L1, "-o"_L1, "FORMAT"_L1, "table, wide (with bodies), json or yaml (complete)."_L1, readFormat},
};
constexpr CtlFlag bundleFlags[] = {
    {"--output"_L1, "-o"_L1, "FOLDER"_L1, "In which the bundle's own folder is made. Default: the current folder."_L1,
        readText<&CtlOptions::folder>},
};
constexpr CtlFlag driftFlags[] = {
    apiUrlFlag,
    apiTokenFlag,
    apiCaFlag,
    {"--output"_L1, "-o"_L1, "FORMAT"_L1,
        "table (what is not in sync), wide (everything, with values), json or yaml (with all three sides)."_L1,
        readFormat},
};

constexpr CtlFlag diagnoseFlags[] = {
    {"--check"_L1, {}, "ID"_L1, "Only this check; may be given several times."_L1, addCheck},
    {"--output"_L1, "-o"_L1, "FORMAT"_L1, "table, wide (what was seen of all checks), json or yaml."_L1, readFormat},
};

constexpr CtlPage pages[] = {
    {
        .command = CtlOptions::Command::Diagnose,
        .name = "diagnose"_L1,
        .summary = "look for what is wrong, and what to do about it"_L1,
        .arguments = {},
        .description
        = u"Goes through the causes of trouble: the operator's Deployment, its pods, images, memory and Events; its "
          "service account, permissions and Lease; the CRDs, their language and age, and admission; the way to the "
          "Patronus API, with Service, endpoints and network policies; the conditions of Sites and Policies, specs "
          "that nobody looks at and deletions that do not end; maintenance that was forgotten; errors, speed and "
          "watches by the operator's own metrics. Each check is ok, a warning, a problem, or unknown, with what was "
          "seen and what to do.\n"
          "Nothing is changed: it reads, and has the server try one change of a Site and of a Policy out "
          "(dryRun=All). What this user may not read makes a check unknown, with verb and resource, and the rest goes "
          "on. Where a spec is found that nobody has looked at, it is looked at again five seconds later.\n"
          "Exit status: 0 no problem, 1 a problem was found, 3 none was found, but not all could be looked at.",
        .flags = diagnoseFlags,
        .examples = "  kubectl patronus diagnose\n"
                    "  kubectl patronus diagnose -o json --check pods-image --check api-url\n"_L1,
    },
    {
        .command = CtlOptions::Command::Bundle,
        .name = "bundle"_L1,
        .summary = "gather what somebody who helps has to see"_L1,
        .arguments = {},
        .description
        = u"Makes a folder patronus-bundle-CONTEXT-TIME with the operator's Deployment, pods, Events and Lease; the "
          u"last "
          "5000 lines of each container's log, and of the one before its last restart; the metrics of each pod; Sites, "
          "Policies, CRDs, network policies and autoscalers; what the operator's account may not do; versions; and the "
          "diagnosis of kubectl patronus diagnose.\n"
          "No Secret is read. Values that look like secrets are left out, in logs too, and redacted.txt says what and "
          "where; missing.txt says what could not be read, and why. Look at it before you send it: names, addresses "
          "and "
          "public keys are in it. Every file is named with its size on standard error, the folder on standard output. "
          "Nothing in the cluster is changed.\n"
          "Permissions: those of diagnose; get pods/log for the logs.",
        .flags = bundleFlags,
        .examples = "  kubectl patronus bundle -o /tmp\n"
                    "  tar czf bundle.tar.gz \"$(kubectl patronus bundle)\"\n"_L1,
    },
    {
        .command = CtlOptions::Command::Preview,
        .name = "preview"_L1,
        .summary = "what the operator would do with a change"_L1,
        .arguments = "[site/NAME|policy/NAME...]"_L1,
        .description
        = u"Has the API server try the manifests out (dryRun=All, fieldValidation=Strict), so that schema, admission "
          u"and "
          "permissions speak for real; lays its answers over what the cluster has; and runs the operator's own code "
          "over "
          "that. Every request that the operator would send is printed, to the Patronus API and to Kubernetes, with "
          "the "
          "status that it would write and the error in which it would end; also for objects that follow: who refers to "
          "a Site that comes or goes, or has a name that becomes free. Objects that are named are previewed as they "
          "are; with --delete as "
          "if they were deleted.\n"
          "Nothing is changed, in the cluster or in the API. The API is read by the way of kubectl patronus drift; "
          "where "
          "there is none it is taken to hold what the operator last reported as synced, and that is said. The code is "
          "this program's: where the operator is of another version, that is said as well. -n is the namespace of what "
          "names none. Permissions: list sites and policies; create, patch and delete them for the trial.\n"
          "Exit status: 0 it would go well, 1 something would be refused, or end in an error.",
        .flags = previewFlags,
        .examples = "  kubectl patronus preview -f sites.yaml -o wide\n"
                    "  kubectl patronus preview site/hq -n prod\n"
                    "  kubectl patronus preview --delete site/hq -n prod\n"_L1,
        .readArgument = addObject,
    },
    {
        .command = CtlOptions::Command::Drift,
        .name = "drift"_L1,
        .summary = "compare spec, status and Patronus API"_L1,
        .arguments = {},
        .description
        = u"Lays the spec of every Site and Policy, its status and what the Patronus API holds side by side. In sync; "
          "not-reconciled: the operator has not brought this spec to the API; changed and missing: the status says it "
          "is "
          "there, and the API's object is another or gone; orphan: the API has it and no object; name-conflict: the "
          "name "
          "is another object's in another namespace, which the API does not tell apart; dangling: it names a Site that "
          "is "
          "nowhere; invalid; paused; deleting. Each with what to do. Fields are named as the operator compares them.\n"
          "Nothing is changed, in the cluster or in the API. The way to the API is a port-forward to a pod of the "
          "Service "
          "that the operator's Deployment names, with the credentials that it refers to (get deployments, services, "
          "pods/portforward and its Secret, list pods), or --patronus-api-url.\n"
          "Exit status: 0 in sync (what is paused and as wanted counts as that), 1 there is drift, 3 it could not be "
          "looked at.",
        .flags = driftFlags,
        .examples = "  kubectl patronus drift\n"
                    "  kubectl patronus drift -n prod -o wide\n"
                    "  kubectl patronus drift --patronus-api-url https://api.example.com\n"_L1,
    },
};

} // namespace

std::span<const CtlPage> lookPages()
{
    return pages;
}

} // namespace patronus
