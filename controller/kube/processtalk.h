// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

namespace patronus {

/// What a person and a process that runs say to each other. Made for one run; the process' side holds it until
/// ended().
class ProcessTalk : public QObject
{
    Q_OBJECT

public:
    /// For the person: a line for its stdin, without the line's end; and the end of it all.
    void giveLine(const QString &line) { Q_EMIT lineGiven(line.toUtf8() + '\n'); }
    void stop()
    {
        m_isStopped = true;
        Q_EMIT stopped();
    }
    [[nodiscard]] bool isStopped() const { return m_isStopped; } ///< by the person

Q_SIGNALS:
    void said(const QByteArray &errorOutput); ///< on stderr; may hold secrets: redact() it
    void ended(); ///< for any reason; last of all
    void lineGiven(const QByteArray &line);
    void stopped();

private:
    bool m_isStopped = false;
};

} // namespace patronus
