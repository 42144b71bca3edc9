// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/json.h"
#include "kube/object.h"

namespace patronus {

/// One line of a watch (https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes).
struct WatchEvent {
    enum class Type { Added, Modified, Deleted, Bookmark };
    Type type = Type::Added;
    Object object; ///< of a Bookmark: resourceVersion alone
    bool initialEventsEnd = false; ///< the bookmark that ends the initial events of a streaming list
};

/// Parses one line. An ERROR event is the error in its Status (410 is Gone); anything else that is no event is
/// Malformed. Members for which @p drop is true are not kept; its paths start inside the object.
[[nodiscard]] Expected<WatchEvent> parseWatchEvent(QByteArrayView text, const JsonDrop &drop = {});

/// The version that a MODIFIED event tells of, read without the rest of the line, which is not checked; nullopt for
/// every other line, and for one that is too long to be read twice.
[[nodiscard]] std::optional<ObjectVersion> modifiedVersion(QByteArrayView line);

} // namespace patronus
