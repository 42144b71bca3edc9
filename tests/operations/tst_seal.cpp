// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/readfile.h"
#include "operations/seal.h"
#include "support/testcase.h"

#include <QFile>
#include <QProcess>
#include <QTemporaryDir>

using namespace Qt::StringLiterals;
using namespace patronus;

/// What we sign and encrypt the openssl program verifies and opens, and the other way round.
class TestSeal : public TestCase
{
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    const QByteArray m_content = "{\"digest\": \"of everything\"}\n";

    QByteArray openssl(const QStringList &arguments, int wanted = 0)
    {
        QProcess process;
        process.setWorkingDirectory(m_folder.path());
        process.start(u"openssl"_s, arguments);
        if (!process.waitForFinished() || process.exitCode() != wanted)
            qWarning("openssl %s: %s", qPrintable(arguments.join(u' ')), process.readAllStandardError().constData());
        return process.readAllStandardOutput();
    }
    [[nodiscard]] QByteArray file(const QString &name) const { return readWholeFile(m_folder.filePath(name)).value(); }
    void write(const QString &name, const QByteArray &bytes)
    {
        QFile file(m_folder.filePath(name));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size());
    }

private Q_SLOTS:
    void initTestCase()
    {
        openssl({u"genpkey"_s, u"-algorithm"_s, u"ed25519"_s, u"-out"_s, u"ed.key"_s});
        openssl({u"genpkey"_s, u"-algorithm"_s, u"EC"_s, u"-pkeyopt"_s, u"ec_paramgen_curve:P-256"_s, u"-aes256"_s,
            u"-pass"_s, u"pass:sesame"_s, u"-out"_s, u"ec.key"_s});
        openssl({u"genpkey"_s, u"-algorithm"_s, u"RSA"_s, u"-out"_s, u"rsa.key"_s});
        openssl({u"req"_s, u"-x509"_s, u"-new"_s, u"-key"_s, u"rsa.key"_s, u"-subj"_s, u"/CN=admin"_s, u"-out"_s,
            u"rsa.pub"_s}); // a certificate
        openssl({u"pkey"_s, u"-in"_s, u"ed.key"_s, u"-pubout"_s, u"-out"_s, u"ed.pub"_s});
        openssl(
            {u"pkey"_s, u"-in"_s, u"ec.key"_s, u"-passin"_s, u"pass:sesame"_s, u"-pubout"_s, u"-out"_s, u"ec.pub"_s});
    }

    void aSignatureIsOneOfItsKeyAlone_data()
    {
        QTest::addColumn<QString>("name");
        QTest::newRow("Ed25519") << u"ed"_s;
        QTest::newRow("EC, with a passphrase") << u"ec"_s;
        QTest::newRow("RSA, by a certificate") << u"rsa"_s;
    }
    void aSignatureIsOneOfItsKeyAlone()
    {
        QFETCH(const QString, name);
        const auto signature = seal::sign(m_content, file(name + u".key"_s), "sesame");
        QVERIFY2(signature, signature ? "" : qPrintable(signature.error().message));
        QVERIFY(seal::verify(m_content, *signature, file(name + u".pub"_s)));
        QVERIFY(!seal::verify(m_content + ' ', *signature, file(name + u".pub"_s)));
        const auto other = seal::verify(m_content, *signature, file(name == "ed"_L1 ? u"ec.pub"_s : u"ed.pub"_s));
        QVERIFY(!other);
        QVERIFY2(other.error().message.contains(u"another key was used"_s), qPrintable(other.error().message));
        write(u"content"_s, m_content);
        write(u"signature"_s, QByteArray::fromBase64(*signature));
        QStringList verify{u"pkeyutl"_s, u"-verify"_s, u"-rawin"_s, u"-in"_s, u"content"_s, u"-sigfile"_s,
            u"signature"_s, u"-inkey"_s, name + u".pub"_s};
        verify << (name == "rsa"_L1 ? u"-certin"_s : u"-pubin"_s);
        if (name != "ed"_L1)
            verify << u"-digest"_s << u"sha256"_s;
        QVERIFY(openssl(verify).contains("Verified Successfully"));
    }

    void whatIsEncryptedIsForTheHolderOfTheKeyAlone()
    {
        const auto encrypted = seal::encrypt(m_content, file(u"rsa.pub"_s));
        QVERIFY2(encrypted, encrypted ? "" : qPrintable(encrypted.error().message));
        QVERIFY(!encrypted->contains("digest"));
        const auto opened = seal::decrypt(*encrypted, file(u"rsa.key"_s), {});
        QVERIFY2(opened, opened ? "" : qPrintable(opened.error().message));
        QCOMPARE(*opened, m_content);
        write(u"encrypted"_s, *encrypted);
        QCOMPARE(openssl({u"cms"_s, u"-decrypt"_s, u"-inform"_s, u"PEM"_s, u"-in"_s, u"encrypted"_s, u"-inkey"_s,
                     u"rsa.key"_s}),
            m_content);
        openssl({u"genpkey"_s, u"-algorithm"_s, u"RSA"_s, u"-out"_s, u"other.key"_s});
        const auto closed = seal::decrypt(*encrypted, file(u"other.key"_s), {});
        QVERIFY(!closed || *closed != m_content); // OpenSSL answers a wrong key with garbage, so as to tell nothing
    }

    void whatIsWrongIsSaid()
    {
        const auto message = [](const auto &result) { return result ? QString() : result.error().message; };
        QVERIFY(message(seal::sign(m_content, file(u"ec.key"_s), "wrong")).contains(u"at its passphrase"_s));
        QVERIFY(message(seal::sign(m_content, "no key", {})).contains(u"no private key in PEM"_s));
        QVERIFY(message(seal::verify(m_content, "AAAA", "no key")).contains(u"neither a public key nor"_s));
        QVERIFY(message(seal::encrypt(m_content, "none")).contains(u"no certificate in PEM"_s));
        QVERIFY(message(seal::decrypt("none", file(u"rsa.key"_s), {})).contains(u"no encrypted file"_s));
    }
};

QTEST_GUILESS_MAIN(TestSeal)
#include "tst_seal.moc"
