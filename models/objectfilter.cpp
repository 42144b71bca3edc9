// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/objectfilter.h"

#include "models/state.h"

#include <QCoreApplication>
#include <QRegularExpression>

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

std::expected<ObjectFilter, QString> ObjectFilter::parse(const QString &text)
{
    static const QHash<QString, Field> fields{{u"name"_s, Field::Name}, {u"ns"_s, Field::Namespace},
        {u"namespace"_s, Field::Namespace}, {u"phase"_s, Field::Phase}, {u"reason"_s, Field::Reason},
        {u"ready"_s, Field::Ready}, {u"state"_s, Field::State}, {u"label"_s, Field::Label}};
    static const QRegularExpression fieldWord(u"^([a-z]+):(.*)$"_s, QRegularExpression::CaseInsensitiveOption);

    ObjectFilter filter;
    for (QString word : words(text)) {
        const bool negated = word.size() > 1 && word.startsWith(u'-');
        if (negated)
            word.removeFirst();
        if (same(word, u"ready"_s)) {
            filter.m_terms.append({Field::Ready, u"true"_s, negated});
            continue;
        }
        const auto match = fieldWord.match(word);
        if (!match.hasMatch()) {
            filter.m_terms.append({Field::Text, word, negated});
            continue;
        }
        const auto field = fields.constFind(match.captured(1).toLower());
        if (field == fields.cend())
            return std::unexpected(QCoreApplication::translate(
                "ObjectFilter", "“%1:” is no field; there are name, ns, phase, ready, reason, state and label")
                    .arg(match.captured(1)));
        if (match.captured(2).isEmpty())
            return std::unexpected(
                QCoreApplication::translate("ObjectFilter", "“%1” needs a word after the colon").arg(word));
        filter.m_terms.append({*field, match.captured(2), negated});
    }
    return filter;
}

bool ObjectFilter::holds(const Term &term, const Object &object, const QString &row)
{
    switch (term.field) {
    case Field::Text:
        return row.contains(term.value, Qt::CaseInsensitive);
    case Field::Name:
        return object.key().name.contains(term.value, Qt::CaseInsensitive);
    case Field::Namespace:
        return same(object.key().nameSpace, term.value);
    case Field::Phase:
        return same(object.status().value("phase"_L1).toString(), term.value);
    case Field::Reason: {
        const QString ofEvent = object.json().value("reason"_L1).toString();
        return (ofEvent.isEmpty() ? reasonOf(object) : ofEvent).contains(term.value, Qt::CaseInsensitive);
    }
    case Field::State:
        return same(stateName(stateOf(object)), term.value);
    case Field::Ready: {
        const auto ready = conditionOf(object, u"Ready");
        return same(ready ? ready->status : u"Unknown"_s, term.value);
    }
    case Field::Label: {
        const qsizetype equals = term.value.indexOf(u'=');
        const QJsonObject labels = object.json().value("metadata"_L1)["labels"_L1].toObject();
        return equals < 0 ? labels.contains(term.value)
                          : labels.value(term.value.first(equals)).toString() == term.value.sliced(equals + 1)
                && labels.contains(term.value.first(equals));
    }
    }
    return false;
}

bool ObjectFilter::accepts(const Object &object, const QString &row) const
{
    return std::ranges::all_of(m_terms, [&](const Term &term) { return holds(term, object, row) != term.negated; });
}

} // namespace patronus
