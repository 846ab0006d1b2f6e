"""The only door to notices: put something before people, read and close it, and refresh open pages.

    notices.send([answer.person], kind="handover.offered", title=Text(…, …), link=f"/cases/{case.pk}/",
                 urgency=Urgency.URGENT, thread=case.thread)
    notices.touch("board", f"case:{case.pk}")

Both are part of the caller's transaction: what rolls back was never sent.
"""

from __future__ import annotations

from shouwang.kernel.journal import api as journal
from shouwang.kernel.notices.models import Notice, Urgency
from shouwang.kernel.notices.queries import inbox, unread_count
from shouwang.kernel.notices.services.sending import (
    NewNotice,
    close_thread,
    forget_closed,
    mark_read,
    send,
    send_many,
)
from shouwang.kernel.notices.services.signals import touch

for _verb in ("duty.begun", "duty.ended", "duty.cancelled"):
    journal.subscribe(_verb, "notices.duty_changed")

__all__ = [
    "NewNotice",
    "Notice",
    "Urgency",
    "close_thread",
    "forget_closed",
    "inbox",
    "mark_read",
    "send",
    "send_many",
    "touch",
    "unread_count",
]
