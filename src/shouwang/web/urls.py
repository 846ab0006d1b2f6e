"""Routes of the pages every shell needs."""

from __future__ import annotations

from django.urls import path

from shouwang.web import styleguide, views

app_name = "web"
urlpatterns = [
    path("language/", views.language, name="language"),
    path("type-size/", views.type_size, name="type-size"),
    path("me/", views.me, name="me"),
    path("notices/", views.notices, name="notices"),
    path("clock/", views.time_now, name="clock"),
    path("styleguide/", styleguide.page, name="styleguide"),
]
