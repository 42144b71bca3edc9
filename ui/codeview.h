// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <KSyntaxHighlighting/Repository>

#include <QPlainTextEdit>

namespace KSyntaxHighlighting {
class SyntaxHighlighter;
}

namespace patronus {

/// Text with highlighting, to read and copy; keeps its place when the text changes. Follows light and dark.
class CodeView : public QPlainTextEdit
{
    Q_OBJECT

public:
    /// @p definition: "YAML", "JSON".
    explicit CodeView(const QString &definition, QWidget *parent = nullptr);
    ~CodeView() override;

    void setCode(const QString &text);

protected:
    void changeEvent(QEvent *event) override;

private:
    void applyTheme();

    KSyntaxHighlighting::Repository m_repository;
    KSyntaxHighlighting::SyntaxHighlighter *m_highlighter;
};

} // namespace patronus
