"""Routes: the faces and the kernel's shared pages first, then whatever each domain's manifest brings."""

from __future__ import annotations

from django.urls import include, path

from shouwang.web.api import API
from shouwang.web.manifest import route_modules

urlpatterns = [
    path("", include("shouwang.web.urls")),
    path("api/v1/", API.urls),
    *(path("", include(module)) for module in route_modules()),
]

handler400 = "shouwang.web.views.bad_request"
handler403 = "shouwang.web.views.permission_denied"
handler404 = "shouwang.web.views.page_not_found"
handler500 = "shouwang.web.views.server_error"
