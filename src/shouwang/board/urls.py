"""Routes of the command screen."""

from __future__ import annotations

from django.urls import path

from shouwang.board import views

app_name = "board"
urlpatterns = [
    path("board/", views.screen, name="screen"),
    path("board/cases/<slug:part>/", views.case_records, name="cases"),
    path("campaigns/", views.campaigns, name="campaigns"),
    path("campaigns/<slug:key>/", views.campaign, name="campaign"),
    path("campaigns/<slug:key>/cases/", views.campaign_cases, name="campaign-cases"),
    path("indicators/", views.index, name="indicators"),
    path("indicators/<slug:key>/", views.indicator, name="indicator"),
]
