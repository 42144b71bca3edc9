// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/screenshots.h"

#include "ui/detailpanel.h"
#include "ui/theme.h"

#include <QCursor>
#include <QDialog>
#include <QDir>
#include <QPixmap>

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace patronus {

namespace {

/// Lists read, and something in the charts; the latter not for ever, since an operator may have no metrics.
// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): takeScreenshots() has both and waits
Task<void> waitUntilFilled(ClusterModel &cluster, Clock &clock)
{
    using Resource = ClusterModel::Resource;
    for (int second = 0; second < 60; ++second) {
        const bool listed = cluster.store(Resource::Sites).isSynced() && cluster.store(Resource::Policies).isSynced();
        const QList<ChartModel::Line> &lines = cluster.charts().first()->lines(); // the others have the same source
        const bool drawn = !lines.isEmpty() && std::ranges::count_if(lines.first().points, [](const Point &point) {
            return !std::isnan(point.value);
        }) >= 4;
        if (listed && (drawn || second >= 40))
            co_return Expected<void>();
        if (!listed && second >= 30)
            break;
        if (const auto slept = co_await clock.sleep(std::chrono::seconds(1), {}); !slept)
            co_return slept;
    }
    co_return std::unexpected(Error{.kind = Error::Kind::Unreachable,
        .message = u"the cluster's Sites and Policies could not be read: "_s + cluster.worstLiveness().problem});
}

/// The most telling object of a kind: for a preview one that the operator has still to look after, else one that is not
/// well, else the first.
std::optional<ObjectKey> mostTelling(const StoreModel &store, DetailPanel::Tab tab)
{
    const auto rankOf = [tab](State state) {
        const bool waits = state == State::Unknown || state == State::Working;
        return waits && tab == DetailPanel::Tab::Preview ? -1 : severityRank(state);
    };
    std::optional<ObjectKey> worst;
    int rank = 100;
    for (int row = 0; row < store.rowCount(); ++row) {
        const QModelIndex index = store.index(row, 0);
        if (const int own = rankOf(index.data(StateRole).value<State>()); own < rank) {
            rank = own;
            worst = index.data(KeyRole).value<ObjectKey>();
        }
    }
    return worst;
}

bool isLooking(ClusterModel &cluster)
{
    return std::ranges::any_of(ClusterModel::allReports, [&cluster](ClusterModel::Report report) {
        return cluster.report(report).phase() == ReportModel::Phase::Reading;
    });
}

/// An editor of the first Site, or the plan to stop the operator, which is cancelled.
// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): takeScreenshots() has all and waits
Task<QPixmap> pictureOfDialog(MainWindow &window, ClusterModel &cluster, ClusterModel::Resource resource, Clock &clock)
{
    const StoreModel &store = cluster.store(resource);
    if (resource == ClusterModel::Resource::Sites && store.rowCount() > 0)
        window.page()->edit(resource, store.index(0, 0).data(SourceObjectRole).value<Object>());
    else
        cluster.requestAction({.kind = ActionRequest::Kind::Stop});
    QDialog *dialog = nullptr;
    for (int i = 0; i < 20 && (!dialog || i < 8); ++i) {
        if (const auto slept = co_await clock.sleep(std::chrono::milliseconds(250), {}); !slept)
            co_return std::unexpected(slept.error());
        for (QDialog *shown : window.findChildren<QDialog *>())
            dialog = shown->isVisible() ? shown : dialog;
    }
    if (!dialog)
        co_return std::unexpected(Error{.kind = Error::Kind::NotFound, .message = u"there is no dialog"_s});
    const QPixmap picture = dialog->grab();
    dialog->close();
    co_return picture;
}

} // namespace

// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): main() has all and waits
Task<QStringList> takeScreenshots(MainWindow &window, ClusterModel &cluster, QString folder, Clock &clock)
{
    using Resource = ClusterModel::Resource;
    using View = ClusterPage::View;
    using Tab = DetailPanel::Tab;
    if (!QDir().mkpath(folder))
        co_return std::unexpected(
            Error{.kind = Error::Kind::Invalid, .message = u"the folder %1 cannot be made"_s.arg(folder)});
    if (const auto filled = co_await waitUntilFilled(cluster, clock); !filled)
        co_return std::unexpected(filled.error());

    QCursor::setPos(window.mapToGlobal(QPoint(window.width() - 1, window.height() - 1))); // it would light up a row
    struct Picture {
        QString name;
        View view;
        std::optional<Tab> tab = std::nullopt; // of the most telling object of the view
        bool isSmall = false; // in the smallest window
    };
    const QList<Picture> pictures{{u"overview"_s, View::Overview}, {u"sites"_s, View::Sites, Tab::Conditions},
        {u"preview"_s, View::Sites, Tab::Preview}, {u"spec"_s, View::Sites, Tab::Spec},
        {u"api"_s, View::Sites, Tab::Remote}, {u"topology"_s, View::Topology},
        {u"policies"_s, View::Policies, Tab::Relations}, {u"metrics"_s, View::Metrics}, {u"logs"_s, View::Logs},
        {u"events"_s, View::Events}, {u"drift"_s, View::Drift}, {u"diagnosis"_s, View::Diagnosis},
        {u"maintenance"_s, View::Maintenance}, {u"backups"_s, View::Backups}, {u"releases"_s, View::Releases},
        {u"journal"_s, View::Journal}, {u"small-overview"_s, View::Overview, {}, true},
        {u"small-sites"_s, View::Sites, Tab::Preview, true}};
    const QSize usual = window.size();
    QStringList paths;
    for (const auto &[scheme, schemeName] :
        {std::pair(theme::Scheme::Light, u"light"_s), std::pair(theme::Scheme::Dark, u"dark"_s)}) {
        theme::apply(scheme);
        for (const Picture &picture : pictures) {
            window.resize(picture.isSmall ? window.minimumSize() : usual);
            window.page()->showView(picture.view);
            const Resource resource = picture.view == View::Policies ? Resource::Policies : Resource::Sites;
            if (picture.tab)
                if (const auto key = mostTelling(cluster.store(resource), *picture.tab)) {
                    window.page()->select(resource, *key);
                    window.page()->details().showTab(*picture.tab);
                }
            for (int i = 0; i < 40
                && (i < 2 || isLooking(cluster)
                    || (picture.tab == Tab::Preview && cluster.plan().phase() == PlanModel::Phase::Computing)
                    || (picture.tab == Tab::Remote && cluster.remote().phase() == RemoteModel::Phase::Reading));
                ++i)
                if (const auto slept = co_await clock.sleep(std::chrono::milliseconds(250), {}); !slept)
                    co_return std::unexpected(slept.error());
            const QString path = QDir(folder).filePath(u"%1-%2.png"_s.arg(picture.name, schemeName));
            if (!window.grab().save(path))
                co_return std::unexpected(
                    Error{.kind = Error::Kind::Invalid, .message = u"%1 cannot be written"_s.arg(path)});
            paths.append(path);
        }
        for (const Resource resource :
            {Resource::Sites, Resource::Policies}) // an editor, and a plan that nobody confirms
            if (const auto picture = co_await pictureOfDialog(window, cluster, resource, clock)) {
                const QString name = resource == Resource::Sites ? u"edit"_s : u"plan"_s;
                paths.append(QDir(folder).filePath(u"%1-%2.png"_s.arg(name, schemeName)));
                picture->save(paths.last());
            }
    }
    co_return paths;
}

} // namespace patronus
