// SPDX-License-Identifier: GPL-3.0-or-later
#include "objects.h"
#include "support/operatorworld.h"
#include "support/sourcetree.h"
#include "support/testcase.h"

#include <QRegularExpression>

using namespace Qt::StringLiterals;
using namespace patronus;

/// docs/metrics.md against a running operator.
class TestMetricsPage : public TestCase
{
    Q_OBJECT

private Q_SLOTS:
    void thePageListsEveryMetricWithItsTypeAndLabelsAndNoOther()
    {
        const auto world = OperatorWorld::start();
        QVERIFY2(world, world ? "" : qPrintable(world.error().message));
        const auto process = (*world)->startOperator({u"--leader-election-enabled=true"_s});
        QVERIFY((*world)->plane().apply(SiteManifest{.name = u"hq"_s}.yaml()));
        QVERIFY2(eventually([&] { return (*world)->reasonOf(resources::sites(), u"hq"_s) == "Synced"_L1; }),
            process->log().constData());

        const QString exposition = QString::fromUtf8(process->metrics());
        QMap<QString, QString> served;
        static const QRegularExpression type(u"^# TYPE (\\S+) (\\S+)$"_s, QRegularExpression::MultilineOption);
        for (const QRegularExpressionMatch &match : type.globalMatch(exposition)) {
            const QString name = match.captured(1);
            static const QRegularExpression label(u"[{,]([a-z_]+)=\""_s);
            const QRegularExpression sample(
                u"^%1(?:_bucket|_sum|_count)?(\\{.*\\})? "_s.arg(name), QRegularExpression::MultilineOption);
            QSet<QString> labels;
            for (const QRegularExpressionMatch &line : sample.globalMatch(exposition))
                for (const QRegularExpressionMatch &found : label.globalMatch(line.captured(1)))
                    labels.insert(found.captured(1));
            served.insert(name, described(match.captured(2), labels - QSet<QString>{u"le"_s}));
        }
        QVERIFY(served.size() > 10);

        const QString page = QString::fromUtf8(sourceText(u"docs/metrics.md"));
        QMap<QString, QString> listed;
        static const QRegularExpression row(
            u"^\\| `([a-z_]+)` \\| (\\w+) \\| [^|]* \\| ([^|]*) \\|"_s, QRegularExpression::MultilineOption);
        for (const QRegularExpressionMatch &match : row.globalMatch(page)) {
            QSet<QString> labels;
            static const QRegularExpression quoted(u"`([a-z_]+)`"_s);
            for (const QRegularExpressionMatch &found : quoted.globalMatch(match.captured(3)))
                labels.insert(found.captured(1));
            listed.insert(match.captured(1), described(match.captured(2), labels));
        }
        QCOMPARE(listed, served);
    }

private:
    static QString described(const QString &type, const QSet<QString> &labels)
    {
        QStringList sorted(labels.begin(), labels.end());
        sorted.sort();
        return u"%1 by %2"_s.arg(type, sorted.join(u' '));
    }
};

QTEST_GUILESS_MAIN(TestMetricsPage)
#include "tst_metricspage.moc"
