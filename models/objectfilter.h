// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/state.h"

#include <QRegularExpression>
#include <QStringMatcher>

#include <expected>
#include <optional>

namespace patronus {

/// The filter box's language: words that must all hold, in any order.
///
/// - `nyc`: the text stands somewhere in the row
/// - `phase:Failed`: a field is this word: name, ns, phase, reason, ready, state; case does not matter, and of name and
///   reason a part is enough
/// - `label:region=eu`: a label has this value; `label:region`: it is there
/// - `condition:Synced=False`: a condition has this status, or this reason; `condition:Stalled`: it is True
/// - `ready`: Ready is True
/// - `/^branch-[0-9]+$/`: the regular expression is found in a cell of the row; in place of any value above:
///   `name:/^br/`, `label:region=/^eu/`. Case does not matter
/// - `-WORD`: the word must not hold
/// - `"two words"`: quotes keep blanks together
class ObjectFilter
{
public:
    /// The error says which word is wrong and what is allowed.
    [[nodiscard]] static std::expected<ObjectFilter, QString> parse(const QString &text);

    /// What filters ask of an object beyond its key: a line each. To be kept beside it, as every letter that somebody
    /// types asks all of them again.
    [[nodiscard]] static QString factsOf(const Object &object);
    struct Row {
        const ObjectKey &key;
        State state = State::Unknown;
        QStringView text; ///< of all columns, each on a line of its own
        QStringView facts; ///< factsOf()
    };
    [[nodiscard]] bool accepts(const Row &row) const;

private:
    enum class Field { Text, Name, Namespace, Phase, Reason, Ready, State, Label, Condition };
    /// What a text has to be, or to have in it.
    struct Value {
        QStringMatcher text;
        std::optional<QRegularExpression> pattern;

        [[nodiscard]] bool isIn(QStringView whole) const;
        [[nodiscard]] bool is(QStringView whole, Qt::CaseSensitivity sensitivity = Qt::CaseInsensitive) const;
    };
    struct Term {
        Field field;
        QString key = {}; ///< of a label or a condition
        std::optional<Value> value = {}; ///< nullopt: that the label is there is enough, that the condition is True
        bool negated;
    };
    [[nodiscard]] static std::expected<Value, QString> parseValue(const QString &text);
    [[nodiscard]] static std::expected<Term, QString> parseTerm(QString word);
    [[nodiscard]] static bool holds(const Term &term, const Row &row);

    QList<Term> m_terms;
};

} // namespace patronus
