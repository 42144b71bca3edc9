// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/objectfilter.h"

#include "models/state.h"

#include <QCoreApplication>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

/// Splits at blanks outside quotes; the quotes themselves are dropped.
QStringList words(const QString &text)
{
    QStringList result;
    QString word;
    bool quoted = false, any = false;
    for (const QChar c : text) {
        if (c == u'"') {
            quoted = !quoted;
            any = true;
        } else if (c.isSpace() && !quoted) {
            if (any)
                result.append(std::exchange(word, {}));
            any = false;
        } else {
            word += c;
            any = true;
        }
    }
    if (any)
        result.append(word);
    return result;
}

bool same(const QString &a, const QString &b)
{
    return a.compare(b, Qt::CaseInsensitive) == 0;
}

} // namespace

bool ObjectFilter::Value::isIn(const QString &whole) const
{
    return pattern ? pattern->matchView(whole).hasMatch() : whole.contains(text, Qt::CaseInsensitive);
}

bool ObjectFilter::Value::is(const QString &whole) const
{
    return pattern ? pattern->matchView(whole).hasMatch() : same(whole, text);
}

std::expected<ObjectFilter::Value, QString> ObjectFilter::parseValue(const QString &text)
{
    if (text.size() < 3 || !text.startsWith(u'/') || !text.endsWith(u'/'))
        return Value{text, {}};
    QRegularExpression pattern(text.sliced(1, text.size() - 2),
        QRegularExpression::CaseInsensitiveOption | QRegularExpression::MultilineOption);
    if (!pattern.isValid())
        return std::unexpected(
            QCoreApplication::translate("ObjectFilter", "“%1” is no regular expression: %2 at character %3")
                .arg(text, pattern.errorString())
                .arg(pattern.patternErrorOffset() + 1));
    pattern.optimize();
    return Value{text, std::move(pattern)};
}

std::expected<ObjectFilter::Term, QString> ObjectFilter::parseTerm(QString word)
{
    static const QHash<QString, Field> fields{{u"name"_s, Field::Name}, {u"ns"_s, Field::Namespace},
        {u"namespace"_s, Field::Namespace}, {u"phase"_s, Field::Phase}, {u"reason"_s, Field::Reason},
        {u"ready"_s, Field::Ready}, {u"state"_s, Field::State}, {u"label"_s, Field::Label},
        {u"condition"_s, Field::Condition}};
    static const QRegularExpression fieldWord(u"^([a-z]+):(.*)$"_s, QRegularExpression::CaseInsensitiveOption);

    Term term{.field = Field::Text, .negated = word.size() > 1 && word.startsWith(u'-')};
    if (term.negated)
        word.removeFirst();
    QString value = word;
    if (same(word, u"ready"_s)) {
        term.field = Field::Ready;
        value = u"true"_s;
    } else if (const auto match = fieldWord.match(word); match.hasMatch()) {
        const auto field = fields.constFind(match.captured(1).toLower());
        if (field == fields.cend())
            return std::unexpected(QCoreApplication::translate("ObjectFilter",
                "“%1:” is no field; there are name, ns, phase, ready, reason, state, label and condition")
                    .arg(match.captured(1)));
        term.field = *field;
        value = match.captured(2);
        if (value.isEmpty())
            return std::unexpected(
                QCoreApplication::translate("ObjectFilter", "“%1” needs a word after the colon").arg(word));
    }
    if (term.field == Field::Label || term.field == Field::Condition) {
        const qsizetype equals = value.indexOf(u'=');
        term.key = value.first(equals < 0 ? value.size() : equals);
        if (equals < 0)
            return term;
        value = value.sliced(equals + 1);
    }
    return parseValue(value).transform([&](Value parsed) {
        term.value = std::move(parsed);
        return term;
    });
}

std::expected<ObjectFilter, QString> ObjectFilter::parse(const QString &text)
{
    ObjectFilter filter;
    for (const QString &word : words(text)) {
        auto term = parseTerm(word);
        if (!term)
            return std::unexpected(term.error());
        filter.m_terms.append(*std::move(term));
    }
    return filter;
}

bool ObjectFilter::holds(const Term &term, const Object &object, State state, const QString &row)
{
    switch (term.field) {
    case Field::Text:
        return term.value->isIn(row);
    case Field::Name:
        return term.value->isIn(object.key().name);
    case Field::Namespace:
        return term.value->is(object.key().nameSpace);
    case Field::Phase:
        return term.value->is(object.value(u"status.phase").toString());
    case Field::Reason: {
        const QString ofEvent = object.value(u"reason").toString();
        return term.value->isIn(ofEvent.isEmpty() ? reasonOf(object) : ofEvent);
    }
    case Field::State:
        return term.value->is(stateName(state));
    case Field::Ready: {
        const auto ready = conditionOf(object, u"Ready");
        return term.value->is(ready ? ready->status : u"Unknown"_s);
    }
    case Field::Label: {
        const QJsonValue label = object.value(u"metadata.labels")[term.key];
        return label.isString()
            && (!term.value
                || (term.value->pattern ? term.value->is(label.toString()) : term.value->text == label.toString()));
    }
    case Field::Condition:
        return std::ranges::any_of(conditionsOf(object), [&](const ObjectCondition &condition) {
            return same(condition.type, term.key)
                && (term.value ? term.value->is(condition.status) || term.value->is(condition.reason)
                               : condition.status == "True"_L1);
        });
    }
    return false;
}

bool ObjectFilter::accepts(const Object &object, State state, const QString &row) const
{
    return std::ranges::all_of(
        m_terms, [&](const Term &term) { return holds(term, object, state, row) != term.negated; });
}

} // namespace patronus
