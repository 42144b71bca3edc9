// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kube/object.h"

#include <QString>

#include <expected>

namespace patronus {

/// The filter box's language: words that must all hold, in any order.
///
/// - `nyc`: the text stands somewhere in the row
/// - `phase:Failed`: a field is this word: name, ns, phase, reason, ready, state; case does not matter, and of name and
///   reason a part is enough
/// - `label:region=eu`: a label has this value; `label:region`: it is there
/// - `ready`: Ready is True
/// - `-WORD`: the word must not hold
/// - `"two words"`: quotes keep blanks together
class ObjectFilter
{
public:
    /// The error says which word is wrong and what is allowed.
    [[nodiscard]] static std::expected<ObjectFilter, QString> parse(const QString &text);

    /// @p row is the text of all its columns.
    [[nodiscard]] bool accepts(const Object &object, const QString &row) const;
    [[nodiscard]] bool isEmpty() const { return m_terms.isEmpty(); }

private:
    enum class Field { Text, Name, Namespace, Phase, Reason, Ready, State, Label };
    struct Term {
        Field field;
        QString value;
        bool negated;
    };
    [[nodiscard]] static bool holds(const Term &term, const Object &object, const QString &row);

    QList<Term> m_terms;
};

} // namespace patronus
