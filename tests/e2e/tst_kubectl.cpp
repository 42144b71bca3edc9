// SPDX-License-Identifier: GPL-3.0-or-later
#include "kube/kubeconfig.h"
#include "kube/yaml.h"
#include "support/controlplane.h"
#include "support/sourcetree.h"
#include "support/testcase.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QProcess>

using namespace Qt::StringLiterals;
using namespace patronus;

// Files that a person shares between kubectl and us: both read the same in them.
class TestKubectl : public TestCase
{
    Q_OBJECT

private:
    std::unique_ptr<ControlPlane> m_plane;

    QString write(const QString &name, const QByteArray &content)
    {
        QFile file(m_plane->directory() + u'/' + name);
        if (!QDir().mkpath(m_plane->directory() + u"/sub"_s) || !file.open(QIODevice::WriteOnly)
            || file.write(content) != content.size())
            qFatal("cannot write %s", qPrintable(file.fileName()));
        return file.fileName();
    }
    // What kubectl makes of an object, without a server.
    Expected<QJsonObject> readByKubectl(const QByteArray &yaml) const
    {
        const auto output
            = m_plane->kubectl({u"annotate"_s, u"--local"_s, u"-f"_s, u"-"_s, u"-o"_s, u"json"_s, u"seen=yes"_s}, yaml);
        if (output.exitCode != 0)
            return std::unexpected(Error{Error::Kind::Malformed, QString::fromUtf8(output.err)});
        return QJsonDocument::fromJson(output.out).object();
    }
    static QByteArray object(const QByteArray &spec)
    {
        return "apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: x}\nspec:\n" + spec;
    }

private Q_SLOTS:
    void initTestCase()
    {
        auto started = ControlPlane::start({.crds = {}});
        QVERIFY2(started, started ? "" : qPrintable(started.error().message));
        m_plane = std::move(*started);
    }
    void cleanupTestCase() { m_plane.reset(); }

    void readsTheSameInYaml_data()
    {
        QTest::addColumn<QByteArray>("spec");
        const auto row = [](const char *name, const char *spec) { QTest::newRow(name) << QByteArray(spec); };
        row("words", "  [true, False, YES, no, on, OFF, y, n, Y, N, null, ~, Null, NULL, '', nope, Truee]\n");
        row("integers",
            "  [0, -7, +12, 1_000, 1__0, _1, 0x1F, 0XAB, -0x10, 0b11, 0B1, -0b11, 0644, -0644, 0o17, 0O7, 08, 00, 0x, "
            "0b2, 0o9, 9223372036854775807, -9223372036854775808]\n");
        row("large numbers",
            "  [18446744073709551615, 18446744073709551616, 9223372036854775808, -99999999999999999999]\n");
        row("decimals", "  [1.5, .5, 5., -.5, +1.5, 1e3, 1E+3, -2.5E-3, 1_0.5, 1e, e1, ., .., 1.2.3, 1e400, 0.1]\n");
        row("dates and times", "  [2001-01-01, 2001-12-14T21:59:43Z, 12:30, 12:30:45, 190:20:30.15]\n");
        row("quoted", "  ['1', \"true\", 'null', \"a\\tb\\u00e9\\n\", 'it''s', \"\"]\n");
        row("keys", "  {1: a, -1: b, 0x10: c, true: d, no: e, 1.5: f, '': g, \"q\": h}\n");
        row("blocks",
            "  a: |\n    x\n     y\n\n    z\n  b: >\n    x\n    y\n\n    z\n  c: |-\n    x\n  d: |+\n    x\n\n  e: "
            "|2\n      x\n");
        row("plain text", "  a: x y\n  b: x#y\n  c: x:y\n  d: -x\n  e: x\n    y\n  f: http://h:1/?a=b\n");
        row("anchors and merges",
            "  a: &a {x: 1, y: 2}\n  b: *a\n  c: {<<: *a, y: 3}\n  d: &d {y: 5, z: 6}\n  e: {<<: [*a, *d]}\n");
        row("tags", "  [!!str 5, !!int '5', !!float 2, !!bool 'true', !!null '']\n");
        row("collections", "  a:\n  - 1\n  - - 2\n    - 3\n  b: {}\n  c: []\n  d:\n");
        row("UTF-8", "  a: gr\xC3\xBC\xC3\x9F \xF0\x9F\x98\x80\n");
    }
    void readsTheSameInYaml()
    {
        QFETCH(const QByteArray, spec);
        const auto kubectl = readByKubectl(object(spec));
        QVERIFY2(kubectl, kubectl ? "" : qPrintable(kubectl.error().message));
        const auto us = parseYaml(object(spec));
        QVERIFY2(us, us ? "" : qPrintable(us.error().message));
        QCOMPARE(us->first()["spec"_L1], kubectl->value("spec"_L1));
    }

