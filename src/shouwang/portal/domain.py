"""The portal's manifest: its routes, the ways in that it serves, and the words of objections."""

from __future__ import annotations

from shouwang.kernel.journal.api import Verb
from shouwang.util.text import Text
from shouwang.web.manifest import Manifest, Way

MANIFEST = Manifest(
    key="portal",
    name=Text("首页", "Home"),
    urls="shouwang.portal.urls",
    verbs=(
        Verb(
            "person.objected",
            Text("本人对存的信息提出异议", "The person objected to what is held about them"),
            link=lambda entry: f"/objections/{entry.pk}/",
            personal=("text",),
        ),
        Verb(
            "person.objection_answered",
            Text("答复本人的异议", "Answered the person's objection"),
            personal=("text",),
        ),
    ),
    ways=(
        Way(
            Text("核对一份文书", "Check a paper"),
            Text(
                "收到解除通知单、告知书，看是不是真的。扫上面的码，或输编号。",
                "Is a certificate or a notice genuine? Scan its code, or enter its number.",
            ),
            icon="certificate",
            url_name="portal:look-up",
            order=60,
        ),
        Way(
            Text("工作人员登录", "Staff sign-in"),
            Text(
                "进去先看到的是：此刻要做的事，最急的在最前。",
                "First you see what is due now, the most urgent on top.",
            ),
            icon="login",
            url_name="portal:sign-in",
            order=90,
        ),
    ),
)
