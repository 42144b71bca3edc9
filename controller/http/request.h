// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QList>

#include <chrono>
#include <utility>

namespace patronus {

using HttpHeaders = QList<std::pair<QByteArray, QByteArray>>; ///< names in lower case

/// One request as a value: no socket, no server.
struct HttpRequest {
    enum class Verb { Get, Post, Put, Patch, Delete };

    Verb verb = Verb::Get;
    QByteArray target; ///< path and query, percent-encoded: "/api/v1/pods?limit=500"
    HttpHeaders headers = {};
    QByteArray body = {};
    /// From send() to the last byte of the answer; for a stream to its response header. Waiting for a connection
    /// counts.
    std::chrono::milliseconds deadline = std::chrono::seconds(30);
    /// For a stream: the longest time without a byte before it counts as cut. Zero: no limit.
    std::chrono::milliseconds idleLimit = {};
    /// Whether the write gate is asked before it goes to the socket. A POST that changes nothing
    /// (a SelfSubjectAccessReview, a login) and the lease's own requests say false.
    bool changesSomething = verb != Verb::Get;
};

/// An answer. A status of 400 and more is an answer too: the caller knows what it means.
struct HttpReply {
    int status = 0;
    HttpHeaders headers = {};
    QByteArray body = {}; ///< empty for a stream

    /// The first header of @p name (lower case), or an empty array.
    [[nodiscard]] QByteArray header(QByteArrayView name) const
    {
        for (const auto &[key, value] : headers)
            if (key == name)
                return value;
        return {};
    }
};

[[nodiscard]] constexpr const char *verbName(HttpRequest::Verb verb)
{
    using enum HttpRequest::Verb;
    switch (verb) {
    case Get:
        return "GET";
    case Post:
        return "POST";
    case Put:
        return "PUT";
    case Patch:
        return "PATCH";
    case Delete:
        return "DELETE";
    }
    return "GET";
}

} // namespace patronus
