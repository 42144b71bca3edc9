// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>
#include <QStringList>

namespace patronus {

/// Sites and Policies as a person applies them, with the one thing set that a test is about.
struct SiteManifest {
    QString name;
    QString nameSpace = QStringLiteral("default");
    QStringList peers = {};
    QString location = QStringLiteral("Berlin");
    QByteArray key = QByteArray(32, 'k').toBase64();
    QStringList annotations = {}; ///< "sdwan.patronus.dev/paused: 'true'"

    [[nodiscard]] QByteArray yaml() const
    {
        return QStringLiteral(R"(---
apiVersion: sdwan.patronus.dev/v1alpha1
kind: Site
metadata: {name: %1, namespace: %2, annotations: {%3}}
spec:
  location: %4
  wireguard: {publicKey: '%5', listenPort: 51820, endpoints: ['%1.example.com:51820']}
  mesh: {enabled: true, peerWith: [%6]}
)")
            .arg(name, nameSpace, annotations.join(QStringLiteral(", ")), location, QString::fromLatin1(key),
                peers.join(QStringLiteral(", ")))
            .toUtf8();
    }
};

struct PolicyManifest {
    QString name;
    QString site; ///< of the primary path
    int priority = 100;

    [[nodiscard]] QByteArray yaml() const
    {
        return QStringLiteral(R"(---
apiVersion: sdwan.patronus.dev/v1alpha1
kind: Policy
metadata: {name: %1, namespace: default}
spec:
  priority: %2
  match: {protocol: udp, dstPortRange: '5060-5061'}
  action: {type: route, primaryPath: {siteRef: %3, pathId: wan}}
)")
            .arg(name)
            .arg(priority)
            .arg(site)
            .toUtf8();
    }
};

} // namespace patronus
