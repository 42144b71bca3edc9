// SPDX-License-Identifier: GPL-3.0-or-later
#include "serving/httplistener.h"

#include "core/log.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <list>
#include <netinet/in.h>
#include <optional>
#include <poll.h>
#include <string_view>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

namespace patronus {

using namespace Qt::StringLiterals;
using SteadyClock = std::chrono::steady_clock;

namespace {

/// A file descriptor that closes itself.
class Descriptor
{
public:
    explicit Descriptor(int fd = -1) : m_fd(fd) { }
    Descriptor(Descriptor &&other) noexcept : m_fd(std::exchange(other.m_fd, -1)) { }
    Descriptor &operator=(Descriptor &&other) noexcept
    {
        std::swap(m_fd, other.m_fd);
        return *this;
    }
    ~Descriptor()
    {
        if (m_fd >= 0)
            close(m_fd);
    }
    operator int() const { return m_fd; }

private:
    int m_fd;
};

/// One client. Reading --whole head--> Writing --all sent--> Draining --client closes--> gone; the deadline ends them
/// all.
struct Connection {
    enum class State {
        Reading, ///< the head comes in
        Writing, ///< the answer goes out
        Draining, ///< what the client still sends is thrown away: closing at once could take the answer from it
    };

    Descriptor socket;
    SteadyClock::time_point ends;
    State state = State::Reading;
    std::string head = {};
    std::string answer = {};
    size_t sent = 0;
};

std::string_view reasonPhrase(int status)
{
    switch (status) {
    case 200:
        return "OK";
    case 400:
        return "Bad Request";
    case 404:
        return "Not Found";
    case 405:
        return "Method Not Allowed";
    case 431:
        return "Request Header Fields Too Large";
    case 503:
        return "Service Unavailable";
    default:
        return "Error";
    }
}

std::string toBytes(const HttpListener::Response &response, bool withBody)
{
    std::string bytes = "HTTP/1.1 " + std::to_string(response.status) + ' ';
    bytes += reasonPhrase(response.status);
    bytes
        += "\r\nContent-Type: " + response.contentType + "\r\nContent-Length: " + std::to_string(response.body.size());
    bytes += "\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n";
    bytes += response.status == 405 ? "Allow: GET, HEAD\r\n\r\n" : "\r\n";
    return withBody ? bytes + response.body : bytes;
}

// The answer to a whole head: the request line decides, the other fields do not matter here.
std::string answerTo(std::string_view head, const HttpListener::Handler &handler)
{
    const std::string_view line = head.substr(0, head.find_first_of("\r\n"));
    const size_t methodEnd = line.find(' ');
    const size_t targetEnd = line.rfind(' ');
    if (methodEnd == std::string_view::npos || targetEnd <= methodEnd + 1
        || !line.substr(targetEnd + 1).starts_with("HTTP/1."))
        return toBytes({.status = 400, .body = "this is no HTTP/1 request\n"}, true);

    const std::string_view method = line.substr(0, methodEnd);
    const std::string_view target = line.substr(methodEnd + 1, targetEnd - methodEnd - 1);
    if (method != "GET" && method != "HEAD")
        return toBytes({.status = 405, .body = "only GET and HEAD\n"}, true);
    const size_t question = std::min(target.find('?'), target.size());
    const HttpListener::Request request{.path = std::string(target.substr(0, question)),
        .query = std::string(target.substr(std::min(question + 1, target.size())))};
    return toBytes(handler(request), method == "GET");
}

bool isWhole(std::string_view head)
{
    return head.contains("\r\n\r\n") || head.contains("\n\n");
}

bool wouldBlock()
{
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

/// A listening socket, or the errno that says why there is none.
using Listening = std::expected<Descriptor, int>;

Listening listenOn(const sockaddr *address, socklen_t size)
{
    Descriptor socket(::socket(address->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (socket < 0)
        return std::unexpected(errno); // EAFNOSUPPORT: a kernel without IPv6
    const int on = 1;
    const int off = 0;
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on); // a restart need not wait for TIME_WAIT
    if (address->sa_family == AF_INET6)
        setsockopt(socket, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
    if (bind(socket, address, size) != 0 || listen(socket, SOMAXCONN) != 0)
        return std::unexpected(errno);
    return socket;
}

Listening listenOn6(const in6_addr &address, quint16 port)
{
    sockaddr_in6 name{};
    name.sin6_family = AF_INET6;
    name.sin6_addr = address;
    name.sin6_port = htons(port);
    return listenOn(reinterpret_cast<const sockaddr *>(&name), sizeof name);
}

Listening listenOn4(const in_addr &address, quint16 port)
{
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_addr = address;
    name.sin_port = htons(port);
    return listenOn(reinterpret_cast<const sockaddr *>(&name), sizeof name);
}

Expected<Descriptor> openPort(const QString &address, quint16 port)
{
    const auto failed = [](const QString &why) { return std::unexpected(Error{Error::Kind::Invalid, why}); };
    in6_addr v6 = in6addr_any;
    in_addr v4{.s_addr = htonl(INADDR_ANY)};
    Listening socket;
    if (address.isEmpty()) {
        socket = listenOn6(v6, port); // takes IPv4 too
        if (!socket && socket.error() == EAFNOSUPPORT)
            socket = listenOn4(v4, port);
    } else if (inet_pton(AF_INET6, address.toLatin1().constData(), &v6) == 1) {
        socket = listenOn6(v6, port);
    } else if (inet_pton(AF_INET, address.toLatin1().constData(), &v4) == 1) {
        socket = listenOn4(v4, port);
    } else {
        return failed(u"\"%1\" is no IP address"_s.arg(address));
    }
    if (socket)
        return *std::move(socket);
    if (socket.error() == EADDRINUSE)
        return failed(u"port %1 is in use by another program"_s.arg(port));
    return failed(u"cannot listen on port %1: %2"_s.arg(port).arg(qt_error_string(socket.error())));
}

} // namespace

struct HttpListener::Private {
    const Handler handler;
    const Limits limits;
    Descriptor listening = Descriptor();
    Descriptor wakeUp = Descriptor(); // readable: the thread ends
    quint16 port = 0;
    std::list<Connection> connections = {}; // the oldest first, hence in the order of their ends
    std::thread thread = {};

    void run();
    [[nodiscard]] int waitingTime() const;
    void accept();
    [[nodiscard]] bool advance(Connection &connection);
    [[nodiscard]] bool read(Connection &connection);
    [[nodiscard]] bool write(Connection &connection);
};

void HttpListener::Private::run()
{
    bool accepting = true;
    std::vector<pollfd> polled;
    for (;;) {
        polled.assign({{wakeUp, POLLIN, 0}, {accepting ? int(listening) : -1, POLLIN, 0}});
        for (const Connection &connection : connections)
            polled.push_back(
                {connection.socket, short(connection.state == Connection::State::Writing ? POLLOUT : POLLIN), 0});
        // With no descriptor left accept() fails and the listening socket stays readable: look again in a moment.
        const int ready = poll(polled.data(), polled.size(), accepting ? waitingTime() : 100);
        if (ready < 0) {
            if (errno != EINTR) // no memory: the kernel's trouble, which passes or does not
                std::this_thread::sleep_for(std::chrono::milliseconds(100));
            continue;
        }
        if (polled[0].revents != 0)
            return;
        accepting = true;
        const auto now = SteadyClock::now();
        size_t index = 2;
        for (auto connection = connections.begin(); connection != connections.end(); ++index) {
            const bool alive = now < connection->ends && (polled[index].revents == 0 || advance(*connection));
            connection = alive ? std::next(connection) : connections.erase(connection);
        }
        if (ready > 0 && polled[1].revents != 0) {
            accept();
            accepting = errno != EMFILE && errno != ENFILE;
        }
    }
}

int HttpListener::Private::waitingTime() const
{
    if (connections.empty())
        return -1;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(connections.front().ends - SteadyClock::now());
    return static_cast<int>(std::max<std::chrono::milliseconds::rep>(left.count(), 0));
}

// Takes in all that wait, and leaves in errno why there are no more.
void HttpListener::Private::accept()
{
    // As many in one go as there is room for: more would only push each other out before a byte of them is read.
    for (size_t taken = 0; taken < limits.maxConnections; ++taken) {
        Descriptor socket(accept4(listening, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
        if (socket < 0)
            return;
        if (connections.size() >= limits.maxConnections) {
            // One that has its answer rather than one that waits: many quick clients must not push out a slower one.
            const auto answered = std::ranges::find(connections, Connection::State::Draining, &Connection::state);
            connections.erase(answered == connections.end() ? connections.begin() : answered);
        }
        connections.push_back({.socket = std::move(socket), .ends = SteadyClock::now() + limits.deadline});
        // A quick client's request is there already, and is answered before anybody can push it out.
        if (!advance(connections.back()))
            connections.pop_back();
    }
    errno = 0;
}

bool HttpListener::Private::advance(Connection &connection)
{
    return connection.state == Connection::State::Writing ? write(connection) : read(connection);
}

bool HttpListener::Private::read(Connection &connection)
{
    std::array<char, 4096> buffer; // NOLINT(cppcoreguidelines-pro-type-member-init): recv() fills it
    const ssize_t count = recv(connection.socket, buffer.data(), buffer.size(), 0);
    if (count <= 0)
        return count < 0 && wouldBlock();
    if (connection.state == Connection::State::Draining)
        return true;
    connection.head.append(buffer.data(), static_cast<size_t>(count));
    if (isWhole(connection.head))
        connection.answer = answerTo(connection.head, handler);
    else if (connection.head.size() > limits.maxHeadBytes)
        connection.answer = toBytes({.status = 431, .body = "the request's head is too long\n"}, true);
    else
        return true;
    connection.state = Connection::State::Writing;
    return write(connection);
}

bool HttpListener::Private::write(Connection &connection)
{
    const std::string_view rest = std::string_view(connection.answer).substr(connection.sent);
    const ssize_t count = send(connection.socket, rest.data(), rest.size(), MSG_NOSIGNAL);
    if (count < 0)
        return wouldBlock();
    connection.sent += static_cast<size_t>(count);
    if (connection.sent == connection.answer.size()) {
        shutdown(connection.socket, SHUT_WR);
        connection.state = Connection::State::Draining;
        connection.answer = {};
    }
    return true;
}

HttpListener::HttpListener(Handler handler, Limits limits)
    : d(new Private{.handler = std::move(handler), .limits = limits})
{
}

HttpListener::~HttpListener()
{
    if (!d->thread.joinable())
        return;
    eventfd_write(d->wakeUp, 1);
    d->thread.join();
}

Expected<void> HttpListener::start(const QString &address, quint16 port)
{
    Q_ASSERT(!d->thread.joinable());
    auto socket = openPort(address, port);
    if (!socket)
        return std::unexpected(socket.error());
    sockaddr_storage name{};
    socklen_t size = sizeof name;
    getsockname(*socket, reinterpret_cast<sockaddr *>(&name), &size);
    d->port = ntohs(name.ss_family == AF_INET6 ? reinterpret_cast<const sockaddr_in6 &>(name).sin6_port
                                               : reinterpret_cast<const sockaddr_in &>(name).sin_port);
    d->listening = std::move(*socket);
    d->wakeUp = Descriptor(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    d->thread = std::thread([this] { d->run(); });
    return {};
}

quint16 HttpListener::port() const
{
    return d->port;
}

} // namespace patronus
