// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/yaml.h"
#include "operations/structuralschema.h"
#include "support/sourcetree.h"

#include <QFile>

namespace patronus {

/// Of the CRD that this project installs for @p plural: "sites".
inline QJsonObject schemaOfKind(const QString &plural)
{
    QFile file(sourcePath(QStringLiteral("crds/%1.sdwan.patronus.dev.yaml").arg(plural)));
    if (!file.open(QIODevice::ReadOnly))
        qFatal("%s", qPrintable(file.errorString()));
    return schemaOf(versionOf(parseYaml(file.readAll())->first().toObject()));
}

} // namespace patronus
