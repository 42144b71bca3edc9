// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/keyfields.h"

#include <QLineEdit>

using namespace Qt::StringLiterals;

namespace patronus {

PathField *makeKeyField(const QString &name, const QString &what, const QString &purpose)
{
    auto *field = new PathField(PathField::Of::File, name, what);
    field->line().setPlaceholderText(purpose);
    return field;
}

PathField *makeVerifyKeyField()
{
    PathField *field = makeKeyField(u"verifyKey"_s, PathField::tr("Public key or certificate of who signed"),
        PathField::tr("what is restored then has to bear the signature of this key"));
    field->remember(u"backup/verifyKey"_s);
    return field;
}

QLineEdit *makePassphrase(PathField &key)
{
    auto *line = new QLineEdit;
    line->setObjectName(u"passphrase"_s);
    line->setAccessibleName(PathField::tr("Passphrase of the private key"));
    line->setPlaceholderText(PathField::tr("where the key has one; it is not kept"));
    line->setEchoMode(QLineEdit::Password);
    const auto refresh = [line](const QString &path) { line->setEnabled(!path.isEmpty()); };
    QObject::connect(&key, &PathField::changed, line, refresh);
    refresh(key.path());
    return line;
}

QByteArray takePassphrase(QLineEdit &from)
{
    const QByteArray passphrase = from.text().toUtf8();
    from.setText({}); // and nothing can undo that
    return passphrase;
}

} // namespace patronus
