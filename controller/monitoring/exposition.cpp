// SPDX-License-Identifier: GPL-3.0-or-later
#include "monitoring/exposition.h"

#include <charconv>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

constexpr bool isLetter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
constexpr bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

/// Reads one line from left to right; a read that fails says what was wanted.
class LineReader
{
public:
    using Problem = std::unexpected<QString>;

    explicit LineReader(QByteArrayView line) : m_rest(line) { }

    std::expected<Sample, QString> sample()
    {
        Sample sample;
        sample.name = name(true);
        if (sample.name.isEmpty())
            return Problem(u"a metric name was expected"_s);
        skipSpace();
        if (take('{')) {
            if (const auto read = labels(sample.labels); !read)
                return Problem(read.error());
            skipSpace();
        }
        const auto value = number(word());
        if (!value)
            return Problem(u"a value was expected"_s);
        sample.value = *value;
        return end().transform([&] { return std::move(sample); });
    }

private:
    /// A timestamp in milliseconds and an exemplar may follow; nothing else.
    std::expected<void, QString> end()
    {
        skipSpace();
        if (m_rest.isEmpty() || m_rest.startsWith('#'))
            return {};
        const QByteArrayView time = word();
        // OpenMetrics has seconds with a fraction here, and its exemplars only come with it.
        if (!number(time))
            return Problem(
                u"a timestamp was expected, found '%1'"_s.arg(QString::fromUtf8(time.first(qMin(time.size(), 40)))));
        skipSpace();
        if (!m_rest.isEmpty() && !m_rest.startsWith('#'))
            return Problem(u"nothing was expected after the timestamp"_s);
        return {};
    }

    std::expected<void, QString> labels(Labels &labels)
    {
        while (true) {
            skipSpace();
            if (take('}'))
                return {};
            const QString key = name(false);
            if (key.isEmpty())
                return Problem(u"a label name or '}' was expected"_s);
            skipSpace();
            if (!take('='))
                return Problem(u"'=' was expected after the label '%1'"_s.arg(key));
            skipSpace();
            const auto value = quoted();
            if (!value)
                return Problem(value.error());
            if (labels.contains(key))
                return Problem(u"the label '%1' is there twice"_s.arg(key));
            labels.insert(key, *value);
            skipSpace();
            if (!take(',') && !m_rest.startsWith('}'))
                return Problem(u"',' or '}' was expected after the label '%1'"_s.arg(key));
        }
    }

    std::expected<QString, QString> quoted()
    {
        if (!take('"'))
            return Problem(u"a quoted label value was expected"_s);
        QByteArray value;
        while (!m_rest.isEmpty()) {
            const char c = next();
            if (c == '"')
                return QString::fromUtf8(value);
            if (c != '\\') {
                value += c;
                continue;
            }
            if (m_rest.isEmpty())
                break;
            switch (const char escaped = next()) {
            case 'n':
                value += '\n';
                break;
            case '"':
            case '\\':
                value += escaped;
                break;
            default:
                return Problem(u"unknown escape in a label value; \\\\, \\\" and \\n are allowed"_s);
            }
        }
        return Problem(u"a label value has no closing quote"_s);
    }

    QString name(bool colons)
    {
        qsizetype length = 0;
        while (length < m_rest.size()) {
            const char c = m_rest[length];
            const bool belongs = isLetter(c) || (colons && c == ':') || (length > 0 && isDigit(c));
            if (!belongs)
                break;
            ++length;
        }
        return QString::fromLatin1(cut(length));
    }

    QByteArrayView word()
    {
        qsizetype length = 0;
        while (length < m_rest.size() && m_rest[length] != ' ' && m_rest[length] != '\t')
            ++length;
        return cut(length);
    }

    static std::optional<double> number(QByteArrayView word)
    {
        // from_chars reads nan and inf in any case, and no plus sign.
        if (word.size() > 1 && word.startsWith('+') && word[1] != '-')
            word = word.sliced(1);
        double value = 0;
        const auto [end, error] = std::from_chars(word.begin(), word.end(), value);
        if (error == std::errc::result_out_of_range && end == word.end())
            return word.startsWith('-') ? -HUGE_VAL : HUGE_VAL;
        return word.isEmpty() || error != std::errc() || end != word.end() ? std::nullopt : std::optional(value);
    }

    void skipSpace()
    {
        while (m_rest.startsWith(' ') || m_rest.startsWith('\t'))
            m_rest = m_rest.sliced(1);
    }
    bool take(char c)
    {
        if (!m_rest.startsWith(c))
            return false;
        m_rest = m_rest.sliced(1);
        return true;
    }
    char next() { return cut(1).front(); }
    QByteArrayView cut(qsizetype length)
    {
        const QByteArrayView head = m_rest.first(length);
        m_rest = m_rest.sliced(length);
        return head;
    }

    QByteArrayView m_rest;
};

std::unexpected<Error> malformed(const QString &what)
{
    return std::unexpected(Error{.kind = Error::Kind::Malformed, .message = u"metrics: "_s + what});
}

} // namespace

Expected<QList<Sample>> parseExposition(QByteArrayView text, const ExpositionLimits &limits)
{
    if (text.size() > limits.bytes)
        return malformed(u"%1 bytes are more than the %2 that are read"_s.arg(text.size()).arg(limits.bytes));
    QList<Sample> samples;
    for (qsizetype lineNumber = 1; !text.isEmpty(); ++lineNumber) {
        const qsizetype newline = text.indexOf('\n');
        QByteArrayView line = newline < 0 ? text : text.first(newline);
        text = newline < 0 ? QByteArrayView() : text.sliced(newline + 1);
        line = line.trimmed();
        if (line.isEmpty() || line.startsWith('#'))
            continue;
        if (line.size() > limits.lineBytes)
            return malformed(u"line %1 is longer than %2 bytes"_s.arg(lineNumber).arg(limits.lineBytes));
        if (samples.size() == limits.samples)
            return malformed(u"line %1: more than %2 samples"_s.arg(lineNumber).arg(limits.samples));
        auto sample = LineReader(line).sample();
        if (!sample)
            return malformed(u"line %1: %2"_s.arg(lineNumber).arg(sample.error()));
        samples.append(*std::move(sample));
    }
    return samples;
}

} // namespace patronus
