"""Routes of the portal: the way in, what is held about me, and the verifying of papers."""

from __future__ import annotations

from django.urls import path

from shouwang.portal.views import entry, mine, verify

app_name = "portal"
urlpatterns = [
    path("", entry.home, name="home"),
    path("sign-in/", entry.sign_in, name="sign-in"),
    path("sign-in/demo/", entry.sign_in_demo, name="sign-in-demo"),
    path("sign-out/", entry.sign_out, name="sign-out"),
    path("p/<str:token>/held/", mine.held_about_me, name="held"),
    path("objections/<int:pk>/", mine.objection, name="objection"),
    path("verify/", verify.look_up, name="look-up"),
    path("verify/keys.json", verify.keys, name="keys"),
    path("verify/<str:token>/", verify.verify, name="verify"),
]
