// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/objectactions.h"

#include <QHBoxLayout>
#include <QPushButton>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace patronus {

ObjectActions::ObjectActions(ClusterModel &cluster, QWidget *parent)
    : QWidget(parent),
      m_cluster(cluster),
      m_edit(new QPushButton(tr("Edit…"))),
      m_bulk(new QPushButton(tr("Change a field…"))),
      m_pause(new QPushButton(tr("Pause"))),
      m_resume(new QPushButton(tr("Resume"))),
      m_remove(new QPushButton(tr("Delete…")))
{
    using Kind = ActionRequest::Kind;
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(m_edit);
    m_edit->setObjectName(u"edit"_s);
    connect(m_edit, &QPushButton::clicked, this, [this] { Q_EMIT editWanted(m_resource, m_objects.first()); });
    layout->addWidget(m_bulk);
    m_bulk->setObjectName(u"bulk"_s);
    connect(m_bulk, &QPushButton::clicked, this, [this] { Q_EMIT bulkWanted(m_resource, m_objects); });
    for (const auto &[button, kind] :
        {std::pair(m_pause, Kind::Pause), std::pair(m_resume, Kind::Resume), std::pair(m_remove, Kind::Remove)}) {
        layout->addWidget(button);
        connect(button, &QPushButton::clicked, this, [this, kind] { request(kind); });
    }
    layout->addStretch();
    m_pause->setObjectName(u"pause"_s);
    m_resume->setObjectName(u"resume"_s);
    m_remove->setObjectName(u"remove"_s);
    m_pause->setToolTip(tr("The operator leaves it alone until it is resumed"));
    connect(&cluster, &ClusterModel::contextChanged, this, &ObjectActions::refresh);
    refresh();
}

void ObjectActions::setObjects(ClusterModel::Resource resource, const QList<Object> &objects)
{
    m_resource = resource;
    m_objects = objects;
    refresh();
}

void ObjectActions::refresh()
{
    setVisible(!m_objects.isEmpty() && m_cluster.mayChange());
    m_edit->setVisible(m_objects.size() == 1);
    m_bulk->setVisible(m_objects.size() > 1);
    const auto paused = std::ranges::count_if(m_objects, isPaused);
    m_pause->setVisible(paused < m_objects.size());
    m_resume->setVisible(paused > 0);
}

void ObjectActions::request(ActionRequest::Kind kind)
{
    QList<ChosenObject> chosen;
    for (const Object &object : std::as_const(m_objects))
        chosen.append({ClusterModel::typeOf(m_resource), object.key(), object.uid()});
    m_cluster.requestAction({.kind = kind, .objects = chosen});
}

} // namespace patronus
