// SPDX-License-Identifier: GPL-3.0-or-later
#include "operations/several.h"

#include <memory>
#include <vector>

namespace patronus {

namespace {

constexpr int atOnce = 8;

struct Work {
    const qsizetype count;
    const std::function<Task<void>(qsizetype)> one;
    qsizetype next = 0;
    Expected<void> result = {};
};

QCoro::Task<> workOn(std::shared_ptr<Work> work)
{
    while (work->next < work->count && work->result) {
        const Expected<void> done = co_await work->one(work->next++);
        if (!done && work->result)
            work->result = done;
    }
}

} // namespace

Task<void> severalAtOnce(qsizetype count, std::function<Task<void>(qsizetype)> one)
{
    const auto shared = std::make_shared<Work>(Work{.count = count, .one = std::move(one)});
    std::vector<QCoro::Task<>> workers;
    workers.reserve(atOnce);
    for (int i = 0; i < atOnce; ++i)
        workers.push_back(workOn(shared));
    for (QCoro::Task<> &worker : workers)
        co_await worker;
    co_return shared->result;
}

} // namespace patronus
