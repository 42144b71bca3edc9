// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "operator/options.h"

#include "core/error.h"

#include <QObject>

#include <memory>

namespace patronus {

/// The running operator: builds every part in the order of the data, and stops them in reverse.
class Operator : public QObject
{
    Q_OBJECT

public:
    explicit Operator(OperatorOptions options);
    ~Operator() override;

    /// Opens the ports and connects. An error is a setting that cannot work; what the network does is tried again for
    /// ever.
    [[nodiscard]] Expected<void> start();
    /// Drains: no new reconcile, what runs ends, the lease is given back. Ends in finished(0).
    void stop();

Q_SIGNALS:
    void finished(int exitCode); ///< contract.md, "exit codes"

private:
    struct Private;
    const std::unique_ptr<Private> d;
};

} // namespace patronus
