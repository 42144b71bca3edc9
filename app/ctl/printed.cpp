// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/printed.h"

#include "kube/yaml.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <cstdio>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace patronus {

QString table(const QStringList &headings, const QList<QStringList> &rows)
{
    QList<qsizetype> widths(headings.size(), 0);
    const QList<QStringList> all = QList<QStringList>{headings} + rows;
    for (const QStringList &row : all)
        for (qsizetype i = 0; i < row.size(); ++i)
            widths[i] = std::max(widths[i], row[i].size());
    QString text;
    for (const QStringList &row : all) {
        QString line;
        for (qsizetype i = 0; i < row.size(); ++i)
            line += row[i].leftJustified(widths[i] + 3);
        text += line.trimmed() + u'\n';
    }
    return text;
}

QString verdict(const QString &word, qsizetype width)
{
    static const bool isColoured = ::isatty(STDOUT_FILENO) != 0 && !qEnvironmentVariableIsSet("NO_COLOR");
    const QString text = word.leftJustified(width);
    if (!isColoured)
        return text;
    const bool isDoubtful = word == "warning"_L1 || word == "unknown"_L1 || word == "paused"_L1;
    const int colour = word == "ok"_L1 ? 32 : isDoubtful ? 33 : 31; // ECMA-48
    return u"\033[%1m%2\033[0m"_s.arg(colour).arg(text);
}

void print(CtlOptions::Format format, const QJsonValue &value, const QString &asTable)
{
    QByteArray text = asTable.toUtf8();
    if (format == CtlOptions::Format::Json)
        text = value.isArray() ? QJsonDocument(value.toArray()).toJson() : QJsonDocument(value.toObject()).toJson();
    else if (format == CtlOptions::Format::Yaml)
        text = toYaml(value);
    std::fputs(text.constData(), stdout);
    std::fflush(stdout);
}

} // namespace patronus
