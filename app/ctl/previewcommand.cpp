// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/patronuslink.h"
#include "app/ctl/printed.h"
#include "app/ctl/session.h"
#include "operations/changepreview.h"
#include "operations/manifests.h"
#include "operations/operatorpods.h"

#include <QFile>
#include <QJsonArray>

#include <algorithm>
#include <cstdio>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

Expected<QList<QJsonObject>> readFiles(const QStringList &paths)
{
    QList<QJsonObject> all;
    for (const QString &path : paths) {
        QFile file(path);
        const bool isOpen = path == "-"_L1 ? file.open(stdin, QIODevice::ReadOnly) : file.open(QIODevice::ReadOnly);
        if (!isOpen)
            return std::unexpected(Error{Error::Kind::Invalid, u"%1: %2"_s.arg(path, file.errorString())});
        const auto objects = readManifests(file.readAll());
        if (!objects)
            return std::unexpected(Error{Error::Kind::Invalid, u"%1: %2"_s.arg(path, objects.error().message)});
        all += *objects;
    }
    return all;
}

/// What was asked for. Invalid where that is nothing.
Expected<PreviewRequest> requestOf(const CtlOptions &options, const KubeContext &context)
{
    PreviewRequest request{.isDelete = options.isDelete};
    if (!options.nameSpace.isEmpty() || !context.nameSpace.isEmpty())
        request.nameSpace = options.nameSpace.isEmpty() ? context.nameSpace : options.nameSpace;
    for (const QString &object : options.objects)
        request.objects.append({object.startsWith(u'p', Qt::CaseInsensitive) ? &policyKind() : &siteKind(),
            {request.nameSpace, object.section(u'/', 1)}});
    const auto manifests = readFiles(options.files);
    if (!manifests)
        return std::unexpected(manifests.error());
    request.manifests = *manifests;
    if (request.manifests.isEmpty() && request.objects.isEmpty())
        return std::unexpected(Error{Error::Kind::Invalid, u"nothing to preview: give -f FILE, or site/NAME"_s});
    return request;
}

bool goesWell(const PreviewedObject &object)
{
    const bool isRefused = std::ranges::any_of(object.answer.steps,
        [](const PreviewEffects::Entry &entry) { return entry.checked == PreviewEffects::Entry::Checked::Refused; });
    return object.refusal.isEmpty() && !isRefused && !object.answer.outcome;
}

/// What is to be said of the operator's version.
// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): main() has it and waits
QCoro::Task<QStringList> versionNotes(Session &session, CtlOptions options, std::stop_token stop)
{
    const auto deployment = co_await session.client().get(
        resources::deployments(), {options.operatorNamespace, names::operatorName}, std::move(stop));
    if (!deployment)
        co_return QStringList{u"The operator's version is not known, the preview is of %1: %2"_s.arg(
            programVersion(), deployment.error().message)};
    const QString version = operatorVersion(*deployment);
    co_return version == programVersion()
        ? QStringList()
        : QStringList{u"The preview is of %1, and the cluster runs %2."_s.arg(programVersion(), version)};
}

} // namespace

// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): main() has it and waits
QCoro::Task<int> runPreview(Session &session, CtlOptions options, std::stop_token stop)
{
    const auto failed = [&session](const Error &error, int exitCode) {
        session.terminal().say(u"error: "_s + error.message);
        return exitCode;
    };
    const auto request = requestOf(options, session.context());
    if (!request)
        co_return failed(request.error(), 2);
    QStringList notes = co_await versionNotes(session, options, stop);
    const auto link = co_await PatronusLink::open(session, options, stop);
    if (!link && !options.patronusApiUrl.isEmpty())
        co_return failed(link.error(), 1);
    if (!link)
        notes.append(u"The Patronus API cannot be reached from here: "_s + link.error().message);
    auto preview = co_await previewChanges(
        {.client = session.client(), .patronus = link ? &(*link)->client() : nullptr, .clock = session.clock()},
        *request, stop);
    if (link) {
        if (!preview)
            preview = std::unexpected((*link)->asSeen(preview.error()));
        co_await (*link)->close();
    }
    if (!preview)
        co_return failed(preview.error(), 1);
    notes += preview->notes;
    QString text;
    QJsonArray objects;
    for (const PreviewedObject &object : std::as_const(preview->objects)) {
        text += textOf(object, options.format == CtlOptions::Format::Wide);
        objects.append(object.toJson());
    }
    for (const QString &note : std::as_const(notes))
        session.terminal().say(u"note: "_s + note);
    print(options.format,
        QJsonObject{
            {u"objects"_s, objects}, {u"notes"_s, QJsonArray::fromStringList(notes)}, {u"version"_s, programVersion()}},
        text);
    co_return std::ranges::all_of(preview->objects, goesWell) ? 0 : 1;
}

} // namespace patronus
