// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/seal.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <openssl/cms.h> // after pem.h, so that it declares its PEM functions

#include <algorithm>
#include <memory>

using namespace Qt::StringLiterals;

namespace patronus::seal {

namespace {

template <auto release> struct Released {
    template <typename T> void operator()(T *resource) const { release(resource); }
};
using Bio = std::unique_ptr<BIO, Released<BIO_free_all>>;
using Key = std::unique_ptr<EVP_PKEY, Released<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Released<X509_free>>;
using Digest = std::unique_ptr<EVP_MD_CTX, Released<EVP_MD_CTX_free>>;
using Message = std::unique_ptr<CMS_ContentInfo, Released<CMS_ContentInfo_free>>;
struct FreeCertificates {
    void operator()(STACK_OF(X509) * all) const { sk_X509_pop_free(all, X509_free); }
};
using Certificates = std::unique_ptr<STACK_OF(X509), FreeCertificates>;

/// @p what, with what OpenSSL has to say of it.
std::unexpected<Error> failed(const QString &what)
{
    char reason[256] = "";
    if (const unsigned long code = ERR_get_error(); code != 0)
        ERR_error_string_n(code, reason, sizeof reason);
    ERR_clear_error();
    return std::unexpected(Error{.kind = Error::Kind::Invalid,
        .message = reason[0] == '\0' ? what : u"%1 (%2)"_s.arg(what, QString::fromLatin1(reason))});
}

Bio reading(const QByteArray &bytes)
{
    return Bio(BIO_new_mem_buf(bytes.constData(), int(bytes.size())));
}

QByteArray contentsOf(BIO *bio)
{
    char *data = nullptr;
    const long size = BIO_get_mem_data(bio, &data);
    return {data, size};
}

int givePassphrase(char *into, int size, int, void *given)
{
    const auto *const passphrase = static_cast<const QByteArray *>(given);
    const auto length = std::min(qsizetype(size), passphrase->size());
    std::copy_n(passphrase->constData(), length, into);
    return int(length);
}

Expected<Key> privateKey(const QByteArray &pem, const QByteArray &passphrase)
{
    QByteArray given = passphrase;
    Key key(PEM_read_bio_PrivateKey(reading(pem).get(), nullptr, givePassphrase, &given));
    if (!key)
        return failed(u"this is no private key in PEM that can be read: look at the file, and at its passphrase"_s);
    return key;
}

/// Of a public key, or of a certificate.
Expected<Key> publicKey(const QByteArray &pem)
{
    if (Key key(PEM_read_bio_PUBKEY(reading(pem).get(), nullptr, nullptr, nullptr)); key)
        return key;
    const Certificate certificate(PEM_read_bio_X509(reading(pem).get(), nullptr, nullptr, nullptr));
    Key key(certificate ? X509_get_pubkey(certificate.get()) : nullptr);
    if (!key)
        return failed(u"this is neither a public key nor a certificate in PEM"_s);
    ERR_clear_error(); // of the first try
    return key;
}

/// Nullptr: the key has its own.
const EVP_MD *digestFor(EVP_PKEY *key)
{
    const bool isEdwards = EVP_PKEY_is_a(key, "ED25519") != 0 || EVP_PKEY_is_a(key, "ED448") != 0;
    return isEdwards ? nullptr : EVP_sha256();
}

const unsigned char *bytesOf(const QByteArray &bytes)
{
    return reinterpret_cast<const unsigned char *>(bytes.constData());
}

} // namespace

Expected<QByteArray> sign(const QByteArray &content, const QByteArray &keyPem, const QByteArray &passphrase)
{
    const auto key = privateKey(keyPem, passphrase);
    if (!key)
        return std::unexpected(key.error());
    const Digest digest(EVP_MD_CTX_new());
    size_t size = 0;
    const auto data = bytesOf(content);
    if (EVP_DigestSignInit(digest.get(), nullptr, digestFor(key->get()), nullptr, key->get()) != 1
        || EVP_DigestSign(digest.get(), nullptr, &size, data, size_t(content.size())) != 1)
        return failed(u"this key cannot sign"_s);
    QByteArray signature(qsizetype(size), '\0');
    if (EVP_DigestSign(
            digest.get(), reinterpret_cast<unsigned char *>(signature.data()), &size, data, size_t(content.size()))
        != 1)
        return failed(u"this key cannot sign"_s);
    signature.truncate(qsizetype(size));
    return signature.toBase64() + '\n';
}

Expected<void> verify(const QByteArray &content, const QByteArray &signature, const QByteArray &publicPem)
{
    const auto key = publicKey(publicPem);
    if (!key)
        return std::unexpected(key.error());
    const QByteArray bytes = QByteArray::fromBase64(signature.trimmed());
    const Digest digest(EVP_MD_CTX_new());
    if (EVP_DigestVerifyInit(digest.get(), nullptr, digestFor(key->get()), nullptr, key->get()) != 1
        || EVP_DigestVerify(
               digest.get(), bytesOf(bytes), size_t(bytes.size()), bytesOf(content), size_t(content.size()))
            != 1)
        return failed(
            u"the signature is not one of this key: somebody has changed the backup, or another key was used"_s);
    return {};
}

Expected<QByteArray> encrypt(const QByteArray &content, const QByteArray &certificatesPem)
{
    const Certificates certificates(sk_X509_new_null());
    const Bio pem = reading(certificatesPem);
    while (X509 *const certificate = PEM_read_bio_X509(pem.get(), nullptr, nullptr, nullptr))
        sk_X509_push(certificates.get(), certificate);
    if (sk_X509_num(certificates.get()) == 0)
        return failed(u"there is no certificate in PEM in it"_s);
    ERR_clear_error(); // of the end of the file
    const Message message(CMS_encrypt(certificates.get(), reading(content).get(), EVP_aes_256_cbc(), CMS_BINARY));
    const Bio out(BIO_new(BIO_s_mem()));
    if (!message || PEM_write_bio_CMS(out.get(), message.get()) != 1)
        return failed(u"nothing can be encrypted for the key of this certificate"_s);
    return contentsOf(out.get());
}

Expected<QByteArray> decrypt(const QByteArray &encrypted, const QByteArray &keyPem, const QByteArray &passphrase)
{
    const auto key = privateKey(keyPem, passphrase);
    if (!key)
        return std::unexpected(key.error());
    const Message message(PEM_read_bio_CMS(reading(encrypted).get(), nullptr, nullptr, nullptr));
    if (!message)
        return failed(u"this is no encrypted file of a backup"_s);
    const Bio out(BIO_new(BIO_s_mem()));
    if (CMS_decrypt(message.get(), key->get(), nullptr, nullptr, out.get(), CMS_BINARY) != 1)
        return failed(u"it was not encrypted for this key"_s);
    return contentsOf(out.get());
}

} // namespace patronus::seal
