// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/examples.h"

#include "kube/yaml.h"

#include <QDir>
#include <QJsonObject>

using namespace Qt::StringLiterals;

static void initializeResources() // outside of a namespace, as the macro wants it
{
    Q_INIT_RESOURCE(examples); // of a static library, which nobody else reads
}

namespace patronus {

namespace {

/// The documents of @p file, and its comments before the first, without the licence.
std::pair<QString, QStringList> read(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    QStringList lines = QString::fromUtf8(file.readAll()).split(u'\n');
    QStringList head;
    while (!lines.isEmpty() && lines.first().startsWith(u'#'))
        if (const QString line = lines.takeFirst(); !line.contains("SPDX"_L1))
            head.append(line.sliced(1).trimmed());
    return {head.join(u' '), lines.join(u'\n').split(u"\n---\n"_s)};
}

} // namespace

QList<Example> examplesOf(const ResourceType &type)
{
    initializeResources();
    QList<Example> examples;
    const QDir folder(u":/patronus/examples"_s);
    for (const QString &name : folder.entryList(QDir::Files, QDir::Name)) {
        const auto [head, documents] = read(folder.filePath(name));
        for (const QString &text : documents) {
            const auto parsed = parseYaml(text.toUtf8());
            if (!parsed || parsed->size() != 1 || parsed->first()["kind"_L1] != type.kind)
                continue;
            const QString of = parsed->first()["metadata"_L1]["name"_L1].toString();
            examples.append({head.isEmpty() ? of : u"%1 – %2"_s.arg(of, head.section(u'.', 0, 0)), text});
        }
    }
    return examples;
}

} // namespace patronus
