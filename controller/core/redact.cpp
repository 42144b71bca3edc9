// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/log.h"

#include <QRegularExpression>

#include <array>

namespace patronus {

using namespace Qt::StringLiterals;

namespace {

// The patterns are linear: whatever repeats is possessive (++, *+) or cannot match its own successor. A pattern that
// gave up half-way would let the secret through.
struct Rule {
    QRegularExpression pattern;
    QString replacement;

    Rule(const QString &text, QString with,
        QRegularExpression::PatternOptions options = QRegularExpression::CaseInsensitiveOption)
        : pattern(text, options), replacement(std::move(with))
    {
        Q_ASSERT_X(pattern.isValid(), "redact", qPrintable(pattern.errorString()));
        pattern.optimize();
    }
};

// Names whose value is a secret. What ends in File, Name, Path and alike is a longer word and is left alone.
const QString secretName
    = uR"re((?:token|passw(?:or)?d|passphrase|secret|credentials?|client[-_]?key|private[-_]?key|pre-?shared-?key|psk|)re"
      uR"re(api[-_]?key|access[-_]?key|secret[-_]?key|session[-_]?key|authorization|cookie))re"
      uR"re((?:s|[-_]?(?:data|value|text|base64|b64|hash))?(?![\w-]))re"_s;

// What may stand between a name and its value: the name's own quote (also one that was escaped), spaces, : or =.
const QString separator = uR"re((\\*+["']?\s*+[:=]\s*+))re"_s;

// A quoted value with its escapes, also one inside a string that was escaped once or more often; an unclosed one to the
// end. Then arrays, objects and YAML blocks, and last whatever has no space in it.
const QString secretValue
    = uR"re((?:"(?:[^"\\]++|\\.)*+"?|'[^']*+'?|(\\++["'])(?:(?!(?<!\\)\g{-1}).)*+(?:\g{-1})?|)re"
      uR"re(\[[^\]]*+\]?|\{[^}]*+\}?|[|>][-+\d]*+[ \t]*+\r?\n(?:[ \t]++[^\n]*+\n?)++|[^\s&]++))re"_s;

const QString hidden = u"[redacted]"_s;

const std::array<Rule, 9> &rules()
{
    using enum QRegularExpression::PatternOption;
    static const std::array<Rule, 9> all{
        // PEM, whole or cut short, with real or escaped line ends; and its base64.
        Rule(uR"re(-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----(?:(?!-----END ).)*+(?:-----END [A-Z0-9 ]*-----)?)re"_s,
            u"[redacted private key]"_s, DotMatchesEverythingOption),
        Rule(uR"re(LS0tLS1CRUdJTi[A-Za-z0-9+/_=-]++)re"_s, hidden, NoPatternOption),
        // https://www.rfc-editor.org/rfc/rfc7519: the header's JSON starts with {" in base64.
        Rule(uR"re(\beyJ[A-Za-z0-9_-]++(?:\.[A-Za-z0-9_-]*+)*+)re"_s, hidden, NoPatternOption),
        // user:password@ of a URL; a password may hold an @ of its own.
        Rule(uR"re(([a-z][a-z0-9+.-]{0,20}://)[^\s/?#"'\\<>]*@)re"_s, u"\\1"_s + hidden + u'@'),
        // Headers: the scheme and what follows it, to the end of the line or the string.
        Rule(
            uR"re(((?:authorization|cookie))re"_s + separator + uR"re(\\*+["']?)[^\r\n"'\\]++)re"_s, u"\\1"_s + hidden),
        Rule(
            uR"re(\b((?:bearer|basic|negotiate)\s++)(?!(?:tokens?|auth|authentication|authorization|credentials?)\b)[^\s"',;\\]++)re"_s,
            u"\\1"_s + hidden),
        // A password in plain YAML may have spaces.
        Rule(uR"re(((?:passw(?:or)?d|passphrase):[ \t]++)(?!["'|>\\[{])[^\r\n,]++)re"_s, u"\\1"_s + hidden),
        Rule(u'(' + secretName + separator + u')' + secretValue, u"\\1"_s + hidden,
            CaseInsensitiveOption | DotMatchesEverythingOption),
        // --token abc
        Rule(uR"re((--?[\w-]{0,40}?)re"_s + secretName + uR"re([ \t]++)(?!-)[^\s]++)re"_s, u"\\1"_s + hidden),
    };
    return all;
}

// The members of a Secret are named by whoever made it, so all of its data goes, in JSON and in YAML.
QString withoutSecretData(QString text)
{
    static const QRegularExpression secret(uR"re(kind\\*+["']?\s*+:\s*+\\*+["']?Secret\b)re"_s);
    static const Rule data(
        uR"re(\b((?:string)?data\\*+["']?[ \t]*+:[ \t]*+)(?:\{[^}]*+\}?|\r?\n(?:[ \t]++[^\n]*+\n?)++))re"_s,
        u"\\1"_s + hidden);
    return secret.match(text).hasMatch() ? text.replace(data.pattern, data.replacement) : text;
}

} // namespace

QString redact(QStringView text)
{
    // A regular expression gives up on half a surrogate pair, so that becomes U+FFFD first.
    QString redacted = text.isValidUtf16() ? text.toString() : QString::fromUtf8(text.toUtf8());
    redacted = withoutSecretData(std::move(redacted));
    for (const Rule &rule : rules())
        redacted.replace(rule.pattern, rule.replacement);
    return redacted;
}

} // namespace patronus
