"""Routes of quarantine."""

from __future__ import annotations

from django.urls import path

from shouwang.domains.quarantine.views import resident, team

app_name = "quarantine"
urlpatterns = [
    path("p/<str:token>/", resident.home, name="resident"),
    path("p/<str:token>/reading/", resident.reading, name="resident-reading"),
    path("p/<str:token>/readings/", resident.readings, name="resident-readings"),
    path("p/<str:token>/unwell/", resident.unwell, name="resident-unwell"),
    path("p/<str:token>/papers/<str:number>.pdf", resident.paper, name="resident-paper"),
    path("quarantine/", team.index, name="list"),
    path("quarantine/readings/", team.many, name="many"),
    path("quarantine/<int:pk>/", team.one, name="order"),
    path("quarantine/<int:pk>/reading/", team.reading, name="reading"),
    path("quarantine/<int:pk>/breach/", team.breach, name="breach"),
    path("quarantine/<int:pk>/not-home/", team.not_home, name="not-home"),
    path("quarantine/<int:pk>/papers/", team.papers, name="papers"),
    path("quarantine/<int:pk>/papers/<str:number>.pdf", team.paper, name="paper"),
    path("quarantine/<int:pk>/link/", team.link, name="link"),
]
