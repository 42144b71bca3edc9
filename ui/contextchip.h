// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/contextsmodel.h"

#include <QPushButton>

namespace patronus {

/// Where this window is connected to, as a word on the colour of its class; pressing it is to choose another.
class ContextChip : public QPushButton
{
    Q_OBJECT

public:
    explicit ContextChip(QWidget *parent = nullptr);
    void setContext(const std::optional<ContextEntry> &context); ///< nullopt: not connected
};

/// "PRODUCTION · READ-ONLY".
[[nodiscard]] QString classText(const ContextEntry &context);

} // namespace patronus