    void kubectlReadsWhatWeWrite()
    {
        QJsonArray texts;
        for (const char *const text : {"plain", "", " a", "a ", "yes", "No", "y", "off", "null", "~", "0644", "0o17",
                 "1e3", ".5", ".inf", "1_000", "12:30:45", "2001-01-01", "<<", "=", "- a", "a: b", "a #b", "#a", "'a'",
                 "{a}", "*a", "&a", "!a", "%a", "@a", "|", "a\nb", "a\nb\n", "a\n\n", "\n", "\na", " a\nb", "a \nb",
                 "a\n b\n", "a\tb", "a\r\nb", "a\\b", "---", "...", "a\n---\nb\n"})
            texts.append(QString::fromUtf8(text));
        for (const QJsonValue &number :
            QJsonArray{0, -1, 0.1, 1e30, std::numeric_limits<qint64>::max(), true, QJsonValue::Null})
            texts.append(number);
        QJsonObject spec{{u"list"_s, texts}, {u"nested"_s, QJsonArray{texts, QJsonObject{{u"list"_s, texts}}}}};
        for (const QJsonValue &text : std::as_const(texts))
            if (text.isString())
                spec.insert(text.toString(), text);
        const QJsonObject thing{{u"apiVersion"_s, u"example.com/v1"_s}, {u"kind"_s, u"Thing"_s},
            {u"metadata"_s, QJsonObject{{u"name"_s, u"x"_s}}}, {u"spec"_s, spec}};
        const auto kubectl = readByKubectl(toYaml(thing));
        QVERIFY2(kubectl, kubectl ? "" : qPrintable(kubectl.error().message));
        QCOMPARE(kubectl->value("spec"_L1), QJsonValue(spec));
    }

    void mergesKubeconfigsTheSame()
    {
        write(u"ca.crt"_s, "-----BEGIN CERTIFICATE-----\nQQ==\n-----END CERTIFICATE-----\n");
        write(u"sub/ca.crt"_s, "-----BEGIN CERTIFICATE-----\nQg==\n-----END CERTIFICATE-----\n");
        const QStringList files{
            write(u"1"_s,
                "clusters: [{name: a, cluster: {server: 'https://one', certificate-authority: ca.crt}}]\n"
                "users: [{name: u, user: {token: one}}]\n"
                "contexts: [{name: c1, context: {cluster: a, user: u, namespace: first}}]\n"),
            m_plane->directory() + u"/missing"_s,
            write(u"sub/2"_s,
                "current-context: c2\n"
                "clusters: [{name: a, cluster: {server: 'https://two', tls-server-name: two}}, {name: b, cluster: "
                "{server: 'https://b:1/p', certificate-authority: ca.crt}}]\n"
                "users: [{name: u, user: {username: two, password: p}}, {name: v, user: {username: v, password: p, as: "
                "bob, as-groups: [g]}}]\n"
                "contexts: [{name: c2, context: {cluster: b, user: v}}]\n"),
            write(u"3"_s,
                "current-context: c1\n"
                "contexts: [{name: c2, context: {cluster: a, user: u, namespace: third}}, {name: c3, context: "
                "{cluster: a, user: v}}]\n"
                "users: [{name: v, user: {token: three}}]\n"),
        };
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(u"KUBECONFIG"_s, files.join(u':'));
        QProcess process; // ControlPlane::kubectl() names one file
        process.setProcessEnvironment(environment);
        process.start(u"bash"_s,
            {u"-c"_s,
                u". %1/tools/toolchain.sh && exec \"$PROGRAMS/kubectl\" config view --raw --flatten -o json"_s.arg(
                    sourcePath(u"."))});
        QVERIFY(process.waitForFinished());
        const QByteArray output = process.readAllStandardOutput();
        QVERIFY2(process.exitCode() == 0, process.readAllStandardError().constData());
        const auto us = Kubeconfig::fromEnvironment(environment);
        QVERIFY2(us, us ? "" : qPrintable(us.error().message));

        const QJsonObject kubectl = QJsonDocument::fromJson(output).object();
        const auto named = [&](const QString &list, const QString &kind, const QString &name) {
            for (const QJsonValue &entry : kubectl[list].toArray())
                if (entry["name"_L1] == name)
                    return entry[kind].toObject();
            return QJsonObject();
        };
        QCOMPARE(us->currentContext(), kubectl["current-context"_L1].toString());
        const QJsonArray contexts = kubectl["contexts"_L1].toArray();
        QCOMPARE(us->contexts().size(), contexts.size() + 1); // c2 of the third file is hidden, and told so
        QCOMPARE(contexts.size(), 3);
        for (const QJsonValue &entry : contexts) {
            const auto context = us->context(entry["name"_L1].toString());
            QVERIFY2(context, context ? "" : qPrintable(context.error().message));
            const QJsonObject expected = entry["context"_L1].toObject();
            const QJsonObject cluster = named(u"clusters"_s, u"cluster"_s, expected["cluster"_L1].toString());
            const QJsonObject user = named(u"users"_s, u"user"_s, expected["user"_L1].toString());
            QFile ca(context->caFile);
            QVERIFY(ca.open(QIODevice::ReadOnly));
            QCOMPARE(context->nameSpace, expected["namespace"_L1].toString());
            QCOMPARE(context->server.toString(), cluster["server"_L1].toString());
            QCOMPARE(context->tlsServerName, cluster["tls-server-name"_L1].toString());
            QCOMPARE(QString::fromLatin1(ca.readAll().toBase64()), cluster["certificate-authority-data"_L1].toString());
            QCOMPARE(context->token, user["token"_L1].toString());
            QCOMPARE(context->username, user["username"_L1].toString());
            QCOMPARE(context->password, user["password"_L1].toString());
            QCOMPARE(context->impersonation.user, user["as"_L1].toString());
            QCOMPARE(QJsonArray::fromStringList(context->impersonation.groups), user["as-groups"_L1].toArray());
        }
    }
};

QTEST_GUILESS_MAIN(TestKubectl)
#include "tst_kubectl.moc"
