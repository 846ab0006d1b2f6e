"""Routes of gates. `/c/` is public and short, because it stands on posters; `/gate/` is the crew's."""

from __future__ import annotations

from django.urls import path

from shouwang.domains.gates import views

app_name = "gates"

urlpatterns = [
    path("c/", views.checkpoints, name="checkpoints"),
    path("c/r/<str:token>/", views.status, name="status"),
    path("c/r/<str:token>/people/<int:order>/", views.own_page, name="own_page"),
    path("c/<str:code>/", views.register, name="register"),
    path("c/<str:code>/places/", views.places, name="places"),
    path("gate/", views.queue, name="queue"),
    path("gate/find/", views.find, name="find"),
    path("gate/s/<uuid:public_id>/", views.scanned, name="scanned"),
    path("gate/poster/<str:code>/", views.poster, name="poster"),
    path("gate/<int:pk>/", views.check, name="check"),
    path("gate/<int:pk>/recheck/", views.recheck, name="recheck"),
    path("gate/<int:pk>/refer/", views.refer, name="refer"),
    path("gate/<int:pk>/withdraw/", views.withdraw, name="withdraw"),
]
