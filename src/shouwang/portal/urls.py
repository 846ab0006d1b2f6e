"""Routes of the landing page and of signing in."""

from __future__ import annotations

from django.urls import path

from shouwang.portal import views

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-in/demo/", views.sign_in_demo, name="sign-in-demo"),
    path("sign-out/", views.sign_out, name="sign-out"),
]
