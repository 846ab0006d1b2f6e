"""The portal's manifest: its routes, and the way in for staff."""

from __future__ import annotations

from shouwang.util.text import Text
from shouwang.web.manifest import Manifest, Way

MANIFEST = Manifest(
    key="portal",
    name=Text("首页", "Home"),
    urls="shouwang.portal.urls",
    ways=(
        Way(
            Text("工作人员登录", "Staff sign-in"),
            Text("进去先看到的是：此刻要做的事，最急的在最前。", "First you see what is due now, the most urgent on top."),
            icon="login",
            url_name="portal:sign-in",
            order=90,
        ),
    ),
)
