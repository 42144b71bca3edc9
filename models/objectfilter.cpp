// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/objectfilter.h"

#include "models/state.h"

#include <QCoreApplication>
#include <QJsonArray>

#include <algorithm>
#include <ranges>

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

bool same(QStringView a, QStringView b)
{
    return a.compare(b, Qt::CaseInsensitive) == 0;
}

// What a line of facts begins with.
constexpr QStringView phaseFact = u"phase ", reasonFact = u"reason ", readyFact = u"ready ", labelFact = u"label ",
                      conditionFact = u"condition ";

/// The lines of @p facts that begin with @p name, without it.
auto factsNamed(QStringView facts, QStringView name)
{
    return facts.tokenize(u'\n') | std::views::filter([name](QStringView line) { return line.startsWith(name); })
        | std::views::transform([name](QStringView line) { return line.sliced(name.size()); });
}

/// The one line that begins with @p name.
QStringView fact(QStringView facts, QStringView name)
{
    for (const QStringView value : factsNamed(facts, name))
        return value;
    return {};
}

} // namespace

bool ObjectFilter::Value::isIn(QStringView whole) const
{
    return pattern ? pattern->matchView(whole).hasMatch() : text.indexIn(whole) >= 0;
}

bool ObjectFilter::Value::is(QStringView whole, Qt::CaseSensitivity sensitivity) const
{
    return pattern ? pattern->matchView(whole).hasMatch() : whole.compare(text.patternView(), sensitivity) == 0;
}

std::expected<ObjectFilter::Value, QString> ObjectFilter::parseValue(const QString &text)
{
    Value value{QStringMatcher(text, Qt::CaseInsensitive), {}};
    if (text.size() < 3 || !text.startsWith(u'/') || !text.endsWith(u'/'))
        return value;
    QRegularExpression pattern(text.sliced(1, text.size() - 2),
        QRegularExpression::CaseInsensitiveOption | QRegularExpression::MultilineOption);
    if (!pattern.isValid())
        return std::unexpected(
            QCoreApplication::translate("ObjectFilter", "“%1” is no regular expression: %2 at character %3")
                .arg(text, pattern.errorString())
                .arg(pattern.patternErrorOffset() + 1));
    pattern.optimize();
    value.pattern = std::move(pattern);
    return value;
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

QString ObjectFilter::factsOf(const Object &object)
{
    QString facts;
    const auto add = [&facts](QStringView name, QString value) {
        facts += name;
        facts += value.replace(u'\n', u' ');
        facts += u'\n';
    };
    const QString ofEvent = object.value(u"reason").toString();
    add(reasonFact, ofEvent.isEmpty() ? reasonOf(object) : ofEvent);
    add(phaseFact, object.value(u"status.phase").toString());
    QString ready = u"Unknown"_s;
    for (const QJsonValue &condition : object.value(u"status.conditions").toArray()) {
        const QString type = condition["type"_L1].toString(), status = condition["status"_L1].toString();
        if (type == "Ready"_L1)
            ready = status;
        add(conditionFact, type + u'=' + status + u'=' + condition["reason"_L1].toString());
    }
    add(readyFact, ready);
    const QJsonObject labels = object.value(u"metadata.labels").toObject();
    for (auto label = labels.begin(); label != labels.end(); ++label)
        if (label.value().isString())
            add(labelFact, label.key() + u'=' + label.value().toString());
    facts.squeeze();
    return facts;
}

bool ObjectFilter::holds(const Term &term, const Row &row)
{
    switch (term.field) {
    case Field::Text:
        return term.value->isIn(row.text);
    case Field::Name:
        return term.value->isIn(row.key.name);
    case Field::Namespace:
        return term.value->is(row.key.nameSpace);
    case Field::Phase:
        return term.value->is(fact(row.facts, phaseFact));
    case Field::Reason:
        return term.value->isIn(fact(row.facts, reasonFact));
    case Field::State:
        return term.value->is(stateName(row.state));
    case Field::Ready:
        return term.value->is(fact(row.facts, readyFact));
    case Field::Label:
        return std::ranges::any_of(factsNamed(row.facts, labelFact), [&](QStringView label) {
            const qsizetype equals = label.indexOf(u'=');
            return label.first(equals) == term.key
                && (!term.value || term.value->is(label.sliced(equals + 1), Qt::CaseSensitive));
        });
    case Field::Condition:
        return std::ranges::any_of(factsNamed(row.facts, conditionFact), [&](QStringView condition) {
            const QList<QStringView> parts = condition.split(u'=');
            return same(parts[0], term.key)
                && (term.value ? term.value->is(parts[1]) || term.value->is(parts[2]) : parts[1] == "True"_L1);
        });
    }
    return false;
}

bool ObjectFilter::accepts(const Row &row) const
{
    return std::ranges::all_of(m_terms, [&](const Term &term) { return holds(term, row) != term.negated; });
}

} // namespace patronus
