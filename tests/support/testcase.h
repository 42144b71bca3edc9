// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTest>

namespace patronus {

/// Base of every test class: a warning that a test does not expect (QTest::ignoreMessage) fails it.
/// A class with an init() of its own calls this one.
class TestCase : public QObject
{
    Q_OBJECT

protected Q_SLOTS:
    virtual void init() { QTest::failOnWarning(); }
};

} // namespace patronus
