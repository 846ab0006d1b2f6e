"""Routes of the command screen."""

from __future__ import annotations

from django.urls import path

from shouwang.board import views

app_name = "board"
urlpatterns = [
    path("board/", views.screen, name="screen"),
    path("board/cases/<slug:part>/", views.case_records, name="cases"),
    path("indicators/", views.index, name="indicators"),
    path("indicators/<slug:key>/", views.indicator, name="indicator"),
]
