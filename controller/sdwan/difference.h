// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonObject>
#include <QStringList>

namespace patronus {

/// Where the API's object is not what would be sent, as paths ("wireguard.listen_port"); empty: nothing to send.
///
/// A member that the answer does not have is no difference (an older API returns fewer). A member that the answer has
/// and that would not be sent is one, unless it says nothing (null, false, 0, "", [], {}): PUT replaces, so it goes
/// away. Members that the API adds (id, status, …) are not compared. Lists of text are compared as sets.
[[nodiscard]] QStringList differences(const QJsonObject &wanted, const QJsonObject &remote);

} // namespace patronus
